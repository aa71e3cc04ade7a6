/** The desktop host around the small application; the folder it runs in holds `out/renderer` and `out/preload`. */
import { endWithBug, runDesktop } from '#main/hosts/electron/run-desktop.ts';
import { createSmallApp } from './small-app.ts';

process.on('uncaughtException', endWithBug);
process.on('unhandledRejection', endWithBug);
void runDesktop({
  args: process.argv.slice(1),
  createApp: createSmallApp,
  complain: (line) => process.stderr.write(`${line}\n`),
});
