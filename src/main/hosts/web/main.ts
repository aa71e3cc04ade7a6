/** The web host: the window in a browser of this machine (WS-1, second way). */
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createApp } from '#main/app.ts';
import { endOfProcess } from './end-of-process.ts';
import { runWebHost } from './run-web-host.ts';

process.exitCode = await runWebHost({
  args: process.argv.slice(2),
  machine: { platform: process.platform, env: process.env, homeDir: homedir() },
  windowDir: fileURLToPath(new URL('../../../../out/renderer', import.meta.url)),
  createApp,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  nowMs: () => performance.now(),
  ended: endOfProcess(),
});
