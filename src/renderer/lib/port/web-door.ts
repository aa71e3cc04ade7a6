/** The page's way in at the web host: the token of the address is exchanged once for a cookie, then a WebSocket (RE-52). */
import type { Port } from '#contract/rpc/port.ts';
import { RemoteFailure } from '#contract/rpc/remote-failure.ts';
import { openWebSocketPort } from './web-socket-port.ts';

const notLetIn = new RemoteFailure({
  code: 'refused',
  message: 'This page has no access to Shadowdesk.',
  remedy: 'Open the address that the command printed; each one lets one browser in.',
});

/**
 * Dials as often as it is called. The token leaves the address bar, and so the history, as soon as it is read, and is
 * kept here until the host has answered it.
 */
export function createWebDoor(): () => Promise<Port> {
  let token = takeToken();
  return async () => {
    if (token !== null) {
      await exchange(token);
      token = null;
    }
    // Asked in any case: after a used-up token the cookie of an earlier visit may still be good.
    if (!(await hasSession())) throw notLetIn;
    return openWebSocketPort(`ws://${location.host}/contract`);
  };
}

function takeToken(): string | null {
  const match = /^#token=([\w-]{43})$/.exec(location.hash);
  if (match === null) return null;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return match[1] ?? null;
}

async function exchange(token: string): Promise<void> {
  await fetch('/session', { method: 'POST', body: token, headers: { 'content-type': 'text/plain' } });
}

async function hasSession(): Promise<boolean> {
  const answer = await fetch('/session', { cache: 'no-store' });
  if (answer.ok) return true;
  // Anything but a clear no (a host that is just starting, say) is worth another try.
  if (answer.status === 401) return false;
  throw new Error(`the host answered ${answer.status}`);
}
