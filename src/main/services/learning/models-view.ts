/** What the window shows of models: state in words, figures with intervals, versions, jobs (WS-14). */

import type { JobView, ModelFigures, ModelOverview, ModelsSnapshot, ModelVersionView } from '#contract/areas/models.ts';
import type { ModelVersion, TrainingJob } from '#core/domain/model.ts';
import { MODEL_LIFE_MS, modelFacts } from '#core/engine/scoring-model.ts';
import type { ClassReport } from '#core/learning/class-report.ts';
import type { ClassifyReport } from '#core/learning/metrics-report.ts';
import type { ValueReport } from '#core/learning/value-report.ts';
import type { Profile } from '#main/store/database.ts';
import type { LearnedModel } from './learned-models.ts';
import type { LearningService } from './learning-service.ts';
import { modelState, modelTitle } from './model-state.ts';
import { TIMEOUT_LABELS } from './trainable.ts';

/** As a version's metrics keep it. */
type ModelReport = ({ readonly task?: 'classify' } & ClassifyReport) | ClassReport | ValueReport;

const JOBS_SHOWN = 20;
const VERSIONS_SHOWN = 30;
/** Fewer rows than this are not measured in figures: too few. */
const ENOUGH_ROWS = 20;

export function modelsSnapshot(profile: Profile, learning: LearningService, wallClock: number): ModelsSnapshot {
  return {
    models: learning.models().map((model) => overview(profile, learning, model)),
    jobs: profile.models.jobs(JOBS_SHOWN).map((job) => jobView(job, wallClock)),
  };
}

function overview(profile: Profile, learning: LearningService, model: LearnedModel): ModelOverview {
  const { key, spec, role, source, simulated } = model;
  const versions = profile.models
    .versions(key)
    .slice(0, VERSIONS_SHOWN)
    .map((version) => versionView(profile, version));
  const champion = versions.find((version) => version.state === 'champion') ?? null;
  const trainable = learning.trainable(model);
  const accuracy = learning.accuracy(key);
  // What scores may be older than the champion of the registry, where that one's artefact is damaged (RE-40).
  const active = learning.active(key)?.champion;
  const trainedUntil = active === undefined ? (champion?.trainedUntil ?? 0) : modelFacts(active).trainedUntil;
  const [state, message] = modelState(learning, model, versions, trainable);
  return {
    model: key,
    title: modelTitle(model),
    role,
    purpose: purposeOf(model),
    strategyIds: source.kind === 'signals' ? source.strategyIds : [],
    featureSet: spec.featureSet,
    simulated,
    state,
    message,
    trainable,
    firstFit: spec.firstFit,
    nextFit: learning.trigger(model).reason,
    champion,
    versions,
    drift: learning.watch(key)?.drift ?? null,
    missing: learning.missing(key),
    accuracy: accuracy.windows,
    forecasts: learning.forecasts(key),
    accuracyByWeek: accuracy.weeks,
    enhanced: accuracy.enhanced,
    shadow: learning.watch(key)?.shadow ?? null,
    variants: learning.variants(key),
    expiresAt: champion === null ? null : trainedUntil + MODEL_LIFE_MS,
  };
}

function purposeOf({ role, source }: LearnedModel): string {
  const strategies =
    source.kind === 'signals' ? (source.strategyIds ?? []).map((id) => id.replaceAll('_', ' ')).join(', ') : '';
  switch (role) {
    case 'scores':
      return `Scores the signals of ${strategies}.`;
    case 'fallback':
      return 'Scores a signal while its own model has not proved itself or may not speak.';
    case 'opinion':
      return 'A second opinion on every signal, and the score of those from outside.';
    case 'recommends':
      return source.kind === 'observations'
        ? 'Which way an opening range breaks first, or not at all.'
        : `How many R a signal of ${strategies} brings.`;
    case 'forecasts':
      return 'How volatile the next hour is.';
  }
}

function versionView(profile: Profile, version: ModelVersion): ModelVersionView {
  const { metrics, parameters, ...rest } = version;
  return {
    ...rest,
    ...figuresIn(metrics as unknown as ModelReport),
    calibrator: typeof parameters.calibrator === 'string' ? parameters.calibrator : 'none',
    timeouts: TIMEOUT_LABELS.find((labels) => labels === parameters.timeouts) ?? null,
    judgedTimeouts: typeof parameters.judgedOnly === 'number' ? parameters.judgedOnly : null,
    available: profile.models.keepsArtefact(version.id),
  };
}

function figuresIn(report: ModelReport): Pick<ModelVersionView, 'figures' | 'classFigures' | 'valueFigures'> {
  const none = { figures: null, classFigures: null, valueFigures: null };
  if (!(report.rows >= ENOUGH_ROWS)) return none;
  if (report.task === 'multiclass') {
    const { rows, balancedAccuracy, logLoss, brier, accuracy, dropped } = report;
    const classes = report.classes.map(({ label, rows: own, recall, precision }) => {
      return { label, rows: own, recall, precision };
    });
    return { ...none, classFigures: { rows, balancedAccuracy, logLoss, brier, accuracy, classes, dropped } };
  }
  if (report.task === 'regress') {
    const { rows, rootMeanSquaredError, meanAbsoluteError, rSquared } = report;
    const baselines = report.baselines.map(({ name, saved }) => ({ name, saved }));
    return { ...none, valueFigures: { rows, rootMeanSquaredError, meanAbsoluteError, rSquared, baselines } };
  }
  return { ...none, figures: figuresOf(report) };
}

function figuresOf(report: ClassifyReport): ModelFigures {
  return {
    rows: report.rows,
    baseRate: report.baseRate,
    threshold: report.threshold,
    areaUnderCurve: report.areaUnderCurve,
    logLoss: report.logLoss,
    brier: report.brier,
    calibrationError: report.calibrationError,
    winRate: report.winRate,
    netRPerTrade: report.netRPerTrade,
    coverage: report.coverage,
    reliability: report.reliability
      .filter((bin) => bin.rows > 0)
      .map(({ predicted, observed, rows }) => ({ predicted, observed, rows })),
  };
}

function jobView(job: TrainingJob, wallClock: number): JobView {
  const elapsed = job.startedAt === null ? 0 : wallClock - job.startedAt;
  const known = job.state === 'running' && job.progress > 0.05;
  return {
    ...job,
    title: `${job.model}: ${job.trigger}`,
    remainingMs: known ? (elapsed / job.progress) * (1 - job.progress) : null,
  };
}
