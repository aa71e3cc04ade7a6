/** The trainers of a training thread by kind of model; each is loaded when it is first asked for. */
import { err, type Result } from '#core/base/result.ts';
import type { Dataset, HeadKind, ModelArtefact, Task } from '#core/learning/dataset.ts';
import type { BoostingParameters } from '#core/learning/trees/boosting.ts';
import type { ForestOptions, ForestParameters } from '#core/learning/trees/forest.ts';
import type { TrainingControl, TrainingFault } from './training-fault.ts';

export interface TrainingRequest {
  readonly data: Dataset;
  readonly task: Task;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: string | number;
  readonly part: { readonly from: number; readonly until: number } | null;
}

export type Trainer = (
  request: TrainingRequest,
  control: TrainingControl,
) => Promise<Result<ModelArtefact, TrainingFault>>;

export type Trainers = Readonly<Record<HeadKind, Trainer>>;

export const TRAINERS: Trainers = {
  async forest({ data, task, params, seed, part }, control) {
    const { trainForest } = await import('#core/learning/trees/forest.ts');
    const known = knownParams(params, ['trees', 'maxDepth', 'minLeaf', 'minSplit', 'columns', 'bootstrap', ...SHARED]);
    if (!known.ok) return known;
    const options: ForestOptions = { ...treeOptions(control, 'trees'), ...(part === null ? {} : { part }) };
    return trainForest(data, { ...known.value, task } as ForestParameters, seed, options);
  },
  async boosting({ data, task, params, seed }, control) {
    const { trainBoosting } = await import('#core/learning/trees/boosting.ts');
    const known = knownParams(params, BOOSTING_PARAMS);
    if (!known.ok) return known;
    return trainBoosting(data, { ...known.value, task } as BoostingParameters, seed, treeOptions(control, 'rounds'));
  },
  async network({ data, task, params, seed }, control) {
    const { trainNetwork } = await import('./network-trainer.ts');
    return trainNetwork(data, task, params, seed, control);
  },
};

const SHARED = ['classes', 'classWeight'];
const BOOSTING_PARAMS = [
  ...['rounds', 'maxDepth', 'maxLeaves', 'learningRate', 'minLeaf', 'l2', 'minGain', 'rowSample', 'columnSample'],
  ...['earlyStopping', 'sizeToData', ...SHARED],
];
/** Parameters that are no number by nature. */
const WORDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  classWeight: (value) => value === 'none' || value === 'balanced',
  columns: (value) => value === 'sqrt' || value === 'all' || isPositive(value),
  bootstrap: (value) => typeof value === 'boolean',
  sizeToData: (value) => typeof value === 'boolean',
  earlyStopping: (value) => typeof value === 'boolean' || isNotNegative(value),
};

function knownParams(
  params: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Result<Readonly<Record<string, unknown>>, TrainingFault> {
  for (const [name, value] of Object.entries(params)) {
    const fits = WORDS[name] ?? isNotNegative;
    const fault = names.includes(name) ? (fits(value) ? null : 'has no usable value') : 'is not known';
    if (fault === null) continue;
    const message = `The parameter "${name}" ${fault}; there are ${names.join(', ')}.`;
    return err({ kind: 'bad-parameters', message, remedy: 'Correct the parameters and train again.' });
  }
  return { ok: true, value: params };
}

function isNotNegative(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isPositive(value: unknown): boolean {
  return isNotNegative(value) && value !== 0;
}

function treeOptions({ onProgress, shouldStop }: TrainingControl, stage: string): ForestOptions {
  return {
    onProgress: (done, total) => onProgress?.({ stage, share: done / total, iteration: done }),
    ...(shouldStop === undefined ? {} : { shouldStop }),
  };
}
