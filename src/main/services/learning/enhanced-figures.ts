/**
 * Enhanced scores against their base (ML-45, ML-30): of the signals that either would have let through at the threshold
 * of their decision, how many won. Both were fixed before the outcome was known; figures are null where there are too few.
 */
import type { EnhancedRecord, EnhancedWeek, EnhancedWindow, Interval, TakenRate } from '#contract/areas/models.ts';
import { ENOUGH_RESOLVED } from '#core/analysis/result-figures.ts';
import { blockWidening, bootstrapIntervals } from '#core/base/intervals.ts';
import { mean } from '#core/base/statistics.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import { dependenceLength } from '#core/learning/uniqueness.ts';
import {
  isResolved,
  isWin,
  newestWeeks,
  type ResolvedRow,
  type SaidRow,
  share,
  uniquenessOf,
  WINDOW_DAYS,
} from './accuracy-figures.ts';

/** Rows are resampled in at most this many groups of neighbours. */
const GROUPS = 500;
const RESAMPLES = 500;
const LEVEL = 0.95;

/** What a signal's score was made of. */
export interface Graded {
  /** What the rules gave it, what it became, and the threshold of its decision: 0-100 each. */
  readonly base: number;
  readonly enhanced: number;
  readonly threshold: number;
}

type GradedRow = SaidRow & { readonly graded: Graded };
type ResolvedGraded = ResolvedRow & { readonly graded: Graded };

/** Over 7, 30 and 90 days up to `now` and by week; rows oldest first. Null where no score was enhanced. */
export function enhancedRecord(rows: readonly SaidRow[], now: UnixMs): EnhancedRecord | null {
  const graded = rows.filter((row): row is GradedRow => row.graded !== null);
  if (graded.length === 0) return null;
  return {
    windows: WINDOW_DAYS.map((days) => enhancedWindow(graded, days, now)),
    weeks: newestWeeks(graded.filter(isResolvedGraded)).map(([start, week]) => enhancedWeek(start, week)),
  };
}

function enhancedWindow(rows: readonly GradedRow[], days: number, now: UnixMs): EnhancedWindow {
  const within = rows.filter((row) => row.time > now - days * DAY_MS && row.time <= now);
  const resolved = within.filter(isResolvedGraded);
  const uniqueness = resolved.length === 0 ? new Float64Array() : uniquenessOf(resolved);
  const rateOf = (taken: readonly ResolvedGraded[]): TakenRate => ({
    taken: taken.length,
    won: taken.length < ENOUGH_RESOLVED ? null : share(taken, isWin, mean(uniqueness)),
  });
  const [base, enhanced] = [resolved.filter(baseTakes), resolved.filter(enhancedTakes)];
  const isEnough = Math.min(base.length, enhanced.length) >= ENOUGH_RESOLVED;
  return {
    days,
    scored: within.length,
    pending: within.filter(({ open }) => open).length,
    all: rateOf(resolved),
    base: rateOf(base),
    enhanced: rateOf(enhanced),
    difference: isEnough ? rateDifference(resolved, dependenceLength(uniqueness)) : null,
  };
}

function enhancedWeek(start: UnixMs, week: readonly ResolvedGraded[]): EnhancedWeek {
  const counted = (taken: readonly ResolvedGraded[]) => ({ taken: taken.length, won: taken.filter(isWin).length });
  return {
    start,
    resolved: week.length,
    base: counted(week.filter(baseTakes)),
    enhanced: counted(week.filter(enhancedTakes)),
  };
}

/**
 * Win rate of what the enhanced score takes less that of what the base takes, with a circular block bootstrap over the
 * same rows: what both take cancels out, and what runs together is drawn together.
 */
function rateDifference(rows: readonly ResolvedGraded[], dependence: number): Interval {
  const perGroup = Math.ceil(rows.length / GROUPS);
  const groups = Math.ceil(rows.length / perGroup);
  const sums = Array.from({ length: 4 }, () => new Float64Array(groups));
  const [baseTaken, baseWon, taken, won] = sums as [Float64Array, Float64Array, Float64Array, Float64Array];
  const add = (to: Float64Array, group: number, one: boolean) => {
    to[group] = (to[group] as number) + Number(one);
  };
  rows.forEach((row, index) => {
    const group = Math.floor(index / perGroup);
    add(baseTaken, group, baseTakes(row));
    add(baseWon, group, baseTakes(row) && isWin(row));
    add(taken, group, enhancedTakes(row));
    add(won, group, enhancedTakes(row) && isWin(row));
  });
  const differenceOf = (counts: Float64Array) => {
    const [baseN, baseW, n, w] = sums.map((sum) =>
      sum.reduce((total, one, at) => total + one * (counts[at] as number), 0),
    );
    return (w as number) / (n as number) - (baseW as number) / (baseN as number);
  };
  const value = differenceOf(new Float64Array(groups).fill(1));
  const blockLength = Math.max(1, Math.ceil(dependence / perGroup));
  const options = { seed: `enhanced/${rows.length}`, resamples: RESAMPLES, blockLength, level: LEVEL };
  const drawn = bootstrapIntervals(groups, (counts) => [differenceOf(counts)], options)[0];
  // Both took the same signals: there is nothing to be unsure of.
  if (drawn === undefined || (drawn.low === 0 && drawn.high === 0)) return { value, low: value, high: value };
  const widen = blockWidening(groups / blockLength, LEVEL);
  return {
    value,
    low: Math.max(-1, value + (drawn.low - value) * widen),
    high: Math.min(1, value + (drawn.high - value) * widen),
  };
}

function isResolvedGraded(row: SaidRow): row is ResolvedGraded {
  return row.graded !== null && isResolved(row);
}

function baseTakes({ graded }: ResolvedGraded): boolean {
  return graded.base >= graded.threshold;
}

function enhancedTakes({ graded }: ResolvedGraded): boolean {
  return graded.enhanced >= graded.threshold;
}
