import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { fitLine, solveSymmetric } from '#core/learning/linear-system.ts';

describe('linear systems', () => {
  it('solves a symmetric positive definite system, and refuses one that is not', () => {
    const random = createRandom('system');
    const n = 6;
    const half = Float64Array.from({ length: n * n }, () => random.normal());
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) matrix[i * n + j] += half[i * n + k] * half[j * n + k];
    const truth = Float64Array.from({ length: n }, () => random.normal());
    const right = truth.map((_, i) => truth.reduce((sum, value, j) => sum + matrix[i * n + j] * value, 0));
    const solved = solveSymmetric(matrix, right);
    truth.forEach((value, i) => {
      expect(solved?.[i]).toBeCloseTo(value, 8);
    });
    expect(solveSymmetric(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 2))).toBeNull();
  });

  it('fits a line by weight; a constant column gets no slope, and two equal ones share theirs', () => {
    const random = createRandom('line');
    const x = Float64Array.from({ length: 300 }, () => 1000 + random.normal());
    const constant = x.map(() => 7);
    const y = x.map((value, row) => 3 * value - 5 + (row < 100 ? 1e6 : 0));
    const weight = x.map((_, row) => (row < 100 ? 0 : 1));
    const line = fitLine([x, constant, x.slice()], y, weight);
    expect((line?.slopes[0] ?? 0) + (line?.slopes[2] ?? 0)).toBeCloseTo(3, 4);
    expect(line?.slopes[0]).toBeCloseTo(line?.slopes[2] ?? 0, 4);
    expect(line?.slopes[1]).toBe(0);
    const at = (value: number) => (line?.intercept ?? 0) + ((line?.slopes[0] ?? 0) + (line?.slopes[2] ?? 0)) * value;
    expect(at(1001)).toBeCloseTo(2998, 4);
    expect(fitLine([], y, weight)?.intercept).toBeCloseTo(y.slice(100).reduce((sum, value) => sum + value, 0) / 200, 6);
    expect(fitLine([], new Float64Array(0), new Float64Array(0))).toBeNull();
  });
});
