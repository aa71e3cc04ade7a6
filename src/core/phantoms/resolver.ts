/** Turns a phantom's terms and candles into its outcome in one pass (PH-10); bar by bar gives the same (PH-14). */
import type { Candle } from '#core/domain/candle.ts';
import type { PhantomResult, TradeTerms } from '#core/domain/phantom.ts';
import { type Timeframe, timeframeMs } from '#core/domain/timeframe.ts';
import { TradeWalk } from '#core/fills/trade-walk.ts';

/** A finer stored series beside the base: 1m under 5m, or 1s made from trades (PH-12). */
export interface FineCandles {
  readonly durationMs: number;
  /** Ascending by open time. */
  readonly candles: readonly Candle[];
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
  const finer = fine === undefined ? null : new FineCursor(fine);
  for (const candle of candles) {
    if (finer === null) walk.onBar(candle, durationMs);
    else walk.onBar(candle, durationMs, finer.inside(candle.openTime, durationMs), finer.durationMs);
    if (walk.closed) break;
  }
  return walk.result();
}

/** Hands out the finer candles of ascending bars in one pass over them. */
class FineCursor {
  readonly durationMs: number;
  readonly #candles: readonly Candle[];
  #at = 0;

  constructor(fine: FineCandles) {
    this.durationMs = fine.durationMs;
    this.#candles = fine.candles;
  }

  inside(openTime: number, durationMs: number): readonly Candle[] {
    const candles = this.#candles;
    while (this.#at < candles.length && (candles[this.#at] as Candle).openTime < openTime) this.#at++;
    let end = this.#at;
    while (end < candles.length && (candles[end] as Candle).openTime < openTime + durationMs) end++;
    const part = candles.slice(this.#at, end);
    this.#at = end;
    return part;
  }
}
