/** Short notices at the edge of the window: what an intent came to, when its panel cannot say it in place. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export type NoticeTone = 'info' | 'good' | 'warning' | 'danger';

export interface Notice {
  readonly id: number;
  readonly tone: NoticeTone;
  readonly title: string;
  readonly text: string;
}

export interface NoticesState {
  readonly notices: readonly Notice[];
}

export interface NoticesStore extends StoreApi<NoticesState> {
  show(tone: NoticeTone, title: string, text?: string): void;
  dismiss(id: number): void;
}

/** More would cover the work. */
const MOST_AT_ONCE = 4;

export function createNoticesStore(): NoticesStore {
  const store = createStore<NoticesState>(() => ({ notices: [] }));
  let lastId = 0;
  return Object.assign(store, {
    show(tone: NoticeTone, title: string, text = '') {
      store.setState(({ notices }) => ({
        notices: [...notices, { id: ++lastId, tone, title, text }].slice(-MOST_AT_ONCE),
      }));
    },
    dismiss(id: number) {
      store.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
    },
  });
}
