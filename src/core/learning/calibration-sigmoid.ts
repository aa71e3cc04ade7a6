/** Platt's sigmoid, fitted by the stable Newton method of Lin, Lin and Weng. */
import { invariant } from '#core/base/invariant.ts';

/** P(y = 1 | f) = 1 / (1 + exp(slope f + intercept)). */
export interface SigmoidFit {
  readonly slope: number;
  readonly intercept: number;
}

const MAXIMUM_ITERATIONS = 100;
const MINIMUM_STEP = 1e-10;
/** Added to the Hessian's diagonal so that it stays invertible. */
const RIDGE = 1e-12;

/**
 * Platt (1999) with the smoothed targets (n1 + 1) / (n1 + 2) and 1 / (n0 + 2), n0 and n1 being sums of weights, found by
 * Newton's method with backtracking as in Lin, Lin and Weng, "A note on Platt's probabilistic outputs for support vector
 * machines" (Machine Learning 68, 2007), algorithm 1: no exponential overflows. `value` is any finite decision value,
 * larger for class 1; then the slope comes out negative.
 */
export function fitSigmoid(value: Float64Array, target: Float64Array, weight: Float64Array): SigmoidFit {
  invariant(
    value.length === target.length && value.length === weight.length,
    'value, target and weight differ in length',
  );
  let positives = 0;
  let negatives = 0;
  for (let row = 0; row < value.length; row++) {
    if (target[row] === 1) positives += weight[row] as number;
    else negatives += weight[row] as number;
  }
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (negatives + 2);
  const goal = target.map((y) => (y === 1 ? high : low));
  // The gradient grows with the sum of weights, so the tolerance does too: the fit must not depend on the weights' scale.
  const tolerance = 1e-9 * Math.max(1, positives + negatives);
  let slope = 0;
  let intercept = Math.log((negatives + 1) / (positives + 1));
  let loss = negativeLogLikelihood(value, goal, weight, slope, intercept);
  for (let iteration = 0; iteration < MAXIMUM_ITERATIONS; iteration++) {
    let h11 = RIDGE;
    let h22 = RIDGE;
    let h21 = 0;
    let g1 = 0;
    let g2 = 0;
    for (let row = 0; row < value.length; row++) {
      const f = value[row] as number;
      const w = weight[row] as number;
      const p = sigmoid(f * slope + intercept);
      const curvature = w * p * (1 - p);
      h11 += f * f * curvature;
      h22 += curvature;
      h21 += f * curvature;
      const difference = w * ((goal[row] as number) - p);
      g1 += f * difference;
      g2 += difference;
    }
    if (Math.abs(g1) < tolerance && Math.abs(g2) < tolerance) break;
    const determinant = h11 * h22 - h21 * h21;
    const slopeStep = -(h22 * g1 - h21 * g2) / determinant;
    const interceptStep = -(-h21 * g1 + h11 * g2) / determinant;
    const descent = g1 * slopeStep + g2 * interceptStep;
    let step = 1;
    while (step >= MINIMUM_STEP) {
      const newLoss = negativeLogLikelihood(
        value,
        goal,
        weight,
        slope + step * slopeStep,
        intercept + step * interceptStep,
      );
      if (newLoss < loss + 1e-4 * step * descent) {
        slope += step * slopeStep;
        intercept += step * interceptStep;
        loss = newLoss;
        break;
      }
      step /= 2;
    }
    if (step < MINIMUM_STEP) break;
  }
  return { slope, intercept };
}

/** 1 / (1 + exp(z)) without overflow. */
function sigmoid(z: number): number {
  if (z >= 0) {
    const small = Math.exp(-z);
    return small / (1 + small);
  }
  return 1 / (1 + Math.exp(z));
}

function negativeLogLikelihood(
  value: Float64Array,
  goal: Float64Array,
  weight: Float64Array,
  slope: number,
  intercept: number,
): number {
  let sum = 0;
  for (let row = 0; row < value.length; row++) {
    const z = (value[row] as number) * slope + intercept;
    const t = goal[row] as number;
    const term = z >= 0 ? t * z + Math.log1p(Math.exp(-z)) : (t - 1) * z + Math.log1p(Math.exp(z));
    sum += (weight[row] as number) * term;
  }
  return sum;
}
