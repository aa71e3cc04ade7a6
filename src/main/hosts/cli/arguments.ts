/** From words to a call: finds the command, checks its options, and says what was probably meant. */
import { parseArgs } from 'node:util';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { COMMON_OPTIONS, type Command, type CommandOption, USAGE } from './command.ts';

export interface ParsedCall {
  /** Null: no command was given. */
  readonly command: Command | null;
  readonly options: Readonly<Record<string, string>>;
  readonly switches: ReadonlySet<string>;
  readonly file: string;
  readonly second: string;
}

export type UsageFault = Fault<typeof USAGE>;

export function parseCall(args: readonly string[], commands: readonly Command[]): Result<ParsedCall, UsageFault> {
  const every = { ...COMMON_OPTIONS, ...Object.assign({}, ...commands.map((command) => command.options)) } as Readonly<
    Record<string, CommandOption>
  >;
  const { tokens, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(every).map(([name, { value }]) => [name, { type: value === null ? 'boolean' : 'string' }]),
    ),
  });
  const found = findCommand(positionals, commands);
  if (!found.ok) return found;
  const { command, rest } = found.value;
  const allowed: Readonly<Record<string, CommandOption>> = { ...command?.options, ...COMMON_OPTIONS };
  const options: Record<string, string> = {};
  const switches = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = allowed[token.name];
    if (option === undefined) return usage(unknownOption(token.rawName, allowed), helpOf(command));
    if (option.value === null) {
      if (token.value !== undefined) return usage(`${token.rawName} takes no value.`, helpOf(command));
      switches.add(token.name);
    } else {
      const missing = token.value === undefined || (token.value.startsWith('--') && !token.inlineValue);
      if (missing) return usage(`${token.rawName} needs a value: ${token.rawName} ${option.value}.`, helpOf(command));
      options[token.name] = token.value ?? '';
    }
  }
  if (command !== null && !switches.has('help')) {
    const complaint = incomplete(command, options, rest);
    if (complaint !== null) return usage(complaint, helpOf(command));
  }
  return ok({ command, options, switches, file: rest[0] ?? '', second: rest[1] ?? '' });
}

function findCommand(
  words: readonly string[],
  commands: readonly Command[],
): Result<{ readonly command: Command | null; readonly rest: readonly string[] }, UsageFault> {
  if (words.length === 0) return ok({ command: null, rest: [] });
  for (const command of commands) {
    const name = command.name.split(' ');
    if (name.every((word, index) => words[index] === word)) return ok({ command, rest: words.slice(name.length) });
  }
  const group = commands.filter((command) => command.name.startsWith(`${words[0]} `)).map((command) => command.name);
  if (group.length > 0) {
    const second = words[1];
    const what =
      second === undefined ? `desk ${words[0]} needs to know what.` : `There is no desk ${words[0]} ${second}.`;
    return usage(what, `Try ${group.map((name) => `desk ${name}`).join(', ')}.`);
  }
  const close =
    closest(
      words.slice(0, 2).join(' '),
      commands.map((command) => command.name),
    ) ??
    closest(
      words[0] ?? '',
      commands.map((command) => command.name),
    );
  const remedy =
    close === null ? 'desk --help lists the commands.' : `Did you mean desk ${close}? desk --help lists all.`;
  return usage(`There is no command ${words[0]}.`, remedy);
}

function incomplete(
  command: Command,
  options: Readonly<Record<string, string>>,
  rest: readonly string[],
): string | null {
  const wanted = [command.file, command.second].filter((argument) => argument !== undefined);
  const missing = wanted[rest.length];
  if (missing !== undefined) return `${missing.name} is missing: ${missing.meaning}.`;
  const most = wanted.length;
  if (rest.length > most) return `"${rest[most]}" is one word too many.`;
  for (const [name, option] of Object.entries(command.options)) {
    if (option.required === true && options[name] === undefined) return `--${name} ${option.value} is missing.`;
  }
  return null;
}

function unknownOption(rawName: string, allowed: Readonly<Record<string, CommandOption>>): string {
  const close = closest(rawName.replace(/^-+/, ''), Object.keys(allowed));
  return `There is no option ${rawName} here.${close === null ? '' : ` Did you mean --${close}?`}`;
}

function helpOf(command: Command | null): string {
  return command === null ? 'desk --help shows the commands.' : `desk ${command.name} --help shows what it takes.`;
}

function usage(message: string, remedy: string): Result<never, UsageFault> {
  return err({ kind: USAGE, message, remedy });
}

/** The known name nearest to `name`, or null when none is near enough to have been meant. */
export function closest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = candidate.startsWith(name) && name.length > 1 ? 1 : editDistance(name, candidate);
    if (distance < least) [least, best] = [distance, candidate];
  }
  return best;
}

/** Levenshtein's distance: single characters put in, taken out or exchanged. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
