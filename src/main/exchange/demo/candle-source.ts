/** Where the demo market's bars come from: generated (`market-generator.ts`) or stored ones replayed (`stored-candles.ts`). */
import type { UnixMs } from '#core/domain/timeframe.ts';

/** An instrument of the demo market and the facts of it that an exchange publishes. */
export interface DemoInstrument {
  /** ccxt's unified symbol, e.g. `BTC/USDT`. */
  readonly symbol: string;
  /** The exchange's own spelling, e.g. `BTCUSDT`. */
  readonly marketId: string;
  readonly base: string;
  readonly quote: string;
  /** The smallest price step is 10^-priceDecimals quote units. */
  readonly priceDecimals: number;
  /** The smallest amount step is 10^-amountDecimals base units. */
  readonly amountDecimals: number;
  /** Smallest order value, quote units. */
  readonly minNotional: number;
  /** Largest order amount, base units. */
  readonly maxAmount: number;
}

/** A bar with the counters that Binance publishes beside OHLCV. */
export interface MarketBar {
  readonly openTime: UnixMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Base units. */
  readonly volume: number;
  /** Quote units. */
  readonly quoteVolume: number;
  readonly trades: number;
  /** Base units bought by takers; at most `volume`. */
  readonly takerBuyVolume: number;
}

/** Final bars of the shortest timeframe a market has. Pure: the same question always has the same answer (MK-25). */
export interface CandleSource {
  readonly instruments: readonly DemoInstrument[];
  /** Length of a base bar, ms: 60,000, or 300,000 when 5m candles are replayed. */
  readonly barMs: number;
  /** Open time of the market's first bar. */
  readonly firstOpenTime: UnixMs;
  /** The bar that opens at `openTime` (a multiple of `barMs`), or null where the market has none. */
  bar(instrumentIndex: number, openTime: UnixMs): MarketBar | null;
  /** Standard deviation of the return over one base bar at `openTime`, as a fraction of price; spread and depth hang on it. */
  volatility(instrumentIndex: number, openTime: UnixMs): number;
}

/** Joins consecutive bars into one that opens at `openTime`; null when there are none. */
export function joinBars(openTime: UnixMs, bars: Iterable<MarketBar>): MarketBar | null {
  let joined = false;
  let open = 0;
  let high = 0;
  let low = 0;
  let close = 0;
  let volume = 0;
  let quoteVolume = 0;
  let trades = 0;
  let takerBuyVolume = 0;
  for (const bar of bars) {
    if (!joined) {
      open = bar.open;
      high = bar.high;
      low = bar.low;
      joined = true;
    }
    if (bar.high > high) high = bar.high;
    if (bar.low < low) low = bar.low;
    close = bar.close;
    volume += bar.volume;
    quoteVolume += bar.quoteVolume;
    trades += bar.trades;
    takerBuyVolume += bar.takerBuyVolume;
  }
  return joined ? { openTime, open, high, low, close, volume, quoteVolume, trades, takerBuyVolume } : null;
}
