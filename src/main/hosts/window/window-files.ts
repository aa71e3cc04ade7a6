/**
 * The built window, read once at the start. Requests are looked up among these files by exact name, so there is no path
 * to escape from, and a build that runs meanwhile does not pull the files from under an open window.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';

export interface WindowFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Its name carries the hash of its content: it may be kept for ever. */
  readonly immutable: boolean;
}

export interface WindowFiles {
  /** The document, with `nonce` where the page looks for it. */
  page(nonce: string): string;
  /** By the exact path of an address, e.g. `/assets/main-3f2a.js`. */
  find(pathname: string): WindowFile | null;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Stands in `index.html`; each delivery puts a fresh nonce there, which the page reads from its meta element. */
const nonceMark = '__CSP_NONCE__';

export function loadWindowFiles(folder: string): Result<WindowFiles, Fault<'window-not-built'>> {
  if (!existsSync(join(folder, 'index.html'))) {
    const message = 'The window has not been built.';
    return err({ kind: 'window-not-built', message, remedy: 'Run `npm run build`, then start again.' });
  }
  const files = new Map<string, WindowFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    // Links are left out: what they point at is not part of the window.
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const pathname = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(pathname, {
      body: new Uint8Array(readFileSync(path)),
      contentType: contentTypes[extname(entry.name)] ?? 'application/octet-stream',
      immutable: pathname.startsWith('/assets/'),
    });
  }
  const document = readFileSync(join(folder, 'index.html'), 'utf8');
  files.delete('/index.html');
  return ok({
    page: (nonce) => document.replaceAll(nonceMark, nonce),
    find: (pathname) => files.get(pathname) ?? null,
  });
}
