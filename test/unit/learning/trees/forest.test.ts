import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { Dataset, ModelArtefact } from '#core/learning/dataset.ts';
import { readTrees } from '#core/learning/trees/flat-trees.ts';
import { type ForestParameters, joinForests, trainForest } from '#core/learning/trees/forest.ts';
import { createForestSpread, treeImportance } from '#core/learning/trees/tree-predictor.ts';
import { bytesOf, datasetOf, noisyLabel, predictRow, randomDataset } from '#test/support/tree-data.ts';

function train(data: Dataset, parameters: Partial<ForestParameters> = {}, seed = 'forest'): ModelArtefact {
  const trained = trainForest(data, { task: 'classify', trees: 30, ...parameters }, seed);
  if (!trained.ok) throw new Error(trained.error.message);
  return trained.value;
}

const noisy = randomDataset('forest', 400, 6, 0.1, noisyLabel);

describe('forest', () => {
  it('ML-1: solves XOR, which no single feature shows', () => {
    const data = randomDataset('xor', 600, 2, 0, ([a = 0, b = 0]) => (a > 0 === b > 0 ? 1 : 0));
    const forest = train(data);
    for (const [row, expected] of [
      [[1, 1], 1],
      [[-1, -1], 1],
      [[1, -1], 0],
      [[-1, 1], 0],
    ] as const) {
      expect(Math.abs((predictRow(forest, row)[0] as number) - expected)).toBeLessThan(0.15);
    }
  });

  it('ML-43: gain importance adds up to 1 and names the features that matter', () => {
    const importance = treeImportance(train(noisy));
    expect(importance.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(Math.min(importance[0] as number, importance[1] as number)).toBeGreaterThan(
      Math.max(...importance.subarray(3)),
    );
  });

  it('FE-4: a feature that tells by being missing is used', () => {
    const random = createRandom('missing');
    const y = Array.from({ length: 300 }, () => random.integer(2));
    const forest = train(
      datasetOf({ x: y.map((label) => (label === 1 && random.next() < 0.9 ? Number.NaN : random.normal())) }, y),
    );
    expect(predictRow(forest, [Number.NaN])[0]).toBeGreaterThan(0.95);
    expect(predictRow(forest, [0])[0]).toBeLessThan(0.3);
  });

  it('parts trained apart and joined are the forest trained at once, to the byte', () => {
    const parts = [
      [0, 4],
      [4, 5],
      [5, 12],
    ].map(([from = 0, until = 0]) => {
      const part = trainForest(noisy, { task: 'classify', trees: 12 }, 3, { part: { from, until } });
      if (!part.ok) throw new Error(part.error.message);
      return part.value;
    });
    expect(bytesOf(joinForests(parts as [ModelArtefact, ...ModelArtefact[]]))).toBe(
      bytesOf(train(noisy, { trees: 12 }, '3')),
    );
  });

  it('other seeds give other forests', () => {
    expect(bytesOf(train(noisy, {}, 'a'))).not.toBe(bytesOf(train(noisy, {}, 'b')).replace('"seed":"b"', '"seed":"a"'));
  });

  it('ML-1: without bootstrap a row of weight 2 is the row twice', () => {
    const weight = noisy.target.map((_, row) => 1 + (row % 2));
    const repeat = (values: Float64Array) =>
      Float64Array.from([...values].flatMap((value, row) => Array<number>(weight[row] as number).fill(value)));
    const repeated: Dataset = {
      names: noisy.names,
      columns: noisy.columns.map(repeat),
      rows: 600,
      target: repeat(noisy.target),
      weight: new Float64Array(600).fill(1),
    };
    const { arrays: weighted } = train({ ...noisy, weight }, { bootstrap: false });
    const { arrays: twice } = train(repeated, { bootstrap: false });
    expect(weighted).toEqual(twice);
  });

  it('a row of weight 0 is no row', () => {
    const weight = noisy.target.map((_, row) => (row < 100 ? 0 : 1));
    const turned = noisy.target.map((y, row) => (row < 100 ? 1 - y : y));
    expect(train({ ...noisy, weight, target: turned }).arrays).toEqual(train({ ...noisy, weight }).arrays);
  });

  it('ML-1: balanced class weights lift the rarer class', () => {
    const rare = randomDataset('rare', 500, 3, 0, ([a = 0], noise) => (a + noise > 2 ? 1 : 0));
    const at = (classWeight: 'none' | 'balanced') => predictRow(train(rare, { classWeight }), [1.2, 0, 0])[0] as number;
    expect(at('balanced')).toBeGreaterThan(at('none') + 0.1);
  });

  it('regression: trees disagree more where there was nothing to learn from', () => {
    const data = randomDataset('spread', 500, 1, 0, ([a = 0], noise) => (a < 0 ? a : a + 3 * noise));
    const forest = train(data, { task: 'regress', trees: 60 });
    const spread = createForestSpread(forest);
    expect(spread(Float64Array.of(1))).toBeGreaterThan(3 * spread(Float64Array.of(-1)));
    expect(predictRow(forest, [-1])[0]).toBeCloseTo(-1, 1);
  });

  it('ML-20: reports each tree, and stops when told', () => {
    const seen: string[] = [];
    const stopped = trainForest(noisy, { task: 'classify', trees: 9 }, 1, {
      onProgress: (done, total) => seen.push(`${done}/${total}`),
      shouldStop: () => seen.length === 3,
    });
    expect(seen).toEqual(['1/9', '2/9', '3/9']);
    expect(stopped.ok ? 'trained' : stopped.error.kind).toBe('cancelled');
  });

  it('refuses data that cannot be trained on', () => {
    const wrong: readonly Dataset[] = [
      datasetOf({ x: [] }, []),
      datasetOf({ x: [1, 2] }, [0, 2]),
      datasetOf({ x: [1, 2] }, [0, Number.NaN]),
      datasetOf({ x: [1, 2] }, [0, 1], [0, 0]),
      datasetOf({ x: [1, 2] }, [0, 1], [1, -1]),
      datasetOf({ x: [1] }, [0, 1]),
    ];
    for (const data of wrong) {
      const trained = trainForest(data, { task: 'classify' }, 1);
      expect(trained.ok ? 'trained' : trained.error.kind).toBe('unusable-data');
    }
  });

  it('RE-40: trees that could loop or read beyond their arrays are refused', () => {
    const good = train(noisy, { trees: 2 });
    expect(readTrees(good).ok).toBe(true);
    const withArray = (
      name: string,
      change: (array: { fill(value: number, start?: number, end?: number): unknown }) => void,
    ): ModelArtefact => {
      const arrays = structuredClone(good.arrays);
      const array = arrays[name];
      if (array !== undefined) change(array);
      return { ...good, arrays };
    };
    const damaged = [
      withArray('left', (left) => left.fill(0, 0, 1)),
      withArray('left', (left) => left.fill(1e9, 0, 1)),
      withArray('feature', (feature) => feature.fill(6, 0, 1)),
      withArray('feature', (feature) => feature.fill(-2, 0, 1)),
      withArray('split', (split) => split.fill(Number.NaN)),
      withArray('cover', (cover) => cover.fill(0, 0, 1)),
      withArray('roots', (roots) => roots.fill(0)),
      { ...good, header: { ...good.header, treesFormat: 99 } },
      { ...good, kind: 'network' as const },
      { ...good, arrays: { ...good.arrays, gain: new Float32Array(1) } },
    ];
    for (const artefact of damaged) expect(readTrees(artefact).ok).toBe(false);
  });
});
