/** The command line host: hands the process to `runCli` and ends with its exit code. */
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { endOfProcess } from '../web/end-of-process.ts';
import { runCli } from './run-cli.ts';

// Output that nobody reads any more (`desk ... | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCli({
  args: process.argv.slice(2),
  machine: { platform: process.platform, env: process.env, homeDir: homedir() },
  nodeVersion: process.versions.node,
  projectDir: fileURLToPath(new URL('../../../../', import.meta.url)),
  isTerminal: process.stderr.isTTY === true,
  print: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
  complain: (text) => process.stderr.write(text),
  monotonic: () => performance.now(),
  wallClock: () => Date.now(),
  ended: endOfProcess,
});
