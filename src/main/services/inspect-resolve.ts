/** Resolves one phantom given as a document: the resolver of record, open to anyone who wants to check it (PH-10 to PH-15). */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Funding, PhantomResult, TradeTerms } from '#core/domain/phantom.ts';
import { sideSign } from '#core/domain/signal.ts';
import { isTimeframe, TIMEFRAMES, type Timeframe, timeframeMs } from '#core/domain/timeframe.ts';
import { checkCandle } from '#core/market/candle-gate.ts';
import { type FineCandles, resolveTrade } from '#core/phantoms/resolver.ts';

/** The result in the fields of the command; prices in quote units, times in UTC ms, the rest in R unless named otherwise. */
export type ResolvedPhantom = Omit<PhantomResult, 'maxFavorablePrice' | 'maxAdversePrice'>;

export type ResolveFault = Fault<'bad-phantom'>;

/**
 * `document`: `{phantom: {side, entry, stop, tp1, tp1Fraction, target, openedAt, timeoutMs, costs: {feeBps, slippageBps,
 * funding?: {rate, next, intervalMs}}},
 * timeframe, candles: [[timestamp_ms, open, high, low, close, volume], ...], fineTimeframe?, fineCandles?}`. The fault
 * names the field that does not fit.
 */
export function resolveDocument(document: unknown): Result<ResolvedPhantom, ResolveFault> {
  try {
    const root = new Fields('', document);
    const terms = readTerms(root.child('phantom'));
    const timeframe = root.text('timeframe', (text): text is Timeframe => isTimeframe(text), TIMEFRAMES.join(', '));
    const candles = readCandles(root, 'candles', timeframeMs(timeframe));
    const result = resolveTrade(terms, timeframe, candles, readFine(root, timeframeMs(timeframe)));
    const { maxFavorablePrice: _favorable, maxAdversePrice: _adverse, ...shown } = result;
    return ok(shown);
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return err({ kind: 'bad-phantom', message: error.message, remedy: 'Correct the file; --help shows its form.' });
  }
}

class BadField extends Error {
  constructor(field: string, complaint: string) {
    super(`${field} ${complaint}.`);
  }
}

function readTerms(phantom: Fields): TradeTerms {
  const costs = phantom.child('costs');
  const side = phantom.text(
    'side',
    (text): text is 'long' | 'short' => text === 'long' || text === 'short',
    'long, short',
  );
  const entry = phantom.number('entry', isAboveZero, 'above 0');
  const stop = phantom.number('stop', isAboveZero, 'above 0');
  const target = phantom.number('target', isAboveZero, 'above 0');
  const tp1 = phantom.has('tp1') ? phantom.number('tp1', isAboveZero, 'above 0, or null') : null;
  const sign = sideSign(side);
  const beyond = side === 'long' ? 'above' : 'below';
  const against = side === 'long' ? 'below' : 'above';
  if (!(sign * (entry - stop) > 0)) throw new BadField('phantom.stop', `must lie ${against} entry for a ${side}`);
  if (!(sign * (target - entry) > 0)) throw new BadField('phantom.target', `must lie ${beyond} entry for a ${side}`);
  if (tp1 !== null && !(sign * (tp1 - entry) > 0)) {
    throw new BadField('phantom.tp1', `must lie ${beyond} entry for a ${side}, or be null`);
  }
  return {
    side,
    entry,
    stop,
    tp1,
    tp1Fraction:
      tp1 === null && !phantom.has('tp1Fraction')
        ? 0
        : phantom.number('tp1Fraction', (value) => value >= 0 && value <= 1, 'between 0 and 1'),
    target,
    openedAt: phantom.number('openedAt', Number.isSafeInteger, 'a time in whole UTC ms'),
    timeoutMs: phantom.number('timeoutMs', isAboveZero, 'above 0'),
    costs: {
      feeBps: costs.number('feeBps', (value) => value >= 0, '0 or more'),
      slippageBps: costs.number('slippageBps', (value) => value >= 0, '0 or more'),
      ...(costs.has('funding') ? { funding: readFunding(costs.child('funding')) } : {}),
    },
  };
}

function readFunding(funding: Fields): Funding {
  return {
    rate: funding.number('rate', (value) => Math.abs(value) < 1, 'between -1 and 1'),
    next: funding.number('next', Number.isSafeInteger, 'a time in whole UTC ms'),
    intervalMs: funding.number('intervalMs', isAboveZero, 'above 0'),
  };
}

function readFine(root: Fields, durationMs: number): FineCandles | undefined {
  if (!root.has('fineCandles') && !root.has('fineTimeframe')) return undefined;
  const text = root.text(
    'fineTimeframe',
    (value): value is string => fineDuration(value) !== null,
    '1s, 5s, 1m, 5m ...',
  );
  const fineMs = fineDuration(text) ?? 0;
  if (fineMs >= durationMs || durationMs % fineMs !== 0) {
    throw new BadField('fineTimeframe', 'must divide the timeframe into two or more equal bars');
  }
  return { durationMs: fineMs, candles: readCandles(root, 'fineCandles', fineMs) };
}

/** Seconds come from trades (PH-12), so the list of stored timeframes is too short here. */
function fineDuration(text: string): number | null {
  const match = /^(\d{1,3})([smh])$/.exec(text);
  if (match === null) return null;
  const unit = { s: 1_000, m: 60_000, h: 3_600_000 }[match[2] ?? ''] ?? 0;
  const duration = Number(match[1]) * unit;
  return duration > 0 ? duration : null;
}

function readCandles(root: Fields, name: string, durationMs: number): readonly Candle[] {
  const candles: Candle[] = [];
  for (const [index, row] of root.list(name).entries()) {
    const where = `${name}[${index}]`;
    if (!Array.isArray(row)) throw new BadField(where, 'must be [timestamp_ms, open, high, low, close, volume]');
    const openTime: unknown = row[0];
    if (typeof openTime !== 'number' || !Number.isSafeInteger(openTime) || openTime % durationMs !== 0) {
      throw new BadField(`${where}[0]`, 'must be a bar open time in whole UTC ms, aligned to the timeframe');
    }
    // The gate knows only stored timeframes: the time was checked above, the prices are checked as a bar of time 0.
    const checked = checkCandle([0, ...row.slice(1)], '1m');
    if (typeof checked === 'string') throw new BadField(where, `is not a candle: ${checked}`);
    const previous = candles.at(-1);
    if (previous !== undefined && openTime <= previous.openTime) {
      throw new BadField(`${where}[0]`, 'must be later than that of the candle before it');
    }
    candles.push({ ...checked, openTime });
  }
  return candles;
}

function isAboveZero(value: number): boolean {
  return value > 0;
}

/** An object of the document that knows its own path, so that every complaint names the field. */
class Fields {
  readonly #path: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(path: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new BadField(path === '' ? 'The document' : path, 'must be an object');
    }
    this.#path = path;
    this.#fields = value as Readonly<Record<string, unknown>>;
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null;
  }

  child(name: string): Fields {
    return new Fields(this.#pathOf(name), this.#present(name));
  }

  list(name: string): readonly unknown[] {
    const value = this.#present(name);
    if (!Array.isArray(value)) throw new BadField(this.#pathOf(name), 'must be a list');
    return value;
  }

  number(name: string, fits: (value: number) => boolean, wanted: string): number {
    const value = this.#present(name);
    if (typeof value !== 'number' || !Number.isFinite(value) || !fits(value)) {
      throw new BadField(this.#pathOf(name), `must be a number ${wanted}`);
    }
    return value;
  }

  text<T extends string>(name: string, fits: (value: string) => value is T, wanted: string): T {
    const value = this.#present(name);
    if (typeof value !== 'string' || !fits(value)) throw new BadField(this.#pathOf(name), `must be one of: ${wanted}`);
    return value;
  }

  #present(name: string): unknown {
    const value = this.#fields[name];
    if (value === undefined || value === null) throw new BadField(this.#pathOf(name), 'is missing');
    return value;
  }

  #pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}
