/** Tells what happened in the ways that the trader chose for its kind (DE-17); Telegram is the services' matter. */
import type { DeskNotice, NoticeKind } from '#contract/areas/notices.ts';
import type { Desk } from './desk.ts';

export interface NoticeWays {
  readonly showOnDesktop: (notice: DeskNotice) => void;
  readonly playTone: (kind: NoticeKind) => void;
}

/** Until the returned function is called. */
export function announceNotices(desk: Pick<Desk, 'told' | 'settings'>, ways: NoticeWays): () => void {
  return desk.told.subscribe(({ data }, before) => {
    const settings = desk.settings.getState().data;
    if (data === null || data === before.data || settings === null) return;
    for (const notice of data) {
      if (settings.desktopNotices.includes(notice.kind)) ways.showOnDesktop(notice);
      if (settings.soundNotices.includes(notice.kind)) ways.playTone(notice.kind);
    }
  });
}
