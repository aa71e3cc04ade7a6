import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { type Dataset, type ModelArtefact, readRow, type Task } from '#core/learning/dataset.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { createTreePredictor } from '#core/learning/trees/tree-predictor.ts';
import { noisyLabel, randomDataset } from '#test/support/tree-data.ts';

const FEATURES = 6;
const binary = randomDataset('held', 300, FEATURES, 0.15, noisyLabel);
const classes: Dataset = { ...binary, target: binary.target.map((y, row) => (row % 5 === 0 ? 2 : y)) };

function model(kind: 'forest' | 'boosting', task: Task): ModelArtefact {
  const data = task === 'multiclass' ? classes : binary;
  const trained =
    kind === 'forest'
      ? trainForest(data, { task, trees: 25 }, 'held')
      : trainBoosting(data, { task, rounds: 20 }, 'held');
  if (!trained.ok) throw new Error(trained.error.message);
  return trained.value;
}

describe('a held row', () => {
  it.each([
    ['forest', 'classify'],
    ['forest', 'regress'],
    ['forest', 'multiclass'],
    ['boosting', 'classify'],
    ['boosting', 'regress'],
    ['boosting', 'multiclass'],
  ] as const)('ML-43: with one feature changed is predicted as the changed row is, to the bit (%s, %s)', (kind, task) => {
    const predictor = createTreePredictor(model(kind, task));
    const held = predictor.holdRow();
    const random = createRandom('changes');
    const row = new Float64Array(FEATURES);
    const ours = new Float64Array(predictor.outputs);
    const expected = new Float64Array(predictor.outputs);
    for (let index = 0; index < 60; index++) {
      readRow(binary, index, row);
      held.hold(row);
      for (let feature = 0; feature < FEATURES; feature++) {
        for (const value of [random.normal(), Number.NaN, row[feature] as number]) {
          held.predictWith(feature, value, ours);
          const changed = row.slice();
          changed[feature] = value;
          predictor.predict(changed, expected);
          expect(Array.from(ours)).toEqual(Array.from(expected));
        }
      }
    }
  });
});
