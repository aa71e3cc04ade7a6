/** The desktop host's own rules: who may ask for a port, where the window may go, where it is put (RE-50). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IpcMainEvent, Session, WebContents } from 'electron';
import { describe, expect, it, onTestFinished } from 'vitest';
import { denyPermissions, isOwnSender } from '#main/hosts/electron/guards.ts';
import { isAllowedExternal, isWindowAddress } from '#main/hosts/electron/window-address.ts';
import { loadWindowPlace, saveWindowPlace } from '#main/hosts/electron/window-bounds.ts';
import { answerWindowRequest } from '#main/hosts/electron/window-protocol.ts';
import { loadWindowFiles } from '#main/hosts/window/window-files.ts';
import { makeWindowFixture } from '#test/support/window-fixture.ts';

describe('RE-50: the sender of an IPC message', () => {
  const mainFrame = { url: 'app://desk/', parent: null };
  const contents = { mainFrame } as unknown as WebContents;
  const check = (event: { sender?: unknown; senderFrame: unknown }) =>
    isOwnSender({ sender: contents, ...event } as unknown as IpcMainEvent, contents);

  it('is our page in the main frame of our window', () => {
    expect(check({ senderFrame: mainFrame })).toBe(true);
  });

  it.each([
    ['a frame that is gone', { senderFrame: null }],
    ['a frame inside the page', { senderFrame: { url: 'app://desk/', parent: mainFrame } }],
    ['another frame without a parent', { senderFrame: { url: 'app://desk/', parent: null } }],
    ['other contents', { sender: { mainFrame }, senderFrame: mainFrame }],
  ])('is not %s', (_what, event) => {
    expect(check(event)).toBe(false);
  });

  it.each([
    'https://evil.example/',
    'app://desk.evil.example/',
    'app://other/',
    'app://desk@evil.example/',
    'app:desk/',
    'file:///app://desk/',
    'about:blank',
    '',
  ])('is not at %j', (url) => {
    const frame = { url, parent: null };
    const there = { mainFrame: frame } as unknown as WebContents;
    expect(isOwnSender({ sender: there, senderFrame: frame } as unknown as IpcMainEvent, there)).toBe(false);
    expect(isWindowAddress(url)).toBe(false);
  });
});

describe('RE-50: addresses outside', () => {
  it('are opened for the credits only', () => {
    expect(isAllowedExternal('https://www.tradingview.com/lightweight-charts/')).toBe(true);
  });

  it.each([
    'http://www.tradingview.com/',
    'https://www.tradingview.com:8443/',
    'https://www.tradingview.com.evil.example/',
    'https://www.tradingview.com@evil.example/',
    'https://evil.example/https://www.tradingview.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ms-settings:',
    '',
  ])('%j is not opened', (url) => {
    expect(isAllowedExternal(url)).toBe(false);
  });
});

it('RE-50, DE-17: every permission is denied but the window’s own notices, and downloads come from the page only', () => {
  const answers: unknown[] = [];
  const asked = [
    ['media', 'app://desk/'],
    ['notifications', 'https://evil.example/'],
    ['notifications', 'app://desk/'],
  ] as const;
  let download: ((event: { preventDefault(): void }, item: { getURL(): string }) => void) | undefined;
  const session = {
    setPermissionRequestHandler: (
      handler: (c: unknown, p: string, decide: (granted: boolean) => void, d: { requestingUrl: string }) => void,
    ) => {
      for (const [permission, requestingUrl] of asked) {
        handler(null, permission, (granted) => answers.push(granted), { requestingUrl });
      }
    },
    setPermissionCheckHandler: (handler: (c: unknown, permission: string, origin: string) => boolean) => {
      for (const [permission, origin] of asked) answers.push(handler(null, permission, origin));
    },
    setDevicePermissionHandler: (handler: () => boolean) => answers.push(handler()),
    on: (_name: string, listener: typeof download) => {
      download = listener;
    },
  };
  denyPermissions(session as unknown as Session);
  expect(answers).toEqual([false, false, true, false, false, true, false]);
  const isStopped = (url: string) => {
    let stopped = false;
    const preventDefault = () => {
      stopped = true;
    };
    download?.({ preventDefault }, { getURL: () => url });
    return stopped;
  };
  expect(isStopped('blob:app://desk/2f1c')).toBe(false);
  expect(isStopped('https://evil.example/x.exe')).toBe(true);
  expect(isStopped('blob:https://evil.example/2f1c')).toBe(true);
});

describe('RE-50: app://desk', () => {
  function served() {
    const fixture = makeWindowFixture('export {}');
    onTestFinished(() => fixture.dispose());
    const files = loadWindowFiles(fixture.windowDir);
    if (!files.ok) throw new Error(files.error.message);
    return (url: string, method = 'GET') => answerWindowRequest({ url, method }, files.value);
  }

  it('serves the page with a fresh nonce in policy and document', async () => {
    const ask = served();
    const nonces = await Promise.all(
      ['app://desk/', 'app://desk/index.html'].map(async (url) => {
        const response = ask(url);
        const [, nonce = ''] = /'nonce-([\w-]{43})'/.exec(response.headers.get('content-security-policy') ?? '') ?? [];
        expect(await response.text()).toContain(`content="${nonce}"`);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(2);
  });

  it.each([
    'app://desk/../secret.txt',
    'app://desk/%2e%2e/secret.txt',
    'app://desk/..%2fsecret.txt',
    'app://desk/assets/..%5c..%5csecret.txt',
    'app://desk//etc/passwd',
    'app://other/index.html',
    'app://desk.evil.example/',
    'file:///etc/passwd',
  ])('answers %s with nothing', (url) => {
    expect(served()(url).status).toBe(404);
  });

  it('answers reading only', () => {
    expect(served()('app://desk/', 'POST').status).toBe(404);
  });
});

describe('the place of the window', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 };
  function profile(content?: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'shadowdesk-place-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    if (content !== undefined) writeFileSync(join(folder, 'window.json'), content);
    return folder;
  }

  it('is remembered', () => {
    const folder = profile();
    const place = { bounds: { x: 10, y: 20, width: 1200, height: 800 }, maximized: true };
    saveWindowPlace(folder, place);
    expect(loadWindowPlace(folder, [screen])).toEqual(place);
  });

  it('is forgotten when its screen is gone', () => {
    const folder = profile();
    saveWindowPlace(folder, { bounds: { x: 2000, y: 20, width: 1200, height: 800 }, maximized: false });
    expect(loadWindowPlace(folder, [screen]).bounds).toBeNull();
    expect(loadWindowPlace(folder, [screen, { ...screen, x: 1920 }]).bounds).not.toBeNull();
  });

  it.each([
    '',
    '[]',
    'null',
    '{"bounds":{"x":0,"y":0,"width":1,"height":1}}',
    '{"bounds":{"x":"0","y":0,"width":900,"height":900}}',
  ])('is the usual one when the file holds %j', (content) => {
    expect(loadWindowPlace(profile(content), [screen])).toEqual({ bounds: null, maximized: false });
  });
});
