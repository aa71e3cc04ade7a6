/**
 * Calibration of several classes: from raw probabilities to ones that can be believed.
 *
 * Candidates are `none`, a shift and a temperature. Both work on the logarithms of the raw probabilities q:
 * p_k ~ exp(scale x ln q_k + bias_k), for the shift with a scale of 1. That is temperature scaling with a bias per class
 * (Alexandari, Kundaje and Shrikumar, "Maximum likelihood with bias-corrected calibration is hard to beat at label shift
 * adaptation", ICML 2020). The bias is needed because balanced class weights teach a model as if all classes were equally
 * frequent: its raw probabilities are off by the base rates, which no temperature alone repairs. One sigmoid per class
 * against the rest would have twice the parameters, and its outputs do not add up to 1 until a normalisation undoes
 * what was fitted. For two classes this is Platt's sigmoid on the log odds, to the digit.
 */
import { gather } from '#core/base/gather.ts';
import { invariant } from '#core/base/invariant.ts';
import { clamp } from '#core/base/statistics.ts';
import { solveSymmetric } from './linear-system.ts';

/** Plain JSON, stored with the artefact. */
export interface ClassCalibrator {
  readonly kind: 'none' | 'shift' | 'temperature';
  /** Never below 0: the order of a class's probabilities is kept. */
  readonly scale: number;
  /** Per class, the first one 0. */
  readonly bias: readonly number[];
}

export type ClassCalibratorKind = ClassCalibrator['kind'];

/** From simple to flexible, with the out-of-fold rows that each needs (ML-23). */
const CANDIDATES = [
  { kind: 'none', rows: 0 },
  { kind: 'shift', rows: 50 },
  { kind: 'temperature', rows: 100 },
] as const;

/** Share of the rows, the oldest, on which candidates are fitted to be judged on the rest. */
const FIT_SHARE = 0.7;
/** Scores closer than this are a tie: rounding, not evidence. */
const TIE = 1e-12;
/** A logarithm below this says nothing more: a raw 0 comes from a pure leaf, not from certainty. */
const LEAST_LOG = -12;
const MAXIMUM_ITERATIONS = 100;
const MINIMUM_STEP = 1e-10;
/** Added to the Hessian's diagonal, per unit of weight, so that it stays invertible. */
const RIDGE = 1e-12;

/** Out-of-fold rows, oldest first. */
export interface ClassCalibrationRows {
  readonly classes: number;
  /** Raw probabilities, `classes` values per row. */
  readonly raw: Float64Array;
  /** Class index. */
  readonly target: Float64Array;
  readonly weight: Float64Array;
  readonly openedAt: Float64Array;
  readonly resolvedAt: Float64Array;
}

export interface ClassCalibrationChoice {
  readonly calibrator: ClassCalibrator;
  /** Out-of-fold rows on which the chosen one was finally fitted. */
  readonly rows: number;
  /** Rows of the later block on which the candidates were compared; 0 when there was nothing to compare. */
  readonly judgedRows: number;
  readonly candidates: readonly { readonly kind: ClassCalibratorKind; readonly brier: number }[];
}

export function noClassCalibration(classes: number): ClassCalibrator {
  return { kind: 'none', scale: 1, bias: new Array<number>(classes).fill(0) };
}

/**
 * The calibration as a function that turns raw probabilities into calibrated ones, from `raw` at `from` into `out` at
 * `to` (they may be the same place). It allocates nothing.
 */
export function createClassCalibration({ kind, scale, bias }: ClassCalibrator): ClassCalibration {
  const shift = Float64Array.from(bias);
  const classes = shift.length;
  if (kind === 'none') {
    return (raw, from, out, to) => {
      for (let k = 0; k < classes; k++) out[to + k] = clamp(raw[from + k], 0, 1);
    };
  }
  return (raw, from, out, to) => {
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      const score = scale * logOf(raw[from + k]) + shift[k];
      out[to + k] = score;
      if (score > highest) highest = score;
    }
    let total = 0;
    for (let k = 0; k < classes; k++) {
      out[to + k] = Math.exp(out[to + k] - highest);
      total += out[to + k];
    }
    for (let k = 0; k < classes; k++) out[to + k] /= total;
  };
}

export type ClassCalibration = (raw: Float64Array, from: number, out: Float64Array, to: number) => void;

/** All rows at once. */
export function calibrateClassRows(calibrator: ClassCalibrator, raw: Float64Array): Float64Array {
  const calibrate = createClassCalibration(calibrator);
  const out = new Float64Array(raw.length);
  for (let at = 0; at < raw.length; at += calibrator.bias.length) calibrate(raw, at, out, at);
  return out;
}

/**
 * Chooses as ML-23 does: candidates that the number of rows allows are fitted on the older 70 %, without rows whose life
 * reaches into the rest, and the lowest weighted Brier score on the rest wins; a tie goes to the simpler. The winner is
 * then fitted on all rows, all of which are out of fold.
 */
export function chooseClassCalibrator(rows: ClassCalibrationRows): ClassCalibrationChoice {
  const count = rows.target.length;
  const boundary = Math.floor(count * FIT_SHARE);
  const later = Int32Array.from({ length: count - boundary }, (_, at) => boundary + at);
  const judgedFrom = later.length === 0 ? Number.POSITIVE_INFINITY : rows.openedAt[boundary];
  const older = Int32Array.from({ length: boundary }, (_, row) => row).filter(
    (row) => rows.resolvedAt[row] < judgedFrom,
  );
  const candidates: { kind: ClassCalibratorKind; brier: number }[] = [];
  let best: { kind: ClassCalibratorKind; brier: number } = { kind: 'none', brier: Number.POSITIVE_INFINITY };
  for (const { kind, rows: needed } of CANDIDATES) {
    if (count < needed || later.length === 0) continue;
    const calibrator = fitClassCalibrator(kind, rows, older);
    const candidate = { kind, brier: brierOn(calibrator, rows, later) };
    candidates.push(candidate);
    if (candidate.brier < best.brier - TIE) best = candidate;
  }
  const every = Int32Array.from({ length: count }, (_, row) => row);
  return {
    calibrator: fitClassCalibrator(best.kind, rows, every),
    rows: count,
    judgedRows: candidates.length > 1 ? later.length : 0,
    candidates,
  };
}

/**
 * Maximum likelihood with Platt's smoothed targets for several classes, (n + 1) / (n + K) for the class that came and
 * 1 / (n + K) for the others, n being the weight of the former: finite however well the classes are told apart. Where
 * the best scale would be below 0, the raw probabilities say the opposite of what comes: then it is 0, and what is left
 * are the base rates.
 */
export function fitClassCalibrator(
  kind: ClassCalibratorKind,
  rows: ClassCalibrationRows,
  use: Int32Array,
): ClassCalibrator {
  const { classes } = rows;
  if (kind === 'none' || use.length === 0) return noClassCalibration(classes);
  const problem = problemOf(rows, use);
  if (kind === 'shift') return { kind, ...maximise(problem, 1) };
  const fit = maximise(problem, null);
  return { kind, ...(fit.scale < 0 ? maximise(problem, 0) : fit) };
}

interface Problem {
  readonly classes: number;
  /** Logarithms of the raw probabilities, `classes` per row. */
  readonly logs: Float64Array;
  readonly target: Int32Array;
  readonly weight: Float64Array;
  /** What is aimed at when class c came: right for c, wrong for each other one. */
  readonly right: Float64Array;
  readonly wrong: Float64Array;
}

function problemOf(rows: ClassCalibrationRows, use: Int32Array): Problem {
  const { classes } = rows;
  const logs = new Float64Array(use.length * classes);
  const held = new Float64Array(classes);
  use.forEach((row, at) => {
    held[rows.target[row]] += rows.weight[row];
    for (let k = 0; k < classes; k++) logs[at * classes + k] = logOf(rows.raw[row * classes + k]);
  });
  return {
    classes,
    logs,
    target: Int32Array.from(use, (row) => rows.target[row]),
    weight: gather(rows.weight, use),
    right: held.map((mass) => (mass + 1) / (mass + classes)),
    wrong: held.map((mass) => 1 / (mass + classes)),
  };
}

/** Damped Newton steps on scale (unless fixed) and biases; the loss is convex in both. */
function maximise(problem: Problem, fixedScale: number | null): { scale: number; bias: number[] } {
  const { classes, weight } = problem;
  const free = fixedScale === null ? 1 : 0;
  const size = free + classes - 1;
  const point = new Float64Array(classes);
  // The scale first, then the biases of the classes from the second one on.
  point[0] = fixedScale ?? 1;
  const mass = weight.reduce((total, value) => total + value, 0);
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  let loss = lossAt(problem, point);
  for (let iteration = 0; iteration < MAXIMUM_ITERATIONS; iteration++) {
    differentiate(problem, point, free, gradient, hessian);
    for (let i = 0; i < size; i++) hessian[i * size + i] += RIDGE * Math.max(1, mass);
    if (gradient.every((value) => Math.abs(value) < 1e-10 * Math.max(1, mass))) break;
    const step = solveSymmetric(hessian, gradient);
    if (step === null) break;
    let descent = 0;
    for (let i = 0; i < size; i++) descent -= step[i] * gradient[i];
    let share = 1;
    while (share >= MINIMUM_STEP) {
      const trial = point.slice();
      for (let i = 0; i < size; i++) trial[i + 1 - free] -= share * step[i];
      const newLoss = lossAt(problem, trial);
      if (newLoss < loss + 1e-4 * share * descent) {
        point.set(trial);
        loss = newLoss;
        break;
      }
      share /= 2;
    }
    if (share < MINIMUM_STEP) break;
  }
  const [scale, ...biases] = point;
  return { scale, bias: [0, ...biases] };
}

/** Calibrated probabilities of one row into `p`; gives the logarithm of their normaliser. */
function probabilitiesAt({ classes, logs }: Problem, point: Float64Array, row: number, p: Float64Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < classes; k++) {
    p[k] = point[0] * logs[row * classes + k] + (k === 0 ? 0 : point[k]);
    if (p[k] > highest) highest = p[k];
  }
  let total = 0;
  for (let k = 0; k < classes; k++) {
    p[k] = Math.exp(p[k] - highest);
    total += p[k];
  }
  for (let k = 0; k < classes; k++) p[k] /= total;
  return highest + Math.log(total);
}

function lossAt(problem: Problem, point: Float64Array): number {
  const { classes, logs, target, weight, right, wrong } = problem;
  const p = new Float64Array(classes);
  let loss = 0;
  for (let row = 0; row < target.length; row++) {
    const normaliser = probabilitiesAt(problem, point, row, p);
    for (let k = 0; k < classes; k++) {
      const goal = k === target[row] ? right[target[row]] : wrong[target[row]];
      const score = point[0] * logs[row * classes + k] + (k === 0 ? 0 : point[k]);
      loss += weight[row] * goal * (normaliser - score);
    }
  }
  return loss;
}

function differentiate(
  problem: Problem,
  point: Float64Array,
  free: number,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const { classes, logs, target, weight, right, wrong } = problem;
  const size = gradient.length;
  const p = new Float64Array(classes);
  gradient.fill(0);
  hessian.fill(0);
  for (let row = 0; row < target.length; row++) {
    probabilitiesAt(problem, point, row, p);
    const w = weight[row];
    let middle = 0;
    for (let k = 0; k < classes; k++) middle += p[k] * logs[row * classes + k];
    for (let k = 0; k < classes; k++) {
      const log = logs[row * classes + k];
      const off = p[k] - (k === target[row] ? right[target[row]] : wrong[target[row]]);
      if (free === 1) {
        gradient[0] += w * off * log;
        hessian[0] += w * p[k] * (log - middle) * log;
      }
      if (k === 0) continue;
      const at = free + k - 1;
      gradient[at] += w * off;
      if (free === 1) {
        const mixed = w * p[k] * (log - middle);
        hessian[at] += mixed;
        hessian[at * size] += mixed;
      }
      for (let j = 1; j < classes; j++) hessian[at * size + free + j - 1] += w * p[k] * ((j === k ? 1 : 0) - p[j]);
    }
  }
}

/** Weighted mean over rows of the sum of squared differences over the classes. */
function brierOn(calibrator: ClassCalibrator, rows: ClassCalibrationRows, use: Int32Array): number {
  const { classes } = rows;
  const calibrate = createClassCalibration(calibrator);
  const p = new Float64Array(classes);
  let sum = 0;
  let mass = 0;
  for (const row of use) {
    calibrate(rows.raw, row * classes, p, 0);
    for (let k = 0; k < classes; k++) sum += rows.weight[row] * (p[k] - (rows.target[row] === k ? 1 : 0)) ** 2;
    mass += rows.weight[row];
  }
  invariant(!Number.isNaN(sum), 'a calibrator gave no probability');
  return sum / mass;
}

function logOf(raw: number): number {
  return Math.max(LEAST_LOG, Math.log(raw));
}
