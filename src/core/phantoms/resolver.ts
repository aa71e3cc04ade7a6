/** Turns a phantom's terms and candles into its outcome in one pass (PH-10); bar by bar gives the same (PH-14). */
import type { Candle } from '#core/domain/candle.ts';
import type { PhantomResult, TradeTerms } from '#core/domain/phantom.ts';
import { type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { type FineBars, TradeWalk } from '#core/fills/trade-walk.ts';

/** A finer stored series beside the base: 1m under 5m, or 1s made from trades (PH-12). */
export interface FineCandles {
  readonly durationMs: number;
  /** Ascending by open time; or the candles that lie in [from, to), asked for where a bar touches two levels. */
  readonly candles: readonly Candle[] | ((from: UnixMs, to: UnixMs) => readonly Candle[]);
}

/**
 * Resolves `terms` on base candles in ascending order of open time. Candles before the entry are ignored; when the
 * candles end first the result has `outcome: 'open'` and null results.
 */
export function resolveTrade(
  terms: TradeTerms,
  timeframe: Timeframe,
  candles: Iterable<Candle>,
  fine?: FineCandles,
): PhantomResult {
  const walk = new TradeWalk(terms);
  const durationMs = timeframeMs(timeframe);
  const inside = fine === undefined ? null : insideOf(fine);
  for (const candle of candles) {
    if (inside === null) walk.onBar(candle, durationMs);
    else walk.onBar(candle, durationMs, inside(candle.openTime, candle.openTime + durationMs), fine?.durationMs);
    if (walk.closed) break;
  }
  return walk.result();
}

function insideOf({ candles }: FineCandles): (from: UnixMs, to: UnixMs) => FineBars {
  if (typeof candles === 'function') return (from, to) => () => candles(from, to);
  const cursor = new FineCursor(candles);
  return (from, to) => cursor.inside(from, to);
}

/** Hands out the finer candles of ascending bars in one pass over them. */
class FineCursor {
  readonly #candles: readonly Candle[];
  #at = 0;

  constructor(candles: readonly Candle[]) {
    this.#candles = candles;
  }

  inside(from: UnixMs, to: UnixMs): readonly Candle[] {
    const candles = this.#candles;
    while (this.#at < candles.length && (candles[this.#at] as Candle).openTime < from) this.#at++;
    let end = this.#at;
    while (end < candles.length && (candles[end] as Candle).openTime < to) end++;
    const part = candles.slice(this.#at, end);
    this.#at = end;
    return part;
  }
}
