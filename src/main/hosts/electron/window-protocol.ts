/** Serves the built window under `app://desk`: the only content the desktop application ever loads (RE-50). */
import { randomBytes } from 'node:crypto';
import type { Protocol } from 'electron';
import { contentPolicy, SECURITY_HEADERS } from '../window/content-policy.ts';
import type { WindowFiles } from '../window/window-files.ts';
import { isWindowAddress, WINDOW_SCHEME } from './window-address.ts';

/** Has to run before the application is ready. */
export function registerWindowScheme(protocol: Protocol): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true };
  protocol.registerSchemesAsPrivileged([{ scheme: WINDOW_SCHEME, privileges }]);
}

export function serveWindow(protocol: Protocol, files: WindowFiles): void {
  protocol.handle(WINDOW_SCHEME, (request) => answerWindowRequest(request, files));
}

export function answerWindowRequest(request: { readonly method: string; readonly url: string }, files: WindowFiles) {
  if (!isWindowAddress(request.url) || request.method !== 'GET')
    return answer(404, 'text/plain', 'There is no such file.');
  const { pathname } = new URL(request.url);
  if (pathname === '/' || pathname === '/index.html') {
    const nonce = randomBytes(32).toString('base64url');
    return answer(200, 'text/html; charset=utf-8', files.page(nonce), contentPolicy(nonce, []));
  }
  const file = files.find(pathname);
  if (file === null) return answer(404, 'text/plain', 'There is no such file.');
  return answer(200, file.contentType, file.body);
}

function answer(
  status: number,
  contentType: string,
  body: string | Uint8Array<ArrayBuffer>,
  policy = "default-src 'none'",
): Response {
  const own = { 'content-type': contentType, 'content-security-policy': policy, 'cache-control': 'no-store' };
  return new Response(body, { status, headers: { ...SECURITY_HEADERS, ...own } });
}
