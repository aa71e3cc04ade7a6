/** Market: watchlist, bars, marks on the chart, exchanges and instruments. */
import { z } from 'zod';
import type { Regime, Session } from '#core/domain/context.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { Side, SignalMark } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { TIMEFRAMES } from '#core/domain/timeframe.ts';

export const instrumentIdInput = z.string().min(3).max(80);
export const timeframeInput = z.enum(TIMEFRAMES);

/**
 * waiting: no bar yet; live; stale: nothing for two bars; gap: being backfilled; history: the first run over the past is
 * under way (PL-11); halted: the exchange says so (MK-14).
 */
export type FeedState = 'waiting' | 'live' | 'stale' | 'gap' | 'history' | 'halted';

export interface WatchlistRow {
  readonly instrumentId: InstrumentId;
  readonly symbol: string;
  readonly exchange: string;
  readonly simulated: boolean;
  readonly price: number | null;
  /** Against the close 24 h ago, in percent; null when that is not stored. */
  readonly change24hPercent: number | null;
  /** About 48 closes of the last 24 h, oldest first. */
  readonly sparkline: readonly number[];
  readonly regime: Regime | null;
  readonly session: Session;
  readonly openPhantoms: number;
  readonly lastSignal: { readonly time: UnixMs; readonly side: Side; readonly strategyId: string } | null;
  readonly feed: FeedState;
  /** Decimals of the price tick, for display. */
  readonly priceDecimals: number;
}

/** Rows that changed, whole; `removed` ids are gone. Prices come at most four times a second. */
export interface WatchlistDelta {
  readonly upserted: readonly WatchlistRow[];
  readonly removed: readonly InstrumentId[];
}

/** `[openTime, open, high, low, close, volume]`. */
export type CandleTuple = readonly [UnixMs, number, number, number, number, number];

export const barsInput = z
  .object({ instrumentId: instrumentIdInput, timeframe: timeframeInput, limit: z.number().int().min(1).max(20_000) })
  .strict();

export interface BarsSnapshot {
  /** Closed bars, ascending, then the forming one where there is one. */
  readonly candles: readonly CandleTuple[];
  readonly forming: CandleTuple | null;
  readonly hasMore: boolean;
}

/** The forming bar moved (`closed: false`) or closed (`closed: true`, then it will not change). */
export interface BarsDelta {
  readonly candle: CandleTuple;
  readonly closed: boolean;
}

export const candlesInput = z
  .object({
    instrumentId: instrumentIdInput,
    timeframe: timeframeInput,
    /** Bars that open before this. */
    before: z.number().int(),
    limit: z.number().int().min(1).max(20_000),
  })
  .strict();

export interface CandlePage {
  readonly candles: readonly CandleTuple[];
  readonly hasMore: boolean;
}

export const marksInput = z
  .object({
    instrumentId: instrumentIdInput,
    from: z.number().int(),
    to: z.number().int(),
    /** ST-12: hidden strategies as well. */
    includePlacebo: z.boolean().optional(),
  })
  .strict();

export const contextsInput = z
  .object({ instrumentId: instrumentIdInput, from: z.number().int(), to: z.number().int() })
  .strict();

/** A stretch of time with one value, from inclusive, to exclusive. */
export interface ContextRun<Value> {
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly value: Value;
}

/** Session and regime over a range, ascending and without holes where bars are stored; regime null: not known yet (FE-3). */
export interface MarketContexts {
  readonly sessions: readonly ContextRun<Session>[];
  readonly regimes: readonly ContextRun<Regime | null>[];
}

/** What the strategy saw, for the chart of one signal. */
export interface StrategyMarks {
  readonly signalId: string;
  readonly marks: readonly SignalMark[];
}

export interface ExchangeChoice {
  readonly id: string;
  readonly name: string;
  /** On the list that is tested with this workstation (MK-10). */
  readonly tested: boolean;
}

export const exchangeInput = z.object({ exchange: z.string().min(1).max(40) }).strict();

export interface InstrumentList {
  readonly instruments: readonly Instrument[];
  /** Set when the list could not be loaded: what and what to do. */
  readonly fault: { readonly message: string; readonly remedy: string } | null;
}
