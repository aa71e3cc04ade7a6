/** The models that exist now, each with its strategy, features and key in the registry (ML-1, ML-11). */
import { findModelSpec, type ModelSpec } from '#core/learning/model-table.ts';
import { type FeatureSet, findFeatureSet } from '#core/signals/features/feature-catalogue.ts';

/** Which model scores which strategy (ML-11), as far as strategies exist. */
const MODEL_OF_STRATEGY = [{ strategyId: 'trend_pullback', specId: 'trend' }] as const;

export interface LearnedModel {
  /** Registry key: models of the simulated market have keys of their own. */
  readonly key: string;
  readonly spec: ModelSpec;
  readonly set: FeatureSet;
  readonly strategyId: string;
  readonly simulated: boolean;
}

export function learnedModels(simulated: boolean): readonly LearnedModel[] {
  return MODEL_OF_STRATEGY.flatMap(({ strategyId, specId }) => {
    const spec = findModelSpec(specId);
    const set = spec === null ? null : findFeatureSet(spec.featureSet);
    if (spec === null || set === null) return [];
    return [{ key: simulated ? `${specId}@demo` : specId, spec, set, strategyId, simulated }];
  });
}

/** Of the real markets and of the simulated one. */
export function allLearnedModels(): readonly LearnedModel[] {
  return [...learnedModels(false), ...learnedModels(true)];
}
