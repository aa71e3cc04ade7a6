/** Logistic splines with penalised bends over counted cells of scores (Eilers and Marx 1996). */
import { fitIsotonic, isotonicAt } from '#core/base/isotonic.ts';
import { clamp } from '#core/base/statistics.ts';

/** Places between which a spline's log odds are linear: finer than 2,000 records can tell apart. */
const INTERVALS = 64;
const SIZE = INTERVALS + 1;
/** Keeps the log odds finite where only wins or only losses were seen. */
const RIDGE = 1e-6;
const NEWTON_STEPS = 12;
/** Largest step of the log odds, and their bound: separated data would run away. */
const LARGEST_STEP = 4;
const LARGEST_ODDS = 10;
/** A Newton step that moved no log odds further leaves about the square of it to be moved. */
const TOLERANCE = 1e-3;

/** Rows and wins per cell, in the cells' order. */
export interface WinCounts {
  readonly rows: Float64Array;
  readonly wins: Float64Array;
}

/** Where the cells of one set of scores lie between the knots. */
export class SplineBasis {
  readonly knots: Float64Array;
  readonly left: Int32Array;
  /** How much of a cell belongs to the knot on its right, 0-1. */
  readonly share: Float64Array;

  /** `x` ascending, at least two values. */
  constructor(x: Float64Array) {
    const first = x[0] as number;
    const step = ((x[x.length - 1] as number) - first) / INTERVALS;
    this.knots = Float64Array.from({ length: SIZE }, (_, at) => first + at * step);
    this.left = new Int32Array(x.length);
    this.share = new Float64Array(x.length);
    for (let cell = 0; cell < x.length; cell++) {
      const at = ((x[cell] as number) - first) / step;
      const left = clamp(Math.floor(at), 0, INTERVALS - 1);
      this.left[cell] = left;
      this.share[cell] = at - left;
    }
  }

  /** Rows near each knot. */
  mass({ rows }: WinCounts): Float64Array {
    const mass = new Float64Array(SIZE);
    for (let cell = 0; cell < rows.length; cell++) {
      const left = this.left[cell] as number;
      const share = this.share[cell] as number;
      mass[left] = (mass[left] as number) + (rows[cell] as number) * (1 - share);
      mass[left + 1] = (mass[left + 1] as number) + (rows[cell] as number) * share;
    }
    return mass;
  }

  /** Log odds at the knots of a model without any slope. */
  flat({ rows, wins }: WinCounts): Float64Array {
    const start = (sum(wins) + 0.5) / (sum(rows) + 1);
    return new Float64Array(SIZE).fill(Math.log(start / (1 - start)));
  }

  /** P(win) in each cell: the log odds made monotone by pooling (Mammen 1991) and linear between the knots. */
  probabilities(counts: WinCounts, odds: Float64Array): Float64Array {
    const atKnots = odds.map((value) => 1 / (1 + Math.exp(-value)));
    const rising = isRising(atKnots) ? atKnots : this.#pooled(counts, atKnots);
    return this.share.map((share, cell) => {
      const left = this.left[cell] as number;
      return (1 - share) * (rising[left] as number) + share * (rising[left + 1] as number);
    });
  }

  #pooled(counts: WinCounts, atKnots: Float64Array): Float64Array {
    const mass = this.mass(counts).map((rows) => rows + 1e-9);
    const fit = fitIsotonic(this.knots, atKnots, mass);
    return this.knots.map((knot) => isotonicAt(fit, knot));
  }

  /** Penalised maximum likelihood by Newton steps on a band of width five, from `start`; gives log odds at the knots. */
  fit({ rows, wins }: WinCounts, penalty: number, start: Float64Array, steps = NEWTON_STEPS): Float64Array {
    const odds = start.slice();
    const gradient = new Float64Array(SIZE);
    // The Hessian's diagonal and its two upper neighbours.
    const [main, upper, far] = [new Float64Array(SIZE), new Float64Array(SIZE), new Float64Array(SIZE)];
    for (let newton = 0; newton < steps; newton++) {
      gradient.fill(0);
      main.fill(RIDGE);
      upper.fill(0);
      far.fill(0);
      for (let cell = 0; cell < rows.length; cell++) {
        const count = rows[cell] as number;
        if (count === 0) continue;
        const left = this.left[cell] as number;
        const b = this.share[cell] as number;
        const a = 1 - b;
        const p = 1 / (1 + Math.exp(-(a * (odds[left] as number) + b * (odds[left + 1] as number))));
        const error = (wins[cell] as number) - count * p;
        const w = count * p * (1 - p);
        gradient[left] = (gradient[left] as number) + a * error;
        gradient[left + 1] = (gradient[left + 1] as number) + b * error;
        main[left] = (main[left] as number) + w * a * a;
        main[left + 1] = (main[left + 1] as number) + w * b * b;
        upper[left] = (upper[left] as number) + w * a * b;
      }
      for (let at = 0; at < SIZE; at++) gradient[at] = (gradient[at] as number) - RIDGE * (odds[at] as number);
      addBends(odds, penalty, gradient, main, upper, far);
      solveBand(main, upper, far, gradient);
      let largest = 0;
      for (let at = 0; at < SIZE; at++) largest = Math.max(largest, Math.abs(gradient[at] as number));
      const held = largest > LARGEST_STEP ? LARGEST_STEP / largest : 1;
      for (let at = 0; at < SIZE; at++) {
        const moved = (odds[at] as number) + held * (gradient[at] as number);
        odds[at] = moved > LARGEST_ODDS ? LARGEST_ODDS : moved < -LARGEST_ODDS ? -LARGEST_ODDS : moved;
      }
      if (largest < TOLERANCE) break;
    }
    return odds;
  }
}

/** The penalty's part of gradient and Hessian. */
function addBends(
  odds: Float64Array,
  penalty: number,
  gradient: Float64Array,
  main: Float64Array,
  upper: Float64Array,
  far: Float64Array,
): void {
  for (let at = 0; at + 2 < SIZE; at++) {
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
}

/** Solves the symmetric positive definite system of half band width two by L D L', in place: `right` becomes the solution. */
function solveBand(main: Float64Array, upper: Float64Array, far: Float64Array, right: Float64Array): void {
  for (let at = 0; at < SIZE; at++) {
    const pivot = main[at] as number;
    const one = upper[at] as number;
    const two = far[at] as number;
    if (at + 1 < SIZE) {
      const factor = one / pivot;
      main[at + 1] = (main[at + 1] as number) - factor * one;
      upper[at + 1] = (upper[at + 1] as number) - factor * two;
      right[at + 1] = (right[at + 1] as number) - factor * (right[at] as number);
    }
    if (at + 2 < SIZE) {
      const factor = two / pivot;
      main[at + 2] = (main[at + 2] as number) - factor * two;
      right[at + 2] = (right[at + 2] as number) - factor * (right[at] as number);
    }
  }
  for (let at = SIZE - 1; at >= 0; at--) {
    let value = right[at] as number;
    if (at + 1 < SIZE) value -= (upper[at] as number) * (right[at + 1] as number);
    if (at + 2 < SIZE) value -= (far[at] as number) * (right[at + 2] as number);
    right[at] = value / (main[at] as number);
  }
}

function isRising(values: Float64Array): boolean {
  for (let at = 1; at < values.length; at++) if ((values[at] as number) < (values[at - 1] as number)) return false;
  return true;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at] as number;
  return total;
}
