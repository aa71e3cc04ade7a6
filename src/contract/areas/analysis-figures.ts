/** What every figure of the analysis says of itself: which signals, how many, how certain (PH-30, TU-30). */
import { z } from 'zod';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { instrumentIdInput } from './market.ts';

/**
 * Which signals a figure is of. Simulated and real never meet in one figure, so one of them has to be named; so it is with
 * versions of the resolver: only phantoms graded by one version are counted, the newest unless another is named.
 */
export const analysisScopeInput = z
  .object({
    simulated: z.boolean(),
    strategyIds: z.array(z.string().max(60)).min(1).max(50).optional(),
    instrumentIds: z.array(instrumentIdInput).min(1).max(200).optional(),
    /** By opening time, from inclusive, to exclusive; UTC ms. */
    from: z.number().int().optional(),
    to: z.number().int().optional(),
    resolverVersion: z.number().int().min(1).optional(),
    /** ST-12: the placebo is left out unless this is true or `strategyIds` names it. */
    includePlacebo: z.boolean().optional(),
  })
  .strict();
export type AnalysisScope = z.infer<typeof analysisScopeInput>;

/** Lower and upper bound of a 95 % interval. */
export type Bounds = readonly [low: number, high: number];

/** What was counted; every answer names it. */
export interface ScopeFacts {
  readonly simulated: boolean;
  /** All signals of the scope: resolved + open + unavailable + gated. */
  readonly signals: number;
  /** Wins, losses and timeouts: what has a net result. */
  readonly resolved: number;
  readonly open: number;
  readonly unavailable: number;
  /** Recorded with the terminal state `gated`: no result was followed. */
  readonly gated: number;
  /** Opening times of the first and the last signal; null without any. */
  readonly first: UnixMs | null;
  readonly last: UnixMs | null;
  readonly resolverVersion: number;
  /** Signals left out because only another version of the resolver graded them. */
  readonly otherVersions: number;
  /** Every version that graded a signal of the record. */
  readonly versions: readonly number[];
}

/** Results in counts and R; rates and means are null below 20 resolved: "too few". */
export interface ResultFigures {
  readonly signals: number;
  readonly resolved: number;
  readonly wins: number;
  readonly tooFew: boolean;
  /** Share, 0-1, with Wilson's interval. */
  readonly winRate: number | null;
  readonly winRateInterval: Bounds | null;
  /** R per resolved signal, net of costs, with a bootstrap interval over blocks of time (see `Bootstrap`). */
  readonly netRPerTrade: number | null;
  readonly netRInterval: Bounds | null;
}

/**
 * How intervals of R were made: whole blocks of time are drawn with replacement, because signals of one time share their
 * fate. Blocks are UTC days, or hours while there are fewer than 20 days; with fewer than 20 hours there are no intervals.
 */
export interface Bootstrap {
  readonly unit: 'day' | 'hour' | 'none';
  readonly blocks: number;
  readonly resamples: number;
}
