/** Loss functions of boosting: start value, gradients and hessians with respect to raw scores, and the loss itself. */
import type { Task } from '../dataset.ts';

/** Raw scores are laid out output by output: raw[output * rows + row]. */
export interface Loss {
  readonly outputs: number;
  /** Raw scores of the best constant. */
  base(target: Float64Array, weight: Float64Array, rows: Int32Array): Float64Array;
  /** Second derivative at the best constant, for one output and weight 1. */
  curvature(base: Float64Array, output: number): number;
  /** First and second derivatives for one output, times the weights, at the given rows. */
  differentiate(
    output: number,
    raw: Float64Array,
    target: Float64Array,
    weight: Float64Array,
    rows: Int32Array,
    gradient: Float64Array,
    hessian: Float64Array,
  ): void;
  /** Weighted mean loss over rows. */
  mean(raw: Float64Array, target: Float64Array, weight: Float64Array, rows: Int32Array): number;
}

/** Keeps base rates of 0 and 1 finite on the log-odds scale. */
const LEAST_RATE = 1e-6;
/** Probabilities near 0 and 1 keep this much curvature, so that no leaf divides by nothing. */
const LEAST_CURVATURE = 1e-12;

export function lossFor(task: Task, outputs: number): Loss {
  if (task === 'regress') return squaredError;
  return task === 'classify' ? logLoss : softmaxLoss(outputs);
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Turns the raw scores in `scores` into probabilities, in place. */
export function softmaxInPlace(scores: Float64Array): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) if (scores[i] > highest) highest = scores[i];
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp(scores[i] - highest);
    total += scores[i];
  }
  for (let i = 0; i < scores.length; i++) scores[i] /= total;
}

const squaredError: Loss = {
  outputs: 1,
  base: (target, weight, rows) => Float64Array.of(weightedMean((row) => target[row], weight, rows)),
  curvature: () => 1,
  differentiate(_output, raw, target, weight, rows, gradient, hessian) {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      gradient[row] = weight[row] * (raw[row] - target[row]);
      hessian[row] = weight[row];
    }
  },
  mean: (raw, target, weight, rows) => weightedMean((row) => (raw[row] - target[row]) ** 2, weight, rows),
};

const logLoss: Loss = {
  outputs: 1,
  base(target, weight, rows) {
    const rate = weightedMean((row) => target[row], weight, rows);
    const kept = Math.min(1 - LEAST_RATE, Math.max(LEAST_RATE, rate));
    return Float64Array.of(Math.log(kept / (1 - kept)));
  },
  curvature(base) {
    const p = sigmoid(base[0]);
    return p * (1 - p);
  },
  differentiate(_output, raw, target, weight, rows, gradient, hessian) {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      const p = sigmoid(raw[row]);
      gradient[row] = weight[row] * (p - target[row]);
      hessian[row] = weight[row] * Math.max(p * (1 - p), LEAST_CURVATURE);
    }
  },
  // -log p = log(1 + exp(-z)) with z the score on the side of the truth, written so that it cannot overflow.
  mean: (raw, target, weight, rows) =>
    weightedMean(
      (row) => {
        const z = target[row] === 1 ? raw[row] : -raw[row];
        return z > 0 ? Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)) - z;
      },
      weight,
      rows,
    ),
};

function softmaxLoss(outputs: number): Loss {
  const scores = new Float64Array(outputs);
  const probabilities = (raw: Float64Array, row: number, stride: number): Float64Array => {
    for (let output = 0; output < outputs; output++) scores[output] = raw[output * stride + row];
    softmaxInPlace(scores);
    return scores;
  };
  return {
    outputs,
    base(target, weight, rows) {
      return Float64Array.from({ length: outputs }, (_, output) =>
        Math.log(
          Math.max(
            LEAST_RATE,
            weightedMean((row) => (target[row] === output ? 1 : 0), weight, rows),
          ),
        ),
      );
    },
    curvature(base, output) {
      scores.set(base);
      softmaxInPlace(scores);
      return Math.max(scores[output] * (1 - scores[output]), LEAST_CURVATURE);
    },
    differentiate(output, raw, target, weight, rows, gradient, hessian) {
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const p = probabilities(raw, row, target.length)[output];
        gradient[row] = weight[row] * (p - (target[row] === output ? 1 : 0));
        hessian[row] = weight[row] * Math.max(p * (1 - p), LEAST_CURVATURE);
      }
    },
    mean: (raw, target, weight, rows) =>
      weightedMean(
        (row) => -Math.log(Math.max(probabilities(raw, row, target.length)[target[row]], 1e-300)),
        weight,
        rows,
      ),
  };
}

function weightedMean(valueAt: (row: number) => number, weight: Float64Array, rows: Int32Array): number {
  let total = 0;
  let weights = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    total += weight[row] * valueAt(row);
    weights += weight[row];
  }
  return total / weights;
}
