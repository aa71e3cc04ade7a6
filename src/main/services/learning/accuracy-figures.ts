/** Figures of predictions that were made before their outcomes (ML-45): rates with intervals, or null where too few. */

import type { AccuracyWeek, AccuracyWindow, Figure, Interval } from '#contract/areas/models.ts';
import { ENOUGH_RESOLVED } from '#core/analysis/result-figures.ts';
import { meanInterval } from '#core/base/intervals.ts';
import { wilsonInterval } from '#core/base/proportions.ts';
import { mean } from '#core/base/statistics.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import { averageUniqueness, dependenceLength } from '#core/learning/uniqueness.ts';
import type { Graded } from './enhanced-figures.ts';

export const WINDOW_DAYS = [7, 30, 90] as const;
/** Predictions older than this are in no figure: 90 days, and weeks that had none between. */
export const KEPT_DAYS = 182;
const WEEKS_SHOWN = 13;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 was the first Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
/** How alike neighbours are is measured on the newest rows: enough to tell, and cheap. */
const UNIQUENESS_ROWS = 2_000;
/** Rows are resampled in at most this many groups of neighbours. */
const GROUPS = 500;
const RESAMPLES = 500;

/** One prediction that decided a score. */
export interface SaidRow {
  /** The model's key in the registry. */
  readonly key: string;
  readonly time: UnixMs;
  readonly probability: number;
  /** It called the signal a win: the probability reached its threshold. */
  readonly named: boolean;
  /** Null while open, and for signals that never get a result. */
  readonly netR: number | null;
  readonly resolvedAt: UnixMs | null;
  readonly open: boolean;
  /** Where the prediction made an enhanced score (ML-30); null for all others. */
  readonly graded: Graded | null;
}

/** What was said at `time` and known at `resolvedAt`. */
export interface KnownRow {
  readonly time: UnixMs;
  readonly resolvedAt: UnixMs;
}

export interface ResolvedRow extends SaidRow {
  readonly netR: number;
  readonly resolvedAt: UnixMs;
}

/** The last `days` up to `now`, exchange time; rows oldest first. */
export function accuracyWindow(rows: readonly SaidRow[], days: number, now: UnixMs): AccuracyWindow {
  const within = rows.filter((row) => row.time > now - days * DAY_MS && row.time <= now);
  const resolved = within.filter(isResolved);
  const counts = { days, predictions: within.length, pending: within.filter((row) => row.open).length };
  const predicted = resolved.length === 0 ? null : meanOf(resolved, (row) => row.probability);
  if (resolved.length < ENOUGH_RESOLVED) return { ...counts, predicted, observed: null, accuracy: null, brier: null };
  const uniqueness = uniquenessOf(resolved);
  return {
    ...counts,
    predicted,
    observed: share(resolved, isWin, mean(uniqueness)),
    accuracy: share(resolved, (row) => row.named === isWin(row), mean(uniqueness)),
    brier: brierOf(resolved, dependenceLength(uniqueness)),
  };
}

/** The newest weeks that have resolved predictions, oldest first. */
export function accuracyWeeks(rows: readonly SaidRow[]): readonly AccuracyWeek[] {
  return newestWeeks(rows.filter(isResolved)).map(([start, week]) => ({
    start,
    resolved: week.length,
    predicted: meanOf(week, (row) => row.probability),
    observed: meanOf(week, (row) => Number(isWin(row))),
  }));
}

/** The newest weeks, Monday to Monday, that have rows: their begin and their rows, oldest first. */
export function newestWeeks<R extends { readonly time: UnixMs }>(
  rows: readonly R[],
): readonly (readonly [UnixMs, readonly R[]])[] {
  const weekOf = ({ time }: R) => FIRST_MONDAY_MS + Math.floor((time - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS;
  return [...Map.groupBy(rows, weekOf)].sort(([a], [b]) => a - b).slice(-WEEKS_SHOWN);
}

export function isResolved(row: SaidRow): row is ResolvedRow {
  return row.netR !== null && row.resolvedAt !== null;
}

/** ML-5: timeouts included. */
export function isWin(row: ResolvedRow): boolean {
  return row.netR > 0;
}

function meanOf<R>(rows: readonly R[], value: (row: R) => number): number {
  return mean(Float64Array.from(rows, value));
}

/** How much of each of the newest rows is its own, 0-1: what runs together is worth less. */
export function uniquenessOf(rows: readonly KnownRow[]): Float64Array {
  const newest = rows.slice(-UNIQUENESS_ROWS);
  return averageUniqueness({
    openedAt: Float64Array.from(newest, (row) => row.time),
    resolvedAt: Float64Array.from(newest, (row) => row.resolvedAt),
  });
}

/** Wilson's interval for as many rows as the overlapping ones are worth. */
export function share<R>(rows: readonly R[], holds: (row: R) => boolean, worth: number): Interval {
  const value = meanOf(rows, (row) => Number(holds(row)));
  const effective = Math.max(1, rows.length * worth);
  const [low, high] = wilsonInterval(value * effective, effective);
  return { value, low, high };
}

/** Beside it the score of always saying these rows' own win rate. */
function brierOf(rows: readonly ResolvedRow[], dependence: number): Figure {
  const squares = Float64Array.from(rows, (row) => (row.probability - Number(isWin(row))) ** 2);
  const base = meanOf(rows, (row) => Number(isWin(row)));
  return { ...meanOfDependent(squares, dependence, 0, 1), base: base * (1 - base) };
}

/** Mean of values in the order of time, by block bootstrap over groups of neighbours; its bounds stay within `least` and `most`. */
export function meanOfDependent(values: Float64Array, dependence: number, least: number, most: number): Interval {
  const perGroup = Math.ceil(values.length / GROUPS);
  const groups = groupMeans(values, Math.ceil(values.length / perGroup));
  const blockLength = Math.max(1, Math.ceil(dependence / perGroup));
  const options = { seed: `brier/${values.length}`, resamples: RESAMPLES, blockLength, level: 0.95 };
  const interval = meanInterval(groups, options);
  const value = mean(values);
  // Groups differ by a row at most; their mean may be a hair beside the mean of the rows.
  const shift = value - mean(groups);
  return { value, low: Math.max(least, interval.low + shift), high: Math.min(most, interval.high + shift) };
}

function groupMeans(values: Float64Array, groups: number): Float64Array {
  const edge = (group: number) => Math.floor((group * values.length) / groups);
  return Float64Array.from({ length: groups }, (_, group) => mean(values.subarray(edge(group), edge(group + 1))));
}
