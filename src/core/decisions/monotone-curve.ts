/** P(win) as a non-decreasing function of a score: isotonic and smooth fits, each trusted as far as it predicts. */
import { invariant } from '#core/base/invariant.ts';
import { fitIsotonic, type IsotonicFit, isotonicAt } from '#core/base/isotonic.ts';
import { SplineBasis, type WinCounts } from './spline-fit.ts';

/** Piecewise linear and non-decreasing; outside the scores seen it keeps its end values. */
export type MonotoneCurve = IsotonicFit;

/** Scores nearer than this share of their range are counted together: a quarter of a point on a scale of 64. */
const MOST_CELLS = 256;
/** Weights of the squared second differences: from a plain logistic curve to almost free. */
const PENALTIES = [1_000_000, 30_000, 3_000, 300, 30, 3] as const;
const STIFFEST = PENALTIES[0];
const FOLDS = 5;
/** Newton steps from the fit of all rows to that of four fifths of them, which is near. */
const FOLD_STEPS = 2;
/** Cross-validated losses are of probabilities at least this far from 0 and 1. */
const PROBABILITY_FLOOR = 1e-3;
/** Fewer records cannot tell the fits apart: a plain logistic curve is taken. */
const MINIMUM_FOR_COMPARISON = 60;
/** Fits of a smaller share in the average are left out: they cost time and move nothing. */
const SHARE_THAT_COUNTS = 0.05;

/** How much each kind of fit is trusted: the isotonic one, then a spline per penalty; the weights add up to 1. */
export type CurveTrust = readonly number[];

/** The scores of some records, counted in cells: what all curves over them share. */
export class ScoreGrid {
  /** Middle of the scores in each cell, ascending; a cell of one score is exactly there. */
  readonly x: Float64Array;
  /** Cell of each row. */
  readonly cellOf: Int32Array;
  readonly #basis: SplineBasis | null;

  /** `score`: finite, at least one row. */
  constructor(score: ArrayLike<number>) {
    const rows = score.length;
    invariant(rows > 0, 'a curve needs rows');
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = 0; row < rows; row++) {
      const value = score[row] as number;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const width = (high - low) / MOST_CELLS;
    const least = new Float64Array(MOST_CELLS).fill(Number.POSITIVE_INFINITY);
    const most = new Float64Array(MOST_CELLS).fill(Number.NEGATIVE_INFINITY);
    this.cellOf = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const value = score[row] as number;
      const cell = width === 0 ? 0 : Math.min(MOST_CELLS - 1, Math.floor((value - low) / width));
      this.cellOf[row] = cell;
      if (value < (least[cell] as number)) least[cell] = value;
      if (value > (most[cell] as number)) most[cell] = value;
    }
    const place = new Int32Array(MOST_CELLS);
    const x = new Float64Array(MOST_CELLS);
    let used = 0;
    for (let cell = 0; cell < MOST_CELLS; cell++) {
      if (least[cell] === Number.POSITIVE_INFINITY) continue;
      place[cell] = used;
      x[used++] = ((least[cell] as number) + (most[cell] as number)) / 2;
    }
    this.x = x.slice(0, used);
    for (let row = 0; row < rows; row++) this.cellOf[row] = place[this.cellOf[row] as number] as number;
    this.#basis = used < 2 ? null : new SplineBasis(this.x);
  }

  noCounts(): WinCounts {
    return { rows: new Float64Array(this.x.length), wins: new Float64Array(this.x.length) };
  }

  /**
   * P(win) by score from one result (0 or 1) per row. Isotonic regression alone finds a step exactly, but the place where
   * a smooth curve crosses a level only at the rate of n^(-1/3) (Brunk 1970): several points of score at 2,000 records.
   * Logistic splines with penalised second differences, made monotone by pooling (Mammen 1991), find that much better.
   * All are averaged with weights exp(-loss), the log loss of five folds by rank of score, without chance; `known` are
   * weights that were found before.
   */
  learn(
    win: ArrayLike<number>,
    known: CurveTrust | null = null,
  ): { readonly curve: MonotoneCurve; readonly trust: CurveTrust } {
    const counts = this.noCounts();
    for (let row = 0; row < win.length; row++) addRow(counts, this.cellOf[row] as number, win[row] as number);
    const trust =
      known ??
      (this.#basis === null || win.length < MINIMUM_FOR_COMPARISON
        ? LOGISTIC_ALONE
        : this.#weigh(this.#basis, counts, this.#folds(counts, win)));
    return { curve: this.fitCounts(counts, trust), trust };
  }

  /** The same where it is known how far each kind of fit is trusted. At least one row. */
  fitCounts(counts: WinCounts, trust: CurveTrust): MonotoneCurve {
    const basis = this.#basis;
    const rows = counts.rows.reduce((sum, count) => sum + count, 0);
    invariant(rows > 0, 'a curve needs rows');
    if (basis === null) return { x: this.x, y: this.#isotonic(counts) };
    const weights = rows < MINIMUM_FOR_COMPARISON ? LOGISTIC_ALONE : trust;
    const y = new Float64Array(this.x.length);
    let whole = 0;
    let odds = basis.flat(counts);
    weights.forEach((weight, index) => {
      if (weight < SHARE_THAT_COUNTS) return;
      const penalty = PENALTIES[index - 1];
      if (penalty !== undefined) odds = basis.fit(counts, penalty, odds);
      const values = penalty === undefined ? this.#isotonic(counts) : basis.probabilities(counts, odds);
      whole += weight;
      for (let cell = 0; cell < y.length; cell++) y[cell] = (y[cell] as number) + weight * (values[cell] as number);
    });
    for (let cell = 0; cell < y.length; cell++) y[cell] = Math.min(1, (y[cell] as number) / whole);
    return { x: this.x, y: withoutFalls(y) };
  }

  /** Rows dealt out in turn by cell, within a cell in their order: by nothing that has to do with their results. */
  #folds(counts: WinCounts, win: ArrayLike<number>): readonly Fold[] {
    const held = Array.from({ length: FOLDS }, () => this.noCounts());
    const rank = new Int32Array(this.x.length);
    let before = 0;
    for (let cell = 0; cell < rank.length; cell++) {
      rank[cell] = before;
      before += counts.rows[cell] as number;
    }
    for (let row = 0; row < win.length; row++) {
      const cell = this.cellOf[row] as number;
      const place = rank[cell] as number;
      rank[cell] = place + 1;
      addRow(held[place % FOLDS] as WinCounts, cell, win[row] as number);
    }
    return held.map((fold) => ({
      held: fold,
      training: {
        rows: counts.rows.map((count, cell) => count - (fold.rows[cell] as number)),
        wins: counts.wins.map((count, cell) => count - (fold.wins[cell] as number)),
      },
    }));
  }

  #weigh(basis: SplineBasis, counts: WinCounts, folds: readonly Fold[]): CurveTrust {
    const losses = new Float64Array(PENALTIES.length + 1);
    let whole = basis.flat(counts);
    [null, ...PENALTIES].forEach((penalty, index) => {
      // Near what all rows together give, so that each fold needs few steps.
      if (penalty !== null) whole = basis.fit(counts, penalty, whole);
      for (const { training, held } of folds) {
        const values =
          penalty === null
            ? this.#isotonic(training)
            : basis.probabilities(training, basis.fit(training, penalty, whole, FOLD_STEPS));
        losses[index] = (losses[index] as number) + logLoss(values, held);
      }
    });
    const least = Math.min(...losses);
    const weights = Array.from(losses, (loss) => Math.exp(least - loss));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  }

  #isotonic({ rows, wins }: WinCounts): Float64Array {
    const share = wins.map((won, cell) => ((rows[cell] as number) === 0 ? 0 : won / (rows[cell] as number)));
    return valuesAt(fitIsotonic(this.x, share, rows), this.x);
  }
}

interface Fold {
  readonly training: WinCounts;
  readonly held: WinCounts;
}

const LOGISTIC_ALONE: CurveTrust = [0, ...PENALTIES.map((penalty) => (penalty === STIFFEST ? 1 : 0))];

/** P(win) from `score` (finite) and `win` (0 or 1), at least one row. */
export function fitMonotoneCurve(score: ArrayLike<number>, win: ArrayLike<number>): MonotoneCurve {
  invariant(score.length === win.length, 'each score has a result');
  return new ScoreGrid(score).learn(win).curve;
}

export function addRow({ rows, wins }: WinCounts, cell: number, win: number): void {
  rows[cell] = (rows[cell] as number) + 1;
  wins[cell] = (wins[cell] as number) + win;
}

/** `weight` of the first curve and the rest of the second, over the same scores. */
export function blendCurves(first: MonotoneCurve, second: MonotoneCurve, weight: number): MonotoneCurve {
  invariant(first.x.length === second.x.length, 'curves over the same scores are blended');
  const y = first.y.map((value, at) => weight * value + (1 - weight) * (second.y[at] as number));
  return { x: first.x, y: withoutFalls(y) };
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

/** Sums of rounded parts may fall by a last digit. */
function withoutFalls(y: Float64Array): Float64Array {
  for (let at = 1; at < y.length; at++) if ((y[at] as number) < (y[at - 1] as number)) y[at] = y[at - 1] as number;
  return y;
}

function valuesAt(fit: IsotonicFit, x: Float64Array): Float64Array {
  return x.map((at) => isotonicAt(fit, at));
}

function logLoss(values: Float64Array, { rows, wins }: WinCounts): number {
  let loss = 0;
  for (let cell = 0; cell < rows.length; cell++) {
    const count = rows[cell] as number;
    if (count === 0) continue;
    const p = Math.min(1 - PROBABILITY_FLOOR, Math.max(PROBABILITY_FLOOR, values[cell] as number));
    const won = wins[cell] as number;
    loss -= won * Math.log(p) + (count - won) * Math.log(1 - p);
  }
  return loss;
}
