/** The desktop application (WS-1, first way). */
import { createApp } from '#main/app.ts';
import { endWithBug, runDesktop } from './run-desktop.ts';

process.on('uncaughtException', endWithBug);
process.on('unhandledRejection', endWithBug);
void runDesktop({
  args: process.argv.slice(1),
  // Built, each worker lies beside this file.
  createApp: (options) =>
    createApp({ ...options, workerEntry: (name) => new URL(`./${name}.worker.js`, import.meta.url) }),
  complain: (line) => process.stderr.write(`${line}\n`),
});
