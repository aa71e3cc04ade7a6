import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import {
  averageUniqueness,
  averageUniquenessInTurns,
  dependenceLength,
  dependenceTime,
  effectiveSampleSize,
  exampleWeight,
  medianLifeMs,
} from '#core/learning/uniqueness.ts';

const lives = (...spans: (readonly [number, number])[]) => ({
  openedAt: Float64Array.from(spans, ([from]) => from),
  resolvedAt: Float64Array.from(spans, ([, to]) => to),
});

/** By the definition, on the grid of integer times. */
function bruteForce(openedAt: Float64Array, resolvedAt: Float64Array): number[] {
  return [...openedAt].map((from, row) => {
    const to = resolvedAt[row] as number;
    let sum = 0;
    for (let time = from; time < to; time++) {
      let open = 0;
      openedAt.forEach((start, other) => {
        if (start <= time && (resolvedAt[other] as number) > time) open++;
      });
      sum += 1 / open;
    }
    return sum / (to - from);
  });
}

describe('uniqueness', () => {
  it('ML-3: a life alone is unique, equal lives share, half an overlap costs a quarter', () => {
    expect([...averageUniqueness(lives([0, 10]))]).toEqual([1]);
    expect([...averageUniqueness(lives([0, 10], [0, 10], [0, 10]))].map((u) => u.toFixed(6))).toEqual([
      '0.333333',
      '0.333333',
      '0.333333',
    ]);
    expect([...averageUniqueness(lives([0, 10], [5, 15]))]).toEqual([0.75, 0.75]);
    expect([...averageUniqueness(lives([0, 10], [10, 20]))]).toEqual([1, 1]);
  });

  it('ML-3: equals the definition on random lives, in any order of rows', () => {
    const random = createRandom('lives');
    const openedAt = Float64Array.from({ length: 150 }, () => random.integer(400));
    const resolvedAt = openedAt.map((from) => from + 1 + random.integer(40));
    const expected = bruteForce(openedAt, resolvedAt);
    averageUniqueness({ openedAt, resolvedAt }).forEach((value, row) => {
      expect(value).toBeCloseTo(expected[row] as number, 10);
    });
  });

  it('RE-30: measured in turns it is the same to the bit, and gives way every few thousand lives', async () => {
    const random = createRandom('turns');
    const openedAt = Float64Array.from({ length: 30_000 }, () => Math.floor(random.next() * 1e6));
    const resolvedAt = openedAt.map((time) => time + Math.floor(random.next() * 200));
    let turns = 0;
    const inTurns = await averageUniquenessInTurns({ openedAt, resolvedAt }, async () => turns++);
    expect(inTurns).toEqual(averageUniqueness({ openedAt, resolvedAt }));
    expect(turns).toBeGreaterThan(10);
  });

  it('ML-3: a life without length counts those open at its instant; groups do not overlap', () => {
    expect(averageUniqueness(lives([5, 5], [0, 10]))[0]).toBe(0.5);
    expect([...averageUniqueness(lives([0, 10], [0, 10]), Int32Array.of(0, 1))]).toEqual([1, 1]);
  });

  it('ML-3: weights are executed 1.0, phantom 0.8, wild cluster x 0.7, x uniqueness', () => {
    expect(exampleWeight(true, 0, 1)).toBe(1);
    expect(exampleWeight(false, null, 0.5)).toBe(0.4);
    expect(exampleWeight(false, 3, 1)).toBeCloseTo(0.56, 12);
  });

  it('ML-3: the effective size is the sum of uniqueness for equal weights, and Kish without overlap', () => {
    const quarter = new Float64Array(100).fill(0.25);
    expect(effectiveSampleSize(quarter, quarter)).toBeCloseTo(25, 10);
    const kish = effectiveSampleSize(Float64Array.of(1, 1, 2), new Float64Array(3).fill(1));
    expect(kish).toBeCloseTo(16 / 6, 10);
    expect(effectiveSampleSize(new Float64Array(0), new Float64Array(0))).toBe(0);
  });

  it('handles 100,000 overlapping lives without comparing them pairwise', () => {
    const openedAt = Float64Array.from({ length: 100_000 }, (_, row) => row);
    const found = averageUniqueness({ openedAt, resolvedAt: openedAt.map((from) => from + 50_000) });
    expect(found[50_000]).toBeGreaterThan(1e-5);
    expect(found[50_000]).toBeLessThan(5e-5);
  });

  it('ML-24: rows per independent one: 1 where either series is noise, about (1 + r r) / (1 - r r) where both remember', () => {
    const random = createRandom('memory');
    const noise = Array.from({ length: 3 }, () => Float64Array.from({ length: 4_000 }, () => random.normal()));
    const remembering = (values: Float64Array) => {
      let level = 0;
      return values.map((value) => {
        level = 0.8 * level + value;
        return level;
      });
    };
    const [first, second, third] = noise as [Float64Array, Float64Array, Float64Array];
    expect(dependenceTime(first, second)).toBeLessThan(1.2);
    expect(dependenceTime(remembering(first), second)).toBeLessThan(1.4);
    const both = dependenceTime(remembering(first), remembering(third));
    expect(both).toBeGreaterThan(3.5);
    expect(both).toBeLessThan(6);
    expect(dependenceTime(new Float64Array(50), remembering(first).slice(0, 50))).toBe(1);
  });

  it('gives the median life and a block length that follows the overlap', () => {
    expect(medianLifeMs(lives([0, 10], [5, 6], [7, 27]))).toBe(10);
    expect(dependenceLength(new Float64Array(1_000).fill(1))).toBe(10);
    expect(dependenceLength(new Float64Array(1_000).fill(0.05))).toBe(20);
    expect(dependenceLength(new Float64Array(2).fill(1))).toBe(1);
  });
});
