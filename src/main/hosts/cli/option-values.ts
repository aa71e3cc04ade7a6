/** Reads the values of options: times, lists, numbers and choices, each with a complaint that shows what fits. */
import type { Settings } from '#contract/areas/settings.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { externalSource } from '#core/domain/external-signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { closest, type UsageFault } from './arguments.ts';
import { USAGE } from './command.ts';

type Options = Readonly<Record<string, string>>;

/** ISO-8601; without a zone it is UTC, a date alone is its midnight. Whole UTC ms are taken too. Null: not given. */
export function timeOption(options: Options, name: string): Result<UnixMs | null, UsageFault> {
  const text = options[name];
  if (text === undefined) return ok(null);
  if (/^\d{11,15}$/.test(text)) return ok(Number(text));
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const time = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`);
  // Date.parse moves 31 February into March; the round trip does not.
  const exists = !Number.isNaN(time) && new Date(`${match?.[1]}T00:00Z`).toISOString().startsWith(match?.[1] ?? '-');
  if (exists) return ok(time);
  return complain(name, `takes a time as 2025-06-01 or 2025-06-01T12:30:00Z, not "${text}"`);
}

export function rangeOptions(
  options: Options,
): Result<{ readonly from: UnixMs | null; readonly to: UnixMs | null }, UsageFault> {
  const from = timeOption(options, 'from');
  if (!from.ok) return from;
  const to = timeOption(options, 'to');
  if (!to.ok) return to;
  if (from.value !== null && to.value !== null && from.value >= to.value) {
    return complain('to', 'must be later than --from');
  }
  return ok({ from: from.value, to: to.value });
}

/** A list with commas; null: not given. */
export function listOption(options: Options, name: string): Result<readonly string[] | null, UsageFault> {
  const text = options[name];
  if (text === undefined) return ok(null);
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length > 0 ? ok(items) : complain(name, 'takes one or more names, with commas between them');
}

/** Strategies of our own, or sources of signals from outside by their full id; null: not given. */
export function strategiesOption(options: Options, name = 'strategy'): Result<readonly string[] | null, UsageFault> {
  const items = listOption(options, name);
  if (!items.ok || items.value === null) return items;
  const known = STRATEGIES.map(({ id }) => id);
  const wrong = items.value.find((item) => !known.includes(item) && externalSource(item) === null);
  return wrong === undefined ? items : complain(name, notOneOf(wrong, known));
}

/** One of `choices`; null: not given. */
export function choiceOption<T extends string>(
  options: Options,
  name: string,
  choices: readonly T[],
): Result<T | null, UsageFault> {
  const text = options[name];
  if (text === undefined) return ok(null);
  const choice = choices.find((candidate) => candidate === text);
  return choice === undefined ? complain(name, notOneOf(text, choices)) : ok(choice);
}

/** Some of `choices`, with commas between them; null: not given. */
export function choicesOption<T extends string>(
  options: Options,
  name: string,
  choices: readonly T[],
): Result<readonly T[] | null, UsageFault> {
  const items = listOption(options, name);
  if (!items.ok || items.value === null) return items as Result<null, UsageFault>;
  const wrong = items.value.find((item) => !(choices as readonly string[]).includes(item));
  return wrong === undefined ? ok(items.value as readonly T[]) : complain(name, notOneOf(wrong, choices));
}

export function numberOption(
  options: Options,
  name: string,
  least: number,
  most: number,
): Result<number | null, UsageFault> {
  const text = options[name];
  if (text === undefined) return ok(null);
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return ok(value);
  return complain(name, `takes a number from ${least} to ${most}, not "${text}"`);
}

function notOneOf(text: string, choices: readonly string[]): string {
  const close = closest(text, choices);
  const meant = close === null ? '' : `; did you mean ${close}?`;
  return `takes ${choices.join(', ')}, not "${text}"${meant}`;
}

function complain(name: string, complaint: string): Result<never, UsageFault> {
  return err({ kind: USAGE, message: `--${name} ${complaint}.`.replace('?.', '?'), remedy: 'See --help.' });
}

/** Whose strategy parameters a run of the past goes by. */
export const PARAMETERS_OPTION = {
  value: 'WHOSE',
  meaning: 'profile (default): parameters as the trader set them; default: as each strategy came',
} as const;

/** What `--parameters` asks for, out of the trader's settings. */
export function parametersOption(
  options: Readonly<Record<string, string>>,
  settings: Pick<Settings, 'strategyParameters'>,
): Result<Settings['strategyParameters'], UsageFault> {
  const whose = choiceOption(options, 'parameters', ['default', 'profile'] as const);
  if (!whose.ok) return whose;
  return ok(whose.value === 'default' ? {} : settings.strategyParameters);
}
