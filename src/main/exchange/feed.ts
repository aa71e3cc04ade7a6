/**
 * What the rest of the workstation sees of an exchange. The ccxt adapter implements it for every exchange,
 * the embedded demo exchange included (MK-20: demo and live share every line of the adapter).
 */
import type { Fault, Result } from '#core/base/result.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import type { MarketFacts } from '#core/domain/market-facts.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';

/** Kinds of failure a caller reacts to. `message` and `remedy` are made for the trader. */
export type ExchangeFaultKind =
  | 'network' // unreachable, DNS, refused, timed out
  | 'rate-limit' // 429/418; honours Retry-After before it is returned
  | 'exchange' // the exchange answered with an error of its own
  | 'not-found' // unknown exchange, symbol or timeframe
  | 'unsupported' // the exchange does not offer this
  | 'cancelled';

export interface ExchangeFault extends Fault<ExchangeFaultKind> {
  readonly retryAfterMs?: number;
}

/** A candle as the library returned it: `[openTimeMs, o, h, l, c, v]`, not yet checked. The gate in `core/market` checks it. */
export type RawCandle = readonly unknown[];

/** Events of a live subscription. Times named `receivedAt` are monotonic ms (performance.now). */
export type FeedEvent =
  /** The state of a bar that may still change. The adapter knows nothing of finality (RE-12). */
  | { readonly kind: 'candle'; readonly symbol: string; readonly candle: RawCandle; readonly receivedAt: number }
  /** (Re)connected and subscribed: everything since the last final bar must be backfilled by REST now (MK-12). */
  | { readonly kind: 'connected'; readonly attempt: number }
  | { readonly kind: 'disconnected'; readonly reason: string; readonly retryInMs: number }
  /** A transport or subscription problem that does not stop the feed. */
  | { readonly kind: 'trouble'; readonly fault: ExchangeFault };

export interface Subscription {
  /** Ends the subscription; no event is delivered after the returned promise has resolved. */
  close(): Promise<void>;
}

/** MK-24: exchange time = anchor + speed x elapsed. */
export interface FeedClock {
  /** Exchange time now, UTC ms. */
  now(): UnixMs;
  /** 1 for real exchanges; the demo market's speed otherwise (0 while paused). */
  speed(): number;
  /** Measured difference local - exchange in ms (MK-13); null until measured. Always 0 for the demo exchange. */
  skewMs(): number | null;
}

export interface HistoryRequest {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** First open time wanted (inclusive). */
  readonly from: UnixMs;
  /** Open time to stop before (exclusive). */
  readonly to: UnixMs;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly fetched: number; readonly upTo: UnixMs }) => void;
}

export interface HistoryPage {
  readonly candles: readonly RawCandle[];
}

export interface ExchangeConnection {
  readonly exchange: string;
  readonly simulated: boolean;
  readonly clock: FeedClock;
  /** True when bars arrive by socket, false when they are polled (MK-11). */
  readonly live: 'socket' | 'polling';
  /** Loads (or, after a failure, reloads) the market list. */
  loadInstruments(): Promise<Result<readonly Instrument[], ExchangeFault>>;
  /**
   * Bars with `from <= openTime < to`, page by page in ascending time, each page handed on as soon as it is there.
   * A page may be empty where the exchange has nothing; a bar that is still forming is never included.
   */
  history(request: HistoryRequest): AsyncGenerator<Result<HistoryPage, ExchangeFault>>;
  /**
   * Subscribes to the forming base bars of `symbols`; reconnects by itself with jittered back-off, reopens a mute
   * socket (MK-12), and reports through `listener`. The first event is `connected` or `disconnected`.
   */
  watch(symbols: readonly string[], timeframe: Timeframe, listener: (event: FeedEvent) => void): Subscription;
  /**
   * What the exchange tells beside candles (MK-15): the top of the book, trades from `since` (feed time) on, funding of
   * swaps. Each figure is NaN where it is not offered or could not be read; asking is never a fault.
   */
  marketFacts(symbol: string, since: UnixMs, signal: AbortSignal): Promise<MarketFacts>;
  /** Time of the rate limit that the facts of one instrument take, ms; null where the exchange tells none. */
  marketFactsCostMs(): number | null;
  /** Measures skew against the exchange's clock. */
  measureSkew(): Promise<Result<number, ExchangeFault>>;
  close(): Promise<void>;
}

/** Opens a connection to an exchange by ccxt id (`demo` opens the embedded one). Network is first touched by `loadInstruments`. */
export type OpenExchange = (exchange: string) => Promise<Result<ExchangeConnection, ExchangeFault>>;
