/** Opens an address in the user's browser, where there is one; whether it worked shows on the screen. */
import { spawn } from 'node:child_process';

const commands: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // Unlike `start`, it takes the address as it is.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

export function openBrowser(url: string, platform: string): void {
  const [command, ...args] = commands[platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // No such program: the printed address is there for that.
  child.on('error', () => undefined);
  child.unref();
}
