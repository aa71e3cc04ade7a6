/**
 * The first start on an exchange (PL-11, WS-2): some weeks of history are downloaded and run through the strategies at
 * full speed. Their signals become phantoms with disposition `bootstrap`; no ticket, no order.
 */
import { err, ok, type Result } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { DAY_MS, timeframeMs } from '#core/domain/timeframe.ts';
import { checkCandle } from '#core/market/candle-gate.ts';
import { fillQuietBars } from '#core/market/gaps.ts';
import type { ExchangeConnection, ExchangeFault } from '#main/exchange/feed.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import { type HistoryRunOptions, runHistory } from './history-run.ts';
import { WorkMeter } from './work-meter.ts';

const LONGEST_QUIET_BARS = 60;

export interface BootstrapOptions extends HistoryRunOptions {
  readonly connection: ExchangeConnection;
  readonly historyDays: number;
  /** The trader wants to go live soon: no more than this is still downloaded. */
  readonly atMostDays?: number;
}

export type BootstrapFault = ExchangeFault | StoreFault;

/**
 * Downloads what is missing of the last `historyDays` and works every stored bar that the engine has not worked yet. Can
 * be called again after a fault, a cancel or a crash: it goes on where it stopped (MK-31).
 */
export async function bootstrap(options: BootstrapOptions): Promise<Result<void, BootstrapFault>> {
  const downloaded = await download(options);
  if (!downloaded.ok) return downloaded;
  if (!options.signal.aborted) await runHistory(options);
  return ok(undefined);
}

async function download(options: BootstrapOptions): Promise<Result<void, BootstrapFault>> {
  const { connection, instruments } = options;
  const { candles } = options.store;
  const durationMs = baseDuration(instruments);
  const to = Math.floor(connection.clock.now() / durationMs) * durationMs;
  const from = to - options.historyDays * DAY_MS;
  const total = (instruments.length * (to - from)) / durationMs;
  const { progress, monotonic } = options;
  const meter = new WorkMeter({ stage: 'downloading history', unit: 'candles', total, progress, monotonic });
  for (const instrument of instruments) {
    const stored = candles.last(instrument.id, instrument.baseTimeframe);
    const least = options.atMostDays === undefined ? from : Math.max(from, to - options.atMostDays * DAY_MS);
    const start = stored === null ? least : Math.max(least, stored.openTime + durationMs);
    meter.add((start - from) / durationMs);
    const pages = connection.history({
      symbol: instrument.symbol,
      timeframe: instrument.baseTimeframe,
      from: start,
      to,
      signal: options.signal,
    });
    let previous = stored;
    for await (const page of pages) {
      if (options.signal.aborted) return ok(undefined);
      if (!page.ok) return err(page.error);
      const rows = page.value.candles
        .map((raw) => checkCandle(raw, instrument.baseTimeframe))
        .filter((candle): candle is Candle => typeof candle !== 'string');
      const filled = fillQuietBars(previous, rows, durationMs, LONGEST_QUIET_BARS);
      const written = candles.write(instrument.id, instrument.baseTimeframe, filled, connection.clock.now());
      if (!written.ok) return written;
      previous = filled.at(-1) ?? previous;
      meter.add(filled.length);
    }
  }
  return ok(undefined);
}

function baseDuration(instruments: readonly Instrument[]): number {
  return timeframeMs(instruments[0]?.baseTimeframe ?? '1m');
}
