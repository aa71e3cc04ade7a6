/** The figures of a model of a value (ML-22): each with a bootstrap interval, each beside what the mean would give. */
import { type Estimate, estimate, type ReportOptions } from './metrics-report.ts';

export interface BaselineFigures {
  /** In words, e.g. `last value`. */
  readonly name: string;
  readonly rootMeanSquaredError: number;
  readonly meanAbsoluteError: number;
  /** Share of the baseline's squared error that the model saves; below 0 the baseline is better. Base: 0. */
  readonly saved: Estimate;
}

export interface ValueReport {
  readonly task: 'regress';
  readonly rows: number;
  /** Weighted mean of the judged targets: what the figures' base always says, in hindsight. */
  readonly mean: number;
  readonly rootMeanSquaredError: Estimate;
  readonly meanAbsoluteError: Estimate;
  /** 1 less the squared error over that of the mean; base: 0. */
  readonly rSquared: Estimate;
  readonly baselines: readonly BaselineFigures[];
}

export interface ValueRows {
  readonly forecast: Float64Array;
  readonly target: Float64Array;
  readonly weight: Float64Array;
  /** Forecasts of the same rows. */
  readonly baselines: readonly { readonly name: string; readonly forecast: Float64Array }[];
}

export function valueReport({ forecast, target, weight, baselines }: ValueRows, options: ReportOptions): ValueReport {
  const count = target.length;
  const figuresOf = (w: Float64Array) => {
    const squared = meanLoss(forecast, target, w, square);
    const mean = weightedMean(target, w);
    return [
      Math.sqrt(squared),
      meanLoss(forecast, target, w, Math.abs),
      1 - squared / meanLoss(null, target, w, square, mean),
      ...baselines.map((baseline) => 1 - squared / meanLoss(baseline.forecast, target, w, square)),
    ];
  };
  const mean = weightedMean(target, weight);
  const base = [
    Math.sqrt(meanLoss(null, target, weight, square, mean)),
    meanLoss(null, target, weight, Math.abs, mean),
    0,
    ...baselines.map(() => 0),
  ];
  const [rootMeanSquaredError, meanAbsoluteError, rSquared, ...saved] = estimate(
    count,
    weight,
    options,
    base,
    figuresOf,
  );
  return {
    task: 'regress',
    rows: count,
    mean,
    rootMeanSquaredError,
    meanAbsoluteError,
    rSquared,
    baselines: baselines.map((baseline, at) => ({
      name: baseline.name,
      rootMeanSquaredError: Math.sqrt(meanLoss(baseline.forecast, target, weight, square)),
      meanAbsoluteError: meanLoss(baseline.forecast, target, weight, Math.abs),
      saved: saved[at],
    })),
  };
}

function square(value: number): number {
  return value * value;
}

/** Weighted mean of a loss of the errors; a null forecast is the constant. */
function meanLoss(
  forecast: Float64Array | null,
  target: Float64Array,
  weight: Float64Array,
  loss: (error: number) => number,
  constant = 0,
): number {
  let sum = 0;
  let mass = 0;
  for (let row = 0; row < target.length; row++) {
    if (weight[row] === 0) continue;
    sum += weight[row] * loss((forecast === null ? constant : forecast[row]) - target[row]);
    mass += weight[row];
  }
  return mass > 0 ? sum / mass : Number.NaN;
}

function weightedMean(values: Float64Array, weight: Float64Array): number {
  let sum = 0;
  let mass = 0;
  for (let row = 0; row < values.length; row++) {
    sum += weight[row] * values[row];
    mass += weight[row];
  }
  return sum / mass;
}
