/** Models: what is learned, what was promoted or rejected and why, jobs, and the explanation of one score (WS-14, ML-42). */
import { z } from 'zod';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { ModelVersion, TrainingJob } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

/** A figure with its 95 % interval, beside what no model would give. All out of sample, results net of costs. */
export interface Figure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly base: number;
}

export interface ReliabilityPoint {
  /** Mean predicted probability of the bin, the share that won, and how many rows. */
  readonly predicted: number;
  readonly observed: number;
  readonly rows: number;
}

export interface ModelFigures {
  readonly rows: number;
  readonly baseRate: number;
  readonly threshold: number;
  readonly areaUnderCurve: Figure;
  readonly logLoss: Figure;
  readonly brier: Figure;
  readonly calibrationError: Figure;
  readonly winRate: Figure;
  readonly netRPerTrade: Figure;
  readonly coverage: Figure;
  readonly reliability: readonly ReliabilityPoint[];
}

/** Of a model of several classes (ML-32). */
export interface ClassModelFigures {
  readonly rows: number;
  /** Mean recall; base: what every constant answer gets. */
  readonly balancedAccuracy: Figure;
  readonly logLoss: Figure;
  readonly brier: Figure;
  readonly accuracy: Figure;
  readonly classes: readonly {
    readonly label: string;
    readonly rows: number;
    readonly recall: Figure;
    readonly precision: Figure;
  }[];
  /** Too rare to be learned. */
  readonly dropped: readonly { readonly label: string; readonly rows: number }[];
}

/** Of a model of a value, e.g. an R multiple. */
export interface ValueModelFigures {
  readonly rows: number;
  /** Base: what always saying the mean gives. */
  readonly rootMeanSquaredError: Figure;
  readonly meanAbsoluteError: Figure;
  readonly rSquared: Figure;
  /** Cheap forecasts; `saved` is the share of their squared error that the model saves. */
  readonly baselines: readonly { readonly name: string; readonly saved: Figure }[];
}

export interface ModelVersionView extends Omit<ModelVersion, 'metrics' | 'parameters'> {
  /** Of a model that says how likely a win is; null where too few rows were there to measure. */
  readonly figures: ModelFigures | null;
  readonly classFigures: ClassModelFigures | null;
  readonly valueFigures: ValueModelFigures | null;
  readonly calibrator: string;
  /** Whether timeouts were among its examples, and how they were labelled (ML-5); null where that is not known or not asked. */
  readonly timeouts: 'left out' | 'sign of net R' | null;
  /** Timeouts left out of its examples that its calibration and figures count; null where it says nothing of them. */
  readonly judgedTimeouts: number | null;
  /** Its artefact is still kept: it can be activated again. */
  readonly available: boolean;
}

/**
 * learning: too few examples for a first fit; training: a first fit runs; heuristic: models were tried and none proved
 * itself, the heuristic scores; ready: a model scores; expired: its newest example is too old (ML-41).
 */
export type ModelState = 'learning' | 'training' | 'heuristic' | 'ready' | 'expired';

/**
 * scores: signals of its strategies; fallback: signals that nothing else may score; opinion: every signal, beside its
 * score; recommends: on opening ranges; forecasts: volatility.
 */
export type ModelRole = 'scores' | 'fallback' | 'opinion' | 'recommends' | 'forecasts';

export interface ModelDrift {
  /** False while there is too little to say. */
  readonly judged: boolean;
  readonly drifted: readonly { readonly name: string; readonly stability: number; readonly threshold: number }[];
  /** In words. */
  readonly message: string;
}

/** Features that are missing in more than a tenth of the newest signals (FE-4). */
export interface MissingFeatures {
  /** Signals that were looked at. */
  readonly rows: number;
  /** The most often missing first; share 0-1. */
  readonly features: readonly { readonly name: string; readonly share: number }[];
}

/** What the models of one registry key said before outcomes were known, against what came (ML-45). */
export interface AccuracyWindow {
  readonly days: number;
  /** Predictions of the window that decided a score, and those of them whose signal has no result yet. */
  readonly predictions: number;
  readonly pending: number;
  /** Mean predicted probability of the resolved ones; null without any. */
  readonly predicted: number | null;
  /** Share of the resolved ones that won; null while there are too few. */
  readonly observed: Interval | null;
  /** Share where win or loss came on the side of the threshold that the model named; null while there are too few. */
  readonly accuracy: Interval | null;
  /** Against the base rate of the same rows. Null while there are too few. */
  readonly brier: Figure | null;
}

/** What a model of openings, of hours or of results in R forecast before it was known, against what came (ML-45, TU-10). */
export interface ForecastWindow {
  readonly days: number;
  /** Forecasts of the window, and those of them whose outcome is not known yet. */
  readonly forecasts: number;
  readonly pending: number;
  /** Of a model of directions; null while there are too few. */
  readonly direction: DirectionRecord | null;
  /** Of a model of volatility; null while there are too few. */
  readonly volatility: VolatilityRecord | null;
  /** Of a model of results; null while there are too few. */
  readonly result: ResultRecord | null;
}

export interface DirectionRecord {
  readonly known: number;
  /** Share where the direction that was named came; base: the most frequent one named each time, in hindsight. */
  readonly right: Figure;
  /** Squared distance of the probabilities to what came; base: the shares of these rows given to each, in hindsight. */
  readonly brier: Figure;
  /** Of what came, which share had been named; null below 20. */
  readonly recalls: readonly { readonly label: string; readonly rows: number; readonly share: Interval | null }[];
}

export interface VolatilityRecord {
  /** Hours in which the model and both cheap forecasts can be compared; instruments of one hour count as one. */
  readonly hours: number;
  /** Mean QLIKE of the model's variance; 0 is perfect. */
  readonly qlike: number;
  readonly against: readonly {
    /** In words, e.g. `last value`. */
    readonly name: string;
    readonly qlike: number;
    /** Model less cheap forecast, paired: below 0 the model is better. */
    readonly difference: Interval;
  }[];
  /** In words: whether it beats both (TU-10). */
  readonly verdict: string;
}

/** Forecast results in R of signals, timeouts included (ML-32). */
export interface ResultRecord {
  /** Signals with a result, forecast when enough results stood before them for a mean. */
  readonly known: number;
  /** Mean forecast, and what these signals brought. */
  readonly predicted: number;
  readonly came: Interval;
  /** Mean squared error in R squared; base: of the mean of all results that were known before each signal. */
  readonly squaredError: { readonly value: number; readonly base: number };
  /** Model less mean so far, paired: below 0 the model is better. */
  readonly difference: Interval;
  /** In words: whether it beats the mean so far. */
  readonly verdict: string;
}

/** How many of the resolved signals would have been let through, and the share of them that won; null while too few. */
export interface TakenRate {
  readonly taken: number;
  readonly won: Interval | null;
}

/**
 * Enhanced scores (ML-30) against the base that they move, before outcomes were known (ML-45): both at the threshold of
 * the signal's own decision. Timeouts count by their net R.
 */
export interface EnhancedWindow {
  readonly days: number;
  /** Signals of the window with an enhanced score, and those of them without a result yet. */
  readonly scored: number;
  readonly pending: number;
  /** Every one of them with a result: what letting all through would have won. */
  readonly all: TakenRate;
  readonly base: TakenRate;
  readonly enhanced: TakenRate;
  /** Enhanced less base, on the same signals: above 0 the model helped. Null while either has too few. */
  readonly difference: Interval | null;
}

/** One week of signals with an enhanced score and a result; counts, because a week is seldom more. */
export interface EnhancedWeek {
  readonly start: UnixMs;
  readonly resolved: number;
  readonly base: { readonly taken: number; readonly won: number };
  readonly enhanced: { readonly taken: number; readonly won: number };
}

export interface EnhancedRecord {
  /** 7, 30 and 90 days. */
  readonly windows: readonly EnhancedWindow[];
  /** The last 13 weeks that have results, oldest first. */
  readonly weeks: readonly EnhancedWeek[];
}

/** One week of resolved predictions; Monday 00:00 UTC to Monday. */
export interface AccuracyWeek {
  readonly start: UnixMs;
  readonly resolved: number;
  readonly predicted: number;
  readonly observed: number;
}

/** A value with its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The champion against the one before it on signals that both scored (ML-25). */
export interface ShadowComparison {
  /** The one before, e.g. `trend v3`. */
  readonly name: string;
  /** Resolved signals that both scored, of the newest 100; judged from `needed` on. */
  readonly signals: number;
  readonly needed: number;
  /** Of the signals each would have taken at its own threshold; null without any. */
  readonly winRate: number | null;
  readonly winRateBefore: number | null;
  /** New minus old, paired; negative is better. Null until judged. */
  readonly logLossDifference: Interval | null;
  /** New minus old net R per signal, paired; positive is better. Null until judged. */
  readonly netRDifference: Interval | null;
  /** In words. */
  readonly message: string;
}

/** A model of one instrument or one volatility cluster beside the model of all (ML-50). */
export interface VariantView {
  /** Registry key, e.g. `trend/BTC/USDT`. */
  readonly model: string;
  readonly scope: 'cluster' | 'instrument';
  /** E.g. `cluster 2`, `BTC/USDT`. */
  readonly label: string;
  /** learning: no version yet; shadow: it scores its signals and decides none; decides: it earned its place. */
  readonly state: 'learning' | 'shadow' | 'decides';
  /** Own trainable examples, and how many a first fit needs. */
  readonly examples: number;
  readonly neededExamples: number;
  /** E.g. `trend/BTC/USDT v2`; null without one. */
  readonly version: string | null;
  /** Resolved signals that both scored before their outcome; judged from `neededSignals` on. */
  readonly signals: number;
  readonly neededSignals: number;
  /** Log loss per signal of both and their paired difference, negative where the variant is better; null below that. */
  readonly figures: { readonly logLoss: number; readonly generalLogLoss: number; readonly difference: Interval } | null;
  /** In words. */
  readonly message: string;
}

export interface ModelOverview {
  /** Registry key, e.g. `trend` or `trend@demo` for what was learned on the simulated market. */
  readonly model: string;
  readonly title: string;
  readonly role: ModelRole;
  /** What it is for, in words. */
  readonly purpose: string;
  /** Strategies whose signals it learns from; null: all but placebo. Empty: it learns from no signals. */
  readonly strategyIds: readonly string[] | null;
  readonly featureSet: string;
  readonly simulated: boolean;
  readonly state: ModelState;
  /** In words, e.g. `learning: 12 of 30`, `no better than the base rate: heuristic in use`. */
  readonly message: string;
  readonly trainable: number;
  readonly firstFit: number;
  /** What the next fit waits for, in words. */
  readonly nextFit: string;
  readonly champion: ModelVersionView | null;
  /** Newest first. */
  readonly versions: readonly ModelVersionView[];
  readonly drift: ModelDrift | null;
  /** Null while there are too few signals to tell. */
  readonly missing: MissingFeatures | null;
  /** 7, 30 and 90 days up to now; empty before a model ever scored. */
  readonly accuracy: readonly AccuracyWindow[];
  /** Of a model of openings, hours or results over 7, 30 and 90 days; empty for all others and before it ever forecast. */
  readonly forecasts: readonly ForecastWindow[];
  /** The last 13 weeks that have resolved predictions, oldest first. */
  readonly accuracyByWeek: readonly AccuracyWeek[];
  /** Where its answers make enhanced scores, and once one was made; null for all others. */
  readonly enhanced: EnhancedRecord | null;
  /** Null while nothing watches in shadow. */
  readonly shadow: ShadowComparison | null;
  /** Empty where the model has none. */
  readonly variants: readonly VariantView[];
  /** When the champion stops deciding (ML-41); null without a champion. */
  readonly expiresAt: UnixMs | null;
}

export interface JobView extends TrainingJob {
  readonly title: string;
  /** Null until enough is done to tell. */
  readonly remainingMs: number | null;
}

export interface ModelsSnapshot {
  readonly models: readonly ModelOverview[];
  /** Newest first. */
  readonly jobs: readonly JobView[];
}

export const modelInput = z.object({ model: z.string().min(1).max(60) }).strict();
export const modelIdInput = z.object({ id: z.string().length(64) }).strict();
export const trainingExportInput = z
  .object({ model: z.string().min(1).max(60), format: z.enum(['csv', 'ndjson', 'parquet']) })
  .strict();

/**
 * A part of an exported model file, in order: parts, because a model is larger than a frame. `importId` is null in the
 * first one, then what its answer gave.
 */
export const modelImportInput = z
  .object({ importId: z.string().max(60).nullable(), text: z.string().max(250_000), last: z.boolean() })
  .strict();

export interface ModelImportAnswer {
  readonly importId: string;
  /** Null until the last part is in; then whether a challenger was added, in words. */
  readonly answer: { readonly done: boolean; readonly message: string } | null;
}

export const jobIdInput = z.object({ jobId: z.string().max(60) }).strict();
export const explainInput = z.object({ signalId: z.string().max(200) }).strict();

export interface Contribution {
  readonly name: string;
  readonly meaning: string;
  readonly unit: string;
  /** Null when missing. */
  readonly value: number | null;
  /** In score points; base score plus all points is the score. */
  readonly points: number;
}

export interface Precedent {
  readonly signalId: string;
  readonly instrumentId: InstrumentId;
  readonly symbol: string;
  readonly side: 'long' | 'short';
  readonly openedAt: UnixMs;
  readonly netR: number;
  /** 0 is the same; in standard deviations per feature. */
  readonly distance: number;
}

/** Why a signal has its score (ML-42). */
export interface Explanation {
  readonly signalId: string;
  /** Null when no model scored it: the heuristic's parts are on the ticket. */
  readonly model: string | null;
  readonly score: number;
  readonly baseScore: number;
  /**
   * What the rows behind the calibration leave open: the 90 % bootstrap interval of the calibrated score, 0-100. It is
   * not the chance of this one trade. Null when no model scored.
   */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly heads: readonly { readonly id: string; readonly probability: number }[];
  /** Largest first by size; small ones are summed as `other`. */
  readonly contributions: readonly Contribution[];
  readonly precedents: readonly Precedent[];
  /** Features outside what the model was trained on, when there are unusually many; else empty. */
  readonly unusual: readonly string[];
  /** How the points were made, in one sentence. */
  readonly method: string;
}

/** What happened to a model, for a notice in the window. */
export interface ModelNotice {
  readonly time: UnixMs;
  readonly kind: 'promoted' | 'rejected' | 'rolled-back' | 'drift' | 'missing' | 'failed' | 'expired';
  readonly model: string;
  readonly message: string;
}
