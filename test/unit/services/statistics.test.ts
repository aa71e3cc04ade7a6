/** Rates with intervals from the store's sums (PH-30). */
import { describe, expect, it } from 'vitest';
import { meanInterval, phantomStatistics } from '#main/services/statistics.ts';

describe('phantom statistics', () => {
  it('PH-30: gives counts for every outcome, and rates over the resolved ones', () => {
    const statistics = phantomStatistics({
      total: 30,
      outcomes: { win: 12, loss: 9, timeout: 4, open: 5 },
      dispositions: { shadow: 30 },
      ambiguous: 2,
      resolved: { count: 25, wins: 14, sumNetR: 5, sumSquaredNetR: 40 },
    });
    expect(statistics.outcomes).toEqual({ win: 12, loss: 9, timeout: 4, unavailable: 0, gated: 0, open: 5 });
    expect(statistics.resolved).toMatchObject({ count: 25, winRate: 14 / 25, netRPerTrade: 0.2 });
    const [low, high] = statistics.resolved?.netRInterval ?? [0, 0];
    expect((low + high) / 2).toBeCloseTo(0.2, 12);
  });

  it('without a resolved phantom there is no rate', () => {
    const resolved = { count: 0, wins: 0, sumNetR: 0, sumSquaredNetR: 0 };
    expect(
      phantomStatistics({ total: 1, outcomes: { open: 1 }, dispositions: {}, ambiguous: 0, resolved }).resolved,
    ).toBe(null);
  });

  it('the interval of a mean is that of the values behind the sums', () => {
    const values = [1, 2, 3, 4, 5];
    const interval = meanInterval(
      5,
      values.reduce((sum, value) => sum + value, 0),
      values.reduce((sum, value) => sum + value * value, 0),
    );
    // 3 +- 2.7764 x sqrt(2.5) / sqrt(5)
    expect(interval[0]).toBeCloseTo(3 - 1.9633, 2);
    expect(interval[1]).toBeCloseTo(3 + 1.9633, 2);
  });

  it('one trade alone says nothing about the mean', () => {
    const [low, high] = meanInterval(1, 2, 4);
    expect(low).toBeLessThan(-1e300);
    expect(high).toBeGreaterThan(1e300);
  });
});
