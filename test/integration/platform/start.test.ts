/** What `npm start` and `npm test` decide: is a build due, is Electron there, which browser, how a run is counted. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser } from '../../../scripts/browser.mjs';
import { fingerprint, isStale } from '../../../scripts/build.mjs';
import {
  desktopObstacle,
  findElectron,
  rememberedFailure,
  rememberFailure,
} from '../../../scripts/electron-binary.mjs';
import { closingLine, countRun } from '../../../scripts/test-counts.mjs';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'shadowdesk-start-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(path: string, text: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  return join(root, path);
}

describe('a build', () => {
  function built(): void {
    put('out/renderer/index.html', '<html></html>');
    put('out/.built/renderer', fingerprint(root, 'renderer'));
  }

  it('is due when there is none, and not when its sources are the same', () => {
    put('src/renderer/a.ts', '1');
    expect(isStale(root, 'renderer')).toBe(true);
    built();
    expect(isStale(root, 'renderer')).toBe(false);
  });

  it.each([
    ['a changed source', () => put('src/renderer/a.ts', '2')],
    ['a new source', () => put('src/contract/b.ts', '')],
    ['a removed source', () => rmSync(join(root, 'src/renderer/a.ts'))],
    ['another package', () => put('package-lock.json', '{}')],
    ['a lost product', () => rmSync(join(root, 'out/renderer/index.html'))],
  ])('is due after %s', (_what, change) => {
    put('src/renderer/a.ts', '1');
    built();
    change();
    expect(isStale(root, 'renderer')).toBe(true);
  });

  it('of the window is not due when only the main process changed', () => {
    put('src/renderer/a.ts', '1');
    built();
    put('src/main/a.ts', '1');
    expect(isStale(root, 'renderer')).toBe(false);
  });
});

describe('WS-1: the Electron binary', () => {
  beforeEach(() => {
    put('node_modules/electron/package.json', '{"version":"45.4.1"}');
  });

  it('is there only when it is complete and of the installed version', () => {
    expect(findElectron(root)).toBeNull();
    put('node_modules/electron/dist/version', 'v45.4.1');
    const binary = put('node_modules/electron/dist/electron', '');
    expect(findElectron(root)).toBeNull();
    put('node_modules/electron/path.txt', 'electron');
    expect(findElectron(root)).toBe(binary);
    put('node_modules/electron/dist/version', '44.0.0');
    expect(findElectron(root)).toBeNull();
  });

  it('is not waited for again within a day of a failed download of the same version', () => {
    const at = Date.UTC(2026, 10, 21);
    expect(rememberedFailure(root, at, '45.4.1')).toBeNull();
    rememberFailure(root, at, '45.4.1', 'no network');
    expect(rememberedFailure(root, at + 23 * 3_600_000, '45.4.1')).toBe('no network');
    expect(rememberedFailure(root, at + 25 * 3_600_000, '45.4.1')).toBeNull();
    expect(rememberedFailure(root, at - 1, '45.4.1')).toBeNull();
    expect(rememberedFailure(root, at, '45.5.0')).toBeNull();
  });

  it('is not asked for where it could not open a window', () => {
    const display = { DISPLAY: ':0' };
    expect(desktopObstacle({ platform: 'linux', env: {}, uid: 1000 })).toMatch(/no display/);
    expect(desktopObstacle({ platform: 'linux', env: display, uid: 0 })).toMatch(/root/);
    expect(desktopObstacle({ platform: 'linux', env: display, uid: 1000 })).toBeNull();
    expect(desktopObstacle({ platform: 'darwin', env: {}, uid: 501 })).toBeNull();
    expect(desktopObstacle({ platform: 'win32', env: {}, uid: undefined })).toBeNull();
  });
});

it('a browser is taken from CHROME_PATH, then from the PATH, and only if it can be run', () => {
  const onPath = put('bin/chromium', '');
  const named = put('elsewhere/chrome', '');
  const machine = { platform: 'linux', env: { PATH: join(root, 'bin'), CHROME_PATH: named } };
  chmodSync(onPath, 0o755);
  expect(findBrowser(machine)).toBe(onPath);
  chmodSync(named, 0o755);
  expect(findBrowser(machine)).toBe(named);
});

describe('the closing line', () => {
  function module(states: readonly string[], isOk: boolean) {
    const tests = states.map((state) => ({ result: () => ({ state }) }));
    return { ok: () => isOk, errors: () => [], children: { allTests: () => tests } };
  }

  it('counts tests over all files', () => {
    const counts = countRun([module(['passed', 'skipped'], true), module(['passed', 'failed', 'failed'], false)], []);
    expect(closingLine(counts)).toBe('2 passed, 2 failed, 1 skipped');
  });

  it('counts a file that cannot be loaded, and an error outside of any test', () => {
    expect(countRun([module([], false)], [])).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countRun([module(['passed'], true)], [new Error('loose')])).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });
});
