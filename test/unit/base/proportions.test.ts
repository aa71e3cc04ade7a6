import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adjustedPValues,
  equalSharesPValue,
  greaterSharePValue,
  newcombeInterval,
  wilsonInterval,
} from '#core/base/proportions.ts';

describe('shares', () => {
  // Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('PH-41: the interval of %i of %i is the published one', (wins, count, low, high) => {
    const [below, above] = wilsonInterval(wins, count);
    expect(below).toBeCloseTo(low, 4);
    expect(above).toBeCloseTo(high, 4);
  });

  // Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [10, 10, 0, 20, 0.6791, 1],
  ])('PH-41: the interval of %i/%i - %i/%i is the published one', (a, m, b, n, low, high) => {
    const [below, above] = newcombeInterval(a, m, b, n);
    expect(below).toBeCloseTo(low, 4);
    expect(above).toBeCloseTo(high, 4);
  });

  it('PH-41: intervals hold their share, and difference, whatever the counts', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), fc.nat(60), (a, moreA, b, moreB) => {
        const [m, n] = [a + moreA + 1, b + moreB + 1];
        const [low, high] = wilsonInterval(a, m);
        expect(low <= a / m && a / m <= high && low >= 0 && high <= 1).toBe(true);
        const [below, above] = newcombeInterval(a, m, b, n);
        expect(below <= a / m - b / n && a / m - b / n <= above).toBe(true);
      }),
    );
  });

  it('PH-42: few rows are tested exactly: the lady who tasted three of four cups', () => {
    // Fisher 1935: P(3 or 4 right) on both sides of a table with margins 4, 4, 4, 4: 34/70.
    expect(equalSharesPValue(3, 4, 1, 4)).toBeCloseTo(34 / 70, 12);
    expect(equalSharesPValue(4, 4, 0, 4)).toBeCloseTo(2 / 70, 12);
  });

  it('PH-42: one-sided, few rows are exact too: not half of the two-sided p-value, which would be half of the truth', () => {
    const choose = (n: number, k: number) =>
      Array.from({ length: k }, (_, at) => (n - at) / (at + 1)).reduce((a, b) => a * b, 1);
    // By hand: at least 4 of 20 win, 34 of the other 1,000 do.
    let exact = 0;
    for (let won = 4; won <= 20; won++) exact += (choose(20, won) * choose(1_000, 38 - won)) / choose(1_020, 38);
    expect(greaterSharePValue(4, 20, 34, 1_000)).toBeCloseTo(exact, 12);
    expect(equalSharesPValue(4, 20, 34, 1_000)).toBeCloseTo(exact, 12);
    // The other way round: 1 minus what is more, plus this table itself.
    const here = (choose(20, 4) * choose(1_000, 34)) / choose(1_020, 38);
    expect(greaterSharePValue(34, 1_000, 4, 20)).toBeCloseTo(1 - exact + here, 10);
  });

  it('PH-42: one-sided, many rows are half of the score test on the side that won more often', () => {
    expect(greaterSharePValue(60, 100, 50, 100)).toBeCloseTo(equalSharesPValue(60, 100, 50, 100) / 2, 12);
    expect(greaterSharePValue(50, 100, 60, 100)).toBeCloseTo(1 - equalSharesPValue(60, 100, 50, 100) / 2, 12);
    expect(greaterSharePValue(0, 50, 0, 50)).toBe(1);
  });

  it('PH-42: many rows are tested by the score test: z squared is chi-square', () => {
    // 60/100 against 45/100: z = 0.15 / sqrt(0.525 x 0.475 x 0.02) = 2.12394; two-sided normal tail.
    expect(equalSharesPValue(60, 100, 45, 100)).toBeCloseTo(0.033675, 5);
    expect(equalSharesPValue(45, 100, 60, 100)).toBe(equalSharesPValue(60, 100, 45, 100));
  });

  it('PH-42: nothing to compare is no evidence', () => {
    expect([equalSharesPValue(0, 0, 3, 9), equalSharesPValue(5, 5, 7, 7), equalSharesPValue(0, 30, 0, 30)]).toEqual([
      1, 1, 1,
    ]);
  });

  it('PH-42: four of the fifteen p-values of Benjamini and Hochberg are discoveries, in whatever order', () => {
    // Benjamini and Hochberg 1995, section 4.1.
    const published = [
      ...[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344],
      ...[0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1],
    ];
    const found = (values: readonly number[], family: number) =>
      adjustedPValues(values, family).filter((value) => value <= 0.05).length;
    expect(found(published, 15)).toBe(4);
    expect(found(published.toReversed(), 15)).toBe(4);
    // The same values among more hypotheses, whose p-values are not known: fewer.
    expect(found(published, 100)).toBe(2);
    expect(found(published, 1_000)).toBe(0);
  });

  it('PH-42: adjusted p-values equal their definition: the least of p x family / rank over all larger ones', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        const family = values.length + 5;
        const brute = values.map((value) =>
          Math.min(1, ...sorted.map((p, at) => (p >= value ? (p * family) / (at + 1) : 1))),
        );
        adjustedPValues(values, family).forEach((value, at) => {
          expect(value).toBeCloseTo(brute[at] as number, 12);
        });
      }),
    );
  });
});
