/** The best split of one feature from its histogram, with a learned side for missing values. */
import { SLOT } from './histogram.ts';

/** What a split must satisfy and how gain is counted. */
export interface SplitRules {
  /** Smallest size of a child: its rows, a row of weight 2 counting as two. */
  readonly minLeaf: number;
  /** Smallest sum of hessians of a child. */
  readonly minHessian: number;
  /** L2 penalty on leaf values. */
  readonly l2: number;
  /** A split must gain more than this. */
  readonly minGain: number;
}

/** The best split found so far; one record is reused per search, so that scanning allocates nothing. */
export interface SplitRecord {
  /** Drop of the loss, up to the factor 1/2: GL²/(HL+l2) + GR²/(HR+l2) - G²/(H+l2). Not above minGain: none found. */
  gain: number;
  feature: number;
  /** Value bins up to this one go left. */
  cut: number;
  missingLeft: boolean;
  leftGradient: number;
  leftHessian: number;
  leftSize: number;
}

/** Sums over all rows of a node. */
export interface NodeTotals {
  readonly gradient: number;
  readonly hessian: number;
  readonly size: number;
}

/** Gains below this share of the children's scores are rounding, not signal. */
const ROUNDING = 1e-12;

export function createSplitRecord(): SplitRecord {
  return { gain: 0, feature: -1, cut: 0, missingLeft: false, leftGradient: 0, leftHessian: 0, leftSize: 0 };
}

export function resetSplit(record: SplitRecord, rules: SplitRules): void {
  record.gain = rules.minGain;
  record.feature = -1;
}

/**
 * Improves `best` by the splits of `feature`, whose slots start at `base` (in doubles) of `histogram`. Between two
 * occupied bins the cut lies in the middle of the empty ones. Without missing rows in the node, missing values go with
 * the heavier child. Equal gains keep the earlier split. Returns whether the feature could split the node at all.
 */
export function improveSplit(
  best: SplitRecord,
  histogram: Float64Array,
  base: number,
  valueBins: number,
  feature: number,
  node: NodeTotals,
  rules: SplitRules,
): boolean {
  const { minLeaf, minHessian, l2 } = rules;
  const { gradient, hessian, size } = node;
  const parentScore = (gradient * gradient) / (hessian + l2);
  const missingAt = base + valueBins * SLOT;
  const missingSize = histogram[missingAt + 2];
  const missingGradient = missingSize > 0 ? histogram[missingAt] : 0;
  const missingHessian = missingSize > 0 ? histogram[missingAt + 1] : 0;

  let bestGain = best.gain;
  let bestCut = -1;
  let bestMissingLeft = false;
  let bestGradient = 0;
  let bestHessian = 0;
  let bestSize = 0;
  let leftGradient = 0;
  let leftHessian = 0;
  let leftSize = 0;
  let previous = -1;
  let splittable = false;
  // One step past the last bin stands for "all values left, missing right".
  const steps = missingSize > 0 ? valueBins + 1 : valueBins;
  for (let bin = 0; bin < steps; bin++) {
    const slot = base + bin * SLOT;
    const binSize = histogram[slot + 2];
    if (binSize === 0) continue;
    if (previous >= 0) {
      splittable = true;
      const rightSize = size - leftSize;
      // Missing rows on the right.
      if (leftSize >= minLeaf && rightSize >= minLeaf) {
        const rightHessian = hessian - leftHessian;
        if (leftHessian >= minHessian && rightHessian >= minHessian) {
          const rightGradient = gradient - leftGradient;
          const score =
            (leftGradient * leftGradient) / (leftHessian + l2) + (rightGradient * rightGradient) / (rightHessian + l2);
          const gain = score - parentScore;
          if (gain > bestGain && gain > ROUNDING * score) {
            bestGain = gain;
            bestCut = bin === valueBins ? valueBins - 1 : (previous + bin - 1) >> 1;
            bestMissingLeft = missingSize > 0 ? false : leftHessian >= rightHessian;
            bestGradient = leftGradient;
            bestHessian = leftHessian;
            bestSize = leftSize;
          }
        }
      }
      // Missing rows on the left.
      if (missingSize > 0 && bin < valueBins) {
        const withGradient = leftGradient + missingGradient;
        const withHessian = leftHessian + missingHessian;
        const withSize = leftSize + missingSize;
        const rightHessian = hessian - withHessian;
        if (
          withSize >= minLeaf &&
          size - withSize >= minLeaf &&
          withHessian >= minHessian &&
          rightHessian >= minHessian
        ) {
          const rightGradient = gradient - withGradient;
          const score =
            (withGradient * withGradient) / (withHessian + l2) + (rightGradient * rightGradient) / (rightHessian + l2);
          const gain = score - parentScore;
          if (gain > bestGain && gain > ROUNDING * score) {
            bestGain = gain;
            bestCut = (previous + bin - 1) >> 1;
            bestMissingLeft = true;
            bestGradient = withGradient;
            bestHessian = withHessian;
            bestSize = withSize;
          }
        }
      }
    }
    leftGradient += histogram[slot];
    leftHessian += histogram[slot + 1];
    leftSize += binSize;
    previous = bin;
  }
  if (bestCut >= 0) {
    best.gain = bestGain;
    best.feature = feature;
    best.cut = bestCut;
    best.missingLeft = bestMissingLeft;
    best.leftGradient = bestGradient;
    best.leftHessian = bestHessian;
    best.leftSize = bestSize;
  }
  return splittable;
}
