/** What differs from exchange to exchange and ccxt does not say well enough: limits of history, of subscriptions, and which markets to load. */

export interface ExchangeSettings {
  /** Options handed to ccxt; they keep it from loading markets that the workstation does not trade. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Bars per page of history, where ccxt's own figure is missing or too high for what the exchange serves in one answer. */
  readonly pageBars?: { readonly spot: number; readonly swap: number };
  /** The exchange takes a missing end for "until now" and answers with everything: ask for windows. */
  readonly boundedPages?: true;
  /** The exchange serves only so many latest bars; longer holes stay holes, and older windows are not asked for. */
  readonly historyBars?: number;
  /** Levels of the book to ask for, where the exchange does not take any number. */
  readonly bookLevels?: number;
  /** Symbols in one socket subscription. */
  readonly symbolsPerSubscription?: number;
  /** Bars of its swaps count contracts, not base units. */
  readonly swapVolumeInContracts?: true;
  /** Weight of one subscription message against ccxt's REST limiter, which ccxt uses for sockets too. */
  readonly subscriptionCost?: number;
}

export const DEFAULT_PAGE_BARS = 500;
export const DEFAULT_SYMBOLS_PER_SUBSCRIPTION = 50;

const SPOT_AND_LINEAR = { fetchMarkets: { types: ['spot', 'linear'] } };
const SPOT_AND_SWAP = { fetchMarkets: { types: ['spot', 'swap'] } };

const SETTINGS: Readonly<Record<string, ExchangeSettings>> = {
  // Spot klines: 1,000 per request; futures 1,500, of which ccxt asks for 1,000.
  binance: { options: SPOT_AND_LINEAR, pageBars: { spot: 1000, swap: 1000 }, symbolsPerSubscription: 100 },
  // "Spot can input up to 10 args for each subscription request" (Bybit v5, WebSocket, connect).
  bybit: { options: SPOT_AND_LINEAR, symbolsPerSubscription: 10 },
  okx: { options: SPOT_AND_SWAP },
  // OHLC returns "up to 720 of the most recent entries", whatever `since` says. ccxt counts one subscription as one
  // REST call of 1 s; Kraken does not.
  kraken: { pageBars: { spot: 720, swap: 720 }, historyBars: 720, subscriptionCost: 0.1 },
  // Per query 1,500 spot bars; futures 200 as ccxt pages them.
  kucoin: { options: SPOT_AND_SWAP, pageBars: { spot: 1500, swap: 200 }, swapVolumeInContracts: true },
  // "Candlestick too long ago. Maximum 10000 points ago are allowed": a few less, as time goes on while we ask.
  gate: {
    options: SPOT_AND_SWAP,
    pageBars: { spot: 999, swap: 1999 },
    historyBars: 9_990,
    swapVolumeInContracts: true,
  },
  // Depth of its swaps: 1, 5, 15, 50 or max.
  bitget: { options: SPOT_AND_SWAP, pageBars: { spot: 200, swap: 200 }, bookLevels: 50 },
  coinbase: { pageBars: { spot: 300, swap: 300 } },
  // "Only the most recent 5000 candles are available"; without an end it answers until now.
  hyperliquid: { options: SPOT_AND_SWAP, pageBars: { spot: 500, swap: 500 }, boundedPages: true, historyBars: 5_000 },
};

const NO_SETTINGS: ExchangeSettings = {};

export function exchangeSettings(exchangeId: string): ExchangeSettings {
  return SETTINGS[exchangeId] ?? NO_SETTINGS;
}
