/**
 * Stands in for the `electron` module in tests: the part of its interface that the desktop application uses, on a real
 * Chromium. Whatever Electron refuses is refused here too, and what is missing here throws when it is used.
 */
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type BridgedPage, launchBrowser, type SchemeHandler, type StandInBrowser } from './browser.ts';
import { MessageChannelMain, type MessagePortMain } from './message-channel.ts';

export { MessageChannelMain };

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const handlers = new Map<string, SchemeHandler>();
const schemes = new Set<string>();
const windows = new Set<BrowserWindow>();
let browser: StandInBrowser | null = null;

function preventable(more: object = {}) {
  const event = {
    ...more,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
  };
  return event;
}

function mustBeReady(message: string): void {
  if (!app.isReady()) throw new Error(message);
}

function mustNotBeReady(name: string): void {
  if (app.isReady()) throw new Error(`${name} should be called before app is ready`);
}

class App extends EventEmitter {
  readonly isPackaged = false;
  private readonly paths = new Map<string, string>([['userData', join(homedir(), '.config', 'shadowdesk')]]);
  private lockFile: string | null = null;
  private ready = false;
  private isSandboxed = false;
  private readonly becomesReady: Promise<void>;

  constructor() {
    super();
    // As Electron does, once the main module has run.
    this.becomesReady = new Promise((resolve, reject) => {
      setImmediate(() => this.launch().then(resolve, reject));
    });
  }

  private async launch(): Promise<void> {
    if (!this.isSandboxed) throw new Error('the stand-in runs sandboxed windows only');
    const [, debuggingPort = null] = /^--remote-debugging-port=(\d+)$/m.exec(process.argv.join('\n')) ?? [];
    const dataDir = join(this.getPath('sessionData'), 'stand-in');
    const registered = (scheme: string) => (schemes.has(scheme) ? (handlers.get(scheme) ?? null) : null);
    browser = await launchBrowser(dataDir, debuggingPort, registered);
    this.ready = true;
    this.emit('ready');
  }

  isReady = (): boolean => this.ready;
  whenReady = (): Promise<void> => this.becomesReady;
  getAppPath = (): string => process.cwd();
  getName = (): string => 'shadowdesk';

  getPath(name: string): string {
    const path = this.paths.get(name) ?? (name === 'sessionData' ? this.paths.get('userData') : undefined);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  setPath(name: string, path: string): void {
    if (!isAbsolute(path)) throw new Error('Path must be absolute');
    if (!existsSync(path)) throw new Error(`Failed to set path: ${path} does not exist`);
    if (name === 'sessionData') mustNotBeReady('app.setPath("sessionData")');
    this.paths.set(name, path);
  }

  enableSandbox(): void {
    if (this.ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.isSandboxed = true;
  }

  requestSingleInstanceLock(): boolean {
    mkdirSync(this.getPath('userData'), { recursive: true });
    const file = join(this.getPath('userData'), 'SingletonLock');
    const holder = holderOf(file);
    if (holder !== null) {
      process.kill(holder, 'SIGUSR2');
      return false;
    }
    writeFileSync(file, String(process.pid));
    this.lockFile = file;
    process.on('SIGUSR2', () => this.emit('second-instance', {}, [], ''));
    return true;
  }

  quit(): void {
    setImmediate(() => void this.quitInOrder());
  }

  private async quitInOrder(): Promise<void> {
    const beforeQuit = preventable();
    this.emit('before-quit', beforeQuit);
    if (beforeQuit.defaultPrevented) return;
    this.isQuitting = true;
    for (const window of [...windows]) await window.closeAndWait();
    const willQuit = preventable();
    this.emit('will-quit', willQuit);
    if (!willQuit.defaultPrevented) this.exit(0);
  }

  isQuitting = false;

  exit(code = 0): void {
    this.emit('quit', {}, code);
    if (this.lockFile !== null) rmSync(this.lockFile, { force: true });
    const closed = browser?.close() ?? Promise.resolve();
    void closed.catch(() => undefined).then(() => process.exit(code));
  }
}

function holderOf(lockFile: string): number | null {
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'));
    process.kill(holder, 0);
    return holder === process.pid ? null : holder;
  } catch {
    return null;
  }
}

export const app = new App();
// Chromium's own handling in Electron: these signals ask for an end in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());

export const ipcMain = new EventEmitter();

export const protocol = {
  registerSchemesAsPrivileged(list: readonly { readonly scheme: string }[]): void {
    mustNotBeReady('protocol.registerSchemesAsPrivileged');
    for (const { scheme } of list) schemes.add(scheme);
  },
  handle(scheme: string, handler: SchemeHandler): void {
    mustBeReady('Session can only be received when app is ready');
    if (handlers.has(scheme)) throw new Error('Failed to register protocol: the scheme has been registered');
    handlers.set(scheme, handler);
  },
};

class Session extends EventEmitter {
  setPermissionRequestHandler(_handler: unknown): void {}
  setPermissionCheckHandler(_handler: unknown): void {}
  setDevicePermissionHandler(_handler: unknown): void {}
}
const onlySession = new Session();

export const session = {
  get defaultSession(): Session {
    mustBeReady('Session can only be received when app is ready');
    return onlySession;
  },
};

export const screen = {
  getAllDisplays(): readonly { readonly workArea: Rectangle }[] {
    mustBeReady("The 'screen' module can't be used before the app 'ready' event");
    return [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }];
  },
};

export const shell = {
  async openExternal(url: string): Promise<void> {
    process.stdout.write(`stand-in: openExternal ${url}\n`);
  },
};

export const dialog = {
  showErrorBox(title: string, content: string): void {
    process.stderr.write(`stand-in: ${title}\n${content}\n`);
  },
};

class WebFrameMain {
  readonly parent = null;
  private readonly contents: WebContents;
  private readonly ownUrl: () => string;

  constructor(contents: WebContents, ownUrl: () => string) {
    this.contents = contents;
    this.ownUrl = ownUrl;
  }

  get url(): string {
    return this.ownUrl();
  }

  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[] = []): void {
    this.contents.postMessage(channel, message, transfer);
  }
}

class WebContents extends EventEmitter {
  page: BridgedPage | null = null;
  openHandler: (details: { readonly url: string }) => { readonly action: string } = () => ({ action: 'allow' });
  readonly mainFrame: WebFrameMain = new WebFrameMain(this, () => this.getURL());

  private livePage(): BridgedPage {
    if (this.page === null) throw new TypeError('Object has been destroyed');
    return this.page;
  }

  getURL = (): string => this.livePage().url();
  reload = (): void => this.livePage().reload();

  setWindowOpenHandler(handler: WebContents['openHandler']): void {
    this.openHandler = handler;
  }

  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[] = []): void {
    this.livePage().post(channel, structuredClone(message), transfer);
  }
}

interface WindowOptions extends Partial<Rectangle> {
  readonly webPreferences?: {
    readonly preload?: string;
    readonly sandbox?: boolean;
    readonly contextIsolation?: boolean;
  };
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  private readonly bounds: Rectangle;
  private readonly preloadSource: string;
  private readonly opens: Promise<BridgedPage>;
  private expectedUrl: string | null = null;
  private gone: Promise<void>;
  private settleGone: () => void = () => undefined;
  private maximized = false;

  constructor({ x = 240, y = 90, width = 800, height = 600, webPreferences = {} }: WindowOptions = {}) {
    super();
    mustBeReady('Cannot create BrowserWindow before app is ready');
    if (!webPreferences.sandbox || !webPreferences.contextIsolation) {
      throw new Error('the stand-in has sandboxed, isolated windows only');
    }
    this.bounds = { x, y, width, height };
    this.preloadSource = webPreferences.preload === undefined ? '' : readFileSync(webPreferences.preload, 'utf8');
    this.gone = new Promise((resolve) => {
      this.settleGone = resolve;
    });
    windows.add(this);
    this.opens = this.open();
  }

  private async open(): Promise<BridgedPage> {
    if (browser === null) throw new Error('the browser is closed');
    const { webContents } = this;
    const page = await browser.openPage(this.preloadSource, this.bounds, {
      ipc: (channel, message) => {
        const event = { sender: webContents, senderFrame: webContents.mainFrame, ports: [] };
        ipcMain.emit(channel, event, ...message);
      },
      navigate: (url) => {
        if (url === this.expectedUrl) return true;
        const event = preventable({ url, isMainFrame: true });
        webContents.emit('will-frame-navigate', event);
        webContents.emit('will-navigate', event);
        return !event.defaultPrevented;
      },
      windowOpen: (url) => {
        const { action } = webContents.openHandler({ url });
        if (action !== 'deny') throw new Error('the stand-in opens no second window');
      },
      closed: () => {
        this.emit('close', preventable());
        webContents.page = null;
        windows.delete(this);
        this.emit('closed');
        this.settleGone();
        if (windows.size > 0 || app.isQuitting) return;
        if (!app.emit('window-all-closed')) app.quit();
      },
    });
    webContents.page = page;
    return page;
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.opens;
    if (!handlers.has(new URL(url).protocol.slice(0, -1)))
      throw new Error(`ERR_UNKNOWN_URL_SCHEME (-302) loading '${url}'`);
    this.expectedUrl = url;
    await page.load(url);
    this.expectedUrl = null;
    this.emit('ready-to-show');
  }

  async closeAndWait(): Promise<void> {
    const page = await this.opens;
    await page.close().catch(() => undefined);
    await this.gone;
  }

  close = (): void => void this.closeAndWait();
  isDestroyed = (): boolean => !windows.has(this);
  show = (): void => void this.emit('show');
  focus = (): void => void this.emit('focus');
  isMinimized = (): boolean => false;
  isMaximized = (): boolean => this.maximized;
  getNormalBounds = (): Rectangle => this.bounds;
  maximize(): void {
    this.maximized = true;
  }
}
