/** The best split of one feature from its occupied bins, with a learned side for missing values. */
import type { PackedTotals, Packing } from './histogram.ts';
import type { OccupiedBins } from './occupied-bins.ts';

/** What a split must satisfy and how gain is counted. */
export interface SplitRules {
  /** Smallest size of a child, in steps (`RowSizes`). */
  readonly minLeafSteps: number;
  /** A child's sum of hessians must be above this. */
  readonly minHessian: number;
  /** L2 penalty on leaf values. */
  readonly l2: number;
  /** A split must gain more than this. */
  readonly minGain: number;
}

/** The best split found so far; `score` alone is kept while scanning, so that scanning allocates nothing. */
export interface SplitRecord {
  /** GL²/(HL + l2) + GR²/(HR + l2): twice the drop of the loss, up to the parent's own score. */
  score: number;
  /** -1 while none was found. */
  feature: number;
  /** Value bins up to this one go left. */
  cut: number;
  missingLeft: boolean;
  leftGradient: number;
  leftPacked: number;
}

/** Gains below this share of the score are rounding, not signal. */
const ROUNDING = 1e-12;

export function createSplitRecord(): SplitRecord {
  return { score: 0, feature: -1, cut: 0, missingLeft: false, leftGradient: 0, leftPacked: 0 };
}

/** The score of a node that is not split. */
export function scoreOf({ gradient, packed }: PackedTotals, { unit }: Packing, l2: number): number {
  const hessian = packed - Math.floor(packed / unit) * unit + l2;
  return hessian > 0 ? (gradient * gradient) / hessian : 0;
}

/** Forgets what was found: only splits that gain more than the rules ask, and more than rounding, will count. */
export function resetSplit(record: SplitRecord, parentScore: number, rules: SplitRules): void {
  record.score = (parentScore + rules.minGain) * (1 + ROUNDING);
  record.feature = -1;
}

/**
 * Improves `best` by the splits of `feature`, whose occupied bins are given. Between two of them the cut lies in the middle
 * of the empty ones. Without missing rows in the node, missing values go with the heavier child. Equal scores keep the
 * earlier split. Returns whether the feature tells any rows of the node apart.
 */
export function improveSplit(
  best: SplitRecord,
  bins: OccupiedBins,
  valueBins: number,
  feature: number,
  node: PackedTotals,
  packing: Packing,
  rules: SplitRules,
): boolean {
  const { count, codes } = bins;
  if (count < 2) return false;
  if (codes[count - 1] !== valueBins) {
    scan(best, bins, count, feature, node, 0, 0, false, packing, rules);
    return true;
  }
  // Missing rows stay right: the last cut, before their bin, stands for "all values left, missing right".
  scan(best, bins, count, feature, node, 0, 0, true, packing, rules);
  // Missing rows start on the left.
  const { gradients, packed } = bins;
  scan(best, bins, count - 1, feature, node, gradients[count - 1], packed[count - 1], true, packing, rules);
  return true;
}

function scan(
  best: SplitRecord,
  { codes, gradients, packed: packedBins }: OccupiedBins,
  count: number,
  feature: number,
  node: PackedTotals,
  firstGradient: number,
  firstPacked: number,
  hasMissing: boolean,
  packing: Packing,
  rules: SplitRules,
): void {
  const { minLeafSteps, minHessian, l2 } = rules;
  const { gradient, packed } = node;
  const { unit } = packing;
  const perUnit = 1 / unit;
  const size = Math.floor(packed * perUnit);
  const hessian = packed - size * unit;
  const lastSize = size - minLeafSteps;
  let bestScore = best.score;
  let leftGradient = firstGradient + gradients[0];
  let leftPacked = firstPacked + packedBins[0];
  for (let at = 1; at < count; at++) {
    const leftSize = Math.floor(leftPacked * perUnit);
    if (leftSize > lastSize) break;
    if (leftSize >= minLeafSteps) {
      const leftHessian = leftPacked - leftSize * unit;
      const rightHessian = hessian - leftHessian;
      if (leftHessian > minHessian && rightHessian > minHessian) {
        const rightGradient = gradient - leftGradient;
        const left = leftHessian + l2;
        const right = rightHessian + l2;
        // GL²/left + GR²/right over one denominator: scanning divides only where it finds something better.
        const numerator = leftGradient * leftGradient * right + rightGradient * rightGradient * left;
        const denominator = left * right;
        if (numerator > bestScore * denominator) {
          bestScore = numerator / denominator;
          best.feature = feature;
          best.score = bestScore;
          best.cut = (codes[at - 1] + codes[at] - 1) >> 1;
          best.missingLeft = hasMissing ? firstPacked > 0 : leftHessian >= rightHessian;
          best.leftGradient = leftGradient;
          best.leftPacked = leftPacked;
        }
      }
    }
    leftGradient += gradients[at];
    leftPacked += packedBins[at];
  }
}
