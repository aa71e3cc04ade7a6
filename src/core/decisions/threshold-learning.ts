/** Learns where scores start to pay: per strategy and kind, pooled and per session x regime (DE-2, DE-3). */
import { isotonicAt } from '#core/base/isotonic.ts';
import { REGIMES, SESSIONS } from '#core/domain/context.ts';
import type { Stage } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import {
  ASSUMED_BREAK_EVEN,
  addTrade,
  breakEvenOf,
  breakEvenProbability,
  expectedValue,
  noTrades,
  type TradeSums,
} from './expected-value.ts';
import {
  addRow,
  blendCurves,
  type CurveTrust,
  type MonotoneCurve,
  ScoreGrid,
  smallestScoreReaching,
} from './monotone-curve.ts';
import {
  type BucketThreshold,
  type CurvePoint,
  type FittedThreshold,
  type JudgedThreshold,
  type PooledThreshold,
  RECORDS_PER_FIT,
  type ThresholdBook,
  type ThresholdVerdict,
} from './threshold-book.ts';
import { boundedThreshold, type ThresholdBounds, type ThresholdKind, thresholdBounds } from './threshold-bounds.ts';
import { BUCKETS, columnsOf, RECORD_WINDOW, type RecordColumns, type ThresholdRecord } from './threshold-records.ts';

export interface LearningTerms {
  readonly strategyId: string;
  readonly kind: ThresholdKind;
  readonly stage: Stage;
  /** Points above break-even on the calibrated scale (ML-51). */
  readonly margin: number;
  readonly version: number;
  readonly fittedAt: UnixMs;
}

export interface LearnedThresholds {
  readonly book: ThresholdBook;
  /** The pooled P(win) at every score seen; the book keeps some points of it. */
  readonly curve: MonotoneCurve;
}

/** Records of its own that a bucket's curve needs (DE-2). */
const MINIMUM_IN_BUCKET = 20;
/** A bucket's curve weighs n / (n + 50) against the pooled one. */
const SHRINKAGE = 50;
const OLDER_SHARE = 0.7;
/** Fewer taken signals among the newest are no judgement. */
const MINIMUM_JUDGED = 20;
/** The kinds of fit are weighed against each other anew when the records have grown by a quarter. */
const GROWTH_PER_WEIGHING = 1.25;
/** Points that a book keeps of the pooled curve. */
const CURVE_POINTS = 33;

/**
 * Null below 50 records. Records may come in any order, are sorted by time, and must all be of one strategy and kind.
 */
export function learnThresholds(all: readonly ThresholdRecord[], terms: LearningTerms): LearnedThresholds | null {
  const newest = all.toSorted((a, b) => a.time - b.time).slice(-RECORD_WINDOW);
  return fitThresholds(columnsOf(newest), all.length, terms, null);
}

/**
 * The same from records in order of time, `total` of which there have been; null below 50. `before`, the version before
 * this one, lends its weighing of the kinds of fit while that is recent enough.
 */
export function fitThresholds(
  records: RecordColumns,
  total: number,
  terms: LearningTerms,
  before: ThresholdBook | null,
): LearnedThresholds | null {
  const count = records.time.length;
  if (count < RECORDS_PER_FIT) return null;
  const cut = splitByTime(records.time);
  const sums = sumsOf(records, 0, cut);
  const all = sumsOf(records, cut, count, sums);
  const measured = breakEvenProbability(sums.pooled);
  const breakEvenIsAssumed = measured === null;
  const breakEven = measured ?? ASSUMED_BREAK_EVEN;
  const bounds = thresholdBounds(terms.kind, terms.stage, breakEven, terms.margin);

  const grid = new ScoreGrid(records.score.subarray(0, cut));
  const known = before !== null && count < GROWTH_PER_WEIGHING * before.weighedOn ? before : null;
  const { curve, trust } = grid.learn(records.win.subarray(0, cut), known?.trust ?? null);
  const ofBuckets = bucketCurves(grid, records, cut, trust);

  const crossing = smallestScoreReaching(curve, breakEven);
  const aim = boundedThreshold(crossing, bounds);
  const own = ofBuckets.map((mine, index) => {
    if (mine === null) return null;
    return ownThreshold(mine, sums.buckets[index] as TradeSums, sums.pooled, { curve, breakEven, breakEvenIsAssumed });
  });
  const aims = own.map((mine) => (mine === null ? aim : boundedThreshold(mine.fit.crossing, bounds)));
  const taken = takenOf(records, cut, aim, aims);

  const judged = judgement(taken.pooled, count - cut);
  const value = judged.verdict === 'did-not-hold-up' ? bounds.ceiling : aim;
  const pooled: PooledThreshold = {
    breakEven,
    breakEvenIsAssumed,
    crossing,
    fittedOn: cut,
    winProbability: isotonicAt(curve, value),
    judged,
    value,
    expected: expectedValue(all.pooled),
    curve: sampled(curve),
  };
  const buckets = own.map((mine, index): BucketThreshold => {
    const judgedRows = (all.buckets[index] as TradeSums).count - (sums.buckets[index] as TradeSums).count;
    return bucketThreshold(
      index,
      all.buckets[index] as TradeSums,
      mine,
      judgement(taken.buckets[index] as TradeSums, judgedRows),
      pooled,
      bounds,
    );
  });
  const weighedOn = known?.weighedOn ?? count;
  return { book: { ...terms, records: total, pooled, buckets, trust, weighedOn }, curve };
}

/** How many of these times are the older 70 %; those of one instant stay together where they can. */
export function splitByTime(time: ArrayLike<number>): number {
  const usual = Math.ceil(OLDER_SHARE * time.length);
  let cut = usual;
  while (cut > 0 && cut < time.length && time[cut] === time[cut - 1]) cut++;
  return cut === time.length ? usual : cut;
}

interface SumsByBucket {
  readonly pooled: TradeSums;
  readonly buckets: readonly TradeSums[];
}

/** Sums of the rows from `from` to `to`, on top of `start`. */
function sumsOf({ win, netR, bucket }: RecordColumns, from: number, to: number, start?: SumsByBucket): SumsByBucket {
  const pooled = { ...(start?.pooled ?? noTrades()) };
  const buckets = Array.from({ length: BUCKETS }, (_, index) => ({ ...(start?.buckets[index] ?? noTrades()) }));
  for (let row = from; row < to; row++) {
    const won = win[row] === 1;
    addTrade(pooled, won, netR[row] as number);
    const mine = buckets[bucket[row] as number];
    if (mine !== undefined) addTrade(mine, won, netR[row] as number);
  }
  return { pooled, buckets };
}

/** P(win) of each bucket on its own; null below 20 records. */
function bucketCurves(
  grid: ScoreGrid,
  { win, bucket }: RecordColumns,
  cut: number,
  trust: CurveTrust,
): readonly (MonotoneCurve | null)[] {
  const counts = Array.from({ length: BUCKETS }, () => grid.noCounts());
  const rows = new Int32Array(BUCKETS);
  for (let row = 0; row < cut; row++) {
    const index = bucket[row] as number;
    const mine = counts[index];
    if (mine === undefined) continue;
    addRow(mine, grid.cellOf[row] as number, win[row] as number);
    rows[index] = (rows[index] as number) + 1;
  }
  return counts.map((mine, index) =>
    (rows[index] as number) < MINIMUM_IN_BUCKET ? null : grid.fitCounts(mine, trust),
  );
}

interface OwnThreshold {
  readonly fit: Omit<FittedThreshold, 'judged' | 'winProbability'>;
  readonly weight: number;
  readonly curve: MonotoneCurve;
}

/** Curve and averages of the bucket, each weighed against the pooled ones; a side it has not seen is the pooled one's. */
function ownThreshold(
  mine: MonotoneCurve,
  sums: TradeSums,
  pooledSums: TradeSums,
  pooled: { readonly curve: MonotoneCurve; readonly breakEven: number; readonly breakEvenIsAssumed: boolean },
): OwnThreshold {
  const weight = sums.count / (sums.count + SHRINKAGE);
  const curve = blendCurves(mine, pooled.curve, weight);
  const own = expectedValue(sums);
  const all = expectedValue(pooledSums);
  const weighed = (ofMine: number | null | undefined, ofAll: number) =>
    weight * (ofMine ?? ofAll) + (1 - weight) * ofAll;
  const { averageWin = null, averageLoss = null } = all ?? {};
  const breakEven =
    averageWin === null || averageLoss === null
      ? pooled.breakEven
      : breakEvenOf(weighed(own?.averageWin, averageWin), weighed(own?.averageLoss, averageLoss));
  const crossing = smallestScoreReaching(curve, breakEven);
  const fit = { breakEven, breakEvenIsAssumed: pooled.breakEvenIsAssumed, crossing, fittedOn: sums.count };
  return { fit, weight, curve };
}

/** What the rows from `cut` on earned that reach the pooled threshold, and those of each bucket that reach its own. */
function takenOf(
  { score, win, netR, bucket }: RecordColumns,
  cut: number,
  aim: number,
  aims: readonly number[],
): SumsByBucket {
  const pooled = noTrades();
  const buckets = aims.map(noTrades);
  for (let row = cut; row < score.length; row++) {
    const value = score[row] as number;
    const won = win[row] === 1;
    if (value >= aim) addTrade(pooled, won, netR[row] as number);
    const index = bucket[row] as number;
    const mine = buckets[index];
    if (mine !== undefined && value >= (aims[index] as number)) addTrade(mine, won, netR[row] as number);
  }
  return { pooled, buckets };
}

function bucketThreshold(
  index: number,
  sums: TradeSums,
  mine: OwnThreshold | null,
  judged: JudgedThreshold,
  pooled: PooledThreshold,
  bounds: ThresholdBounds,
): BucketThreshold {
  const session = SESSIONS[Math.floor(index / REGIMES.length)] ?? 'off';
  const regime = REGIMES[index % REGIMES.length] ?? 'low';
  const expected = expectedValue(sums);
  const aim = mine === null ? pooled.value : boundedThreshold(mine.fit.crossing, bounds);
  const own =
    mine === null ? null : { ...mine.fit, winProbability: isotonicAt(mine.curve, aim), judged, weight: mine.weight };
  const inherits = own === null || judged.verdict === 'did-not-hold-up';
  return { session, regime, expected, own, inherits, value: inherits ? pooled.value : aim };
}

function judgement(sums: TradeSums, records: number): JudgedThreshold {
  const taken = expectedValue(sums);
  return { verdict: verdictOf(taken), records, taken };
}

function verdictOf(taken: JudgedThreshold['taken']): ThresholdVerdict {
  if (taken === null || taken.count < MINIMUM_JUDGED || taken.interval === null) return 'too-few';
  if (taken.interval[0] > 0) return 'held-up';
  return taken.interval[1] < 0 ? 'did-not-hold-up' : 'unclear';
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

function sampled(curve: MonotoneCurve): readonly CurvePoint[] {
  const first = curve.x[0] as number;
  const last = curve.x[curve.x.length - 1] as number;
  if (first === last) return [[first, curve.y[0] as number]];
  return Array.from({ length: CURVE_POINTS }, (_, at): CurvePoint => {
    const score = first + ((last - first) * at) / (CURVE_POINTS - 1);
    return [rounded(score, 2), rounded(isotonicAt(curve, score), 4)];
  });
}
