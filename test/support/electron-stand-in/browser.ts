/** The Chromium that stands in for Electron's own: pages under `app://`, and a preload in an isolated world of each. */
import {
  type BrowserContext,
  type CDPSession,
  chromium,
  type Page,
  type Route,
  type Request as RouteRequest,
} from 'playwright-core';
import { BROWSER_FLAGS, browserPath } from '../browser.ts';
import { type MessagePortMain, transferOut } from './message-channel.ts';
import { BINDING, type Carried, type FromWorld, installWorld, RECEIVER, type ToWorld } from './preload-world.ts';

export type SchemeHandler = (request: Request) => Response | Promise<Response>;

/** What a window has to know of its page. */
export interface PageEvents {
  ipc(channel: string, message: readonly unknown[], url: string): void;
  /** Whether the page may go there. */
  navigate(url: string): boolean;
  windowOpen(url: string): void;
  closed(): void;
}

export interface BridgedPage {
  load(url: string): Promise<void>;
  reload(): void;
  url(): string;
  post(channel: string, message: unknown, ports: readonly MessagePortMain[]): void;
  close(): Promise<void>;
}

/** Chromium refuses schemes it does not know, so `app://desk` is a host name there that never resolves. */
const suffix = '.app.invalid';

export function toBrowser(url: string): string {
  return url.replace(/^app:\/\/([\w-]+)/, `https://$1${suffix}`);
}

export function toApplication(url: string): string {
  return url.replace(/^https:\/\/([\w-]+)\.app\.invalid/, 'app://$1');
}

export interface StandInBrowser {
  openPage(preloadSource: string, size: { width: number; height: number }, events: PageEvents): Promise<BridgedPage>;
  close(): Promise<void>;
}

export async function launchBrowser(
  userDataDir: string,
  remoteDebuggingPort: string | null,
  handlerOf: (scheme: string) => SchemeHandler | null,
): Promise<StandInBrowser> {
  const debugging = remoteDebuggingPort === null ? [] : [`--remote-debugging-port=${remoteDebuggingPort}`];
  const context = await chromium.launchPersistentContext(userDataDir, {
    executablePath: browserPath(),
    headless: true,
    viewport: null,
    args: [...BROWSER_FLAGS, ...debugging],
  });
  const owned = new Map<Page, PageEvents>();
  await context.route('**', (route) => answer(route, owned, handlerOf));
  const firstPages = context.pages();
  let ownPagesOnTheirWay = 0;
  context.on('page', (page) => {
    // What a page may open was decided by its window; a second one of the browser's own is shut either way.
    if (ownPagesOnTheirWay === 0) page.close().catch(() => undefined);
  });

  async function newPage(): Promise<Page> {
    ownPagesOnTheirWay += 1;
    const page = await context.newPage();
    ownPagesOnTheirWay -= 1;
    return page;
  }

  return {
    async openPage(preloadSource, size, events) {
      const page = firstPages.shift() ?? (await newPage());
      owned.set(page, events);
      await page.setViewportSize(size);
      return bridge(context, page, preloadSource, events);
    },
    close: () => context.close(),
  };
}

/** The page that a request navigates, or null when it is not one of a window (or not even a page yet). */
function navigatingPage(request: RouteRequest): Page | null {
  try {
    return request.frame().page();
  } catch {
    return null;
  }
}

async function answer(
  route: Route,
  owned: ReadonlyMap<Page, PageEvents>,
  handlerOf: (scheme: string) => SchemeHandler | null,
): Promise<void> {
  const request = route.request();
  const url = toApplication(request.url());
  if (request.isNavigationRequest()) {
    const page = navigatingPage(request);
    const events = page === null ? undefined : owned.get(page);
    if (!events?.navigate(url)) return route.abort('aborted');
  }
  const scheme = new URL(url).protocol.slice(0, -1);
  const handler = handlerOf(scheme);
  // There is no network in tests of the desktop application, and no handler means an unknown scheme.
  if (handler === null) return route.abort('addressunreachable');
  const response = await handler(new Request(url, { method: request.method(), headers: request.headers() }));
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  });
}

async function bridge(
  context: BrowserContext,
  page: Page,
  preloadSource: string,
  events: PageEvents,
): Promise<BridgedPage> {
  const cdp: CDPSession = await context.newCDPSession(page);
  const ports = new Map<number, MessagePortMain>();
  let lastPort = 0;
  let world: number | null = null;
  let worldUrl = '';

  function say(message: ToWorld): void {
    if (world === null) return;
    const functionDeclaration = `function (text) { globalThis.${RECEIVER}(text); }`;
    const call = { functionDeclaration, executionContextId: world, arguments: [{ value: JSON.stringify(message) }] };
    // A world that is gone takes no messages; its ports were closed with it.
    cdp.send('Runtime.callFunctionOn', call).catch(() => undefined);
  }

  function closePorts(): void {
    const open = [...ports.values()];
    ports.clear();
    for (const port of open) port.disentangle();
  }

  cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    if (name !== BINDING) return;
    const message: FromWorld = JSON.parse(payload);
    if (message.kind === 'born') {
      closePorts();
      world = executionContextId;
      worldUrl = toApplication(message.url);
    } else if (executionContextId !== world) {
      return;
    } else if (message.kind === 'ipc') {
      events.ipc(message.channel, message.message, worldUrl);
    } else if (message.kind === 'frame') {
      ports.get(message.port)?.arrive(unpacked(message.value));
    } else {
      ports.get(message.port)?.disentangle();
      ports.delete(message.port);
    }
  });
  cdp.on('Page.windowOpen', ({ url }) => events.windowOpen(toApplication(url)));
  page.on('close', () => {
    world = null;
    closePorts();
    events.closed();
  });
  const worldName = 'electron-preload';
  await cdp.send('Page.enable');
  await cdp.send('Runtime.enable');
  await cdp.send('Runtime.addBinding', { name: BINDING, executionContextName: worldName });
  const source = `(${installWorld.toString()})(function (require, module, exports) {\n${preloadSource}\n});`;
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName });

  return {
    async load(url) {
      await page.goto(toBrowser(url), { waitUntil: 'domcontentloaded' });
    },
    reload: () => void page.reload().catch(() => undefined),
    url: () => toApplication(page.url()),
    post(channel, message, transferred) {
      const numbers = transferred.map((port) => {
        const kept = transferOut(port);
        lastPort += 1;
        const number = lastPort;
        ports.set(number, kept);
        kept.remote = {
          deliver: (value) => say({ kind: 'frame', port: number, value: packed(value) }),
          close: () => say({ kind: 'close', port: number }),
        };
        return number;
      });
      say({ kind: 'ipc', channel, message, ports: numbers });
    },
    close: () => page.close(),
  };
}

function packed(value: unknown): Carried {
  if (typeof value === 'string') return { text: value };
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  return { json: value };
}

function unpacked(value: Carried): unknown {
  if ('text' in value) return value.text;
  if ('json' in value) return value.json;
  return new Uint8Array(Buffer.from(value.base64, 'base64'));
}
