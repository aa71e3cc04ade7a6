/**
 * Signals from outside as programs send them and files hold them (ST-20): the fields, the other names that alerts use for
 * them, and what fits. One place for webhook and CSV.
 */
import { z } from 'zod';
import { err, ok, type Result } from '#core/base/result.ts';
import { type ExternalSignal, type ExternalTimeframe, sourceName } from '#core/domain/external-signal.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';

/** A signal before its instrument is known and before it has a name for certain. */
export interface ExternalFields extends Omit<ExternalSignal, 'source' | 'id'> {
  /** As it was written, e.g. `BTC/USDT`, `BTCUSDT` or `BINANCE:BTCUSDT`. */
  readonly symbol: string;
  readonly source: string | null;
  readonly id: string | null;
}

/** Other names by which a field is known; compared in lower case, `-` and blanks as `_`. */
const ALIASES: Readonly<Record<string, string>> = {
  ticker: 'symbol',
  instrument: 'symbol',
  pair: 'symbol',
  action: 'side',
  direction: 'side',
  signal_id: 'id',
  alert_id: 'id',
  price: 'entry',
  close: 'entry',
  entry_price: 'entry',
  stop_loss: 'stop',
  stoploss: 'stop',
  sl: 'stop',
  take_profit: 'target',
  takeprofit: 'target',
  tp: 'target',
  tp2: 'target',
  first_target: 'tp1',
  interval: 'timeframe',
  timeout: 'timeout_minutes',
  reason: 'reasons',
  comment: 'reasons',
  message: 'reasons',
  strategy: 'source',
};

/** Alerts write what TradingView's `{{interval}}` gives: minutes without a unit. */
const TIMEFRAMES: Readonly<Record<string, ExternalTimeframe>> = {
  '5': '5m',
  '5m': '5m',
  '15': '15m',
  '15m': '15m',
  '60': '1h',
  '1h': '1h',
};
const SIDES: Readonly<Record<string, ExternalSignal['side']>> = {
  long: 'long',
  buy: 'long',
  short: 'short',
  sell: 'short',
};
const DECIMAL = /^\s*(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*$/;
/** What the contract takes for an unprintable character is a blank here: texts come from anywhere (RE-54). */
const UNPRINTABLE = /\p{C}+/gu;

/** A number, or its text: alerts are templates, and templates quote. */
const price = z
  .union([z.number(), z.string().max(40).regex(DECIMAL, 'must be a number').transform(Number)], {
    error: 'must be a number',
  })
  .refine((value) => Number.isFinite(value) && value > 0, 'must be above 0');

const text = (longest: number) =>
  z
    .string({ error: 'must be text' })
    .max(longest, `must have at most ${longest} characters`)
    .transform((value) => value.replaceAll(UNPRINTABLE, ' ').trim());

const name = text(64).refine((value) => value !== '', 'must not be empty');

const oneOf = <T>(table: Readonly<Record<string, T>>, choices: string) =>
  z.union([z.string(), z.number()], { error: `must be ${choices}` }).transform((value, context): T => {
    const key = String(value).trim().toLowerCase();
    if (Object.hasOwn(table, key)) return table[key] as T;
    context.addIssue({ code: 'custom', message: `must be ${choices}` });
    return z.NEVER;
  });

const fieldsSchema = z
  .object({
    symbol: name,
    source: text(60).optional(),
    id: z.union([name, z.number().int().nonnegative().transform(String)], { error: 'must be text' }).optional(),
    side: oneOf(SIDES, 'long or short (or buy or sell)'),
    entry: price.optional(),
    stop: price,
    tp1: price.optional(),
    target: price,
    timeout_minutes: price.optional(),
    timeframe: oneOf(TIMEFRAMES, '5m, 15m or 1h (5, 15 or 60)').optional(),
    reasons: z
      .union([text(200).transform((reason) => [reason]), z.array(text(200)).max(10, 'must be at most 10')], {
        error: 'must be text of at most 200 characters, or a list of at most 10 such texts',
      })
      .optional(),
  })
  .strict();

/** Without these there is no signal. */
const REQUIRED = ['symbol', 'side', 'stop', 'target'];
/** The names a sender may use, for messages and the guide. */
const EXTERNAL_FIELDS: readonly string[] = Object.keys(fieldsSchema.shape);

/** Null, empty text and absence are the same. On failure: what does not fit, one field each. */
export function readExternalFields(given: unknown): Result<ExternalFields, string> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return err('It must be one JSON object with the fields of one signal');
  }
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === '') continue;
    const plain = key
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_');
    const field = Object.hasOwn(ALIASES, plain) ? (ALIASES[plain] as string) : plain;
    if (fields.has(field)) return err(`${field} is given twice, once under another name`);
    fields.set(field, value);
  }
  const parsed = fieldsSchema.safeParse(Object.fromEntries(fields));
  const missing = REQUIRED.filter((field) => !fields.has(field));
  if (!parsed.success) return err(complaintsOf(parsed.error, missing));
  const { timeout_minutes: minutes, source, ...rest } = parsed.data;
  const named = source === undefined ? null : sourceName(source);
  if (source !== undefined && named === null) {
    return err('source must be 1 to 30 letters, digits, _ or -, and begin with a letter or digit');
  }
  return ok({
    symbol: rest.symbol,
    source: named,
    id: rest.id ?? null,
    side: rest.side,
    entry: rest.entry ?? null,
    stop: rest.stop,
    tp1: rest.tp1 ?? null,
    target: rest.target,
    timeoutMs: minutes === undefined ? null : Math.round(minutes * MINUTE_MS),
    reasons: (rest.reasons ?? []).filter((reason) => reason !== ''),
    timeframe: rest.timeframe ?? null,
  });
}

function complaintsOf(error: z.ZodError, missing: readonly string[]): string {
  const complaints = missing.map((field) => `${field} is missing`);
  for (const issue of error.issues) {
    const field = String(issue.path[0] ?? '');
    if (issue.code === 'unrecognized_keys') {
      complaints.push(`there is no field ${issue.keys.map(shown).join(', ')}; known are ${EXTERNAL_FIELDS.join(', ')}`);
    } else if (!missing.includes(field)) complaints.push(`${field} ${issue.message}`);
  }
  return [...new Set(complaints)].join('; ');
}

/** A name of the sender as it may stand in a message: short and printable. */
function shown(key: string): string {
  const printable = key.replaceAll(UNPRINTABLE, '?');
  return `"${printable.length > 40 ? `${printable.slice(0, 40)}...` : printable}"`;
}
