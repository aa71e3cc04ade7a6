import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { Dataset } from '#core/learning/dataset.ts';
import { binData } from '#core/learning/trees/bin-mapper.ts';
import { depthOf, type FlatTrees, FlatTreesBuilder } from '#core/learning/trees/flat-trees.ts';
import { evenSizes, type GrowRules, sizesByWeight, TreeGrower } from '#core/learning/trees/grower.ts';
import { datasetOf } from '#test/support/tree-data.ts';

const RULES: GrowRules = {
  maxDepth: 1,
  maxLeaves: Number.POSITIVE_INFINITY,
  minLeaf: 1,
  minSplit: 2,
  minHessian: 0,
  l2: 0,
  minGain: 0,
  columnsPerNode: 100,
};

/** One least-squares tree on the target. */
function growTree(data: Dataset, rules: Partial<GrowRules> = {}): FlatTrees {
  const binned = binData(data, data.weight);
  const sizes = data.weight.every((weight) => weight === 1) ? evenSizes(data.rows) : sizesByWeight(data.weight, 100);
  const grower = new TreeGrower(binned, sizes, { ...RULES, ...rules });
  for (let row = 0; row < data.rows; row++) grower.rows[row] = row;
  const builder = new FlatTreesBuilder();
  const statistics = {
    gradient: data.target.map((y, row) => -y * (data.weight[row] as number)),
    hessian: data.weight,
    curvature: data.weight,
    weight: data.weight,
  };
  const columns = Int32Array.from(data.columns.keys());
  grower.grow(builder, data.rows, statistics, columns, createRandom('columns'), 1);
  return builder.build();
}

/** Squared error that the best split of one column leaves, by trying every cut and side for missing. */
function bestByBruteForce(values: readonly number[], target: readonly number[], minLeaf: number): number {
  const cuts = [...new Set(values.filter((value) => !Number.isNaN(value))), Number.POSITIVE_INFINITY];
  const error = (rows: readonly number[]) => {
    const middle = rows.reduce((a, b) => a + b, 0) / rows.length;
    return rows.reduce((total, y) => total + (y - middle) ** 2, 0);
  };
  let least = error(target);
  for (const cut of cuts) {
    for (const missingLeft of [true, false]) {
      const goesLeft = (value: number) => (Number.isNaN(value) ? missingLeft : value <= cut);
      const left = target.filter((_, row) => goesLeft(values[row] as number));
      const right = target.filter((_, row) => !goesLeft(values[row] as number));
      if (left.length >= minLeaf && right.length >= minLeaf) least = Math.min(least, error(left) + error(right));
    }
  }
  return least;
}

/** Which leaf's value each row gets. */
function answers(trees: FlatTrees, data: Dataset): number[] {
  return Array.from({ length: data.rows }, (_, row) => {
    let node = 0;
    for (let feature = trees.feature[0] as number; feature >= 0; feature = trees.feature[node] as number) {
      const value = data.columns[feature]?.[row] as number;
      const goesLeft = Number.isNaN(value) ? trees.missingLeft[node] === 1 : value <= (trees.split[node] as number);
      node = (trees.left[node] as number) + (goesLeft ? 0 : 1);
    }
    return trees.split[node] as number;
  });
}

describe('grower', () => {
  it('ML-1: the first split is the best of all cuts and both sides for missing', () => {
    const row = fc.tuple(
      fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 8 }) }, fc.constant(Number.NaN)),
      fc.integer({ min: 0, max: 5 }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (rows, minLeaf) => {
        const values = rows.map(([value]) => value);
        const target = rows.map(([, y]) => y);
        const data = datasetOf({ x: values }, target);
        const given = answers(growTree(data, { minLeaf }), data);
        const error = given.reduce((total, answer, index) => total + (answer - (target[index] as number)) ** 2, 0);
        expect(error).toBeCloseTo(bestByBruteForce(values, target, minLeaf), 6);
      }),
    );
  });

  it('finds a planted step, and puts the threshold in the middle of the gap', () => {
    const trees = growTree(datasetOf({ x: [1, 2, 3, 7, 8, 9], noise: [1, 0, 1, 0, 1, 0] }, [0, 0, 0, 1, 1, 1]), {
      maxDepth: 5,
    });
    expect(Array.from(trees.feature)).toEqual([0, -1, -1]);
    expect(trees.split[0]).toBe(5);
    expect([trees.split[1], trees.split[2]]).toEqual([0, 1]);
  });

  it('FE-4: splits on whether a value is missing when that tells rows apart', () => {
    const trees = growTree(datasetOf({ x: [3, Number.NaN, 1, Number.NaN, 2] }, [0, 1, 0, 1, 0]));
    expect(trees.split[0]).toBe(Number.POSITIVE_INFINITY);
    expect(trees.missingLeft[0]).toBe(0);
    expect([trees.split[1], trees.split[2]]).toEqual([0, 1]);
  });

  it('FE-4: without missing values in training they go with the heavier child', () => {
    expect(growTree(datasetOf({ x: [1, 2, 3, 4] }, [0, 0, 0, 1])).missingLeft[0]).toBe(1);
    expect(growTree(datasetOf({ x: [1, 2, 3, 4] }, [1, 0, 0, 0])).missingLeft[0]).toBe(0);
  });

  it('does not split a constant target', () => {
    const random = createRandom('constant');
    const x = Array.from({ length: 200 }, () => random.normal());
    const weight = x.map(() => random.next() + 0.01);
    expect(growTree(datasetOf({ x }, new Float64Array(200).fill(0.1), weight), { maxDepth: 8 }).feature.length).toBe(1);
  });

  it('keeps depth, leaf size and number of leaves', () => {
    const random = createRandom('limits');
    const x = Array.from({ length: 400 }, () => random.normal());
    const data = datasetOf(
      { x },
      x.map((value) => Math.sin(value * 3)),
    );
    expect(depthOf(growTree(data, { maxDepth: 4 }))).toBe(4);
    const leafCovers = (trees: FlatTrees) => Array.from(trees.cover).filter((_, node) => trees.feature[node] === -1);
    expect(Math.min(...leafCovers(growTree(data, { maxDepth: 9, minLeaf: 30 })))).toBeGreaterThanOrEqual(30);
    expect(leafCovers(growTree(data, { maxDepth: 9, maxLeaves: 6 })).length).toBe(6);
  });

  it('grows leaf by leaf where the gain is largest', () => {
    // Left of 0 a large step at -1, right of 0 a small one at 1: the third leaf must go to the left.
    const x = Array.from({ length: 40 }, (_, i) => (i - 19.5) / 10);
    const data = datasetOf(
      { x },
      x.map((value) => (value < -1 ? 100 : value < 0 ? 40 : value < 1 ? 0 : 5)),
    );
    const trees = growTree(data, { maxDepth: 5, maxLeaves: 4 });
    const leaves = Array.from(trees.split).filter((_, node) => trees.feature[node] === -1);
    expect(leaves.toSorted((a, b) => a - b)).toEqual([0, 5, 40, 100]);
    const fewer = growTree(data, { maxDepth: 5, maxLeaves: 3 });
    const fewerLeaves = Array.from(fewer.split).filter((_, node) => fewer.feature[node] === -1);
    expect(fewerLeaves.toSorted((a, b) => a - b)).toEqual([2.5, 40, 100]);
  });

  it('a row of weight 2 is the row twice', () => {
    const random = createRandom('twice');
    const x = Array.from({ length: 60 }, () => random.integer(30));
    const y = x.map((value) => (value % 7 > 3 ? 1 : 0));
    const weight = x.map((_, row) => 1 + (row % 2));
    const repeat = (values: readonly number[]) =>
      values.flatMap((value, row) => Array<number>(weight[row] as number).fill(value));
    const weighted = growTree(datasetOf({ x }, y, weight), { maxDepth: 6, minLeaf: 4 });
    const repeated = growTree(datasetOf({ x: repeat(x) }, repeat(y)), { maxDepth: 6, minLeaf: 4 });
    expect(weighted).toEqual(repeated);
  });
});
