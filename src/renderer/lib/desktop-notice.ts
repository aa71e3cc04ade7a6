/** Notices outside the window, by the page's own interface: in a browser and in the desktop application alike (DE-17). */
import type { DeskNotice } from '#contract/areas/notices.ts';

export type NoticePermission = 'granted' | 'denied' | 'default' | 'unavailable';

export function noticePermission(): NoticePermission {
  return typeof Notification === 'undefined' ? 'unavailable' : Notification.permission;
}

/** Only ever called from a click: browsers refuse it else. */
export async function askForNotices(): Promise<NoticePermission> {
  return typeof Notification === 'undefined' ? 'unavailable' : Notification.requestPermission();
}

/** One of a kind replaces the one before it: a fast market does not pile them up. */
export function showOnDesktop({ kind, title, text }: DeskNotice): void {
  if (noticePermission() !== 'granted') return;
  try {
    const shown = new Notification(title, { body: text, tag: `shadowdesk-${kind}`, silent: true });
    shown.addEventListener('click', () => {
      window.focus();
      shown.close();
    });
  } catch {
    // Some systems grant the permission and still have no way to show one.
  }
}
