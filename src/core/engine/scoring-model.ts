/** A model as the engine scores with it: in process, synchronous, the same in every mode (ML-11). */
import type { ModelId, Prediction } from '#core/domain/model.ts';
import type { Score } from '#core/domain/score.ts';
import type { FeatureVector, SignalId } from '#core/domain/signal.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { LoadedEnsemble } from '#core/learning/ensemble-artefact.ts';

/** A model this much older than its newest training outcome stops deciding (ML-41). */
export const MODEL_LIFE_MS = 90 * DAY_MS;

export interface ScoringModel {
  readonly id: ModelId;
  /** Shown with the score, e.g. `trend v3`. */
  readonly name: string;
  readonly ensemble: LoadedEnsemble;
}

/** The models of one strategy: the champion decides, the one before it watches (ML-25). */
export interface StrategyModels {
  readonly champion: ScoringModel;
  readonly shadow: ScoringModel | null;
}

/** Why a model may not score this vector now; null when it may. */
export function modelObjection(model: ScoringModel, vector: FeatureVector, now: UnixMs): string | null {
  const { setHash, trainedUntil } = model.ensemble.parts;
  // A model is never fed a set with another hash (FE-1).
  if (vector.setHash !== setHash) return `${model.name} was trained on another version of the features`;
  if (now > trainedUntil + MODEL_LIFE_MS) return `${model.name} has expired: its newest example is over 90 days old`;
  return null;
}

/** The calibrated score, or null when no head answered with a finite number. */
export function modelScore(model: ScoringModel, vector: FeatureVector): Score | null {
  const { scorer } = model.ensemble;
  const value = scorer.score(vector.values);
  if (!(value >= 0 && value <= 100)) return null;
  return { value, kind: 'model', version: model.name, parts: [], reason: null };
}

/** What a model says of a signal, for the record (ML-45); null when it may not or cannot say anything. */
export function prediction(
  model: ScoringModel,
  role: Prediction['role'],
  signalId: SignalId,
  vector: FeatureVector,
  now: UnixMs,
): Prediction | null {
  if (modelObjection(model, vector, now) !== null) return null;
  const { scorer } = model.ensemble;
  scorer.score(vector.values);
  if (!(scorer.probability >= 0 && scorer.probability <= 1)) return null;
  const heads: Record<string, number> = {};
  scorer.heads.forEach((id, index) => {
    const output = scorer.headOutputs[index] as number;
    if (!Number.isNaN(output)) heads[id] = output;
  });
  return { signalId, modelId: model.id, role, heads, probability: scorer.probability, time: now };
}
