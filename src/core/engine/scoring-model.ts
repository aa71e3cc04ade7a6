/** Models as the engine asks them: in process, synchronous, the same in every mode (ML-11). */
import type { ModelId } from '#core/domain/model.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { LoadedClasses } from '#core/learning/class-artefact.ts';
import type { LoadedEnsemble } from '#core/learning/ensemble-artefact.ts';
import type { LoadedValues } from '#core/learning/value-artefact.ts';

/** A model this much older than its newest training outcome stops deciding (ML-41). */
export const MODEL_LIFE_MS = 90 * DAY_MS;

interface NamedModel {
  readonly id: ModelId;
  /** Shown with the score, e.g. `trend v3`. */
  readonly name: string;
}

/** Gives the probability of a win. */
export interface ScoringModel extends NamedModel {
  readonly task: 'classify';
  readonly ensemble: LoadedEnsemble;
  /** What its examples are worth (ML-30 weighs by it). */
  readonly effectiveExamples: number;
}

/** Gives a probability per class. */
export interface ClassModel extends NamedModel {
  readonly task: 'multiclass';
  readonly classes: LoadedClasses;
}

/** Gives a value, e.g. an R multiple. */
export interface ValueModel extends NamedModel {
  readonly task: 'regress';
  readonly values: LoadedValues;
}

export type EngineModel = ScoringModel | ClassModel | ValueModel;

/** The champion decides, the one before it watches (ML-25). */
export interface ModelPair<Model extends EngineModel = EngineModel> {
  readonly champion: Model;
  readonly shadow: Model | null;
  /** A variant that has not proved itself: what it would have said is kept, and decides nothing (ML-50). */
  readonly onlyWatches?: boolean;
}

/** Of the models whose probability can be a score. */
export type ScoringPair = ModelPair<ScoringModel>;

/** What every kind of model knows of itself. */
export function modelFacts(model: EngineModel): {
  readonly setId: string;
  readonly setHash: string;
  readonly trainedUntil: UnixMs;
} {
  switch (model.task) {
    case 'classify':
      return model.ensemble.parts;
    case 'multiclass':
      return model.classes.parts;
    case 'regress':
      return model.values.parts;
  }
}

/** A pair of models that give probabilities; null for another kind, and where there is none. */
export function scoringPair(models: ModelPair | null | undefined): ScoringPair | null {
  if (models === null || models === undefined || models.champion.task !== 'classify') return null;
  const { champion, shadow, onlyWatches } = models;
  return { champion, shadow: shadow?.task === 'classify' ? shadow : null, onlyWatches: onlyWatches === true };
}

/** Why a model may not be asked about this vector now; null when it may. */
export function modelObjection(model: EngineModel, vector: FeatureVector, now: UnixMs): string | null {
  const { setHash, trainedUntil } = modelFacts(model);
  // A model is never fed a set with another hash (FE-1).
  if (vector.setHash !== setHash) return `${model.name} was trained on another version of the features`;
  if (now > trainedUntil + MODEL_LIFE_MS) return `${model.name} has expired: its newest example is over 90 days old`;
  return null;
}

/** The heads' own outputs of the last row scored. */
export function headOutputs({ ensemble: { scorer } }: ScoringModel): Readonly<Record<string, number>> {
  const heads: Record<string, number> = {};
  scorer.heads.forEach((id, index) => {
    const output = scorer.headOutputs[index];
    if (!Number.isNaN(output)) heads[id] = output;
  });
  return heads;
}
