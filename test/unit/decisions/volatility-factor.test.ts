/** DE-20: the factor by which volatility scales a size. */
import { describe, expect, it } from 'vitest';
import { rangeVolatility, volatilityFactor } from '#core/decisions/volatility-factor.ts';

describe('volatilityFactor', () => {
  it('DE-20: steady hours change nothing', () => {
    expect(volatilityFactor(new Float64Array(720).fill(0.01)).factor).toBeCloseTo(1, 12);
  });

  it('DE-20: wild hours make the size smaller, calm ones larger, within 0.5 and 1.5', () => {
    const factorOf = (newest: number) =>
      volatilityFactor(Float64Array.from({ length: 720 }, (_, ago) => (ago < 48 ? newest : 0.01))).factor;
    expect(factorOf(0.0125)).toBeCloseTo(0.8, 1);
    expect(factorOf(0.1)).toBe(0.5);
    expect(factorOf(0.001)).toBe(1.5);
  });

  it('DE-20: a week of hours is needed, and without any movement there is nothing to compare', () => {
    expect(volatilityFactor(new Float64Array(167).fill(0.1))).toEqual({
      factor: 1,
      basis: 'volatility (unknown: 167 of 168 hours)',
    });
    expect(volatilityFactor(new Float64Array(720)).factor).toBe(1);
  });

  it('DE-20: one hour’s volatility is Parkinson’s', () => {
    expect(rangeVolatility(Math.E, 1)).toBeCloseTo(1 / Math.sqrt(4 * Math.log(2)), 12);
  });
});
