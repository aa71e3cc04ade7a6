import { describe, expect, it } from 'vitest';
import { bootstrapIntervals, drawBlocks, meanInterval, studentUpperBound } from '#core/base/intervals.ts';
import { createRandom } from '#core/base/random.ts';
import { mean } from '#core/base/statistics.ts';

const options = { seed: 'intervals', resamples: 400, blockLength: 1, level: 0.9 };

/** Share of 300 samples of mean 0 whose interval covers it. */
function coverage(correlated: boolean, blockLength: number): number {
  let covered = 0;
  for (let trial = 0; trial < 300; trial++) {
    const random = createRandom(`trial ${trial}`);
    let level = 0;
    const values = Float64Array.from({ length: 120 }, () => {
      level = correlated ? 0.7 * level + random.normal() : random.normal();
      return level;
    });
    const { low, high } = meanInterval(values, { ...options, blockLength });
    if (low <= 0 && high >= 0) covered++;
  }
  return covered / 300;
}

describe('bootstrap intervals', () => {
  it('draws circular blocks whose counts add up to the rows', () => {
    const counts = new Float64Array(17);
    drawBlocks(createRandom('blocks'), 5, counts);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(17);
    expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
  });

  it('ML-22: covers as promised for independent rows, and for dependent ones when blocks are long', () => {
    expect(coverage(false, 1)).toBeGreaterThan(0.85);
    expect(coverage(false, 1)).toBeLessThan(0.95);
    expect(coverage(true, 12)).toBeGreaterThan(0.8);
    expect(coverage(true, 1)).toBeLessThan(0.7);
  });

  it('is the same for the same seed and another for another', () => {
    const values = Float64Array.from({ length: 50 }, (_, row) => Math.sin(row));
    expect(meanInterval(values, options)).toEqual(meanInterval(values, options));
    expect(meanInterval(values, options)).not.toEqual(meanInterval(values, { ...options, seed: 'other' }));
  });

  it('leaves out resamples that cannot say, and says NaN when most cannot', () => {
    const [sometimes, never] = bootstrapIntervals(
      10,
      (counts) => [counts[0] === 0 ? Number.NaN : 1, Number.NaN],
      options,
    );
    expect(sometimes).toEqual({ low: 1, high: 1 });
    expect(never?.low).toBeNaN();
  });

  it('the Student bound rests on the sum of the weights, not on the number of rows', () => {
    const values = Float64Array.from({ length: 100 }, (_, row) => (row % 2 === 0 ? 1 : -1) + 0.1);
    const whole = studentUpperBound(values, new Float64Array(100).fill(1), 0.9);
    const tenth = studentUpperBound(values, new Float64Array(100).fill(0.1), 0.9);
    expect(whole).toBeGreaterThan(mean(values));
    expect(tenth).toBeGreaterThan(whole * 2);
    expect(studentUpperBound(values, new Float64Array(100).fill(0.01), 0.9)).toBeNaN();
  });
});
