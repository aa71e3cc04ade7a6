/** What every figure of the analysis says of itself: which signals, how many, how certain (PH-30, TU-30). */
import type { Bounds } from '#core/base/proportions.ts';
import type { UnixMs } from './timeframe.ts';

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
