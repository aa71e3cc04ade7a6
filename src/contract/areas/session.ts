/** Session: connection, clock, stage, account, demo controls, log. */
import { z } from 'zod';
import type { Stage } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount } from '#core/domain/trading.ts';

export const nothing = z.object({}).strict();

/**
 * starting: opening the profile; bootstrapping: history runs through the strategies (PL-11); catching-up: the gap since
 * the last bar is filled (PL-8); live; reconnecting: the socket is down, retrying; offline: the exchange cannot be
 * reached at all, stored data only; failed: unusable, the message says why.
 */
export type ConnectionState =
  | 'starting'
  | 'bootstrapping'
  | 'catching-up'
  | 'live'
  | 'reconnecting'
  | 'offline'
  | 'failed';

export interface JobProgress {
  readonly stage: string;
  /** In words: what came of it so far, or what it waits for; empty when there is nothing to say. */
  readonly note: string;
  /** 0-1, null when unknown. */
  readonly fraction: number | null;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  readonly ratePerSecond: number | null;
  readonly remainingMs: number | null;
}

export interface SessionStatus {
  readonly version: string;
  readonly connection: {
    readonly state: ConnectionState;
    /** ccxt id, or `demo`. */
    readonly exchange: string;
    readonly exchangeName: string;
    readonly simulated: boolean;
    readonly live: 'socket' | 'polling' | null;
    /** In plain words, empty when all is well. */
    readonly message: string;
    readonly remedy: string;
    readonly progress: JobProgress | null;
    /** The trader stopped the history run (PL-11): nothing is decided until it goes on. */
    readonly historyStopped: boolean;
  };
  readonly stage: Stage;
  readonly account: PaperAccount & { readonly mode: 'paper' };
  /** Exchange time at the moment this was sent, and how fast it runs (MK-24). */
  readonly clock: { readonly exchangeTime: UnixMs; readonly speed: number; readonly skewMs: number | null };
  readonly counts: {
    readonly openPhantoms: number;
    readonly openTickets: number;
    readonly openPositions: number;
    readonly faults: number;
    /** Closed phantoms that would have another result on bars that the exchange changed later (MK-3). */
    readonly outdatedGrades: number;
  };
}

export const resumeHistoryInput = z
  .object({
    /**
     * whole: as it was begun, models included. shortest: the quickest way to going live; at most a week is still
     * downloaded, and no fit is waited for.
     */
    way: z.enum(['whole', 'shortest']),
  })
  .strict();
export type HistoryWay = z.infer<typeof resumeHistoryInput>['way'];

export interface DemoStatus {
  /** The chosen one. */
  readonly speed: number;
  /** What it runs at now: 0 while paused, less than chosen while history runs (MK-21) or a ticket waits. */
  readonly currentSpeed: number;
  readonly paused: boolean;
  readonly exchangeTime: UnixMs;
  /** The speed goes down to 5 by itself while a ticket is open (MK-21). */
  readonly slowedForTicket: boolean;
}

export const demoControlInput = z
  .object({ speed: z.number().min(0).max(100_000), slowForTickets: z.boolean().optional() })
  .strict();

export type LogLevel = 'info' | 'notice' | 'warning' | 'error';

export interface LogEntry {
  readonly sequence: number;
  /** Wall time, UTC ms. */
  readonly time: UnixMs;
  /** Exchange time where it matters, else null. */
  readonly exchangeTime: UnixMs | null;
  readonly level: LogLevel;
  /** Room or strategy, e.g. `exchange`, `store`, `trend_pullback`. */
  readonly source: string;
  readonly message: string;
}

export interface LogDelta {
  readonly entries: readonly LogEntry[];
}
