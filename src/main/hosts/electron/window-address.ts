/** The window's own address, and the few outside ones it may lead to (RE-50). */

export const WINDOW_SCHEME = 'app';
const WINDOW_HOST = 'desk';
export const WINDOW_URL = `${WINDOW_SCHEME}://${WINDOW_HOST}/`;

/** Opened in the user's browser, never in the window: credits that the licence of the chart asks for. */
const externalHosts: ReadonlySet<string> = new Set(['www.tradingview.com', 'tradingview.github.io']);

/** Node gives an opaque origin to schemes it does not know, so scheme and host are compared themselves. */
export function isWindowAddress(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.protocol === `${WINDOW_SCHEME}:` && parsed.host === WINDOW_HOST;
}

export function isAllowedExternal(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.protocol === 'https:' && parsed.port === '' && externalHosts.has(parsed.hostname);
}
