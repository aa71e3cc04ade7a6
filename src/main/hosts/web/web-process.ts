/** The web host as the program of this process: what both of its entries share. */
import { homedir } from 'node:os';
import { endOfProcess } from './end-of-process.ts';
import { runWebHost, type WebHostGround } from './run-web-host.ts';

export async function runWebProcess(parts: Pick<WebHostGround, 'windowDir' | 'createApp'>): Promise<void> {
  process.exitCode = await runWebHost({
    ...parts,
    args: process.argv.slice(2),
    machine: { platform: process.platform, env: process.env, homeDir: homedir() },
    print: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    nowMs: () => performance.now(),
    ended: endOfProcess(),
  });
}
