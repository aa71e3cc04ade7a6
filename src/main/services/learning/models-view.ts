/** What the window shows of models: state in words, figures with intervals, versions, jobs (WS-14). */

import type { JobView, ModelFigures, ModelOverview, ModelsSnapshot, ModelVersionView } from '#contract/areas/models.ts';
import type { ModelVersion, TrainingJob } from '#core/domain/model.ts';
import { MODEL_LIFE_MS } from '#core/engine/scoring-model.ts';
import type { ClassifyReport } from '#core/learning/metrics-report.ts';
import type { Profile } from '#main/store/database.ts';
import type { LearnedModel } from './learned-models.ts';
import type { LearningService } from './learning-service.ts';

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
  const { key, spec, strategyId, simulated } = model;
  const versions = profile.models
    .versions(key)
    .slice(0, VERSIONS_SHOWN)
    .map((version) => versionView(profile, version));
  const champion = versions.find((version) => version.state === 'champion') ?? null;
  const trainable = learning.trainable(model);
  const [state, message] = stateOf(learning, model, champion, versions, trainable);
  return {
    model: key,
    title: simulated ? `${spec.id} (simulated market)` : spec.id,
    strategyId,
    featureSet: spec.featureSet,
    simulated,
    state,
    message,
    trainable,
    firstFit: spec.firstFit,
    nextFit: learning.trigger(model).reason,
    champion,
    versions,
    drift: null,
    accuracy: [],
    accuracyByWeek: [],
    shadow: null,
    expiresAt: null,
  };
}

function stateOf(
  learning: LearningService,
  model: LearnedModel,
  champion: ModelVersionView | null,
  versions: readonly ModelVersionView[],
  trainable: number,
): readonly [ModelOverview['state'], string] {
  const active = learning.active(model.strategyId);
  if (champion !== null && active !== null) {
    const { trainedUntil } = active.champion.ensemble.parts;
    if (learning.now() > trainedUntil + MODEL_LIFE_MS) {
      return [
        'expired',
        `${active.champion.name} has expired: the heuristic is in use until a newer one proves itself`,
      ];
    }
    return ['ready', `${active.champion.name} scores new signals`];
  }
  if (learning.desk.isBusy(model.key) && versions.length === 0) return ['training', 'the first fit is running'];
  if (versions.length > 0) {
    // The version below says the rest in its own words.
    const unjudged = versions[0]?.reason.startsWith('Not judged') ?? false;
    const why = unjudged ? 'too few signals to judge a model by' : 'no better than the base rate';
    return ['heuristic', `${why}: heuristic in use`];
  }
  return ['learning', `learning: ${trainable} of ${model.spec.firstFit}`];
}

function versionView(profile: Profile, version: ModelVersion): ModelVersionView {
  const { metrics, parameters, ...rest } = version;
  return {
    ...rest,
    figures: figuresOf(metrics as unknown as ClassifyReport),
    calibrator: typeof parameters.calibrator === 'string' ? parameters.calibrator : 'none',
    available: profile.models.artefact(version.id).ok,
  };
}

function figuresOf(report: ClassifyReport): ModelFigures | null {
  if (!(report.rows >= ENOUGH_ROWS)) return null;
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
