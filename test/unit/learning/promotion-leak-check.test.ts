import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { Dataset } from '#core/learning/dataset.ts';
import { areaUnderCurve } from '#core/learning/metrics.ts';
import { inputsThatMove, suspectedLeaks } from '#core/learning/promotion-leak-check.ts';
import { makeExamples } from '../../support/learning-examples.ts';

const LEAKS: readonly ((win: number, noise: number) => number)[] = [
  // A little noise on the result, time to exit, both ends of a scale, and a value that is missing for losses.
  (win, noise) => win * 2 - 1 + 0.5 * noise,
  (win, noise) => Math.exp((win === 1 ? 3 : 1.2) + 0.5 * noise),
  (win, noise) => (win === 1 ? 2 + Math.abs(noise) : noise / 2) * (noise > 0 ? 1 : -1),
  (win, noise) => (win === 1 || noise > 1.8 ? noise : Number.NaN),
];

function withColumn(data: Dataset, name: string, column: Float64Array): Dataset {
  return { ...data, names: [...data.names, name], columns: [...data.columns, column] };
}

describe('leak check', () => {
  it('RE-42: a planted leak is caught 20 of 20, by whatever shape, and nothing else is accused', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { data } = makeExamples(`leak ${seed}`, 200 + 40 * seed, 0.5, { features: 12 });
      const random = createRandom(`noise ${seed}`);
      const leak = LEAKS[seed % LEAKS.length] as (typeof LEAKS)[number];
      const planted = withColumn(
        data,
        'planted',
        data.target.map((win) => leak(win, random.normal())),
      );
      expect(suspectedLeaks(planted).map((found) => found.name)).toEqual(['planted']);
    }
  });

  it('RE-42: honest features, strong ones among them, are not accused', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(suspectedLeaks(makeExamples(`honest ${seed}`, 100, 1, { features: 10 }).data)).toEqual([]);
    }
  });

  it('RE-42: signals whose best feature alone reaches an area of 0.8 are not accused, in 50 seeds of every size', () => {
    let area = 0;
    for (let seed = 0; seed < 50; seed++) {
      const { data, lives } = makeExamples(`strong ${seed}`, 60 + 10 * seed, 1.6, { features: 6 });
      area += areaUnderCurve(data.columns[0] as Float64Array, data.target) / 50;
      expect(suspectedLeaks(data, lives)).toEqual([]);
    }
    expect(area).toBeGreaterThan(0.8);
  });

  it('RE-42: slow features beside outcomes that run in episodes are not accused, in 50 seeds', () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = createRandom(`slow ${seed}`);
      const rows = 60 + 5 * seed;
      const slow = (memory: number) => {
        let value = random.normal();
        return Float64Array.from({ length: rows }, () => {
          value = memory * value + Math.sqrt(1 - memory ** 2) * random.normal();
          return value;
        });
      };
      const { data, lives } = makeExamples(`slow ${seed}`, rows, 0, { features: 8 });
      const target = slow(0.98).map((state) => (random.next() < 1 / (1 + Math.exp(-4 * state)) ? 1 : 0));
      const columns = data.columns.map((_, feature) => slow([0.9, 0.98, 0.995, 0.999][feature % 4] as number));
      expect(suspectedLeaks({ ...data, target, columns }, lives)).toEqual([]);
    }
  });

  it('PH-6: a feature that goes with how long the trade lasted is accused, though it tells nothing of wins', () => {
    const { data, lives } = makeExamples('length', 200, 0, { features: 3 });
    const random = createRandom('length');
    const lasted = (noise: number) =>
      lives.openedAt.map(
        (openedAt, row) => -((lives.resolvedAt[row] as number) - openedAt) * (1 + noise * random.normal()),
      );
    expect(suspectedLeaks(withColumn(data, 'sly', lasted(0.05)), lives)).toMatchObject([
      { name: 'sly', reason: expect.stringContaining('how long the trade lasted') },
    ]);
    // Volatility goes with it too, honestly and loosely.
    expect(suspectedLeaks(withColumn(data, 'volatility', lasted(0.6)), lives)).toEqual([]);
  });

  it('FE-2: a life-cycle fact is refused by its name, even when it tells nothing', () => {
    const { data } = makeExamples('name', 30, 0);
    const named = withColumn(data, 'time_to_exit_sec', new Float64Array(30));
    expect(suspectedLeaks(named)).toEqual([{ name: 'time_to_exit_sec', reason: 'it is known only after entry' }]);
    expect(suspectedLeaks(withColumn(data, 'median_time_to_exit_past', new Float64Array(30)))).toEqual([]);
  });

  it('FE-2: inputs that move when post-entry columns are randomised are named; missing equals missing', () => {
    const { data } = makeExamples('move', 50, 0);
    const build = (result: Float64Array) =>
      withColumn(
        withColumn(
          data,
          'weak',
          result.map((r, row) => r * 0.01 + row),
        ),
        'gap',
        new Float64Array(50).fill(Number.NaN),
      );
    const random = createRandom('randomised');
    const moved = inputsThatMove(build(data.target), build(data.target.map(() => random.normal())));
    expect(moved).toEqual(['weak']);
  });
});
