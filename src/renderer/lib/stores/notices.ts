/** Short notices at the edge of the window: what an intent came to, when its panel cannot say it in place. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export type NoticeTone = 'info' | 'good' | 'warning' | 'danger';

export interface Notice {
  readonly id: number;
  readonly tone: NoticeTone;
  readonly title: string;
  readonly text: string;
  /** How many of its group it stands for. */
  readonly count: number;
  readonly group: string | null;
}

/** Notices of one kind that come in a row share one card: the words for that many of them. */
export interface NoticeGroup {
  readonly name: string;
  readonly words: (count: number) => { readonly title: string; readonly text: string };
}

export interface NoticesState {
  readonly notices: readonly Notice[];
}

export interface NoticesStore extends StoreApi<NoticesState> {
  show(tone: NoticeTone, title: string, text?: string, group?: NoticeGroup): void;
  dismiss(id: number): void;
}

/** More would cover the work. */
const MOST_AT_ONCE = 4;

export function createNoticesStore(): NoticesStore {
  const store = createStore<NoticesState>(() => ({ notices: [] }));
  let lastId = 0;
  return Object.assign(store, {
    show(tone: NoticeTone, title: string, text = '', group?: NoticeGroup) {
      const own = { tone, title, text, count: 1, group: group?.name ?? null };
      store.setState(({ notices }) => {
        const earlier = group === undefined ? undefined : notices.find((notice) => notice.group === group.name);
        if (group === undefined || earlier === undefined) {
          return { notices: [...notices, { id: ++lastId, ...own }].slice(-MOST_AT_ONCE) };
        }
        const count = earlier.count + 1;
        return {
          notices: notices.map((notice) =>
            notice === earlier ? { ...earlier, count, ...group.words(count) } : notice,
          ),
        };
      });
    },
    dismiss(id: number) {
      store.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
    },
  });
}
