/** The desktop application (WS-1, first way). */
import { createApp } from '#main/app.ts';
import { endWithBug, runDesktop } from './run-desktop.ts';

process.on('uncaughtException', endWithBug);
process.on('unhandledRejection', endWithBug);
void runDesktop({
  args: process.argv.slice(1),
  createApp,
  complain: (line) => process.stderr.write(`${line}\n`),
});
