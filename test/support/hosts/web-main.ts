/** The web host around the small application; the environment names the folder of the window. */
import { homedir } from 'node:os';
import { endOfProcess } from '#main/hosts/web/end-of-process.ts';
import { runWebHost } from '#main/hosts/web/run-web-host.ts';
import { createSmallApp } from './small-app.ts';

process.exitCode = await runWebHost({
  args: process.argv.slice(2),
  machine: { platform: process.platform, env: process.env, homeDir: homedir() },
  windowDir: process.env.SHADOWDESK_TEST_WINDOW ?? '',
  createApp: createSmallApp,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  nowMs: () => performance.now(),
  ended: endOfProcess(),
});
