/** One life of the desk as a child process: started, followed to a milestone, and killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ConnectionState } from '#contract/areas/session.ts';
import type { Acknowledgement } from './acknowledgement.ts';

/** `spawned`: at once; `usable`: stored data can be shown; the others are states of the session. */
export type Milestone = 'spawned' | 'usable' | ConnectionState;

export interface DeskProcessOptions {
  readonly profileDir: string;
  readonly seed: string;
  readonly speed: number;
  readonly historyDays: number;
  /** What the desk acknowledges goes here, each life anew. */
  readonly outputPath: string;
}

/** Real ms since the start of the process; null where it did not get there. */
export interface Reached {
  readonly usable: number | null;
}

const CHILD = fileURLToPath(new URL('./desk-child.ts', import.meta.url));
/** A milestone that does not come within this is a failure of its own. */
const PATIENCE_MS = 180_000;

export class DeskProcess {
  readonly #options: DeskProcessOptions;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #startedAt = performance.now();
  readonly #waiting = new Map<Milestone, () => void>();
  #usable: number | null = null;
  #complaint = '';
  #failure: ((error: Error) => void) | null = null;

  constructor(options: DeskProcessOptions) {
    this.#options = options;
    const output = openSync(options.outputPath, 'w');
    const args = [CHILD, options.profileDir, options.seed, String(options.speed), String(options.historyDays)];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', output, 'pipe', 'ipc'] });
    closeSync(output);
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#complaint += text.toString();
    });
    this.#child.on('message', (message) => this.#onMessage(message as { milestone: Milestone; message: string }));
    this.#ended = once(this.#child, 'exit');
  }

  /** Kills the desk `delayMs` after the milestone; throws when it ended by itself or failed before. */
  async killAfter(milestone: Milestone, delayMs: number): Promise<Reached> {
    await this.#until(milestone, delayMs);
    this.#child.kill('SIGKILL');
    await this.#ended;
    if (this.#child.signalCode !== 'SIGKILL') throw new Error(`the desk ended by itself: ${this.#complaint}`);
    return { usable: this.#usable };
  }

  /** Lets the desk end in order. */
  async closeAfter(milestone: Milestone, delayMs: number): Promise<void> {
    await this.#until(milestone, delayMs);
    this.#child.send('close');
    await this.#ended;
    if (this.#child.exitCode !== 0) throw new Error(`the desk did not end in order: ${this.#complaint}`);
  }

  /** Whole lines only: the one that a kill cut off was not acknowledged. */
  acknowledged(): readonly Acknowledgement[] {
    const text = readFileSync(this.#options.outputPath, 'utf8');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Acknowledgement => JSON.parse(line));
  }

  #until(milestone: Milestone, delayMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => fail(new Error(`the desk never became ${milestone}`)), PATIENCE_MS);
      const fail = (error: Error) => {
        clearTimeout(patience);
        this.#child.kill('SIGKILL');
        reject(error);
      };
      this.#failure = fail;
      this.#child.once('exit', () => fail(new Error(`the desk ended before it was ${milestone}: ${this.#complaint}`)));
      const reached = () => {
        clearTimeout(patience);
        setTimeout(resolve, delayMs);
      };
      if (milestone === 'spawned') reached();
      else this.#waiting.set(milestone, reached);
    });
  }

  #onMessage({ milestone, message }: { readonly milestone: Milestone; readonly message: string }): void {
    if (milestone === 'usable') this.#usable = performance.now() - this.#startedAt;
    if (milestone === 'failed') this.#failure?.(new Error(`the desk failed: ${message}`));
    const reached = this.#waiting.get(milestone);
    this.#waiting.delete(milestone);
    reached?.();
  }
}
