import { describe, expect, it } from 'vitest';
import { kMeans } from '#core/base/k-means.ts';
import { createRandom } from '#core/base/random.ts';

/** Twelve points around each of the corners, in turn. */
function corners(): { readonly points: readonly (readonly number[])[]; readonly truth: readonly number[] } {
  const random = createRandom('corners');
  const middles = [
    [0, 0],
    [10, 0],
    [0, 10],
    [10, 10],
  ] as const;
  const truth = Array.from({ length: 48 }, (_, index) => index % 4);
  const points = truth.map((corner) => (middles[corner] ?? [0, 0]).map((value) => value + random.normal()));
  return { points, truth };
}

describe('k-means', () => {
  it('finds planted groups and their means', () => {
    const { points, truth } = corners();
    const { centres, groups } = kMeans(points, 4, 'seed');
    const names = new Map(truth.map((corner, index) => [corner, groups[index]]));
    expect(groups).toEqual(truth.map((corner) => names.get(corner)));
    expect(new Set(groups).size).toBe(4);
    const far = centres[names.get(3) as number] as readonly number[];
    expect(Math.hypot((far[0] as number) - 10, (far[1] as number) - 10)).toBeLessThan(1);
  });

  it('FE-3: the same points and seed give the same groups; no start is worse than the best of another seed by much', () => {
    const { points } = corners();
    expect(kMeans(points, 4, 'a')).toEqual(kMeans(points, 4, 'a'));
    expect(kMeans(points, 4, 'b').inertia).toBeCloseTo(kMeans(points, 4, 'a').inertia, 9);
  });

  it('gives fewer groups where points coincide', () => {
    const { groups, inertia } = kMeans(
      Array.from({ length: 12 }, (_, index) => [index % 2, 0]),
      4,
      'seed',
    );
    expect(new Set(groups).size).toBe(2);
    expect(inertia).toBe(0);
  });
});
