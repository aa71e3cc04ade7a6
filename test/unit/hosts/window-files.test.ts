/** The files of the built window, and that nothing else can be had under their address. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contentPolicy } from '#main/hosts/window/content-policy.ts';
import { loadWindowFiles } from '#main/hosts/window/window-files.ts';
import { makeWindowFixture } from '#test/support/window-fixture.ts';

function loaded(prepare?: (windowDir: string, folder: string) => void) {
  const fixture = makeWindowFixture('export {}');
  onTestFinished(() => fixture.dispose());
  prepare?.(fixture.windowDir, fixture.folder);
  const files = loadWindowFiles(fixture.windowDir);
  if (!files.ok) throw new Error(files.error.message);
  return files.value;
}

describe('window files', () => {
  it('are found by their exact address, with their type', () => {
    const files = loaded();
    expect(files.find('/assets/main-1a2b.js')).toMatchObject({
      contentType: expect.stringContaining('javascript'),
      immutable: true,
    });
    expect(files.find('/icon.svg')).toMatchObject({ contentType: 'image/svg+xml', immutable: false });
    expect(files.find('/assets/other.js')).toBeNull();
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/assets',
    '/assets/',
    '',
    '/__proto__',
    '/constructor',
    '/index.html\0.js',
  ])('RE-50: %j leads to nothing', (pathname) => {
    expect(loaded().find(pathname)).toBeNull();
  });

  it('RE-50: a link that leads out of the folder is not part of the window', () => {
    const files = loaded((windowDir, folder) => symlinkSync(join(folder, 'secret.txt'), join(windowDir, 'linked.txt')));
    expect(files.find('/linked.txt')).toBeNull();
  });

  it('put the nonce where the page reads it', () => {
    const page = loaded().page('abc');
    expect(page).toContain('content="abc"');
    expect(page).not.toContain('__CSP_NONCE__');
  });

  it('say what to do when the window has not been built', () => {
    expect(loadWindowFiles('/nowhere/at/all')).toMatchObject({
      ok: false,
      error: { remedy: expect.stringContaining('npm run build') },
    });
  });
});

it('RE-50: the content policy begins with nothing and allows no inline script, no eval, no foreign address', () => {
  const policy = contentPolicy('n', ['ws://127.0.0.1:7462']);
  expect(policy.split('; ')[0]).toBe("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("style-src 'self' 'nonce-n';");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
});
