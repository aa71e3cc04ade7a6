/** Retrains of every kind under one tagged union: what a training thread is asked for, and what comes of it. */
import { invariant } from '#core/base/invariant.ts';
import type { Result } from '#core/base/result.ts';
import type { LoadedClasses } from './class-artefact.ts';
import { loadClasses } from './class-artefact.ts';
import { type RetrainedClasses, retrainClasses } from './class-retrain.ts';
import type { ModelArtefact, Task } from './dataset.ts';
import { type LoadedEnsemble, loadEnsemble } from './ensemble-artefact.ts';
import { type RetrainedModel, type RetrainJob, retrainModel } from './retrain-model.ts';
import type { LoadedValues } from './value-artefact.ts';
import { loadValues } from './value-artefact.ts';
import type { Baseline } from './value-baselines.ts';
import { type RetrainedValues, retrainValues } from './value-retrain.ts';
import type { FitFault, FitOptions } from './walk-forward-predictions.ts';

/** What is learned: a win or not, one of several classes, or a value. Plain JSON. */
export type RetrainTask =
  | { readonly kind: 'classify' }
  | { readonly kind: 'multiclass'; readonly labels: readonly string[]; readonly smallestClass: number }
  | { readonly kind: 'regress'; readonly baselines: readonly Baseline[] };

/** By `task`; what was retrained for a win's probability has none in the registry of before. */
export type RetrainedAny = ({ readonly task: 'classify' } & RetrainedModel) | RetrainedClasses | RetrainedValues;

export interface TaskJob extends Omit<RetrainJob, 'champion'> {
  readonly task: RetrainTask;
  /** Null while nothing better than the fallback answers. One of another kind is no yardstick, and none. */
  readonly champion: ModelArtefact | null;
}

/** Same job and seed, same bytes (RE-43). */
export async function retrainTask(
  { task, champion, ...job }: TaskJob,
  options: Omit<FitOptions, 'createPredictor'>,
): Promise<Result<RetrainedAny, FitFault>> {
  invariant(task.kind === 'classify' || !job.lives.roles, 'rows that are judged only are of win probabilities');
  switch (task.kind) {
    case 'classify': {
      const retrained = await retrainModel({ ...job, champion: loadedFrom(champion, loadEnsemble) }, options);
      return retrained.ok ? { ok: true, value: { task: 'classify', ...retrained.value } } : retrained;
    }
    case 'multiclass': {
      const { labels, smallestClass } = task;
      return retrainClasses({ ...job, labels, smallestClass, champion: loadedFrom(champion, loadClasses) }, options);
    }
    case 'regress':
      return retrainValues({ ...job, baselines: task.baselines, champion: loadedFrom(champion, loadValues) }, options);
  }
}

/** What an artefact answers, ready to score, whatever its kind. */
export type LoadedModel =
  | ({ readonly task: 'classify' } & LoadedEnsemble)
  | ({ readonly task: 'multiclass' } & LoadedClasses)
  | ({ readonly task: 'regress' } & LoadedValues);

/** Takes a whole artefact of any kind apart; anything that does not fit together is refused (RE-40). */
export function loadModel(artefact: ModelArtefact): Result<LoadedModel, ModelFault> {
  switch (artefact.kind) {
    case 'classes':
      return tagged('multiclass', loadClasses(artefact));
    case 'values':
      return tagged('regress', loadValues(artefact));
    default:
      return tagged('classify', loadEnsemble(artefact));
  }
}

type ModelFault = FitFault;

function tagged<T extends Task, L, E>(task: T, loaded: Result<L, E>): Result<{ readonly task: T } & L, E> {
  return loaded.ok ? { ok: true, value: { task, ...loaded.value } } : loaded;
}

/** A champion that cannot be read is no yardstick: the challenger is then judged as a first model. */
function loadedFrom<L>(
  artefact: ModelArtefact | null,
  load: (artefact: ModelArtefact) => Result<L, unknown>,
): L | null {
  const loaded = artefact === null ? null : load(artefact);
  return loaded?.ok ? loaded.value : null;
}
