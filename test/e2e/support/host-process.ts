/** A host as a child process of the test: its output can be waited for, and it can be ended in order or killed. */
import { type ChildProcess, spawn } from 'node:child_process';

const tieFile = new URL('../../../scripts/tie.mjs', import.meta.url).href;

export interface HostProcess {
  readonly child: ChildProcess;
  /** All lines so far, of both streams. */
  readonly lines: readonly string[];
  /** The first line, past or to come, that matches; rejects when the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves to the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

export interface HostProcessOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Instead of the Node that runs the tests. */
  readonly program?: string | undefined;
}

export function startHost(args: readonly string[], options: HostProcessOptions): HostProcess {
  // A Node host goes when the test that started it is gone, however that came.
  const isNode = options.program === undefined;
  const tie = isNode ? ['--import', tieFile] : [];
  const child = spawn(options.program ?? process.execPath, [...tie, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: isNode ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of [...waiting]) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.on('data', (chunk) => {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      wake();
    });
  }
  let isOver = false;
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => {
      isOver = true;
      resolve(code ?? signal ?? 'unknown');
      wake();
    });
  });
  return {
    child,
    lines,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.map((line) => pattern.exec(line)).find((match) => match !== null);
          if (found === undefined && !isOver) return;
          waiting.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`The host ended without saying ${pattern}:\n${lines.join('\n')}`));
        };
        waiting.add(look);
        look();
      }),
  };
}
