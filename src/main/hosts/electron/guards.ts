/** What the window may not do: leave its page, open others, gain permissions, download from elsewhere (RE-50). */
import type { IpcMainEvent, Session, WebContents } from 'electron';
import { isAllowedExternal, isWindowAddress, WINDOW_URL } from './window-address.ts';

export function denyPermissions(session: Session): void {
  // DE-17: the window itself may show notices; the trader's settings say which.
  const isAllowed = (permission: string, url: string) => permission === 'notifications' && isWindowAddress(url);
  session.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl }) =>
    decide(isAllowed(permission, requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => isAllowed(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    // Exports are made in the page; nothing else is saved.
    if (!item.getURL().startsWith(`blob:${WINDOW_URL}`)) event.preventDefault();
  });
}

export function guardContents(contents: WebContents, openExternal: (url: string) => void): void {
  const stay = (event: { readonly url: string; preventDefault(): void }) => {
    // A reload of the page itself is a navigation too.
    if (event.url !== WINDOW_URL) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isAllowedExternal(url)) openExternal(url);
    return { action: 'deny' };
  });
}

/** Is this message from the page we loaded, in the main frame of our window? */
export function isOwnSender(
  event: Pick<IpcMainEvent, 'sender' | 'senderFrame'>,
  contents: Pick<WebContents, 'mainFrame'>,
): boolean {
  const { sender, senderFrame } = event;
  if (senderFrame === null || sender !== contents) return false;
  return senderFrame.parent === null && senderFrame === contents.mainFrame && isWindowAddress(senderFrame.url);
}
