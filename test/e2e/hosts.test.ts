/** Both hosts with the real preload and carriers in a real browser, around a small application. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { LIFE_FILE, REFUSAL_FILE } from '#test/support/hosts/small-app.ts';
import { buildSmallWindow, type SmallWindow } from '#test/support/hosts/small-window.ts';
import { PATIENCE_MS } from './support/desk-page.ts';
import { type LaunchOptions, type OpenedDesk, openByDesktop, openByWeb } from './support/launch.ts';

/** Whatever the name, it is this machine: as a hostile name server would have it. */
const REBINDING = ['--host-resolver-rules=MAP evil.example 127.0.0.1'];

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
let small: SmallWindow;
beforeAll(async () => {
  small = await buildSmallWindow();
});
afterAll(() => small.dispose());

function profile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shadowdesk-profile-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const life = (folder: string) => readFileSync(join(folder, LIFE_FILE), 'utf8').trim().split('\n');

const doors = {
  web: (folder: string, options: LaunchOptions = {}) =>
    openByWeb(folder, {
      entry: join(projectRoot, 'test/support/hosts/web-main.ts'),
      env: { SHADOWDESK_TEST_WINDOW: small.windowDir },
      ...options,
    }),
  desktop: (folder: string, options: LaunchOptions = {}) =>
    openByDesktop(folder, {
      entry: join(projectRoot, 'test/support/hosts/desktop-main.ts'),
      cwd: small.folder,
      ...options,
    }),
};

async function opened(door: keyof typeof doors, folder: string, options: LaunchOptions = {}) {
  const desk = await doors[door](folder, options);
  onTestFinished(async () => {
    await desk.close();
  });
  return desk;
}

const sharedFolder = mkdtempSync(join(tmpdir(), 'shadowdesk-profile-'));
const shared = new Map<keyof typeof doors, Promise<OpenedDesk>>();
afterAll(async () => {
  for (const desk of shared.values()) await (await desk).close();
  rmSync(sharedFolder, { recursive: true, force: true });
});

/** One desk by each door for all tests that leave it as it was: a host and a browser take longer to start than a test to run. */
async function usual(door: keyof typeof doors): Promise<OpenedDesk> {
  const known = shared.get(door) ?? doors[door](join(sharedFolder, door), { browserArgs: REBINDING });
  shared.set(door, known);
  const desk = await known;
  await text(desk.page, 'link', 'connected');
  return desk;
}

const text = (page: Page, id: string, wanted: string | RegExp) =>
  page.waitForFunction(
    ([selector, source]) =>
      new RegExp(source as string).test(document.querySelector(`#${selector}`)?.textContent ?? ''),
    [id, typeof wanted === 'string' ? `^${wanted}$` : wanted.source] as const,
    { timeout: PATIENCE_MS },
  );

it('the page carries no schema library', () => {
  expect(small.script).not.toMatch(/zod|safeParse/i);
});

describe.each(['web', 'desktop'] as const)('by the %s door', (door) => {
  it('the page is connected, hears its streams and gets its answers', async () => {
    const folder = profile();
    const desk = await opened(door, folder);
    const { page } = desk;
    await text(page, 'link', 'connected');
    await text(page, 'status', /^\d+$/);
    await page.click('#skip');
    await text(page, 'answer', 'skipped T-1');
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('#link') as Element).color)).toBe(
      'rgb(1, 2, 3)',
    );
    expect(await page.evaluate(() => location.hash)).toBe('');
    // What a preload or a node integration might have left behind.
    expect(
      await page.evaluate(() =>
        ['require', 'process', 'module', 'electron', 'ipcRenderer'].filter((name) => name in window),
      ),
    ).toEqual([]);
    expect(await desk.close()).toBe(0);
    expect(life(folder)).toEqual(['created', 'started', 'stream stopped', 'closed']);
  });

  it('RE-50: the policy stops inline scripts, styles without the nonce, frames and foreign addresses', async () => {
    const { page } = await usual(door);
    const results = await page.evaluate(async () => {
      const violations: string[] = [];
      const all = new Promise<void>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => {
          violations.push(event.effectiveDirective);
          // These two come last, when the browser has got round to the frame.
          if (['frame-src', 'connect-src'].every((name) => violations.includes(name))) resolve();
        });
      });
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      const style = document.createElement('style');
      style.textContent = '#status { color: rgb(9, 9, 9) }';
      document.head.append(style);
      const frame = document.createElement('iframe');
      frame.src = 'https://evil.example/';
      document.body.append(frame);
      const reached = await fetch('https://evil.example/').then(
        () => true,
        () => false,
      );
      await all;
      return {
        injected: 'injected' in window,
        color: getComputedStyle(document.querySelector('#status') as Element).color,
        reached,
        violations: violations.sort(),
      };
    });
    expect(results).toEqual({
      injected: false,
      color: 'rgb(0, 0, 0)',
      reached: false,
      violations: ['connect-src', 'frame-src', 'script-src-elem', 'style-src-elem'],
    });
  });

  it('a reload takes up where it was, without an error or a violation of the policy', async () => {
    const desk = await usual(door);
    await text(desk.page, 'status', /^\d+$/);
    const complaints: string[] = [];
    desk.page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    desk.page.on('pageerror', (error) => complaints.push(error.message));
    await desk.page.reload();
    await text(desk.page, 'link', 'connected');
    await text(desk.page, 'status', /^\d+$/);
    expect(complaints).toEqual([]);
  });

  it('a profile that cannot be opened is said in words, with what to do', async () => {
    const folder = profile();
    writeFileSync(join(folder, REFUSAL_FILE), '');
    await expect(doors[door](folder)).rejects.toThrow(/The profile is in use\.\s+Close the other window\./);
  });

  it('WS-20: a file that the page makes is saved as it is', async () => {
    const { page } = await usual(door);
    const begun = page.waitForEvent('download');
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['a,b\n1,ü\n'], { type: 'text/csv' }));
      link.download = 'phantoms.csv';
      link.click();
    });
    const download = await begun;
    expect(download.suggestedFilename()).toBe('phantoms.csv');
    const saved = join(profile(), 'saved.csv');
    await download.saveAs(saved);
    expect(readFileSync(saved, 'utf8')).toBe('a,b\n1,ü\n');
  });

  it('a restart and a kill -9 are survived, on the same profile', async () => {
    const folder = profile();
    const desk = await opened(door, folder);
    await text(desk.page, 'link', 'connected');
    const before = await desk.page.textContent('#status');
    await desk.restart();
    await text(desk.page, 'link', 'connected');
    await desk.page.waitForFunction((old) => document.querySelector('#status')?.textContent !== old, before);
    await desk.kill();
    if (door === 'web') await text(desk.page, 'link', 'lost');
    await desk.restart();
    await text(desk.page, 'link', 'connected');
    await text(desk.page, 'status', /^\d+$/);
    expect(life(folder).filter((line) => line === 'created')).toHaveLength(3);
    expect(life(folder).filter((line) => line === 'closed')).toHaveLength(1);
  });
});

describe('RE-52: a hostile page in the same browser', () => {
  it('gets nothing by rebinding its name, nor from its own origin with the cookie in the jar', async () => {
    const desk = await usual('web');
    const { port } = new URL(desk.page.url());
    const page = await desk.page.context().newPage();
    onTestFinished(() => page.close());
    const rebound = await page.goto(`http://evil.example:${port}/`);
    expect(rebound?.status()).toBe(421);
    expect(await rebound?.text()).not.toContain('<script');

    const hostile = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Hostile</title>');
    });
    await new Promise<void>((resolve) => hostile.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void hostile.close());
    const { port: hostilePort } = hostile.address() as AddressInfo;
    // The second shares the host name, and so the cookie, with the window.
    for (const origin of [`http://evil.example:${hostilePort}`, `http://127.0.0.1:${hostilePort}`]) {
      await page.goto(`${origin}/`);
      const gained = await page.evaluate(async (target) => {
        const connects = (url: string) =>
          new Promise<boolean>((resolve) => {
            const socket = new WebSocket(url);
            socket.onopen = () => resolve(true);
            socket.onerror = () => resolve(false);
          });
        const reads = (url: string, init?: RequestInit) =>
          fetch(url, { credentials: 'include', ...init }).then(
            () => true,
            () => false,
          );
        const loads = (url: string) =>
          new Promise<boolean>((resolve) => {
            const image = new Image();
            image.onload = () => resolve(true);
            image.onerror = () => resolve(false);
            image.src = url;
          });
        return {
          socket: await connects(`ws://127.0.0.1:${target}/contract`),
          rebound: await connects(`ws://evil.example:${target}/contract`),
          session: await reads(`http://127.0.0.1:${target}/session`),
          exchange: await reads(`http://127.0.0.1:${target}/session`, { method: 'POST', body: 'guess' }),
          page: await reads(`http://127.0.0.1:${target}/`),
          image: await loads(`http://127.0.0.1:${target}/icon.svg`),
        };
      }, port);
      const nothing = { socket: false, rebound: false, session: false, exchange: false, page: false, image: false };
      expect(gained).toEqual(nothing);
    }
    await text(desk.page, 'link', 'connected');
  });

  it('a second browser needs a token of its own, which the host prints', async () => {
    const desk = await usual('web');
    const [first = '', next = ''] = desk.lines.map((line) => line.split(': ').slice(1).join(': '));
    expect(desk.lines).toHaveLength(2);
    const second = await desk.page.context().browser()?.newContext();
    const page = await second?.newPage();
    if (page === undefined) throw new Error('no second page');
    await page.goto(first);
    await text(page, 'link', 'refused');
    await page.goto('about:blank');
    await page.goto(next);
    await text(page, 'link', 'connected');
  });
});

describe('RE-50: the desktop window', () => {
  it('leaves its page for nothing, and opens nothing but credits outside', async () => {
    const desk = await usual('desktop');
    const { page } = desk;
    const before = page.url();
    const said = desk.lines.length;
    await page.evaluate(() => {
      location.href = 'https://evil.example/';
    });
    await page.evaluate(() => {
      window.open('https://evil.example/popup');
      window.open('https://www.tradingview.com/');
    });
    await page.click('#skip');
    await text(page, 'answer', 'skipped T-1');
    expect(page.url()).toBe(before);
    await expect.poll(() => page.context().pages().length).toBe(1);
    expect(desk.lines.slice(said)).toEqual(['stand-in: openExternal https://www.tradingview.com/']);
  });

  it('serves the built window and nothing beside it', async () => {
    const desk = await usual('desktop');
    const statuses = await desk.page.evaluate(async () => {
      const paths = [
        '/index.html',
        '/assets/page-1a2b.js',
        '/../../secret.txt',
        '/%2e%2e/%2e%2e/secret.txt',
        '/..%2f..%2fsecret.txt',
      ];
      return Promise.all(paths.map(async (path) => (await fetch(path)).status));
    });
    expect(statuses).toEqual([200, 200, 404, 404, 404]);
  });

  it('is there once: a second start brings the first to the front and ends', async () => {
    const desk = await usual('desktop');
    const folder = join(sharedFolder, 'desktop');
    await expect(doors.desktop(folder)).rejects.toThrow('Shadowdesk is open already');
    expect(life(folder).filter((line) => line === 'created')).toHaveLength(1);
    await desk.page.click('#skip');
    await text(desk.page, 'answer', 'skipped T-1');
  });
});
