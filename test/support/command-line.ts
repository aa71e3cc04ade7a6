/** The command line inside this process: everything of a call but the process around it, which takes longer than most calls. */
import { fileURLToPath } from 'node:url';
import { runCli } from '#main/hosts/cli/run-cli.ts';

const projectDir = fileURLToPath(new URL('../../', import.meta.url));

export interface CommandLineAnswer {
  /** What the process would end with. */
  readonly code: number;
  /** Standard output. */
  readonly out: string;
  /** Standard error. */
  readonly complaint: string;
}

/** Runs a call of `desk` to its end. */
export async function callDesk(...args: readonly string[]): Promise<CommandLineAnswer> {
  let out = '';
  let complaint = '';
  const code = await runCli({
    args,
    machine: { platform: process.platform, env: {}, homeDir: '/nowhere' },
    nodeVersion: process.versions.node,
    projectDir,
    isTerminal: false,
    print: async (text) => {
      out += text;
    },
    complain: (text) => {
      complaint += text;
    },
    monotonic: () => performance.now(),
    wallClock: () => Date.now(),
    ended: () => new Promise(() => undefined),
  });
  return { code, out, complaint };
}
