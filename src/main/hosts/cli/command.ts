/** What a command of the command line is: declared once, so that parsing, help and suggestions say the same. */
import type { Fault, Result } from '#core/base/result.ts';
import type { CliGround } from './ground.ts';

export interface CommandOption {
  /** What stands for the value in the help; null for a switch. */
  readonly value: string | null;
  readonly meaning: string;
  readonly required?: boolean;
}

export interface CommandFile {
  readonly name: string;
  readonly meaning: string;
}

export interface Command {
  /** The words that call it, e.g. `inspect signals`. */
  readonly name: string;
  readonly summary: string;
  /** Its one positional argument, where it takes one. */
  readonly file?: CommandFile;
  /** The one after it, where it takes two. */
  readonly second?: CommandFile;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Further lines of the help: what a reader would otherwise have to guess. */
  readonly notes?: readonly string[];
  readonly examples: readonly string[];
  run(call: CommandCall): Promise<CommandResult>;
}

export interface CommandCall {
  readonly ground: CliGround;
  readonly profileDir: string;
  readonly json: boolean;
  /** The positional argument; empty for commands without one. */
  readonly file: string;
  /** The second one; empty for commands without one. */
  readonly second: string;
  /** Values of the options that were given. */
  readonly options: Readonly<Record<string, string>>;
  /** Switches that were given. */
  readonly switches: ReadonlySet<string>;
  /** One line that replaces the one before, on a terminal only. */
  readonly progress: (line: string) => void;
}

export interface CommandAnswer {
  /** What `--json` prints: exactly one object. Null: the command has printed for itself. */
  readonly json: object | null;
  /** The same for people. */
  readonly lines: readonly string[];
  /** Default 0. */
  readonly exitCode?: ExitCode;
}

export type CommandResult = Result<CommandAnswer, Fault>;

/** A command or option that does not exist or does not fit: exit code 2; every other fault is 1. */
export const USAGE = 'usage';

export const EXIT_CODES = {
  0: 'done',
  1: 'failed, or unusable (doctor)',
  2: 'wrong usage',
} as const;
export type ExitCode = keyof typeof EXIT_CODES;

export const COMMON_OPTIONS: Readonly<Record<string, CommandOption>> = {
  profile: { value: 'DIR', meaning: 'the folder of the record (default: the folder of your user data)' },
  json: { value: null, meaning: 'print one JSON object' },
  help: { value: null, meaning: 'this text' },
};
