/** Opens the workstation by either of its two doors, the same for the test whichever it is. */

import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { BROWSER_FLAGS, browserPath } from '#test/support/browser.ts';
import { desktopObstacle, findElectron } from '../../../scripts/electron-binary.mjs';
import { type HostProcess, startHost } from './host-process.ts';

export interface OpenedDesk {
  /** The window. After `restart()` it may be another page: ask again. */
  readonly page: Page;
  /** What the host printed. */
  readonly lines: readonly string[];
  /** Ends the host as a power cut would (kill -9); the profile stays. */
  kill(): Promise<void>;
  /** Ends the host in order, unless it is down already, and starts it on the same profile. */
  restart(): Promise<void>;
  /** Ends host and browser in order; resolves to the host's exit code (or signal). */
  close(): Promise<number | string>;
}

export interface LaunchOptions {
  /** Further arguments of the host. */
  readonly args?: readonly string[];
  /** Further arguments of the browser that the test opens (web door only). */
  readonly browserArgs?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The program and its folder, when not the project's own. */
  readonly entry?: string;
  readonly cwd?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));
const standIn = fileURLToPath(new URL('../../support/electron-stand-in/register.ts', import.meta.url));
const patienceMs = 120_000;
const usualViewport = { width: 1440, height: 900 };

/** The web host, with the window in a browser that stays open over restarts: the page has to find back by itself. */
export async function openByWeb(profile: string, options: LaunchOptions = {}): Promise<OpenedDesk> {
  const entry = options.entry ?? join(projectRoot, 'src/main/hosts/web/main.ts');
  let port = '0';
  async function start(): Promise<{ host: HostProcess; address: string }> {
    const flags = ['--profile', profile, '--port', port, '--no-open'];
    const where = { cwd: options.cwd ?? projectRoot, env: options.env };
    const host = startHost([entry, ...flags, ...(options.args ?? [])], where);
    const [, address = '', boundPort = ''] = await host.line(/^Shadowdesk: (http:\/\/127\.0\.0\.1:(\d+)\/\S*)/);
    port = boundPort;
    return { host, address };
  }

  let { host, address } = await start();
  const args = [...BROWSER_FLAGS, ...(options.browserArgs ?? [])];
  const browser = await orKill(host, chromium.launch({ executablePath: browserPath(), headless: true, args }));
  const context = await browser.newContext({ viewport: options.viewport ?? usualViewport, acceptDownloads: true });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  await orKill(host, page.goto(address));

  async function end(): Promise<number | string> {
    host.child.kill('SIGTERM');
    return host.ended;
  }
  return {
    page,
    get lines() {
      return host.lines;
    },
    async kill() {
      host.child.kill('SIGKILL');
      await host.ended;
    },
    async restart() {
      await end();
      ({ host, address } = await start());
    },
    async close() {
      const code = await end();
      await browser.close();
      return code;
    },
  };
}

/** The desktop application: real Electron where its binary exists, else its built main process on the stand-in. */
export async function openByDesktop(profile: string, options: LaunchOptions = {}): Promise<OpenedDesk> {
  const cwd = options.cwd ?? projectRoot;
  const { viewport = usualViewport } = options;

  async function start(): Promise<{ host: HostProcess; browser: Browser; page: Page }> {
    const debuggingPort = await freePort();
    const flags = ['--profile', profile, `--remote-debugging-port=${debuggingPort}`, ...(options.args ?? [])];
    const host = options.entry === undefined ? startBuilt(flags) : startOnStandIn(options.entry, flags);
    const browser = await orKill(host, connectOver(debuggingPort, host));
    const page = await orKill(host, windowOf(browser));
    page.setDefaultTimeout(patienceMs);
    await page.setViewportSize(viewport);
    return { host, browser, page };
  }

  function startBuilt(flags: readonly string[]): HostProcess {
    const program = usableElectron();
    if (program !== null) return startHost([cwd, ...flags], { cwd, program, env: options.env });
    return startOnStandIn(join(projectRoot, 'out/main/index.js'), flags);
  }

  function startOnStandIn(entry: string, flags: readonly string[]): HostProcess {
    if (!existsSync(entry)) throw new Error(`${entry} is not there: run \`npm run build\`.`);
    return startHost(['--import', standIn, entry, ...flags], { cwd, env: options.env });
  }

  let { host, browser, page } = await start();
  async function end(): Promise<number | string> {
    host.child.kill('SIGTERM');
    const code = await host.ended;
    await browser.close().catch(() => undefined);
    return code;
  }
  return {
    get page() {
      return page;
    },
    get lines() {
      return host.lines;
    },
    async kill() {
      host.child.kill('SIGKILL');
      await host.ended;
      await browser.close().catch(() => undefined);
    },
    async restart() {
      await end();
      ({ host, browser, page } = await start());
    },
    close: end,
  };
}

/** Real Electron, where its binary is there and can open a window. */
function usableElectron(): string | null {
  const uid = process.getuid?.();
  if (desktopObstacle({ platform: process.platform, env: process.env, uid }) !== null) return null;
  return findElectron(projectRoot);
}

/** What cannot be opened is not left running. */
async function orKill<T>(host: HostProcess, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    host.child.kill('SIGKILL');
    await host.ended;
    throw new Error(`${String(error)}\n${host.lines.join('\n')}`, { cause: error });
  }
}

/**
 * The debugging port opens some time after the process starts, and the window some time after that. Connecting before
 * the window is there would let whatever drives the browser on the other side take the downloads.
 */
async function connectOver(port: number, host: HostProcess): Promise<Browser> {
  let over = false;
  void host.ended.then(() => {
    over = true;
  });
  const deadlineMs = performance.now() + patienceMs;
  while (!over && performance.now() < deadlineMs) {
    const targets: unknown = await fetch(`http://127.0.0.1:${port}/json/list`).then(
      (answer) => answer.json(),
      () => [],
    );
    const isThere =
      Array.isArray(targets) && targets.some(({ url }) => URL.parse(String(url))?.host.startsWith('desk'));
    if (isThere) return chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(over ? 'The desktop application ended at once.' : 'The desktop application opens no window.');
}

/** Its window is loaded by the application itself; the page is blank until then. */
async function windowOf(browser: Browser): Promise<Page> {
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('the desktop application has no browser context');
  const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: patienceMs }));
  await page.waitForURL((url) => url.host.startsWith('desk'), { timeout: patienceMs });
  return page;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
