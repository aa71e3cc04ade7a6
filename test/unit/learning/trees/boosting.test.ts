import { describe, expect, it } from 'vitest';
import type { Dataset, ModelArtefact } from '#core/learning/dataset.ts';
import { type BoostingParameters, sizeForRows, trainBoosting } from '#core/learning/trees/boosting.ts';
import { treeImportance } from '#core/learning/trees/tree-predictor.ts';
import { datasetOf, noisyLabel, predictRow, randomDataset } from '#test/support/tree-data.ts';

function train(data: Dataset, parameters: Partial<BoostingParameters> = {}, seed = 'boosting'): ModelArtefact {
  const trained = trainBoosting(data, { task: 'classify', ...parameters }, seed);
  if (!trained.ok) throw new Error(trained.error.message);
  return trained.value;
}

const noisy = randomDataset('boosting', 500, 6, 0.1, noisyLabel);

describe('boosting', () => {
  it('ML-1: one round on one split is the Newton step -G / (H + l2), shrunk', () => {
    const data = datasetOf({ x: [0, 0, 0, 1] }, [0, 0, 1, 1]);
    const [p] = predictRow(train(data, { rounds: 1, maxDepth: 1, minLeaf: 1, l2: 1, learningRate: 0.5 }), [1]);
    // Base rate 1/2: the right leaf has G = -1/2 and H = 1/4, the leaf is 0.5 x 0.5 / 1.25 on the log-odds scale.
    expect(p).toBeCloseTo(1 / (1 + Math.exp(-0.2)), 12);
  });

  it('ML-1: solves XOR at depth 2', () => {
    const data = randomDataset('xor', 600, 2, 0, ([a = 0, b = 0]) => (a > 0 === b > 0 ? 1 : 0));
    const model = train(data, { maxDepth: 2 });
    expect(predictRow(model, [1, 1])[0]).toBeGreaterThan(0.9);
    expect(predictRow(model, [1, -1])[0]).toBeLessThan(0.1);
  });

  it('fits a step function by squared error, far from zero too', () => {
    const data = randomDataset('step', 400, 2, 0, ([a = 0]) => (a > 0.5 ? 60_001 : 60_000));
    const model = train(data, { task: 'regress', l2: 0 });
    // Rows at the step share a bin: their remainder fades with the rounds.
    expect(predictRow(model, [1, 0])[0]).toBeCloseTo(60_001, 2);
    expect(predictRow(model, [0, 0])[0]).toBeCloseTo(60_000, 2);
  });

  it('tells three classes apart', () => {
    const data = randomDataset('three', 600, 3, 0.05, ([a = 0]) => (Number.isNaN(a) ? 2 : a < 0 ? 0 : 1));
    const model = train(data, { task: 'multiclass' });
    expect(predictRow(model, [-1, 0, 0])[0]).toBeGreaterThan(0.95);
    expect(predictRow(model, [1, 0, 0])[1]).toBeGreaterThan(0.95);
    expect(predictRow(model, [Number.NaN, 0, 0])[2]).toBeGreaterThan(0.9);
  });

  it('keeps the outputs that a fold lacks', () => {
    expect(predictRow(train(noisy, { task: 'multiclass', classes: 4, rounds: 5 }), [0, 0, 0, 0, 0, 0]).length).toBe(4);
  });

  it('ML-1: a row of weight 2 is the row twice', () => {
    const weight = noisy.target.map((_, row) => 1 + (row % 2));
    const repeat = (values: Float64Array) =>
      Float64Array.from([...values].flatMap((value, row) => Array<number>(weight[row] as number).fill(value)));
    const target = repeat(noisy.target);
    const repeated: Dataset = {
      names: noisy.names,
      columns: noisy.columns.map(repeat),
      rows: target.length,
      target,
      weight: new Float64Array(target.length).fill(1),
    };
    const [weighted, twice] = [train({ ...noisy, weight }, { rounds: 30 }), train(repeated, { rounds: 30 })];
    for (let row = 0; row < noisy.rows; row++) {
      const values = noisy.columns.map((column) => column[row] as number);
      expect(predictRow(weighted, values)[0]).toBeCloseTo(predictRow(twice, values)[0] as number, 6);
    }
  });

  it('early stopping on the newest fifth ends soon on noise, and goes on where there is something to learn', () => {
    const noise = randomDataset('noise', 400, 5, 0, (_, normal) => (normal > 0 ? 1 : 0));
    expect(train(noise, { earlyStopping: 10 }).header.rounds).toBeLessThan(20);
    expect(train(noisy, { earlyStopping: true }).header.rounds).toBeGreaterThan(20);
  });

  it('early stopping judges by rows that it did not train on: later labels do not reach the rounds before', () => {
    const changed = { ...noisy, target: noisy.target.map((y, row) => (row >= 400 ? 1 - y : y)) };
    // With the later block turned around, every round looks worse than none.
    expect(train(changed, { earlyStopping: 5 }).header.rounds).toBeLessThan(5);
  });

  it('progress never falls and ends at its total, with early stopping too', () => {
    const seen: [number, number][] = [];
    const trained = trainBoosting(noisy, { task: 'classify', rounds: 40, earlyStopping: 5 }, 1, {
      onProgress: (done, total) => seen.push([done, total]),
    });
    expect(trained.ok).toBe(true);
    expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).toSorted((a, b) => a - b));
    expect(seen.at(-1)).toEqual([80, 80]);
  });

  it('ML-20: stops when told', () => {
    const stopped = trainBoosting(noisy, { task: 'classify' }, 1, { shouldStop: () => true });
    expect(stopped.ok ? 'trained' : stopped.error.kind).toBe('cancelled');
  });

  it('sizes itself to the data when asked', () => {
    expect(sizeForRows(30, 150, 3)).toEqual({ rounds: 26, maxDepth: 1 });
    expect(sizeForRows(2_000, 150, 3)).toEqual({ rounds: 150, maxDepth: 3 });
    expect(train({ ...noisy }, { sizeToData: true }).header.rounds).toBe(106);
  });

  it('L2 draws leaves towards 0, a minimum gain and a minimum leaf keep trees small', () => {
    const at = (parameters: Partial<BoostingParameters>) =>
      predictRow(train(noisy, { rounds: 20, ...parameters }), [2, 1, 0, 0, 0, 0])[0] as number;
    expect(at({ l2: 200 })).toBeLessThan(at({ l2: 0 }) - 0.05);
    expect(train(noisy, { minGain: 1e9 }).arrays.feature?.length).toBe(150);
    expect(train(noisy, { minLeaf: 251 }).arrays.feature?.length).toBe(150);
  });

  it('ML-43: gain importance names the features that matter', () => {
    const importance = treeImportance(train(noisy, { rounds: 50 }));
    expect(importance[0]).toBeGreaterThan(Math.max(...importance.subarray(3)));
  });
});
