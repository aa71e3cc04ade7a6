/** The life of the desktop application: one instance, one window, and an end in order. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { app, type BrowserWindow, dialog, protocol, session } from 'electron';
import { contract } from '#contract/contract.ts';
import { serveContract } from '#contract/rpc/server.ts';
import { bugReporter, type CreateHostedApp, describeError } from '../hosted-app.ts';
import { loadWindowFiles } from '../window/window-files.ts';
import { openDeskWindow } from './desk-window.ts';
import { denyPermissions } from './guards.ts';
import { registerWindowScheme, serveWindow } from './window-protocol.ts';

export interface DesktopGround {
  readonly args: readonly string[];
  readonly createApp: CreateHostedApp;
  readonly complain: (line: string) => void;
}

export async function runDesktop({ args, createApp, complain }: DesktopGround): Promise<void> {
  // All of this has to happen before the application is ready, so before the first `await`.
  const profileDir = readProfileArgument(args) ?? app.getPath('userData');
  // The browser's own files stay out of the record's way. `setPath` wants folders that exist.
  const windowDataDir = join(profileDir, 'window');
  mkdirSync(windowDataDir, { recursive: true, mode: 0o700 });
  app.setPath('userData', profileDir);
  app.setPath('sessionData', windowDataDir);
  app.enableSandbox();
  registerWindowScheme(protocol);
  if (!app.requestSingleInstanceLock()) {
    complain('Shadowdesk is open already.');
    app.quit();
    return;
  }
  const builtDir = join(app.getAppPath(), 'out');

  await app.whenReady();
  const files = loadWindowFiles(join(builtDir, 'renderer'));
  if (!files.ok) {
    dialog.showErrorBox(files.error.message, files.error.remedy);
    app.exit(1);
    return;
  }
  denyPermissions(session.defaultSession);
  serveWindow(protocol, files.value);
  const created = await createApp({ profileDir });
  if (!created.ok) {
    dialog.showErrorBox(created.error.message, created.error.remedy);
    app.exit(1);
    return;
  }
  const desk = created.value;
  const onBug = bugReporter(desk, complain);

  let window: BrowserWindow | null = null;
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  app.once('will-quit', (event) => {
    event.preventDefault();
    desk.close().then(
      () => app.exit(0),
      (error: unknown) => {
        complain(`A bug in the closing: ${describeError(error)}`);
        app.exit(1);
      },
    );
  });
  desk.start().catch((error: unknown) => onBug(error, 'the start'));
  window = await openDeskWindow({
    profileDir,
    preloadFile: join(builtDir, 'preload', 'preload.cjs'),
    developerTools: !app.isPackaged,
    serve: (port) => serveContract(contract, desk.service, port, { onBug }),
    complain,
  });
}

/** Ends the process after a bug that nobody caught: the record is complete up to it, and the state is not trusted on. */
export function endWithBug(error: unknown): void {
  dialog.showErrorBox('Shadowdesk met a bug and has to close', `The record is safe.\n\n${describeError(error)}`);
  app.exit(70);
}

/** Electron's and Chromium's own switches are among the arguments, so what we do not know is passed over. */
function readProfileArgument(args: readonly string[]): string | null {
  const { values } = parseArgs({ args: [...args], options: { profile: { type: 'string' } }, strict: false });
  return typeof values.profile === 'string' ? resolve(values.profile) : null;
}
