/** How a model is doing, in words: what it waits for, what scores in its place, what it is good for (WS-14, PH-30). */
import type { ModelRole, ModelState } from '#contract/areas/models.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { MODEL_LIFE_MS, type ModelPair, modelFacts } from '#core/engine/scoring-model.ts';
import type { TrainingTrigger } from '#core/learning/model-table-trigger.ts';
import type { LearnedModel } from './learned-models.ts';

/** What is known of the models now: by the running desk, or from its record alone. */
export interface LearningNow {
  models(): readonly LearnedModel[];
  /** Exchange time, by which models age. */
  now(): UnixMs;
  /** What is at work under this registry key; null while nothing has proved itself. */
  active(key: string): ModelPair | null;
  /** A training of it waits or runs. */
  isBusy(key: string): boolean;
  trainable(model: LearnedModel): number;
  trigger(model: LearnedModel): TrainingTrigger;
}

/** `versions`: the newest first. */
export function modelState(
  learning: LearningNow,
  model: LearnedModel,
  versions: readonly Pick<ModelVersion, 'state' | 'reason'>[],
  trainable: number,
): readonly [ModelState, string] {
  const active = learning.active(model.key);
  const { without, use } = WORDS[model.role];
  if (active !== null && versions.some(({ state }) => state === 'champion')) {
    // The model's own name stands over it.
    const name = active.champion.name.replace(/^.* v(?=\d+$)/, 'version ');
    if (learning.now() > modelFacts(active.champion).trainedUntil + MODEL_LIFE_MS) {
      return ['expired', `${name} has expired: ${without} until a newer one proves itself`];
    }
    return ['ready', `${name} ${use}`];
  }
  if (learning.isBusy(model.key) && versions.length === 0) return ['training', 'the first fit is running'];
  if (versions.length > 0) {
    // The version below says the rest in its own words.
    const unjudged = versions[0]?.reason.startsWith('Not judged') ?? false;
    const why = unjudged ? 'too few examples to judge a model by' : 'no better than no model';
    return ['heuristic', `${why}: ${without}`];
  }
  return ['learning', `learning: ${trainable} of ${model.spec.firstFit}`];
}

/** What a model does, what stands in for it, and what it is for. */
const WORDS: Readonly<Record<ModelRole, { readonly use: string; readonly without: string }>> = {
  scores: { use: 'scores new signals', without: 'heuristic in use' },
  fallback: { use: 'scores signals whose own model may not', without: 'heuristics stand in' },
  opinion: { use: 'gives a second opinion on new signals', without: 'no second opinion' },
  recommends: {
    use: 'takes part in what is recommended on opening ranges',
    without: 'no word of it in recommendations',
  },
  forecasts: { use: 'forecasts the next hour', without: 'no forecast' },
};

/** The id as words; that a market is simulated is told beside it. */
export function modelTitle({ spec }: Pick<LearnedModel, 'spec'>): string {
  const words = spec.id.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
