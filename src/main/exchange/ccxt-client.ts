/** The part of ccxt 4.5 that this room uses, written down as types: what an update of ccxt must keep. */

export interface CcxtMarket {
  readonly symbol?: unknown;
  readonly base?: unknown;
  readonly quote?: unknown;
  readonly type?: unknown;
  readonly spot?: unknown;
  readonly swap?: unknown;
  readonly linear?: unknown;
  /** False when halted or delisted; undefined where the exchange does not say. */
  readonly active?: unknown;
  /** Fee as a fraction of the notional. */
  readonly taker?: unknown;
  /** Base units of one contract (linear swaps). */
  readonly contractSize?: unknown;
  readonly precision?: { readonly price?: unknown; readonly amount?: unknown };
  readonly limits?: { readonly cost?: { readonly min?: unknown } };
}

/** One socket of ccxt (js/src/base/ws/WsClient.js). */
export interface CcxtSocket {
  readonly url: string;
  error?: unknown;
  connection?: { terminate(): void };
  send(message: unknown): Promise<unknown>;
  /** Clears its timers and rejects its futures. */
  reset(error: unknown): void;
}

/** ccxt's store of bars per symbol and timeframe (js/src/base/ws/Cache.js): its socket handlers append every bar they parse. */
export interface CcxtBarCache extends Array<unknown[]> {
  append(row: unknown[]): void;
}

export type CcxtBarCacheClass = new (maxSize: number) => CcxtBarCache;

/** An instance of one exchange's class. */
export interface CcxtExchange {
  readonly id: string;
  readonly name?: string;
  readonly has: Readonly<Record<string, unknown>>;
  readonly timeframes?: Readonly<Record<string, unknown>>;
  readonly precisionMode?: number;
  /** Least ms between two calls of weight 1. */
  readonly rateLimit?: unknown;
  readonly fees?: { readonly trading?: { readonly taker?: unknown } };
  readonly features?: unknown;
  readonly urls: { api?: unknown };
  markets?: Readonly<Record<string, CcxtMarket>>;
  ohlcvs: Record<string, Record<string, unknown>>;
  clients: Record<string, CcxtSocket>;
  log: (...parts: unknown[]) => void;
  client(url: string): CcxtSocket;
  handleMessage(client: CcxtSocket, message: unknown): void;
  onConnected(client: CcxtSocket, message?: unknown): void;
  /** ws:// addresses throw until this has run. */
  loadHttpProxyAgent(): Promise<unknown>;
  loadMarkets(reload?: boolean): Promise<unknown>;
  setMarketsFromExchange(source: CcxtExchange): unknown;
  featureValue(symbol: string, method: string, parameter: string): unknown;
  fetchTime(): Promise<unknown>;
  fetchOHLCV(
    symbol: string,
    timeframe: string,
    since?: number,
    limit?: number,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;
  fetchOrderBook(symbol: string, limit?: number): Promise<unknown>;
  fetchTrades(symbol: string, since?: number, limit?: number): Promise<unknown>;
  fetchFundingRate(symbol: string): Promise<unknown>;
  watchOHLCV(symbol: string, timeframe: string): Promise<unknown>;
  watchTrades(symbol: string): Promise<unknown>;
  watchTradesForSymbols(symbols: readonly string[]): Promise<unknown>;
  watchOHLCVForSymbols(symbolsAndTimeframes: readonly (readonly [string, string])[]): Promise<unknown>;
}

export type CcxtClass = new (configuration: Readonly<Record<string, unknown>>) => CcxtExchange;
