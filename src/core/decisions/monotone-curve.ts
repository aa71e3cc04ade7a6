/** P(win) as a non-decreasing function of a score: isotonic and smooth fits, each trusted as far as it predicts. */
import { invariant } from '#core/base/invariant.ts';
import { fitIsotonic, type IsotonicFit, isotonicAt } from '#core/base/isotonic.ts';
import { clamp } from '#core/base/statistics.ts';

/** Piecewise linear and non-decreasing; outside the scores seen it keeps its end values. */
export type MonotoneCurve = IsotonicFit;

/** Places between which a spline's log odds are linear: finer than 2,000 records can tell apart. */
const SPLINE_INTERVALS = 64;
/** Weights of the squared second differences: from almost free to a plain logistic curve. */
const PENALTIES = [0.3, 3, 30, 300, 3_000, 30_000, 1_000_000] as const;
const STIFFEST = 1_000_000;
/** Keeps the log odds finite where only wins or only losses were seen. */
const RIDGE = 1e-6;
const NEWTON_STEPS = 25;
/** Largest step of the log odds, and their bound: separated data would run away. */
const LARGEST_STEP = 4;
const LARGEST_ODDS = 20;
const FOLDS = 5;
/** Cross-validated losses are of probabilities at least this far from 0 and 1. */
const PROBABILITY_FLOOR = 1e-3;
/** Fewer records cannot tell the fits apart: a plain logistic curve is taken. */
const MINIMUM_FOR_COMPARISON = 60;

type Fit = (x: Float64Array, y: Float64Array) => MonotoneCurve;

const CANDIDATES: readonly Fit[] = [
  fitIsotonic,
  ...PENALTIES.map(
    (penalty): Fit =>
      (x, y) =>
        fitSpline(x, y, penalty),
  ),
];

/**
 * P(win) from `score` (finite) and `win` (0 or 1), at least one row. Isotonic regression alone finds a step exactly, but
 * the place where a smooth curve crosses a level only at the rate of n^(-1/3) (Brunk 1970): several points of score at
 * 2,000 records. Logistic splines with penalised second differences (Eilers and Marx 1996), made monotone by pooling
 * (Mammen 1991), find that much better. All are averaged with weights exp(-loss), the log loss of five folds by rank of
 * score, without chance.
 */
export function fitMonotoneCurve(score: ArrayLike<number>, win: ArrayLike<number>): MonotoneCurve {
  invariant(score.length > 0 && score.length === win.length, 'a curve needs rows, each with a score and a result');
  const order = Array.from({ length: score.length }, (_, row) => row).sort(
    (a, b) => (score[a] as number) - (score[b] as number) || a - b,
  );
  const x = Float64Array.from(order, (row) => score[row] as number);
  const y = Float64Array.from(order, (row) => win[row] as number);
  if (x[0] === x[x.length - 1]) return fitIsotonic(x, y);
  if (x.length < MINIMUM_FOR_COMPARISON) return fitSpline(x, y, STIFFEST);
  const losses = CANDIDATES.map((candidate) => crossValidatedLoss(x, y, candidate));
  const least = Math.min(...losses);
  const curves = CANDIDATES.map((candidate) => candidate(x, y));
  return averageCurves(
    curves,
    losses.map((loss) => Math.exp(least - loss)),
  );
}

/** The weighted mean of curves, again non-decreasing. Weights are at least 0, and one is positive. */
export function averageCurves(curves: readonly MonotoneCurve[], weights: readonly number[]): MonotoneCurve {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  invariant(whole > 0 && weights.length === curves.length, 'curves are averaged with a positive weight in all');
  const x = Float64Array.from(new Set(curves.flatMap((curve) => [...curve.x]))).sort();
  const y = x.map((at) =>
    curves.reduce((sum, curve, index) => sum + ((weights[index] as number) / whole) * isotonicAt(curve, at), 0),
  );
  // Sums of rounded parts may fall by a last digit.
  for (let at = 1; at < y.length; at++) y[at] = Math.max(y[at] as number, y[at - 1] as number);
  return { x, y };
}

/** The smallest score at which the curve reaches `probability`: the lowest one seen when all do, null when none does. */
export function smallestScoreReaching({ x, y }: MonotoneCurve, probability: number): number | null {
  const at = y.findIndex((value) => value >= probability);
  if (at === -1) return null;
  if (at === 0) return x[0] as number;
  const [low, high] = [y[at - 1] as number, y[at] as number];
  const [left, right] = [x[at - 1] as number, x[at] as number];
  return left + ((right - left) * (probability - low)) / (high - low);
}

function crossValidatedLoss(x: Float64Array, y: Float64Array, candidate: Fit): number {
  let loss = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const inside = (_: number, row: number) => row % FOLDS !== fold;
    const curve = candidate(x.filter(inside), y.filter(inside));
    for (let row = fold; row < x.length; row += FOLDS) {
      const p = clamp(isotonicAt(curve, x[row] as number), PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR);
      loss -= Math.log((y[row] as number) > 0.5 ? p : 1 - p);
    }
  }
  return loss;
}

/** Penalised maximum likelihood by Newton steps on a band of width five; `x` ascending and not constant. */
function fitSpline(x: Float64Array, y: Float64Array, penalty: number): MonotoneCurve {
  const first = x[0] as number;
  const step = ((x[x.length - 1] as number) - first) / SPLINE_INTERVALS;
  const size = SPLINE_INTERVALS + 1;
  const rows = x.length;
  const cell = new Int32Array(rows);
  const share = new Float64Array(rows);
  const mass = new Float64Array(size);
  let wins = 0;
  for (let row = 0; row < rows; row++) {
    const at = ((x[row] as number) - first) / step;
    const left = clamp(Math.floor(at), 0, SPLINE_INTERVALS - 1);
    cell[row] = left;
    share[row] = at - left;
    mass[left] = (mass[left] as number) + 1 - (at - left);
    mass[left + 1] = (mass[left + 1] as number) + at - left;
    wins += y[row] as number;
  }
  const start = (wins + 0.5) / (rows + 1);
  const odds = new Float64Array(size).fill(Math.log(start / (1 - start)));
  const gradient = new Float64Array(size);
  // The Hessian's diagonal and its two upper neighbours.
  const [main, upper, far] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let newton = 0; newton < NEWTON_STEPS; newton++) {
    gradient.fill(0);
    main.fill(RIDGE);
    upper.fill(0);
    far.fill(0);
    for (let row = 0; row < rows; row++) {
      const left = cell[row] as number;
      const b = share[row] as number;
      const a = 1 - b;
      const p = 1 / (1 + Math.exp(-(a * (odds[left] as number) + b * (odds[left + 1] as number))));
      const error = (y[row] as number) - p;
      const w = p * (1 - p);
      gradient[left] = (gradient[left] as number) + a * error;
      gradient[left + 1] = (gradient[left + 1] as number) + b * error;
      main[left] = (main[left] as number) + w * a * a;
      main[left + 1] = (main[left + 1] as number) + w * b * b;
      upper[left] = (upper[left] as number) + w * a * b;
    }
    for (let at = 0; at < size; at++) gradient[at] = (gradient[at] as number) - RIDGE * (odds[at] as number);
    for (let at = 0; at + 2 < size; at++) {
      const bend = (odds[at] as number) - 2 * (odds[at + 1] as number) + (odds[at + 2] as number);
      gradient[at] = (gradient[at] as number) - penalty * bend;
      gradient[at + 1] = (gradient[at + 1] as number) + 2 * penalty * bend;
      gradient[at + 2] = (gradient[at + 2] as number) - penalty * bend;
      main[at] = (main[at] as number) + penalty;
      main[at + 1] = (main[at + 1] as number) + 4 * penalty;
      main[at + 2] = (main[at + 2] as number) + penalty;
      upper[at] = (upper[at] as number) - 2 * penalty;
      upper[at + 1] = (upper[at + 1] as number) - 2 * penalty;
      far[at] = (far[at] as number) + penalty;
    }
    const change = solveBand(main, upper, far, gradient);
    const largest = change.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const held = largest > LARGEST_STEP ? LARGEST_STEP / largest : 1;
    for (let at = 0; at < size; at++) {
      odds[at] = clamp((odds[at] as number) + held * (change[at] as number), -LARGEST_ODDS, LARGEST_ODDS);
    }
    if (largest < 1e-6) break;
  }
  const knots = Float64Array.from({ length: size }, (_, at) => first + at * step);
  return fitIsotonic(
    knots,
    odds.map((value) => 1 / (1 + Math.exp(-value))),
    mass.map((value) => value + 1e-9),
  );
}

/** Solves the symmetric positive definite system of half band width two by L D L', in place of its inputs. */
function solveBand(main: Float64Array, upper: Float64Array, far: Float64Array, right: Float64Array): Float64Array {
  const size = main.length;
  const solution = right.slice();
  for (let at = 0; at < size; at++) {
    const pivot = main[at] as number;
    const one = upper[at] as number;
    const two = far[at] as number;
    if (at + 1 < size) {
      const factor = one / pivot;
      main[at + 1] = (main[at + 1] as number) - factor * one;
      upper[at + 1] = (upper[at + 1] as number) - factor * two;
      solution[at + 1] = (solution[at + 1] as number) - factor * (solution[at] as number);
    }
    if (at + 2 < size) {
      const factor = two / pivot;
      main[at + 2] = (main[at + 2] as number) - factor * two;
      solution[at + 2] = (solution[at + 2] as number) - factor * (solution[at] as number);
    }
  }
  for (let at = size - 1; at >= 0; at--) {
    let value = solution[at] as number;
    if (at + 1 < size) value -= (upper[at] as number) * (solution[at + 1] as number);
    if (at + 2 < size) value -= (far[at] as number) * (solution[at + 2] as number);
    solution[at] = value / (main[at] as number);
  }
  return solution;
}
