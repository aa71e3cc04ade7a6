/** The best split of one feature from its histogram, with a learned side for missing values. */
import { type PackedTotals, type Packing, SLOT } from './histogram.ts';

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
 * Improves `best` by the splits of `feature`, whose slots start at `base` (in doubles) of `histogram`. Between two
 * occupied bins the cut lies in the middle of the empty ones. Without missing rows in the node, missing values go with
 * the heavier child. Equal scores keep the earlier split. Returns whether the feature tells any rows of the node apart.
 */
export function improveSplit(
  best: SplitRecord,
  histogram: Float64Array,
  base: number,
  valueBins: number,
  feature: number,
  node: PackedTotals,
  packing: Packing,
  rules: SplitRules,
): boolean {
  const missingAt = base + valueBins * SLOT;
  const missing = histogram[missingAt + 1];
  if (missing === 0) return scan(best, histogram, base, valueBins, feature, node, 0, 0, false, packing, rules);
  // Missing rows stay right: one step more than there are bins stands for "all values left, missing right".
  const splits = scan(best, histogram, base, valueBins + 1, feature, node, 0, 0, true, packing, rules);
  // Missing rows start on the left.
  const missingGradient = histogram[missingAt];
  scan(best, histogram, base, valueBins, feature, node, missingGradient, missing, true, packing, rules);
  return splits;
}

function scan(
  best: SplitRecord,
  histogram: Float64Array,
  base: number,
  steps: number,
  feature: number,
  node: PackedTotals,
  firstGradient: number,
  firstPacked: number,
  hasMissing: boolean,
  packing: Packing,
  rules: SplitRules,
): boolean {
  const { minLeafSteps, minHessian, l2 } = rules;
  const { gradient, packed } = node;
  const { unit } = packing;
  const perUnit = 1 / unit;
  const size = Math.floor(packed * perUnit);
  const hessian = packed - size * unit;
  const lastSize = size - minLeafSteps;
  let bestScore = best.score;
  let leftGradient = firstGradient;
  let leftPacked = firstPacked;
  let previous = -1;
  let splits = false;
  for (let bin = 0, slot = base; bin < steps; bin++, slot += SLOT) {
    const here = histogram[slot + 1];
    if (here === 0) continue;
    if (previous >= 0) {
      splits = true;
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
            best.cut = (previous + bin - 1) >> 1;
            best.missingLeft = hasMissing ? firstPacked > 0 : leftHessian >= rightHessian;
            best.leftGradient = leftGradient;
            best.leftPacked = leftPacked;
          }
        }
      }
    }
    leftGradient += histogram[slot];
    leftPacked += here;
    previous = bin;
  }
  return splits;
}
