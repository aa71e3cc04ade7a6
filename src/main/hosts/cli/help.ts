/** The help texts, written from the commands' own declarations. */
import { COMMON_OPTIONS, type Command, type CommandOption, EXIT_CODES } from './command.ts';

export function generalHelp(commands: readonly Command[], version: string): string {
  const names = commands.map((command) => [command.name, command.summary] as const);
  return [
    `Shadowdesk ${version}: follows every proposed trade, taken or not, and measures honestly who was right.`,
    '',
    'Usage: desk COMMAND [options]        (in the project: npm run -s desk -- COMMAND [options])',
    '',
    ...aligned(names),
    '',
    'Every command takes:',
    ...optionLines(COMMON_OPTIONS),
    '',
    `Exit codes: ${exitCodes()}.`,
    'Example: desk replay --help',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const { name, summary, options, notes, examples } = command;
  const files = [command.file, command.second].filter((file) => file !== undefined);
  const required = Object.entries(options)
    .filter(([, option]) => option.required === true)
    .map(([option, { value }]) => ` --${option} ${value}`);
  const more = Object.values(options).some((option) => option.required !== true) ? ' [options]' : '';
  return [
    `${summary}`,
    '',
    `Usage: desk ${name}${files.map((file) => ` ${file.name}`).join('')}${required.join('')}${more}`,
    '',
    ...(files.length === 0 ? [] : [...aligned(files.map((file) => [file.name, file.meaning])), '']),
    ...optionLines(options),
    ...optionLines(COMMON_OPTIONS),
    ...(notes === undefined ? [] : ['', ...notes]),
    '',
    `Exit codes: ${exitCodes()}.`,
    ...examples.map((example) => `Example: ${example}`),
  ].join('\n');
}

function optionLines(options: Readonly<Record<string, CommandOption>>): readonly string[] {
  return aligned(
    Object.entries(options).map(([name, { value, meaning }]) => [
      `--${name}${value === null ? '' : ` ${value}`}`,
      meaning,
    ]),
  );
}

function exitCodes(): string {
  return Object.entries(EXIT_CODES)
    .map(([code, meaning]) => `${code} ${meaning}`)
    .join(', ');
}

function aligned(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(26, ...rows.map(([name]) => name.length + 2));
  return rows.map(([name, meaning]) => `  ${name.padEnd(width)}${meaning}`);
}
