/** Runs the application behind the loopback server until a signal ends it. */
import { contract } from '#contract/contract.ts';
import { serveContract } from '#contract/rpc/server.ts';
import { bugReporter, type CreateHostedApp } from '../hosted-app.ts';
import type { Machine } from '../profile-folder.ts';
import { loadWindowFiles } from '../window/window-files.ts';
import { createHookDoor } from './hook-door.ts';
import { storedToken } from './hook-token.ts';
import { openBrowser } from './open-browser.ts';
import { createSessions, loadSecrets } from './sessions.ts';
import { parseWebOptions, WEB_HELP } from './web-options.ts';
import { startWebServer, type WebServer, type WebServerOptions } from './web-server.ts';

export interface WebHostGround {
  readonly args: readonly string[];
  readonly machine: Machine;
  /** The built window. */
  readonly windowDir: string;
  readonly createApp: CreateHostedApp;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly nowMs: () => number;
  /** Resolves when the user or the system wants the host to end. */
  readonly ended: Promise<void>;
}

export const usualPort = 7462;
const portsToTry = 20;

/** Resolves to the exit code: 0 ended as asked, 1 could not run, 2 wrong usage. */
export async function runWebHost(ground: WebHostGround): Promise<number> {
  const { print, complain } = ground;
  const options = parseWebOptions(ground.args, ground.machine);
  if (!options.ok) {
    complain(`${options.error.message} ${options.error.remedy}`);
    return 2;
  }
  if (options.value.help) {
    print(WEB_HELP);
    return 0;
  }
  const files = loadWindowFiles(ground.windowDir);
  if (!files.ok) {
    complain(`${files.error.message} ${files.error.remedy}`);
    return 1;
  }
  const { profileDir, port } = options.value;
  const created = await ground.createApp({ profileDir });
  if (!created.ok) {
    complain(`${created.error.message} ${created.error.remedy}`);
    return 1;
  }
  const app = created.value;
  const sessions = createSessions(loadSecrets(profileDir), ground.nowMs);
  const onBug = bugReporter(app, complain);

  const address = () => `http://127.0.0.1:${server.port}/#token=${sessions.currentToken()}`;
  let server: WebServer;
  try {
    server = await listenSomewhere(port, {
      files: files.value,
      sessions,
      serve: (connection) => serveContract(contract, app.service, connection, { onBug }),
      onExchange: () => print(`For another browser: ${address()}`),
      ...(app.hook === undefined
        ? {}
        : { hook: createHookDoor({ hook: app.hook, token: () => storedToken(profileDir), nowMs: ground.nowMs }) }),
    });
  } catch (error) {
    complain(`Port ${port ?? usualPort} cannot be used (${String(error)}). Name another with --port.`);
    await app.close();
    return 1;
  }
  print(`Shadowdesk: ${address()}`);
  if (options.value.openBrowser) openBrowser(address(), ground.machine.platform);
  const running = app.start().catch((error: unknown) => onBug(error, 'the start'));
  await ground.ended;
  await server.close();
  await app.close();
  await running;
  return 0;
}

/** Exactly where the user said, or at the usual port and the ones after it. */
async function listenSomewhere(wanted: number | null, options: WebServerOptions): Promise<WebServer> {
  if (wanted !== null) return startWebServer(wanted, options);
  for (let offset = 0; ; offset += 1) {
    try {
      return await startWebServer(usualPort + offset, options);
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || offset === portsToTry - 1) throw error;
    }
  }
}
