/** The figures of a model of several classes (ML-22, ML-32): each with a bootstrap interval, each beside what no model gives. */
import { namedClass } from './class-scorer.ts';
import {
  brierScore,
  expectedCalibrationError,
  multiclassLogLoss,
  type ReliabilityBin,
  rankedArea,
  reliabilityCurve,
} from './metrics.ts';
import { type Estimate, estimate, type ReportOptions } from './metrics-report.ts';

export interface ClassFiguresOf {
  readonly label: string;
  /** Judged rows of this class, and their share by weight. */
  readonly rows: number;
  readonly share: number;
  /** Share of its rows that were named so. Base: what naming it at random as often as it is named would give. */
  readonly recall: Estimate;
  /** Share of the rows named so that were of it. Base: the share of the class. */
  readonly precision: Estimate;
  /** Of its probability, against all other classes. */
  readonly areaUnderCurve: Estimate;
  readonly reliability: readonly ReliabilityBin[];
}

export interface ClassReport {
  readonly task: 'multiclass';
  readonly rows: number;
  /** Those that were learned, in the order of the classes. */
  readonly classes: readonly ClassFiguresOf[];
  /** Too rare to learn, with their examples of all. */
  readonly dropped: readonly { readonly label: string; readonly rows: number }[];
  /** Nats per row; base: the shares of these rows, the best constant in hindsight. */
  readonly logLoss: Estimate;
  /** Summed over the classes. */
  readonly brier: Estimate;
  readonly accuracy: Estimate;
  /** Mean recall; base: 1 / classes, which every constant gets. */
  readonly balancedAccuracy: Estimate;
  /** Mean over the classes of the expected calibration error of each against the rest. */
  readonly calibrationError: Estimate;
  /** Rows by class that came (outer) and class that was named (inner). */
  readonly confusion: readonly (readonly number[])[];
}

export interface ClassRows {
  readonly labels: readonly string[];
  /** Calibrated by other rows; as many values per row as labels. */
  readonly probability: Float64Array;
  readonly target: Float64Array;
  readonly weight: Float64Array;
  /** Which class is named rests on these (`namedClass`): of other rows, as the probabilities do. */
  readonly baseRates: readonly number[];
}

/** Weighted share of each class, smoothed by one row of each, so that none is 0. They add up to 1. */
export function classShares(target: Float64Array, weight: Float64Array, classes: number): number[] {
  const mass = new Float64Array(classes).fill(1);
  let total = classes;
  for (let row = 0; row < target.length; row++) {
    mass[target[row]] += weight[row];
    total += weight[row];
  }
  return Array.from(mass, (value) => value / total);
}

export function classReport(rows: ClassRows, dropped: ClassReport['dropped'], options: ReportOptions): ClassReport {
  const { labels, probability, target, weight } = rows;
  const classes = labels.length;
  const count = target.length;
  const named = Int32Array.from({ length: count }, (_, row) => namedClass(probability, row * classes, rows.baseRates));
  const ofClass = labels.map((_, k) => ({
    probability: Float64Array.from({ length: count }, (_, row) => probability[row * classes + k]),
    target: target.map((actual) => (actual === k ? 1 : 0)),
  }));
  const areas = ofClass.map((one) => rankedArea(one.probability, one.target));
  const figuresOf = (w: Float64Array) => {
    const table = tally(named, target, w, classes);
    const recalls = labels.map((_, k) => table.right[k] / table.actual[k]);
    return [
      multiclassLogLoss(probability, target, classes, w),
      mean(ofClass.map((one) => brierScore(one.probability, one.target, w))) * classes,
      sum(table.right) / sum(table.actual),
      mean(recalls.filter((recall) => !Number.isNaN(recall))),
      mean(ofClass.map((one) => expectedCalibrationError(one.probability, one.target, w))),
      ...recalls,
      ...labels.map((_, k) => table.right[k] / table.named[k]),
      ...areas.map((area) => area(w)),
    ];
  };
  const estimates = estimate(count, weight, options, baseFigures(rows, named), figuresOf);
  const once = tally(named, target, new Float64Array(count).fill(1), classes);
  const weighed = tally(named, target, weight, classes);
  return {
    task: 'multiclass',
    rows: count,
    classes: labels.map((label, k) => ({
      label,
      rows: once.actual[k],
      share: weighed.actual[k] / sum(weighed.actual),
      recall: estimates[FIGURES + k],
      precision: estimates[FIGURES + classes + k],
      areaUnderCurve: estimates[FIGURES + 2 * classes + k],
      reliability: reliabilityCurve(ofClass[k].probability, ofClass[k].target, weight),
    })),
    dropped,
    logLoss: estimates[0],
    brier: estimates[1],
    accuracy: estimates[2],
    balancedAccuracy: estimates[3],
    calibrationError: estimates[4],
    confusion: labels.map((_, k) => Array.from(once.confusion.subarray(k * classes, (k + 1) * classes))),
  };
}

/** Figures before those of single classes. */
const FIGURES = 5;

function baseFigures({ labels, target, weight }: ClassRows, named: Int32Array): number[] {
  const classes = labels.length;
  const { actual, named: namedMass } = tally(named, target, weight, classes);
  const total = sum(actual);
  const shares = Array.from(actual, (mass) => mass / total);
  const entropy = sum(shares.map((share) => (share > 0 ? -share * Math.log(share) : 0)));
  return [
    entropy,
    1 - sum(shares.map((share) => share * share)),
    Math.max(...shares),
    1 / classes,
    0,
    ...Array.from(namedMass, (mass) => mass / total),
    ...shares,
    ...shares.map(() => 0.5),
  ];
}

interface Tally {
  readonly actual: Float64Array;
  readonly named: Float64Array;
  readonly right: Float64Array;
  /** actual x classes + named. */
  readonly confusion: Float64Array;
}

function tally(named: Int32Array, target: Float64Array, weight: Float64Array, classes: number): Tally {
  const result = {
    actual: new Float64Array(classes),
    named: new Float64Array(classes),
    right: new Float64Array(classes),
    confusion: new Float64Array(classes * classes),
  };
  for (let row = 0; row < target.length; row++) {
    const actual = target[row];
    result.actual[actual] += weight[row];
    result.named[named[row]] += weight[row];
    result.confusion[actual * classes + named[row]] += weight[row];
    if (named[row] === actual) result.right[actual] += weight[row];
  }
  return result;
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index];
  return total;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : sum(values) / values.length;
}
