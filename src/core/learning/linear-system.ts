/** Small symmetric systems of equations, and the weighted straight line through rows of several features. */
import { invariant } from '#core/base/invariant.ts';

/** Pivots below this share of the diagonal's largest are taken for nothing: the system says nothing in that direction. */
const LEAST_PIVOT = 1e-12;

/**
 * Solves A x = b for a symmetric positive definite A (row by row, n x n) by Cholesky's method. Null where A is not, to
 * rounding.
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const n = right.length;
  invariant(matrix.length === n * n, 'a system needs as many equations as unknowns');
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, matrix[i * n + i]);
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
      if (i !== j) lower[i * n + j] = sum / lower[j * n + j];
      else if (sum > LEAST_PIVOT * largest) lower[i * n + i] = Math.sqrt(sum);
      else return null;
    }
  }
  const solution = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) solution[i] -= lower[i * n + k] * solution[k];
    solution[i] /= lower[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) solution[i] -= lower[k * n + i] * solution[k];
    solution[i] /= lower[i * n + i];
  }
  return solution;
}

export interface Line {
  readonly intercept: number;
  readonly slopes: Float64Array;
}

/** Shrinks slopes of standardised features by this share of the rows' weight: columns that say the same stay solvable. */
const RIDGE = 1e-6;

/**
 * Weighted least squares with an intercept. `columns` are finite, one per feature, all as long as the target; a column
 * that does not vary gets the slope 0. Null without rows.
 */
export function fitLine(columns: readonly Float64Array[], target: Float64Array, weight: Float64Array): Line | null {
  const mass = sum(weight, () => 1);
  if (!(mass > 0)) return null;
  const middleOf = (values: Float64Array) => sum(weight, (row) => values[row]) / mass;
  const middle = columns.map(middleOf);
  const spread = columns.map((column, k) => Math.sqrt(sum(weight, (row) => (column[row] - middle[k]) ** 2) / mass));
  const targetMiddle = middleOf(target);
  const used = columns.map((_, k) => k).filter((k) => spread[k] > LEAST_PIVOT * Math.max(1, Math.abs(middle[k])));
  const standard = used.map((k) => columns[k].map((value) => (value - middle[k]) / spread[k]));
  const n = used.length;
  const matrix = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    right[i] = sum(weight, (row) => standard[i][row] * (target[row] - targetMiddle)) / mass;
    for (let j = 0; j < n; j++) matrix[i * n + j] = sum(weight, (row) => standard[i][row] * standard[j][row]) / mass;
    matrix[i * n + i] += RIDGE;
  }
  const solved = solveSymmetric(matrix, right);
  if (solved === null) return null;
  const slopes = new Float64Array(columns.length);
  let intercept = targetMiddle;
  used.forEach((k, at) => {
    slopes[k] = solved[at] / spread[k];
    intercept -= slopes[k] * middle[k];
  });
  return { intercept, slopes };
}

function sum(weight: Float64Array, value: (row: number) => number): number {
  let total = 0;
  for (let row = 0; row < weight.length; row++) total += weight[row] * value(row);
  return total;
}
