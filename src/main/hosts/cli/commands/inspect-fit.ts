/** `desk inspect fit`: trains on one file of numbers and measures on another, without a record (ML-22, ML-23, ML-42). */
import { ok } from '#core/base/result.ts';
import { TASKS } from '#core/learning/dataset.ts';
import { readNumberFile } from '#main/files/number-parquet.ts';
import { fitData } from '#main/services/research/fit-data.ts';
import { type FitReport, type FitTrainers, fitModel } from '#main/services/research/fit-model.ts';
import { FIT_MODELS, fitHeadsOf } from '#main/services/research/fit-params.ts';
import { contributionLines, predictionLines, writeLines } from '#main/services/research/fit-tables.ts';
import { TRAINERS } from '#main/workers/trainers.ts';
import type { Command, CommandCall, CommandResult } from '../command.ts';
import { choiceOption, numberOption } from '../option-values.ts';
import { table } from '../table.ts';

const CALIBRATORS = ['none', 'sigmoid', 'isotonic'] as const;

/** In this process: the command has nothing else to do meanwhile. */
const trainers: FitTrainers = {
  async prepare(kinds) {
    if (!kinds.includes('network')) return;
    const { prepareTensorFlow } = await import('#main/workers/tensorflow.ts');
    await prepareTensorFlow();
  },
  train: ({ kind, params }, data, task, seed) => TRAINERS[kind]({ data, task, params, seed, part: null }, {}),
};

export const inspectFit: Command = {
  name: 'inspect fit',
  summary: 'Train a model on a CSV file and measure it on another',
  options: {
    train: {
      value: 'A.csv',
      meaning: 'rows to learn from, oldest first (CSV, NDJSON, both also as .gz, or Parquet)',
      required: true,
    },
    test: { value: 'B.csv', meaning: 'rows to measure on, with the same columns', required: true },
    target: { value: 'NAME', meaning: 'the column to predict', required: true },
    weight: { value: 'NAME', meaning: 'the column of weights (default: all rows count the same)' },
    task: { value: 'TASK', meaning: `${TASKS.join(', ')} (default: classify)` },
    model: { value: 'MODEL', meaning: FIT_MODELS.join(', '), required: true },
    params: { value: 'JSON', meaning: 'parameters of the model, see below' },
    seed: { value: 'N', meaning: 'whole number (default: 1); the same seed gives the same model' },
    calibrate: { value: 'KIND', meaning: `${CALIBRATORS.join(', ')} (default: none)` },
    predictions: { value: 'OUT.csv', meaning: 'write the predictions, one line per test row' },
    shap: { value: 'OUT.csv', meaning: 'write base and contributions, one line per test row' },
  },
  notes: [
    'Files: numbers under a header; an empty cell (or null) is a missing value. Every other column is a feature.',
    'Targets: classify 0 or 1, multiclass 0, 1, 2, ..., regress any number.',
    '--params: forest {trees, maxDepth, minLeaf}; boosting {rounds, maxDepth, learningRate, minLeaf, l2,',
    'earlyStopping}; network {layers, epochs, batch, l2}; ensemble {forest: {}, boosting: {}, network: {}}.',
    'A calibration is fitted on out-of-fold predictions of A (five folds forward in its order).',
    'Contributions: base + sum is the raw output: of a forest the probability or value, of boosting and network',
    'the log odds or value, before calibration; of an ensemble the calibrated score from 0 to 100.',
    'JSON: {fitMs, predictMs, auc, logLoss, brier, ece, rmse, importance: [{name, gain}]}; null where a figure does',
    'not apply. For multiclass auc is the mean of one class against the rest. fitMs is the fit with binning.',
  ],
  examples: [
    'desk inspect fit --train a.csv --test b.csv --target y --model boosting --params \'{"rounds":100}\' --json',
  ],
  run: inspect,
};

async function inspect({ ground, options }: CommandCall): Promise<CommandResult> {
  const asked = requestOf(options);
  if (!asked.ok) return asked;
  const { task, model, seed, calibrate } = asked.value;
  const heads = fitHeadsOf(model, options.params ?? '');
  if (!heads.ok) return heads;
  const train = await readNumberFile(options.train ?? '');
  if (!train.ok) return train;
  const test = await readNumberFile(options.test ?? '');
  if (!test.ok) return test;
  const data = fitData(train.value, test.value, { target: options.target ?? '', weight: options.weight ?? null, task });
  if (!data.ok) return data;
  const { monotonic } = ground;
  const fitted = await fitModel({ data: data.value, task, heads: heads.value, calibrate, seed, monotonic }, trainers);
  if (!fitted.ok) return fitted;
  const { report, predictions, artefacts, calibrator } = fitted.value;
  const { outputs } = data.value;
  if (options.predictions !== undefined) {
    const written = writeLines(options.predictions, predictionLines(predictions, task, outputs));
    if (!written.ok) return written;
  }
  if (options.shap !== undefined) {
    const lines = contributionLines(artefacts, calibrator, data.value.train, data.value.test, outputs);
    if (!lines.ok) return lines;
    const written = writeLines(options.shap, lines.value);
    if (!written.ok) return written;
  }
  return ok({ json: report, lines: describe(report) });
}

function requestOf(options: CommandCall['options']) {
  const task = choiceOption(options, 'task', TASKS);
  if (!task.ok) return task;
  const model = choiceOption(options, 'model', FIT_MODELS);
  if (!model.ok) return model;
  const seed = numberOption(options, 'seed', 0, Number.MAX_SAFE_INTEGER);
  if (!seed.ok) return seed;
  const calibrate = choiceOption(options, 'calibrate', CALIBRATORS);
  if (!calibrate.ok) return calibrate;
  return ok({
    task: task.value ?? ('classify' as const),
    model: model.value ?? ('forest' as const),
    seed: String(seed.value ?? 1),
    calibrate: calibrate.value ?? ('none' as const),
  });
}

function describe({ importance, ...figures }: FitReport): readonly string[] {
  const rows = Object.entries(figures).filter(([, value]) => value !== null);
  const lines = table([['figure', 'value'], ...(rows as [string, number][])]);
  if (importance === null) return lines;
  const ranked = [...importance].sort((a, b) => b.gain - a.gain).slice(0, 20);
  return [...lines, '', ...table([['feature', 'share of gain'], ...ranked.map(({ name, gain }) => [name, gain])])];
}
