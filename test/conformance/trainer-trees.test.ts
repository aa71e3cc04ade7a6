import type { ModelArtefact } from '#core/learning/dataset.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { createTreePredictor } from '#core/learning/trees/tree-predictor.ts';
import { describeTrainer } from '#test/support/trainer-conformance.ts';

function trained(result: ReturnType<typeof trainForest>): ModelArtefact {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describeTrainer({
  name: 'forest',
  tasks: ['classify', 'regress', 'multiclass'],
  train: (data, task, seed) => trained(trainForest(data, { task, trees: 20 }, seed)),
  predictorOf: createTreePredictor,
});

describeTrainer({
  name: 'boosting',
  tasks: ['classify', 'regress', 'multiclass'],
  train: (data, task, seed) =>
    trained(trainBoosting(data, { task, rounds: 40, rowSample: 0.8, columnSample: 0.8 }, seed)),
  predictorOf: createTreePredictor,
});
