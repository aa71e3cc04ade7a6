/** The public REST endpoints of the demo exchange, as plain functions from a query to an answer. */
import { isTimeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { aggregateTrade, bookTicker, depth, exchangeInfo, type Json, restKline, ticker24h } from './binance-format.ts';
import type { MarketBar } from './candle-source.ts';
import type { DemoMarket } from './demo-market.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: Json;
  /** Request weight, as Binance counts it. */
  readonly weight: number;
}

const MAX_KLINES = 1000;
const DEFAULT_KLINES = 500;

/** An error in Binance's form. Codes: https://developers.binance.com/docs/binance-spot-api-docs/errors */
export function apiError(status: number, code: number, message: string): ApiAnswer {
  return { status, body: { code, msg: message }, weight: 1 };
}

function answer(body: Json, weight: number): ApiAnswer {
  return { status: 200, body, weight };
}

/** Answers a public request, or null when `path` (after `/api/v3`) is none. `now` is exchange time, `serverTime` what the server tells of it. */
export function answerMarketRequest(
  market: DemoMarket,
  path: string,
  query: URLSearchParams,
  now: UnixMs,
  serverTime: UnixMs,
): ApiAnswer | null {
  switch (path) {
    case '/ping':
      return answer({}, 1);
    case '/time':
      return answer({ serverTime }, 1);
    case '/exchangeInfo':
      return withSymbols(market, query, now, (wanted) => answer(exchangeInfo(market, serverTime, now, wanted), 20));
    case '/klines':
    case '/uiKlines':
      return withSymbol(market, query, now, (index) => klines(market, index, query, now));
    case '/depth':
      return withSymbol(market, query, now, (index) => {
        const book = market.book(index, now, integer(query, 'limit') ?? 100);
        return book === null ? apiError(400, -1000, 'No trades yet.') : answer(depth(book, Math.floor(now / 100)), 5);
      });
    case '/ticker/24hr':
      return perSymbol(market, query, now, 2, (index) => ticker24h(market, index, now));
    case '/ticker/bookTicker':
      return perSymbol(market, query, now, 2, (index) => {
        const quote = market.quote(index, now);
        return quote === null ? null : bookTicker(market.instrument(index).marketId, quote);
      });
    case '/ticker/price':
      return perSymbol(market, query, now, 2, (index) => {
        const price = market.lastPrice(index, now);
        return price === null ? null : { symbol: market.instrument(index).marketId, price: price.toFixed(8) };
      });
    case '/aggTrades':
    case '/trades':
      return withSymbol(market, query, now, (index) => trades(market, path, index, query, now));
    default:
      return null;
  }
}

function klines(market: DemoMarket, index: number, query: URLSearchParams, now: UnixMs): ApiAnswer {
  const interval = query.get('interval') ?? '';
  if (!isTimeframe(interval)) return apiError(400, -1120, 'Invalid interval.');
  const durationMs = timeframeMs(interval);
  if (durationMs % market.source.barMs !== 0) return apiError(400, -1120, 'Invalid interval.');
  const limit = Math.min(MAX_KLINES, Math.max(1, integer(query, 'limit') ?? DEFAULT_KLINES));
  const startTime = integer(query, 'startTime');
  const end = Math.min(integer(query, 'endTime') ?? now, now);
  const firstBucket = Math.floor(market.source.firstOpenTime / durationMs) * durationMs;
  const bars: MarketBar[] = [];
  if (startTime !== null) {
    let openTime = Math.max(firstBucket, Math.ceil(startTime / durationMs) * durationMs);
    for (; openTime <= end && bars.length < limit; openTime += durationMs) {
      const bar = market.bar(index, durationMs, openTime, now);
      if (bar !== null) bars.push(bar);
    }
  } else {
    let openTime = Math.floor(end / durationMs) * durationMs;
    for (; openTime >= firstBucket && bars.length < limit; openTime -= durationMs) {
      const bar = market.bar(index, durationMs, openTime, now);
      if (bar !== null) bars.push(bar);
    }
    bars.reverse();
  }
  return answer(
    bars.map((bar) => restKline(bar, durationMs)),
    2,
  );
}

function trades(market: DemoMarket, path: string, index: number, query: URLSearchParams, now: UnixMs): ApiAnswer {
  const limit = Math.min(1000, Math.max(1, integer(query, 'limit') ?? 500));
  const startTime = path === '/aggTrades' ? integer(query, 'startTime') : null;
  const end = Math.min(integer(query, 'endTime') ?? now, now);
  const found =
    startTime === null ? market.recentTrades(index, end, limit) : market.trades(index, startTime - 1, end, limit);
  if (path === '/aggTrades') return answer(found.map(aggregateTrade), 4);
  return answer(
    found.map((trade) => ({
      id: trade.id,
      price: trade.price.toFixed(8),
      qty: trade.amount.toFixed(8),
      quoteQty: (trade.price * trade.amount).toFixed(8),
      time: trade.time,
      isBuyerMaker: !trade.takerBuys,
      isBestMatch: true,
    })),
    25,
  );
}

function withSymbol(
  market: DemoMarket,
  query: URLSearchParams,
  now: UnixMs,
  proceed: (index: number) => ApiAnswer,
): ApiAnswer {
  const marketId = query.get('symbol');
  if (marketId === null)
    return apiError(400, -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
  const index = listedIndex(market, marketId, now);
  return index === null ? apiError(400, -1121, 'Invalid symbol.') : proceed(index);
}

/** `symbol=BTCUSDT`, `symbols=["BTCUSDT"]` or neither (all). */
function withSymbols(
  market: DemoMarket,
  query: URLSearchParams,
  now: UnixMs,
  proceed: (wanted: readonly string[] | null) => ApiAnswer,
): ApiAnswer {
  const one = query.get('symbol');
  const many = query.get('symbols');
  if (one === null && many === null) return proceed(null);
  const wanted = one !== null ? [one] : [...(many ?? '').matchAll(/"([A-Z0-9]+)"/g)].map((match) => match[1] ?? '');
  const known = wanted.length > 0 && wanted.every((marketId) => listedIndex(market, marketId, now) !== null);
  return known ? proceed(wanted) : apiError(400, -1121, 'Invalid symbol.');
}

function perSymbol(
  market: DemoMarket,
  query: URLSearchParams,
  now: UnixMs,
  weight: number,
  describe: (index: number) => Json,
): ApiAnswer {
  return withSymbols(market, query, now, (wanted) => {
    const listed = market.source.instruments.flatMap((instrument, index) =>
      market.status(index, now) !== 'delisted' && (wanted === null || wanted.includes(instrument.marketId))
        ? [describe(index)]
        : [],
    );
    const told = listed.filter((one) => one !== null);
    if (query.get('symbol') === null) return answer(told, weight * 20);
    return told[0] === undefined ? apiError(400, -1000, 'No trades yet.') : answer(told[0], weight);
  });
}

/** Index of an instrument that is listed at `now`. */
export function listedIndex(market: DemoMarket, marketId: string, now: UnixMs): number | null {
  const index = market.indexOf(marketId);
  return index === null || market.status(index, now) === 'delisted' ? null : index;
}

function integer(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}
