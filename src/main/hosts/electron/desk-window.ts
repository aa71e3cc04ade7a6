/** The one window of the desktop application: sandboxed, isolated, and connected by MessagePorts only. */
import { BrowserWindow, ipcMain, MessageChannelMain, screen, shell } from 'electron';
import type { Port } from '#contract/rpc/port.ts';
import { guardContents, isOwnSender } from './guards.ts';
import { portOverMessagePortMain } from './message-port-main.ts';
import { WINDOW_URL } from './window-address.ts';
import { loadWindowPlace, saveWindowPlace } from './window-bounds.ts';

export interface DeskWindowOptions {
  readonly profileDir: string;
  /** The built preload, a CommonJS file. */
  readonly preloadFile: string;
  /** Developer tools are for those who run from the sources. */
  readonly developerTools: boolean;
  /** Serves the contract to the page. */
  readonly serve: (port: Port) => void;
  readonly complain: (line: string) => void;
}

/** A page that crashes again and again is left for the user to see. */
const reloadsAfterCrash = 3;

export async function openDeskWindow(options: DeskWindowOptions): Promise<BrowserWindow> {
  const { profileDir, complain } = options;
  const workAreas = screen.getAllDisplays().map((display) => display.workArea);
  const place = loadWindowPlace(profileDir, workAreas);
  const window = new BrowserWindow({
    ...(place.bounds ?? { width: 1440, height: 900 }),
    title: 'Shadowdesk',
    show: false,
    autoHideMenuBar: true,
    backgroundColor: '#0e1116',
    webPreferences: {
      preload: options.preloadFile,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: options.developerTools,
    },
  });
  const { webContents } = window;
  guardContents(webContents, (url) => void shell.openExternal(url));

  const dial = (event: Electron.IpcMainEvent) => {
    if (!isOwnSender(event, webContents)) {
      complain(`A frame at ${event.senderFrame?.url ?? 'nowhere'} asked for a port and got none.`);
      return;
    }
    const { port1, port2 } = new MessageChannelMain();
    options.serve(portOverMessagePortMain(port1));
    event.senderFrame?.postMessage('shadowdesk:port', null, [port2]);
  };
  ipcMain.on('shadowdesk:dial', dial);

  let crashes = 0;
  webContents.on('render-process-gone', (_event, { reason }) => {
    crashes += 1;
    complain(`The window's process is gone (${reason}).`);
    if (crashes <= reloadsAfterCrash && !window.isDestroyed()) webContents.reload();
  });
  window.once('ready-to-show', () => {
    if (place.maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    saveWindowPlace(profileDir, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
  window.on('closed', () => ipcMain.removeListener('shadowdesk:dial', dial));
  await window.loadURL(WINDOW_URL);
  return window;
}
