/** Drift of features (ML-41): population stability against the training block, with thresholds from its null distribution. */
import { gammaUpperQuantile, gammaUpperTail } from '#core/base/distributions.ts';
import { invariant } from '#core/base/invariant.ts';
import { createRandom, type Random } from '#core/base/random.ts';
import { mean, sampleDeviation } from '#core/base/statistics.ts';

const QUANTILE_BINS = 10;
/** With fewer recent rows than this, bins would hold under one row each and nothing can be said. */
export const MINIMUM_RECENT = 30;
/** Added to each bin so that an empty one costs much, not everything. */
const SMOOTHING = 0.5;
const SIMULATIONS = 400;
/** Stretches of the training block, of the recent block's length, that are compared with the rest of it. */
const STRETCHES = 60;
/** Fewer separate stretches than this do not show how much the feature wanders. */
export const MINIMUM_SEPARATE_STRETCHES = 8;

export interface FeatureDrift {
  readonly name: string;
  readonly stability: number;
  /** What chance leaves behind at these sample sizes with probability `alpha` / (number of features). */
  readonly threshold: number;
  /** Chance of so much without drift, before the correction for the number of features. */
  readonly pValue: number;
  readonly drifted: boolean;
  /** Share of missing values in the recent block (FE-4). */
  readonly missingShare: number;
}

export interface DriftReport {
  /** False when a block is too short to say anything; then `features` is empty. */
  readonly judged: boolean;
  readonly features: readonly FeatureDrift[];
  readonly trainingRows: number;
  readonly recentRows: number;
}

export interface DriftOptions {
  readonly seed: string;
  /** Chance of any false alarm over all features; 0.01 unless said. */
  readonly alpha?: number;
  /**
   * True: rows are in the order of time, and neighbours resemble each other. The null distribution then also comes from
   * stretches of the training block itself, so that a feature's usual wandering is not called drift.
   */
  readonly ordered: boolean;
}

/**
 * Population stability index sum (q - p) ln(q / p) over ten quantile bins of the training block (or its values, where it
 * has at most ten) and one for missing values. Its null distribution at these sizes: multinomial draws of both blocks,
 * seeded, whose mean and variance are matched by a gamma distribution. (In the limit PSI is (1/n + 1/m) times chi-square,
 * Yurdakul 2018, a gamma too; drawing keeps it right for small counts.) For ordered rows, the larger of that threshold
 * and the one from stretches of the training block. `alpha` is shared among the features (Bonferroni).
 */
export function featureDrift(
  names: readonly string[],
  training: readonly Float64Array[],
  recent: readonly Float64Array[],
  options: DriftOptions,
): DriftReport {
  const features = [...featureDriftSteps(names, training, recent, options)];
  return {
    judged: features.length > 0,
    features,
    trainingRows: training[0]?.length ?? 0,
    recentRows: recent[0]?.length ?? 0,
  };
}

/** The same, one feature at a time, for callers that must not hold their thread; nothing when a block is too short. */
export function* featureDriftSteps(
  names: readonly string[],
  training: readonly Float64Array[],
  recent: readonly Float64Array[],
  options: DriftOptions,
): Generator<FeatureDrift, void, undefined> {
  invariant(
    names.length === training.length && names.length === recent.length,
    'one column per feature in both blocks',
  );
  const trainingRows = training[0]?.length ?? 0;
  const recentRows = recent[0]?.length ?? 0;
  if (recentRows < MINIMUM_RECENT || trainingRows < MINIMUM_RECENT) return;
  const tail = (options.alpha ?? 0.01) / names.length;
  for (const [feature, name] of names.entries()) {
    const column = training[feature] as Float64Array;
    const newer = recent[feature] as Float64Array;
    const bins = binning(column);
    const expected = binCounts(column, bins);
    const actual = binCounts(newer, bins);
    const stability = populationStability(expected, actual);
    const random = createRandom(`${options.seed}/${name}`);
    const nulls = [gammaNull(drawnNulls(expected, trainingRows, recentRows, random))];
    if (options.ordered) nulls.push(gammaNull(stretchNulls(column, bins, recentRows)));
    const threshold = Math.max(...nulls.map((null_) => null_.quantile(tail)));
    yield {
      name,
      stability,
      threshold,
      pValue: Math.max(...nulls.map((null_) => null_.tail(stability))),
      drifted: stability > threshold,
      missingShare: (actual[actual.length - 1] as number) / recentRows,
    };
  }
}

/** PSI of two tables of counts over the same bins, with half a row added to each bin. */
export function populationStability(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  invariant(expected.length === actual.length, 'both tables have the same bins');
  let used = 0;
  let expectedTotal = 0;
  let actualTotal = 0;
  for (let bin = 0; bin < expected.length; bin++) {
    if (expected[bin] === 0 && actual[bin] === 0) continue;
    used++;
    expectedTotal += expected[bin] as number;
    actualTotal += actual[bin] as number;
  }
  let sum = 0;
  for (let bin = 0; bin < expected.length; bin++) {
    if (expected[bin] === 0 && actual[bin] === 0) continue;
    const p = ((expected[bin] as number) + SMOOTHING) / (expectedTotal + SMOOTHING * used);
    const q = ((actual[bin] as number) + SMOOTHING) / (actualTotal + SMOOTHING * used);
    sum += (q - p) * Math.log(q / p);
  }
  return sum;
}

/** Few values, each a bin of its own with one more for values never seen; or upper ends (inclusive) of quantile bins. */
interface Binning {
  readonly kind: 'values' | 'edges';
  /** Ascending. */
  readonly points: Float64Array;
}

function binning(column: Float64Array): Binning {
  const known = column.filter((value) => !Number.isNaN(value)).sort();
  const distinct: number[] = [];
  for (let at = 0; at < known.length && distinct.length <= QUANTILE_BINS; at++) {
    if (at === 0 || known[at] !== known[at - 1]) distinct.push(known[at] as number);
  }
  if (distinct.length <= QUANTILE_BINS) return { kind: 'values', points: Float64Array.from(distinct) };
  const edges = new Set<number>();
  for (let bin = 1; bin < QUANTILE_BINS; bin++) {
    edges.add(known[Math.ceil((bin * known.length) / QUANTILE_BINS) - 1] as number);
  }
  return { kind: 'edges', points: Float64Array.from(edges) };
}

/** Rows per bin; the last entry counts missing values, the one before it those above or beside all points. */
function binCounts(column: Float64Array, bins: Binning): Float64Array {
  const counts = new Float64Array(bins.points.length + 2);
  for (const value of column) {
    const bin = binOf(value, bins);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

function binOf(value: number, bins: Binning): number {
  const { points } = bins;
  if (Number.isNaN(value)) return points.length + 1;
  let bin = 0;
  while (bin < points.length && value > (points[bin] as number)) bin++;
  return bins.kind === 'values' && points[bin] !== value ? points.length : bin;
}

interface Null {
  quantile(tail: number): number;
  tail(value: number): number;
}

/** Gamma with the mean and variance of the sample; a sample that does not vary gives a threshold at its mean. */
function gammaNull(sample: readonly number[]): Null {
  const middle = mean(sample);
  const spread = sampleDeviation(sample);
  // No sample, too few stretches, or a constant feature: no say of its own.
  if (!(middle > 0) || !(spread > 0)) {
    const least = middle > 0 ? middle : 0;
    return { quantile: () => least, tail: (value) => (value > least ? 0 : 1) };
  }
  const shape = (middle / spread) ** 2;
  const scale = middle / shape;
  return {
    quantile: (tail) => scale * gammaUpperQuantile(shape, tail),
    tail: (value) => gammaUpperTail(shape, value / scale),
  };
}

function drawnNulls(expected: Float64Array, trainingRows: number, recentRows: number, random: Random): number[] {
  const shares = expected.map((count) => count / trainingRows);
  return Array.from({ length: SIMULATIONS }, () =>
    populationStability(drawMultinomial(shares, trainingRows, random), drawMultinomial(shares, recentRows, random)),
  );
}

/** Each of evenly spaced stretches of `length` rows against the rest of the block. */
function stretchNulls(column: Float64Array, bins: Binning, length: number): number[] {
  const rows = column.length;
  if (rows < length * MINIMUM_SEPARATE_STRETCHES) return [];
  const total = binCounts(column, bins);
  const count = Math.min(STRETCHES, rows - length + 1);
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * (rows - length)) / Math.max(1, count - 1));
    const inside = binCounts(column.subarray(start, start + length), bins);
    return populationStability(
      total.map((all, bin) => all - (inside[bin] as number)),
      inside,
    );
  });
}

function drawMultinomial(shares: Float64Array, rows: number, random: Random): Float64Array {
  const counts = new Float64Array(shares.length);
  let left = rows;
  let mass = 1;
  for (let bin = 0; bin < shares.length && left > 0; bin++) {
    const share = shares[bin] as number;
    const drawn = share >= mass ? left : drawBinomial(left, share / mass, random);
    counts[bin] = drawn;
    left -= drawn;
    mass -= share;
  }
  return counts;
}

/** By inversion where the smaller side expects under 30, else the rounded normal approximation. */
function drawBinomial(trials: number, share: number, random: Random): number {
  if (share <= 0) return 0;
  if (share > 0.5) return trials - drawBinomial(trials, 1 - share, random);
  const expected = trials * share;
  if (expected >= 30) {
    const drawn = Math.round(expected + random.normal() * Math.sqrt(expected * (1 - share)));
    return Math.min(trials, Math.max(0, drawn));
  }
  const ratio = share / (1 - share);
  let probability = (1 - share) ** trials;
  let uniform = random.next();
  let drawn = 0;
  while (uniform > probability && drawn < trials) {
    uniform -= probability;
    drawn++;
    probability *= (ratio * (trials - drawn + 1)) / drawn;
  }
  return drawn;
}
