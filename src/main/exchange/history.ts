/** Pages an exchange's bars by fetchOHLCV, in ascending time, without the bar that is still forming (MK-11). */
import { err, ok, type Result } from '#core/base/result.ts';
import { bucketOpenTime, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { CcxtExchange } from './ccxt-client.ts';
import type { ExchangeSettings } from './exchange-settings.ts';
import { DEFAULT_PAGE_BARS } from './exchange-settings.ts';
import type { ExchangeFault, FeedClock, HistoryPage, HistoryRequest, RawCandle } from './feed.ts';
import { PATIENT, type RestCalls } from './rest-calls.ts';
import { inBaseUnits } from './volume-units.ts';

export interface HistoryDependencies {
  readonly exchange: CcxtExchange;
  readonly settings: ExchangeSettings;
  readonly clock: FeedClock;
  readonly calls: RestCalls;
}

/**
 * Bars with `from <= openTime < to` that have closed by the exchange's clock. Each page moves the cursor past its last
 * bar, or past its whole window where the exchange has nothing there, so that holes and late listings do not stall it.
 * Rows whose time cannot be read are handed on for the gate to count; they never move the cursor.
 */
export async function* pageHistory(
  of: HistoryDependencies,
  request: HistoryRequest,
): AsyncGenerator<Result<HistoryPage, ExchangeFault>> {
  const { exchange, settings, clock, calls } = of;
  const { symbol, timeframe } = request;
  const barMs = timeframeMs(timeframe);
  const pageBars = pageBarsOf(exchange, settings, symbol);
  let cursor = firstWanted(request.from, timeframe, settings.historyBars, clock.now());
  let fetched = 0;
  for (;;) {
    const end = Math.min(request.to, bucketOpenTime(clock.now(), timeframe));
    if (cursor >= end) return;
    const from = cursor;
    const limit = Math.min(pageBars, Math.ceil((end - from) / barMs));
    const windowEnd = from + limit * barMs;
    const parameters = settings.boundedPages === true ? { until: windowEnd - 1 } : {};
    const answer = await calls.call(
      () => exchange.fetchOHLCV(symbol, timeframe, from, limit, parameters),
      PATIENT,
      request.signal,
    );
    if (!answer.ok) {
      yield err(answer.error);
      return;
    }
    const candles: RawCandle[] = [];
    let lastOpenTime = Number.NEGATIVE_INFINITY;
    for (const row of Array.isArray(answer.value) ? answer.value : []) {
      if (!Array.isArray(row)) continue;
      const openTime: unknown = row[0];
      const readable = typeof openTime === 'number' && Number.isFinite(openTime);
      if (readable && openTime >= from) lastOpenTime = Math.max(lastOpenTime, openTime);
      if (!readable || (openTime >= from && openTime < end)) candles.push(inBaseUnits(exchange, settings, symbol, row));
    }
    const reached = lastOpenTime >= from ? bucketOpenTime(lastOpenTime, timeframe) + barMs : windowEnd;
    // Never past `end`: a bar that formed during this request may have closed by the next one and is then wanted.
    cursor = Math.min(reached, end);
    fetched += candles.length;
    yield ok({ candles });
    request.onProgress?.({ fetched, upTo: cursor });
  }
}

function firstWanted(from: UnixMs, timeframe: Timeframe, historyBars: number | undefined, now: UnixMs): UnixMs {
  const barMs = timeframeMs(timeframe);
  const aligned = Math.ceil(from / barMs) * barMs;
  if (historyBars === undefined) return aligned;
  return Math.max(aligned, bucketOpenTime(now, timeframe) - historyBars * barMs);
}

/** Our own figure where there is one, else ccxt's, else a careful one. */
function pageBarsOf(exchange: CcxtExchange, settings: ExchangeSettings, symbol: string): number {
  if (settings.pageBars !== undefined) {
    return exchange.markets?.[symbol]?.swap === true ? settings.pageBars.swap : settings.pageBars.spot;
  }
  const known = exchange.featureValue(symbol, 'fetchOHLCV', 'limit');
  return typeof known === 'number' && known > 0 ? known : DEFAULT_PAGE_BARS;
}
