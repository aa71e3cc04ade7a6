import { assert, constantFrom, double, array as listOf, oneof, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clamp, correlation, mean, median, quantile, ramp, sampleDeviation } from '#core/base/statistics.ts';

describe('statistics', () => {
  it('clamps and ramps, downward ramps too, and lets a missing value stay missing', () => {
    expect([clamp(5, 0, 3), clamp(-1, 0, 3), clamp(2, 0, 3)]).toEqual([3, 0, 2]);
    expect([ramp(15, 10, 20), ramp(25, 10, 20), ramp(4, 9, 3), ramp(12, 9, 3)]).toEqual([0.5, 1, 5 / 6, 0]);
    expect(ramp(Number.NaN, 0, 1)).toBeNaN();
  });

  it('mean, median and quantiles (type 7) of known samples, input untouched', () => {
    const values = [7, 1, 3, 5];
    expect(mean(values)).toBe(4);
    expect(median(values)).toBe(4);
    expect(median([9, 1, 4])).toBe(4);
    expect(quantile(values, 0.25)).toBe(2.5);
    expect([quantile(values, 0), quantile(values, 1)]).toEqual([1, 7]);
    expect(values).toEqual([7, 1, 3, 5]);
  });

  it('quantiles of any list are those of the sorted list, missing values last', () => {
    const value = oneof(double({ min: -5, max: 5, noNaN: true }), constantFrom(1, 2, 3, Number.NaN));
    assert(
      property(
        listOf(value, { minLength: 1, maxLength: 60 }),
        double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const sorted = Float64Array.from(values).sort();
          const at = share * (values.length - 1);
          const low = sorted[Math.floor(at)] as number;
          const high = sorted[Math.ceil(at)] as number;
          const expected = low === high || at === Math.floor(at) ? low : low + (high - low) * (at - Math.floor(at));
          const found = quantile(values, share);
          expect(found === expected || (Number.isNaN(found) && Number.isNaN(expected))).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('the sample deviation keeps its digits far from zero', () => {
    expect(sampleDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.138089935, 9);
    expect(sampleDeviation([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBeCloseTo(1, 12);
  });

  it('correlation of lines is 1 or -1, of a planted sample its published value', () => {
    expect(correlation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    // Anscombe's first quartet (1973).
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    expect(correlation(x, y)).toBeCloseTo(0.81642, 5);
  });

  it('FE-4: too little input is missing, not zero', () => {
    for (const value of [mean([]), median([]), sampleDeviation([1]), correlation([1], [1])]) expect(value).toBeNaN();
    expect(correlation([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(correlation([1, 2], [1, 2, 3])).toBeNaN();
  });
});
