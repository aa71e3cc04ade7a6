import { describe, expect, it } from 'vitest';
import { gammaUpperQuantile, gammaUpperTail, normalQuantile, studentQuantile } from '#core/base/distributions.ts';
import { referenceValues } from '../../support/scikit-learn-values.ts';

describe('distributions', () => {
  it('normal quantiles equal scipy to 1e-12', () => {
    for (const [p, value] of referenceValues.normal) expect(normalQuantile(p)).toBeCloseTo(value, 12);
  });

  it('Student quantiles are within 0.5 % of scipy from 10 degrees of freedom on', () => {
    for (const [p, degrees, value] of referenceValues.student) {
      expect(Math.abs(studentQuantile(p, degrees) / value - 1)).toBeLessThan(0.005);
    }
  });

  it.each([
    [1, 12.7062],
    [2, 4.3027],
    [5, 2.5706],
    [10, 2.2281],
    [30, 2.0423],
    [120, 1.9799],
  ])("the 0.975 quantile of Student's t with %d degrees of freedom is the tables' %d", (degrees, quantile) => {
    expect(Math.abs(studentQuantile(0.975, degrees) / quantile - 1)).toBeLessThan(0.0003);
  });

  it('gamma tails equal scipy to a relative 1e-10, and their quantiles invert them', () => {
    for (const [shape, x, tail] of referenceValues.gamma) {
      expect(gammaUpperTail(shape, x) / tail).toBeCloseTo(1, 10);
      expect(gammaUpperQuantile(shape, tail) / x).toBeCloseTo(1, 8);
    }
  });
});
