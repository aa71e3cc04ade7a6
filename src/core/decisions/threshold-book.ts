/** What was learned of thresholds for one strategy and kind of score, version by version (DE-2, DE-3). */
import type { DecisionContext, Regime, Session } from '#core/domain/context.ts';
import type { Stage } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ExpectedValue } from './expected-value.ts';
import type { CurveTrust } from './monotone-curve.ts';
import type { ThresholdKind } from './threshold-bounds.ts';
import { bucketIndex } from './threshold-records.ts';

/**
 * What the newest 30 % say of those that reach the threshold: their net R is above zero, below it, neither for certain
 * (95 %), or they are fewer than 20.
 */
export type ThresholdVerdict = 'held-up' | 'unclear' | 'did-not-hold-up' | 'too-few';

export interface JudgedThreshold {
  readonly verdict: ThresholdVerdict;
  /** Records of the newest 30 %, and what those with a score from the threshold on earned; null when there is none. */
  readonly records: number;
  readonly taken: ExpectedValue | null;
}

export interface FittedThreshold {
  /** Win probability at which a trade earns nothing, 0-1. */
  readonly breakEven: number;
  /** No win or no loss was seen yet: one half stands in for it. */
  readonly breakEvenIsAssumed: boolean;
  /** Smallest score at which the curve reaches it, before any bounds; null when none does. */
  readonly crossing: number | null;
  /** Records that it was fitted on: the older 70 %. */
  readonly fittedOn: number;
  /** P(win) of the fitted curve at the threshold, 0-1. */
  readonly winProbability: number;
  readonly judged: JudgedThreshold;
}

export type CurvePoint = readonly [score: number, winProbability: number];

export interface PooledThreshold extends FittedThreshold {
  /** The threshold within its bounds; the ceiling when it did not hold up. */
  readonly value: number;
  /** Of all records, both parts. */
  readonly expected: ExpectedValue | null;
  /** P(win) by score. */
  readonly curve: readonly CurvePoint[];
}

export interface BucketThreshold {
  readonly session: Session;
  readonly regime: Regime;
  /** All records of the bucket, and what they earned (DE-3); null without any. */
  readonly expected: ExpectedValue | null;
  /** Null: too few records of its own, so that it inherits the pooled threshold. */
  readonly own: (FittedThreshold & { readonly weight: number }) | null;
  /** True when the pooled threshold is in force, for want of records or because its own did not hold up. */
  readonly inherits: boolean;
  readonly value: number;
}

/** One fit of everything: plain data, so that it can be stored and restored as it is. */
export interface ThresholdBook {
  readonly strategyId: string;
  readonly kind: ThresholdKind;
  /** What the bounds were made for. */
  readonly stage: Stage;
  readonly margin: number;
  /** From 1. */
  readonly version: number;
  readonly fittedAt: UnixMs;
  /** Records of this strategy and kind there were; the newest of them were used. */
  readonly records: number;
  readonly pooled: PooledThreshold;
  /** Every session x regime, in code order. */
  readonly buckets: readonly BucketThreshold[];
  /** How far each kind of curve was trusted, and with how many records that was found. */
  readonly trust: CurveTrust;
  readonly weighedOn: number;
}

export interface ThresholdChange {
  /** Null: the pooled threshold. */
  readonly bucket: { readonly session: Session; readonly regime: Regime } | null;
  readonly from: number;
  readonly to: number;
}

/** Records that a first fit needs, and new ones for each further fit (DE-2). */
export const RECORDS_PER_FIT = 50;

/** Is it time to fit, with that many records now? */
export function isFitDue(last: ThresholdBook | null, records: number): boolean {
  return records >= (last === null ? RECORDS_PER_FIT : last.records + RECORDS_PER_FIT);
}

/** What moved from one version to the next, by at least a tenth of a point. */
export function thresholdChanges(before: ThresholdBook, after: ThresholdBook): readonly ThresholdChange[] {
  const changes: ThresholdChange[] = [{ bucket: null, from: before.pooled.value, to: after.pooled.value }];
  after.buckets.forEach(({ session, regime, value }, index) => {
    const earlier = before.buckets[index];
    if (earlier !== undefined) changes.push({ bucket: { session, regime }, from: earlier.value, to: value });
  });
  return changes.filter(({ from, to }) => Math.abs(to - from) >= 0.1);
}

/** The bucket of a context; null while the regime is not known. */
export function bucketOf(book: ThresholdBook, { session, regime }: DecisionContext): BucketThreshold | null {
  if (regime === null) return null;
  return book.buckets[bucketIndex(session, regime)] ?? null;
}
