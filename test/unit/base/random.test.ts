import { describe, expect, it } from 'vitest';
import { createRandom, type Random, uniformAt } from '#core/base/random.ts';

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.next());
}

describe('createRandom', () => {
  it('gives the same numbers for the same seed, for ever: the first ones are pinned', () => {
    expect(draw(createRandom('pinned'), 4)).toEqual(draw(createRandom('pinned'), 4));
    expect(draw(createRandom('pinned'), 3)).toEqual([0.9243514975532889, 0.8761228977236897, 0.22981541138142347]);
  });

  it('gives unrelated numbers for neighbouring seeds', () => {
    const left = draw(createRandom('seed-1'), 20_000);
    const right = draw(createRandom('seed-2'), 20_000);
    const covariance =
      left.reduce((sum, value, index) => sum + (value - 0.5) * ((right[index] ?? 0) - 0.5), 0) / 20_000;
    // 12 x covariance is the correlation; its standard error is 0.007.
    expect(Math.abs(12 * covariance)).toBeLessThan(0.03);
  });

  it('PL-3: a fork depends on its name alone, not on what was drawn before', () => {
    const fresh = createRandom('seed');
    const used = createRandom('seed');
    draw(used, 100);
    used.normal();
    expect(draw(used.fork('a'), 10)).toEqual(draw(fresh.fork('a'), 10));
    expect(draw(fresh.fork('a'), 10)).not.toEqual(draw(fresh.fork('b'), 10));
    expect(draw(fresh.fork('a').fork('b'), 10)).not.toEqual(draw(fresh.fork('b').fork('a'), 10));
  });

  it('is uniform: mean, variance and the share of every tenth', () => {
    const values = draw(createRandom('uniform'), 100_000);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
    const shares = new Array<number>(10).fill(0);
    for (const value of values) {
      expect(value >= 0 && value < 1).toBe(true);
      const tenth = Math.floor(value * 10);
      shares[tenth] = (shares[tenth] ?? 0) + 1;
    }
    for (const share of shares) expect(Math.abs(share - 10_000)).toBeLessThan(500);
  });

  it('draws normals with mean 0, variance 1 and a normal kurtosis', () => {
    const random = createRandom('normal');
    const values = Array.from({ length: 100_000 }, () => random.normal());
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.015);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15);
  });

  it('draws integers below n only, and all of them', () => {
    const random = createRandom('integers');
    const seen = new Set(Array.from({ length: 1_000 }, () => random.integer(7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('uniformAt', () => {
  const KEY = createRandom('key').integer(2 ** 32);
  const values = Array.from({ length: 100_000 }, (_, index) => uniformAt(KEY, index));

  it('PL-3: depends on key and counter alone', () => {
    expect(uniformAt(KEY, 77)).toBe(values[77]);
    expect(uniformAt(KEY + 1, 77)).not.toBe(values[77]);
    expect(uniformAt(KEY, 78)).not.toBe(values[77]);
  });

  it('is uniform in [0, 1): the share of every tenth', () => {
    const shares = new Array<number>(10).fill(0);
    for (const value of values) {
      expect(value >= 0 && value < 1).toBe(true);
      shares[Math.floor(value * 10)] = (shares[Math.floor(value * 10)] ?? 0) + 1;
    }
    for (const share of shares) expect(Math.abs(share - 10_000)).toBeLessThan(500);
  });

  it('neighbours in counter and in key have nothing in common', () => {
    const related = (others: readonly number[]) => {
      const products = values.map((value, index) => (value - 0.5) * ((others[index] as number) - 0.5));
      return (12 * products.reduce((sum, product) => sum + product, 0)) / values.length;
    };
    for (const step of [1, 2, 4, 384]) {
      expect(Math.abs(related(values.map((_, index) => uniformAt(KEY, index + step))))).toBeLessThan(0.015);
    }
    expect(Math.abs(related(values.map((_, index) => uniformAt(KEY + 1, index))))).toBeLessThan(0.015);
    expect(Math.abs(related(values.map((_, index) => uniformAt(KEY ^ 0x80000000, index))))).toBeLessThan(0.015);
  });
});
