/** The figures of a model as they are shown: each with a bootstrap interval, each beside what no model would give (ML-22). */
import { bootstrapIntervals } from '#core/base/intervals.ts';
import {
  brierScore,
  classFigures,
  expectedCalibrationError,
  logLoss,
  mostLikelyClasses,
  multiclassLogLoss,
  quasiLikelihoodLoss,
  type ReliabilityBin,
  rankedArea,
  reliabilityCurve,
  rootMeanSquaredError,
  tradeFigures,
} from './metrics.ts';

/** A figure, its 95 % interval, and the same figure of the constant that fits these rows best in hindsight. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly base: number;
}

export interface ReportOptions {
  readonly seed: string;
  /** Rows drawn together in the circular block bootstrap; see `dependenceLength`. */
  readonly blockLength: number;
  /** 400 unless said. */
  readonly resamples?: number;
}

export interface ClassifyReport {
  readonly rows: number;
  /** Weighted share of wins. */
  readonly baseRate: number;
  /** Probability from which a signal is taken in the three figures at the end. */
  readonly threshold: number;
  readonly areaUnderCurve: Estimate;
  readonly logLoss: Estimate;
  readonly brier: Estimate;
  readonly calibrationError: Estimate;
  readonly reliability: readonly ReliabilityBin[];
  /** Base: all signals taken. */
  readonly winRate: Estimate;
  readonly netRPerTrade: Estimate;
  readonly coverage: Estimate;
}

export interface MulticlassReport {
  readonly rows: number;
  readonly logLoss: Estimate;
  readonly accuracy: Estimate;
  /** Base: the class that occurs most, for every row. */
  readonly balancedAccuracy: Estimate;
  readonly recalls: readonly Estimate[];
}

export interface RegressReport {
  readonly rows: number;
  readonly rootMeanSquaredError: Estimate;
  /** Null unless all forecasts are positive variances and it was asked for. */
  readonly quasiLikelihood: Estimate | null;
}

const LEVEL = 0.95;
const RESAMPLES = 400;

/** `probability` must be out of sample for the figures to mean anything; `netR` counts per trade, not by weight. */
export function classifyReport(
  probability: Float64Array,
  target: Float64Array,
  weight: Float64Array,
  netR: Float64Array,
  threshold: number,
  options: ReportOptions,
): ClassifyReport {
  const area = rankedArea(probability, target);
  const figuresOf = (p: Float64Array, w: Float64Array, counts: Float64Array, auc: number) => {
    const trades = tradeFigures(p, netR, threshold, counts);
    return [
      auc,
      logLoss(p, target, w),
      brierScore(p, target, w),
      expectedCalibrationError(p, target, w),
      trades.winRate,
      trades.netRPerTrade,
      trades.coverage,
    ];
  };
  const baseRate = weightedAverage(target, weight);
  const everything = tradeFigures(probability, netR, Number.NEGATIVE_INFINITY);
  const constant = new Float64Array(target.length).fill(baseRate);
  const base = [
    0.5,
    logLoss(constant, target, weight),
    brierScore(constant, target, weight),
    expectedCalibrationError(constant, target, weight),
    everything.winRate,
    everything.netRPerTrade,
    1,
  ];
  const estimates = estimate(target.length, weight, options, base, (w, counts) =>
    figuresOf(probability, w, counts, area(w)),
  );
  const at = (index: number) => estimates[index] as Estimate;
  return {
    rows: target.length,
    baseRate,
    threshold,
    areaUnderCurve: at(0),
    logLoss: at(1),
    brier: at(2),
    calibrationError: at(3),
    reliability: reliabilityCurve(probability, target, weight),
    winRate: at(4),
    netRPerTrade: at(5),
    coverage: at(6),
  };
}

/** `probability` holds `classes` values per row. */
export function multiclassReport(
  probability: Float64Array,
  target: Float64Array,
  classes: number,
  weight: Float64Array,
  options: ReportOptions,
): MulticlassReport {
  const predicted = mostLikelyClasses(probability, classes);
  const shares = Array.from({ length: classes }, (_, index) =>
    weightedAverage(
      target.map((y) => (y === index ? 1 : 0)),
      weight,
    ),
  );
  const majority = new Int32Array(target.length).fill(shares.indexOf(Math.max(...shares)));
  const constant = Float64Array.from(
    { length: target.length * classes },
    (_, index) => shares[index % classes] as number,
  );
  const figuresOf = (p: Float64Array, chosen: Int32Array, w: Float64Array) => {
    const figures = classFigures(chosen, target, classes, w);
    return [multiclassLogLoss(p, target, classes, w), figures.accuracy, figures.balancedAccuracy, ...figures.recalls];
  };
  const base = figuresOf(constant, majority, weight);
  const estimates = estimate(target.length, weight, options, base, (w) => figuresOf(probability, predicted, w));
  return {
    rows: target.length,
    logLoss: estimates[0] as Estimate,
    accuracy: estimates[1] as Estimate,
    balancedAccuracy: estimates[2] as Estimate,
    recalls: estimates.slice(3),
  };
}

/** `variances`: values and forecasts are variances, so that QLIKE applies. */
export function regressReport(
  predicted: Float64Array,
  target: Float64Array,
  weight: Float64Array,
  variances: boolean,
  options: ReportOptions,
): RegressReport {
  const middle = new Float64Array(target.length).fill(weightedAverage(target, weight));
  const withLikelihood = variances && predicted.every((value) => value > 0) && (middle[0] as number) > 0;
  const figuresOf = (forecast: Float64Array, w: Float64Array) => [
    rootMeanSquaredError(forecast, target, w),
    ...(withLikelihood ? [quasiLikelihoodLoss(forecast, target, w)] : []),
  ];
  const estimates = estimate(target.length, weight, options, figuresOf(middle, weight), (w) => figuresOf(predicted, w));
  return {
    rows: target.length,
    rootMeanSquaredError: estimates[0] as Estimate,
    quasiLikelihood: estimates[1] ?? null,
  };
}

/**
 * Figures of rows with their bootstrap intervals: `figures(weight, counts)` computes them for rows of so much weight that
 * count so often, `base` holds the same figures of what no model would give.
 */
export function estimate(
  rows: number,
  weight: Float64Array,
  options: ReportOptions,
  base: readonly number[],
  figures: (weight: Float64Array, counts: Float64Array) => readonly number[],
): Estimate[] {
  const values = figures(weight, new Float64Array(rows).fill(1));
  const drawnWeight = new Float64Array(rows);
  const intervals = bootstrapIntervals(
    rows,
    (counts) => {
      for (let row = 0; row < rows; row++) drawnWeight[row] = (weight[row] as number) * (counts[row] as number);
      return figures(drawnWeight, counts);
    },
    { seed: options.seed, resamples: options.resamples ?? RESAMPLES, blockLength: options.blockLength, level: LEVEL },
  );
  return values.map((value, index) => ({
    value,
    low: intervals[index]?.low ?? Number.NaN,
    high: intervals[index]?.high ?? Number.NaN,
    base: base[index] ?? Number.NaN,
  }));
}

function weightedAverage(values: Float64Array, weight: Float64Array): number {
  let sum = 0;
  let mass = 0;
  for (let row = 0; row < values.length; row++) {
    sum += (weight[row] as number) * (values[row] as number);
    mass += weight[row] as number;
  }
  return sum / mass;
}
