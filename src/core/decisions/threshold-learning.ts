/** Learns where scores start to pay: per strategy and kind, pooled and per session x regime (DE-2, DE-3). */
import { REGIMES, type Regime, SESSIONS, type Session } from '#core/domain/context.ts';
import type { Stage } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import {
  ASSUMED_BREAK_EVEN,
  breakEvenOf,
  breakEvenProbability,
  expectedValue,
  type ResolvedTrade,
  type TradeSums,
  tradeSums,
} from './expected-value.ts';
import { averageCurves, fitMonotoneCurve, smallestScoreReaching } from './monotone-curve.ts';
import {
  type BucketThreshold,
  type FittedThreshold,
  type JudgedThreshold,
  type PooledThreshold,
  RECORDS_PER_FIT,
  type ThresholdBook,
  type ThresholdVerdict,
} from './threshold-book.ts';
import { boundedThreshold, type ThresholdBounds, type ThresholdKind, thresholdBounds } from './threshold-bounds.ts';
import { bucketEvidence, pooledEvidence } from './threshold-evidence.ts';

/** One resolved signal with the score that its decision compared. */
export interface ThresholdRecord extends ResolvedTrade {
  readonly time: UnixMs;
  /** 0-100, of the book's kind. */
  readonly score: number;
  readonly session: Session;
  /** Null when it was not known: the record counts for the pooled threshold only. */
  readonly regime: Regime | null;
}

export interface LearningTerms {
  readonly strategyId: string;
  readonly kind: ThresholdKind;
  readonly stage: Stage;
  /** Points above break-even on the calibrated scale (ML-51). */
  readonly margin: number;
  readonly version: number;
  readonly fittedAt: UnixMs;
}

/** Records of its own that a bucket's curve needs (DE-2). */
const MINIMUM_IN_BUCKET = 20;
/** A bucket's curve weighs n / (n + 50) against the pooled one. */
const SHRINKAGE = 50;
const OLDER_SHARE = 0.7;
/** Fewer taken signals among the newest are no judgement. */
const MINIMUM_JUDGED = 20;
/** The newest that are used: enough for any precision, and markets change. */
const MOST_RECORDS = 20_000;

/**
 * Null below 50 records. Records may come in any order, are sorted by time, and must all be of one strategy and kind.
 */
export function learnThresholds(all: readonly ThresholdRecord[], terms: LearningTerms): ThresholdBook | null {
  if (all.length < RECORDS_PER_FIT) return null;
  const records = all.toSorted((a, b) => a.time - b.time).slice(-MOST_RECORDS);
  const [older, newest] = splitByTime(records);
  const sums = tradeSums(older);
  const measured = breakEvenProbability(sums);
  const breakEvenIsAssumed = measured === null;
  const breakEven = measured ?? ASSUMED_BREAK_EVEN;
  const bounds = thresholdBounds(terms.kind, terms.stage, breakEven, terms.margin);
  const curve = curveOf(older);
  const crossing = smallestScoreReaching(curve, breakEven);
  const judged = judge(newest, boundedThreshold(crossing, bounds));
  const value = judged.verdict === 'did-not-hold-up' ? bounds.ceiling : boundedThreshold(crossing, bounds);
  const fitted: FittedThreshold = { curve, breakEven, breakEvenIsAssumed, crossing, fittedOn: older.length, judged };
  const pooled: PooledThreshold = {
    ...fitted,
    value,
    expected: expectedValue(tradeSums(records)),
    evidence: pooledEvidence(fitted, bounds),
  };
  const inBucket = (rows: readonly ThresholdRecord[], session: Session, regime: Regime) =>
    rows.filter((record) => record.session === session && record.regime === regime);
  const buckets = SESSIONS.flatMap((session) =>
    REGIMES.map((regime) => {
      const mine = inBucket(older, session, regime);
      const own = mine.length < MINIMUM_IN_BUCKET ? null : ownThreshold(mine, sums, pooled);
      const judgedRows = inBucket(newest, session, regime);
      return bucketThreshold(session, regime, [...mine, ...judgedRows], own, judgedRows, pooled, bounds);
    }),
  );
  return { ...terms, records: all.length, pooled, buckets };
}

/** The older 70 % and the newest 30 % of records in order of time; records of one instant stay together where they can. */
export function splitByTime<T extends { readonly time: UnixMs }>(records: readonly T[]): readonly [T[], T[]] {
  const usual = Math.ceil(OLDER_SHARE * records.length);
  let cut = usual;
  while (cut > 0 && cut < records.length && records[cut]?.time === records[cut - 1]?.time) cut++;
  if (cut === records.length) cut = usual;
  return [records.slice(0, cut), records.slice(cut)];
}

function curveOf(records: readonly ThresholdRecord[]) {
  return fitMonotoneCurve(
    records.map(({ score }) => score),
    records.map(({ win }) => (win ? 1 : 0)),
  );
}

/** Curve and averages of the bucket, each weighed against the pooled ones; a side it has not seen is the pooled one's. */
function ownThreshold(
  mine: readonly ThresholdRecord[],
  pooledSums: TradeSums,
  pooled: FittedThreshold,
): Omit<FittedThreshold, 'judged'> & { readonly weight: number } {
  const weight = mine.length / (mine.length + SHRINKAGE);
  const curve = averageCurves([curveOf(mine), pooled.curve], [weight, 1 - weight]);
  const own = expectedValue(tradeSums(mine));
  const all = expectedValue(pooledSums);
  const weighed = (ofMine: number | null | undefined, ofAll: number) =>
    weight * (ofMine ?? ofAll) + (1 - weight) * ofAll;
  const { averageWin = null, averageLoss = null } = all ?? {};
  const breakEven =
    averageWin === null || averageLoss === null
      ? pooled.breakEven
      : breakEvenOf(weighed(own?.averageWin, averageWin), weighed(own?.averageLoss, averageLoss));
  const crossing = smallestScoreReaching(curve, breakEven);
  return { curve, breakEven, breakEvenIsAssumed: pooled.breakEvenIsAssumed, crossing, fittedOn: mine.length, weight };
}

function bucketThreshold(
  session: Session,
  regime: Regime,
  records: readonly ThresholdRecord[],
  own: ReturnType<typeof ownThreshold> | null,
  newest: readonly ThresholdRecord[],
  pooled: PooledThreshold,
  bounds: ThresholdBounds,
): BucketThreshold {
  const fitted = own === null ? null : { ...own, judged: judge(newest, boundedThreshold(own.crossing, bounds)) };
  const inherits = fitted === null || fitted.judged.verdict === 'did-not-hold-up';
  const value = inherits ? pooled.value : boundedThreshold(fitted.crossing, bounds);
  const evidence = bucketEvidence(session, regime, records.length, fitted, pooled.value, bounds);
  return { session, regime, expected: expectedValue(tradeSums(records)), own: fitted, inherits, value, evidence };
}

function judge(newest: readonly ThresholdRecord[], threshold: number): JudgedThreshold {
  const taken = expectedValue(tradeSums(newest.filter(({ score }) => score >= threshold)));
  return { verdict: verdictOf(taken), records: newest.length, taken };
}

function verdictOf(taken: JudgedThreshold['taken']): ThresholdVerdict {
  if (taken === null || taken.count < MINIMUM_JUDGED || taken.interval === null) return 'too-few';
  if (taken.interval[0] > 0) return 'held-up';
  return taken.interval[1] < 0 ? 'did-not-hold-up' : 'unclear';
}
