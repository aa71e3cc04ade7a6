/**
 * After a power cut the candle file may lack bars that the record has worked: it is written with less care because it
 * can be rebuilt (RE-1). They are fetched again before anything is worked on top of them.
 */
import { ok, type Result } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import type { Engine } from '#core/engine/engine.ts';
import { checkCandle } from '#core/market/candle-gate.ts';
import { fillQuietBars } from '#core/market/gaps.ts';
import type { ExchangeConnection, ExchangeFault } from '#main/exchange/feed.ts';
import type { CandleStore } from '#main/store/candle-store.ts';
import type { StoreFault } from '#main/store/store-fault.ts';

const LONGEST_QUIET_BARS = 60;

export interface RefillOptions {
  readonly connection: ExchangeConnection;
  readonly candles: CandleStore;
  readonly engine: Engine;
  readonly instruments: readonly Instrument[];
  readonly signal: AbortSignal;
}

/** How many candles were put back; with any, the engine has to be restored anew on top of them. */
export async function refillLostCandles(options: RefillOptions): Promise<Result<number, ExchangeFault | StoreFault>> {
  const { connection, candles, engine, instruments, signal } = options;
  let refilled = 0;
  for (const { id, symbol, baseTimeframe } of instruments) {
    const durationMs = timeframeMs(baseTimeframe);
    const worked = engine.instrument(id)?.lastOpenTime ?? -1;
    let last = candles.last(id, baseTimeframe);
    if (worked < 0 || last === null || last.openTime >= worked) continue;
    const range = { from: last.openTime + durationMs, to: worked + durationMs };
    for await (const page of connection.history({ symbol, timeframe: baseTimeframe, ...range, signal })) {
      if (!page.ok) return page;
      const rows = page.value.candles
        .map((raw) => checkCandle(raw, baseTimeframe))
        .filter((candle): candle is Candle => typeof candle !== 'string');
      const filled = fillQuietBars(last, rows, durationMs, LONGEST_QUIET_BARS);
      const written = candles.write(id, baseTimeframe, filled, connection.clock.now());
      if (!written.ok) return written;
      refilled += filled.length;
      last = filled.at(-1) ?? last;
    }
  }
  return ok(refilled);
}
