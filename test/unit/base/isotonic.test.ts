import { describe, expect, it } from 'vitest';
import { fitIsotonic, isotonicAt } from '#core/base/isotonic.ts';
import { referenceValues } from '../../support/scikit-learn-values.ts';

describe('isotonic fit', () => {
  it.each(
    referenceValues.isotonic.map((reference, index) => [index, reference] as const),
  )('ML-23: equals scikit-learn to 1e-9 with weights, ties and zero weights (case %i)', (_, reference) => {
    const fit = fitIsotonic(reference.x, reference.y, reference.weight);
    const gaps = (x: number[], expected: number[]) =>
      x.map((at, row) => isotonicAt(fit, at) - (expected[row] as number));
    for (const gap of gaps(reference.x, reference.fitted)) expect(gap).toBeCloseTo(0, 10);
    for (const gap of gaps(reference.at, reference.predicted)) expect(gap).toBeCloseTo(0, 10);
  });

  it('gives the published example of Barlow et al.: violators pool to their mean', () => {
    const fit = fitIsotonic([1, 2, 3, 4, 5, 6, 7], [1, 3, 2, 4, 3.5, 3.5, 6]);
    const fitted = [1, 2, 3, 4, 5, 6, 7].map((x) => isotonicAt(fit, x));
    const pooled = (4 + 3.5 + 3.5) / 3;
    for (const [at, y] of [1, 2.5, 2.5, pooled, pooled, pooled, 6].entries()) expect(fitted[at]).toBeCloseTo(y, 12);
  });

  it('interpolates between knots, clips outside them, and keeps NaN missing', () => {
    const fit = fitIsotonic([0, 1], [0, 10]);
    expect(isotonicAt(fit, 0.25)).toBe(2.5);
    expect(isotonicAt(fit, -5)).toBe(0);
    expect(isotonicAt(fit, 5)).toBe(10);
    expect(isotonicAt(fit, Number.NaN)).toBeNaN();
  });

  it('fits a single point, and refuses to fit nothing', () => {
    expect(isotonicAt(fitIsotonic([3], [7]), 0)).toBe(7);
    expect(() => fitIsotonic([1, 2], [0, 1], [0, 0])).toThrow('positive weight');
  });
});
