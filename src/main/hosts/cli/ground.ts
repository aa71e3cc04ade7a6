/** What the command line stands on: everything of the process and the machine, handed in by `main.ts`. */
import type { Machine } from '../profile-folder.ts';

export interface CliGround {
  readonly args: readonly string[];
  readonly machine: Machine;
  readonly nodeVersion: string;
  /** Folder of package.json. */
  readonly projectDir: string;
  /** Standard error is a terminal: progress may be drawn. */
  readonly isTerminal: boolean;
  /** Text to standard output, without a line break of its own. Resolves when it was taken. */
  readonly print: (text: string) => Promise<void>;
  /** Text to standard error. */
  readonly complain: (text: string) => void;
  /** Monotonic, ms. */
  readonly monotonic: () => number;
  /** UTC ms. */
  readonly wallClock: () => number;
  /** Resolves when the user or the system wants the process to end. Commands that never ask for it end at once. */
  readonly ended: () => Promise<void>;
}
