/** Versions of models and the jobs that train them, as the registry keeps them (ML-20, ML-40, ML-45). */
import type { SignalId } from './signal.ts';
import type { UnixMs } from './timeframe.ts';

const MODEL_STATES = ['challenger', 'champion', 'retired', 'rejected', 'rolled-back'] as const;
/** A model has at most one champion; a challenger is judged and becomes champion or rejected (ML-24). */
export type ModelState = (typeof MODEL_STATES)[number];

/** SHA-256 of the artefact's bytes, hex: the same recipe on the same data has the same id (RE-43). */
export type ModelId = string;

/** How much a feature matters to a model, three ways (ML-43). */
export interface FeatureImportance {
  readonly name: string;
  /** Share of the tree heads' split gain, 0-1. */
  readonly gain: number;
  /** Increase of the out-of-fold log loss when the feature is shuffled; null where it was not measured. */
  readonly permutation: number | null;
  /** Mean |contribution| in score points over out-of-fold rows; null where it was not measured. */
  readonly shap: number | null;
}

export interface ModelVersion {
  readonly id: ModelId;
  /** Which of ML-1's models, e.g. `trend`. */
  readonly model: string;
  /** Counts up per model from 1. */
  readonly version: number;
  readonly state: ModelState;
  readonly setId: string;
  readonly setHash: string;
  /** Nothing that was known later entered the training (exchange time). */
  readonly trainedUntil: UnixMs;
  readonly dataHash: string;
  readonly seed: string;
  readonly examples: number;
  readonly effectiveExamples: number;
  /** Heads inside, e.g. `['forest', 'boosting']`. */
  readonly heads: readonly string[];
  /** Plain JSON, written by the trainer and read by the window: hyper-parameters, metrics with intervals, importance. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly importance: readonly FeatureImportance[];
  /** In words: why it was promoted, rejected, retired or rolled back. */
  readonly reason: string;
  /** The champion it was judged against. */
  readonly parentId: ModelId | null;
  /** Wall time. */
  readonly createdAt: UnixMs;
  readonly activatedAt: UnixMs | null;
  readonly retiredAt: UnixMs | null;
}

const JOB_STATES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface TrainingJob {
  readonly id: string;
  readonly model: string;
  /** `first fit`, `refit`, `schedule` or `by hand` (ML-21). */
  readonly trigger: string;
  readonly state: JobState;
  readonly stage: string;
  /** 0-1. */
  readonly progress: number;
  readonly examples: number;
  /** Wall times. */
  readonly queuedAt: UnixMs;
  readonly startedAt: UnixMs | null;
  readonly completedAt: UnixMs | null;
  readonly error: string | null;
  /** The version it made, whatever became of it. */
  readonly modelId: ModelId | null;
}

const PREDICTION_ROLES = ['decided', 'opinion', 'shadow'] as const;
/** `decided` made the score; `opinion` was shown beside it; `shadow` only watched (ML-25). */
export type PredictionRole = (typeof PREDICTION_ROLES)[number];

/** What a model said of a signal when it came (ML-45); the outcome is the phantom's. */
export interface Prediction {
  readonly signalId: SignalId;
  readonly modelId: ModelId;
  readonly role: PredictionRole;
  /** Raw head outputs by head name. */
  readonly heads: Readonly<Record<string, number>>;
  /** Calibrated probability of a win; null where the model forecasts a value. */
  readonly probability: number | null;
  /** The forecast value, e.g. in R. */
  readonly value?: number;
  readonly time: UnixMs;
}
