/**
 * The raw shapes of Binance's spot API as ccxt reads them.
 * Source: https://developers.binance.com/docs/binance-spot-api-docs (rest-api, web-socket-streams).
 */
import { DAY_MS, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { DemoInstrument, MarketBar } from './candle-source.ts';
import type { Book, DemoMarket, MarketTrade, Quote } from './demo-market.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Binance writes prices, amounts and values as text with eight decimals. */
export function decimal(value: number): string {
  return value.toFixed(8);
}

export function exchangeInfo(
  market: DemoMarket,
  serverTime: UnixMs,
  now: UnixMs,
  only: readonly string[] | null,
): Json {
  const symbols: Json[] = [];
  market.source.instruments.forEach((instrument, index) => {
    const status = market.status(index, now);
    if (status === 'delisted' || (only !== null && !only.includes(instrument.marketId))) return;
    symbols.push(symbolInfo(instrument, status === 'trading' ? 'TRADING' : 'BREAK'));
  });
  return {
    timezone: 'UTC',
    serverTime,
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
    ],
    exchangeFilters: [],
    symbols,
  };
}

function symbolInfo(instrument: DemoInstrument, status: string): Json {
  const tickSize = decimal(10 ** -instrument.priceDecimals);
  const stepSize = decimal(10 ** -instrument.amountDecimals);
  return {
    symbol: instrument.marketId,
    status,
    baseAsset: instrument.base,
    baseAssetPrecision: 8,
    quoteAsset: instrument.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tickSize, maxPrice: '1000000.00000000', tickSize },
      { filterType: 'LOT_SIZE', minQty: stepSize, maxQty: decimal(instrument.maxAmount), stepSize },
      {
        filterType: 'MARKET_LOT_SIZE',
        minQty: '0.00000000',
        maxQty: decimal(instrument.maxAmount),
        stepSize: '0.00000000',
      },
      {
        filterType: 'NOTIONAL',
        minNotional: decimal(instrument.minNotional),
        applyMinToMarket: true,
        maxNotional: '9000000.00000000',
        applyMaxToMarket: false,
        avgPriceMins: 5,
      },
    ],
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: ['NONE', 'EXPIRE_MAKER'],
  };
}

/** A kline of REST: `[openTime, o, h, l, c, v, closeTime, quoteVolume, trades, takerBuyBase, takerBuyQuote, unused]`. */
export function restKline(bar: MarketBar, durationMs: number): Json {
  return [
    bar.openTime,
    decimal(bar.open),
    decimal(bar.high),
    decimal(bar.low),
    decimal(bar.close),
    decimal(bar.volume),
    bar.openTime + durationMs - 1,
    decimal(bar.quoteVolume),
    bar.trades,
    decimal(bar.takerBuyVolume),
    decimal(takerBuyQuoteVolume(bar)),
    '0',
  ];
}

/** The fields of a kline event that others build on; the rest is as Binance sends it. */
export type KlineEvent = {
  readonly [key: string]: Json;
  readonly k: { readonly [key: string]: Json; readonly t: number; readonly h: string; readonly l: string };
};

/** A kline of the stream; `final` is Binance's `x`. */
export function klineEvent(
  marketId: string,
  timeframe: Timeframe,
  bar: MarketBar,
  eventTime: UnixMs,
  final: boolean,
): KlineEvent {
  return {
    e: 'kline',
    E: eventTime,
    s: marketId,
    k: {
      t: bar.openTime,
      T: bar.openTime + timeframeMs(timeframe) - 1,
      s: marketId,
      i: timeframe,
      f: -1,
      L: -1,
      o: decimal(bar.open),
      c: decimal(bar.close),
      h: decimal(bar.high),
      l: decimal(bar.low),
      v: decimal(bar.volume),
      n: bar.trades,
      x: final,
      q: decimal(bar.quoteVolume),
      V: decimal(bar.takerBuyVolume),
      Q: decimal(takerBuyQuoteVolume(bar)),
      B: '0',
    },
  };
}

function takerBuyQuoteVolume(bar: MarketBar): number {
  return bar.volume === 0 ? 0 : (bar.quoteVolume * bar.takerBuyVolume) / bar.volume;
}

/** The rolling 24 hours up to `now`, from base bars; null while the instrument has never traded. */
export function ticker24h(market: DemoMarket, index: number, now: UnixMs): { readonly [key: string]: Json } | null {
  const last = market.lastPrice(index, now);
  const quote = market.quote(index, now);
  if (last === null || quote === null) return null;
  const instrument = market.instrument(index);
  const openTime = market.baseOpenTime(now) - DAY_MS + market.source.barMs;
  const day = market.bar(index, DAY_MS, openTime, now);
  const open = day?.open ?? last;
  const volume = day?.volume ?? 0;
  const quoteVolume = day?.quoteVolume ?? 0;
  const lastTrade = market.recentTrades(index, now, 1)[0];
  return {
    symbol: instrument.marketId,
    priceChange: decimal(last - open),
    priceChangePercent: (((last - open) / open) * 100).toFixed(3),
    weightedAvgPrice: decimal(volume === 0 ? last : quoteVolume / volume),
    prevClosePrice: decimal(open),
    lastPrice: decimal(last),
    lastQty: decimal(lastTrade?.amount ?? 0),
    bidPrice: decimal(quote.bid),
    bidQty: decimal(quote.bidAmount),
    askPrice: decimal(quote.ask),
    askQty: decimal(quote.askAmount),
    openPrice: decimal(open),
    highPrice: decimal(day?.high ?? last),
    lowPrice: decimal(day?.low ?? last),
    volume: decimal(volume),
    quoteVolume: decimal(quoteVolume),
    openTime,
    closeTime: now,
    firstId: -1,
    lastId: lastTrade?.id ?? -1,
    count: day?.trades ?? 0,
  };
}

/** The `24hrTicker` event of the stream. */
export function tickerEvent(market: DemoMarket, index: number, now: UnixMs, eventTime: UnixMs): Json {
  const ticker = ticker24h(market, index, now);
  if (ticker === null) return null;
  const field = (name: string): Json => ticker[name] ?? null;
  return {
    e: '24hrTicker',
    E: eventTime,
    s: field('symbol'),
    p: field('priceChange'),
    P: field('priceChangePercent'),
    w: field('weightedAvgPrice'),
    x: field('prevClosePrice'),
    c: field('lastPrice'),
    Q: field('lastQty'),
    b: field('bidPrice'),
    B: field('bidQty'),
    a: field('askPrice'),
    A: field('askQty'),
    o: field('openPrice'),
    h: field('highPrice'),
    l: field('lowPrice'),
    v: field('volume'),
    q: field('quoteVolume'),
    O: field('openTime'),
    C: field('closeTime'),
    F: field('firstId'),
    L: field('lastId'),
    n: field('count'),
  };
}

/** The `24hrMiniTicker` event of the stream: ccxt's `watchTickers` reads it. */
export function miniTickerEvent(market: DemoMarket, index: number, now: UnixMs, eventTime: UnixMs): Json {
  const ticker = ticker24h(market, index, now);
  if (ticker === null) return null;
  const field = (name: string): Json => ticker[name] ?? null;
  return {
    e: '24hrMiniTicker',
    E: eventTime,
    s: field('symbol'),
    c: field('lastPrice'),
    o: field('openPrice'),
    h: field('highPrice'),
    l: field('lowPrice'),
    v: field('volume'),
    q: field('quoteVolume'),
  };
}

export function bookTicker(marketId: string, quote: Quote): Json {
  return {
    symbol: marketId,
    bidPrice: decimal(quote.bid),
    bidQty: decimal(quote.bidAmount),
    askPrice: decimal(quote.ask),
    askQty: decimal(quote.askAmount),
  };
}

/** The `bookTicker` push, which names no event. */
export function bookTickerEvent(marketId: string, quote: Quote, updateId: number): Json {
  return {
    u: updateId,
    s: marketId,
    b: decimal(quote.bid),
    B: decimal(quote.bidAmount),
    a: decimal(quote.ask),
    A: decimal(quote.askAmount),
  };
}

export function depth(book: Book, updateId: number): Json {
  return {
    lastUpdateId: updateId,
    bids: book.bids.map(([price, amount]) => [decimal(price), decimal(amount)]),
    asks: book.asks.map(([price, amount]) => [decimal(price), decimal(amount)]),
  };
}

export function aggregateTrade(trade: MarketTrade): Json {
  return {
    a: trade.id,
    p: decimal(trade.price),
    q: decimal(trade.amount),
    f: trade.id,
    l: trade.id,
    T: trade.time,
    m: !trade.takerBuys,
    M: true,
  };
}

export function tradeEvent(kind: 'trade' | 'aggTrade', marketId: string, trade: MarketTrade, eventTime: UnixMs): Json {
  const common = { E: eventTime, s: marketId, p: decimal(trade.price), q: decimal(trade.amount), T: trade.time };
  return kind === 'trade'
    ? { e: 'trade', ...common, t: trade.id, m: !trade.takerBuys, M: true }
    : { e: 'aggTrade', ...common, a: trade.id, f: trade.id, l: trade.id, m: !trade.takerBuys, M: true };
}
