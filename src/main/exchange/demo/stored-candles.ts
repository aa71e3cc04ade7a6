/** Stored candles as a market (MK-21): the demo exchange replays them bar by bar, gaps included. */
import { invariant } from '#core/base/invariant.ts';
import type { Candle } from '#core/domain/candle.ts';
import { type BaseTimeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { CandleSource, DemoInstrument, MarketBar } from './candle-source.ts';

export interface StoredSeries {
  /** ccxt's unified spot symbol, e.g. `BTC/USDT`. */
  readonly symbol: string;
  /** Rising open times on the base grid; gaps are kept. */
  readonly candles: readonly Candle[];
}

const MAX_DECIMALS = 8;
/** Bars that the volatility of a moment is taken from. */
const VOLATILITY_BARS = 30;
/** Expected range of a bar per standard deviation of its return (Parkinson 1980: the square root of 8 / pi). */
const RANGE_PER_DEVIATION = Math.sqrt(8 / Math.PI);
/** Volatility where no bar tells any. */
const UNKNOWN_VOLATILITY = 0.0005;
/** Stored candles count no trades: a typical value of one, quote units. */
const TRADE_VALUE = 500;

/**
 * A market of stored series, all with base bars of `timeframe`. Prices and volumes come back exactly as stored;
 * trade counts and taker volume, which candles do not hold, are estimated from volume and the bar's close.
 */
export function createStoredSource(timeframe: BaseTimeframe, series: readonly StoredSeries[]): CandleSource {
  const barMs = timeframeMs(timeframe);
  const columns = series.map((one) => ({
    instrument: describeInstrument(one),
    bars: new Map(one.candles.map((candle) => [candle.openTime, candle])),
  }));
  const firstOpenTime = Math.min(...series.map((one) => one.candles[0]?.openTime ?? Number.POSITIVE_INFINITY));
  invariant(Number.isFinite(firstOpenTime), 'a replayed market has at least one candle');
  for (const { bars } of columns) {
    for (const openTime of bars.keys()) invariant(openTime % barMs === 0, 'stored candles stand on the base grid');
  }

  return {
    instruments: columns.map((column) => column.instrument),
    barMs,
    firstOpenTime,
    bar: (instrumentIndex, openTime) => {
      const candle = columns[instrumentIndex]?.bars.get(openTime);
      return candle === undefined ? null : withCounters(candle);
    },
    volatility: (instrumentIndex, openTime) => {
      let sum = 0;
      let count = 0;
      for (let back = 1; back <= VOLATILITY_BARS; back++) {
        const candle = columns[instrumentIndex]?.bars.get(openTime - back * barMs);
        if (candle === undefined) continue;
        sum += Math.log(candle.high / candle.low);
        count += 1;
      }
      return count === 0 || sum === 0 ? UNKNOWN_VOLATILITY : sum / count / RANGE_PER_DEVIATION;
    },
  };
}

function withCounters(candle: Candle): MarketBar {
  const { openTime, open, high, low, close, volume } = candle;
  const quoteVolume = (volume * (open + high + low + close)) / 4;
  const closeShare = high > low ? (close - open) / (high - low) : 0;
  return {
    openTime,
    open,
    high,
    low,
    close,
    volume,
    quoteVolume,
    trades: volume === 0 ? 0 : Math.max(1, Math.round(quoteVolume / TRADE_VALUE)),
    takerBuyVolume: volume * (0.5 + 0.3 * closeShare),
  };
}

function describeInstrument(series: StoredSeries): DemoInstrument {
  const [base, quote] = series.symbol.split('/');
  invariant(base !== undefined && quote !== undefined && !quote.includes(':'), 'a replayed symbol is a spot pair');
  return {
    symbol: series.symbol,
    marketId: `${base}${quote}`,
    base,
    quote,
    priceDecimals: decimalsOf(series.candles, (candle) => [candle.open, candle.high, candle.low, candle.close]),
    amountDecimals: decimalsOf(series.candles, (candle) => [candle.volume]),
    minNotional: 5,
    maxAmount: 90_000_000,
  };
}

/** The fewest decimals that write every value exactly. */
function decimalsOf(candles: readonly Candle[], valuesOf: (candle: Candle) => readonly number[]): number {
  let decimals = 0;
  for (const candle of candles) {
    for (const value of valuesOf(candle)) {
      while (decimals < MAX_DECIMALS && Number(value.toFixed(decimals)) !== value) decimals += 1;
    }
    if (decimals === MAX_DECIMALS) break;
  }
  return decimals;
}

/** Where a replay ends: the close of its last bar, UTC ms. Nothing happens on the market after it. */
export function endOfSeries(timeframe: BaseTimeframe, series: readonly StoredSeries[]): UnixMs {
  return Math.max(...series.map((one) => (one.candles.at(-1)?.openTime ?? 0) + timeframeMs(timeframe)));
}
