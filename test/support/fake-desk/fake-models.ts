/** Plausible models of the fake desk: one that learns, one whose models were rejected, one with versions, and its jobs. */

import type { ExportChunk, ExportStarted } from '#contract/areas/exports.ts';
import type {
  JobView,
  ModelImportAnswer,
  ModelNotice,
  ModelOverview,
  ModelsSnapshot,
  VariantView,
} from '#contract/areas/models.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import { type DeskService, ServiceError } from '#contract/service.ts';
import type { ModelState } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { type RecordLength, recordOf } from './fake-model-record.ts';
import { Topic } from './fake-topic.ts';
import { READY, REJECTED, type VersionSketch, versionOf, YOUNG } from './fake-versions.ts';

export const FAKE_MODEL_STATES = ['learning', 'training', 'heuristic', 'young', 'ready', 'expired', 'several'] as const;
/** What the Models panel shows; `several` has one model in each state. */
export type FakeModelState = (typeof FAKE_MODEL_STATES)[number];

const DAY = 86_400_000;
const TRAINING_MS = 24_000;
const STAGES = ['reading examples', 'walk-forward, fold 2 of 5', 'walk-forward, fold 4 of 5', 'calibrating', 'judging'];
const SKETCHES: Readonly<Record<Exclude<FakeModelState, 'several'>, readonly VersionSketch[]>> = {
  learning: [],
  training: [],
  heuristic: REJECTED,
  young: YOUNG,
  ready: READY,
  expired: YOUNG,
};

interface StateFacts {
  readonly message: string;
  readonly trainable: number;
  readonly nextFit: string;
  readonly record: RecordLength;
}

const STATE_FACTS: Readonly<Record<Exclude<FakeModelState, 'several'>, StateFacts>> = {
  learning: { message: 'learning: 12 of 30', trainable: 12, nextFit: '18 more examples', record: 'none' },
  training: { message: 'the first fit is running', trainable: 30, nextFit: 'now', record: 'none' },
  heuristic: {
    message: 'no better than the base rate: heuristic in use',
    trainable: 131,
    nextFit: '19 more examples',
    record: 'none',
  },
  young: { message: 'trend v2 scores new signals', trainable: 214, nextFit: '36 more examples', record: 'short' },
  ready: {
    message: 'trend v4 scores the signals',
    trainable: 468,
    nextFit: '32 more examples, or Sunday 00:00 UTC',
    record: 'long',
  },
  expired: {
    message: 'trend v2 has expired: the heuristic is in use until a newer one proves itself',
    trainable: 214,
    nextFit: '36 more examples',
    record: 'old',
  },
};

const LIFE = 90 * DAY;

function overviewOf(state: Exclude<FakeModelState, 'several'>, model: string, now: UnixMs): ModelOverview {
  // What has expired was made long ago.
  const made = state === 'expired' ? now - 95 * DAY : now;
  const versions = SKETCHES[state].map((sketch) => versionOf(model, sketch, made));
  const champion = versions.find((version) => version.state === 'champion') ?? null;
  const { record, ...facts } = STATE_FACTS[state];
  return {
    ...facts,
    ...recordOf(record, now),
    model,
    title: TITLES[model.split('@')[0] ?? ''] ?? model,
    role: 'scores',
    purpose: `Scores the signals of ${strategyOf(model)}.`,
    strategyIds: [strategyOf(model)],
    featureSet: 'trend@1',
    simulated: model.endsWith('@demo'),
    state: state === 'young' ? 'ready' : state,
    champion,
    versions,
    forecasts: [],
    variants: state === 'ready' ? variantsOf(model) : [],
    firstFit: 30,
    expiresAt: champion === null ? null : champion.trainedUntil + LIFE,
  };
}

/** One that decides, one that watches with too few signals, one that learns. */
function variantsOf(model: string): readonly VariantView[] {
  const known = { neededExamples: 100, neededSignals: 40 };
  const figures = {
    logLoss: 0.6412,
    generalLogLoss: 0.6755,
    difference: { value: -0.0343, low: -0.058, high: -0.011 },
  };
  return [
    {
      ...{
        model: `${model}/cluster-3`,
        scope: 'cluster',
        label: 'cluster 3',
        state: 'shadow',
        examples: 131,
        signals: 22,
      },
      ...{ ...known, version: `${model}/cluster-3 v1`, figures: null },
      message: '22 of 40 signals that both scored have a result',
    },
    {
      ...{ model: `${model}/BTC/USDT`, scope: 'instrument', label: 'BTC/USDT', state: 'decides', examples: 164 },
      ...{ ...known, signals: 96, version: `${model}/BTC/USDT v2`, figures },
      message: 'At least as good as the model of all: log loss 0.6412 against 0.6755 on the newest 96 signals.',
    },
    {
      ...{ model: `${model}/DOGE/USDT`, scope: 'instrument', label: 'DOGE/USDT', state: 'learning', examples: 61 },
      ...{ ...known, signals: 0, version: null, figures: null },
      message: 'learning: 61 of 100 own examples',
    },
  ];
}

function strategyOf(model: string): string {
  return model.startsWith('trend') ? 'trend_pullback' : 'level_reversal';
}

const TITLES: Readonly<Record<string, string>> = {
  trend: 'Trend',
  reversal: 'Reversal',
  breakout: 'Breakout',
  range: 'Range',
  scalp: 'Scalp',
};

export class FakeModels {
  readonly topic = new Topic<ModelsSnapshot>();
  readonly noticeTopic = new Topic<ModelNotice>();
  #models: readonly ModelOverview[];
  #jobs: readonly JobView[] = [];
  readonly #exports = new Map<string, string[]>();
  readonly #imports = new Map<string, string>();
  readonly #now: () => UnixMs;

  constructor(state: FakeModelState, now: () => UnixMs) {
    this.#now = now;
    const at = now();
    this.#models =
      state === 'several'
        ? [
            overviewOf('ready', 'trend@demo', at),
            overviewOf('learning', 'trend', at),
            overviewOf('heuristic', 'reversal@demo', at),
            overviewOf('young', 'breakout', at),
            overviewOf('expired', 'range', at),
            overviewOf('training', 'scalp@demo', at),
          ]
        : [overviewOf(state, 'trend@demo', at)];
    if (state === 'ready' || state === 'several') {
      this.#jobs = [
        this.#job('trend@demo', 'failed', { error: 'The worker ended: out of memory.', trigger: 'by hand' }),
        this.#job('trend@demo', 'completed', { trigger: 'refit' }),
      ];
    }
    const first = state === 'several' ? 'scalp@demo' : state === 'training' ? 'trend@demo' : null;
    if (first !== null) {
      this.#jobs = [this.#job(first, 'running', { trigger: 'first fit', examples: 30, progress: 0.3 }), ...this.#jobs];
    }
  }

  snapshot(): ModelsSnapshot {
    return { models: this.#models, jobs: this.#jobs };
  }

  /** One notice of each kind, as they could come one after the other. */
  notifyOfAll(): void {
    this.notify('promoted', 'v4 proved itself against v2 and decides from now on.');
    this.notify('rejected', 'v5: paired log loss is up to 0.018 worse than v4’s (0.010 is allowed).');
    this.notify('drift', 'atr_pct and 2 more features moved away from the training rows.');
    this.notify('rolled-back', 'Over 100 signals v2 had the lower log loss; it decides again.');
    this.notify('failed', 'The worker ended: out of memory. The champion stays in place.');
    this.notify('expired', 'Its newest example is over 90 days old: the heuristic took over.');
  }

  notify(kind: ModelNotice['kind'], message: string, model = 'trend@demo'): void {
    this.noticeTopic.push({ time: this.#now(), kind, model, message });
  }

  train(model: string): IntentAnswer {
    if (this.#jobs.some((job) => job.model === model && job.state === 'running')) {
      return { done: false, message: 'A training of this model is running already.' };
    }
    this.#jobs = [this.#job(model, 'running', { trigger: 'by hand' }), ...this.#jobs];
    this.#tell();
    return { done: true, message: 'Training started; tickets keep arriving.' };
  }

  cancel(jobId: string): IntentAnswer {
    this.#change(jobId, { state: 'cancelled', completedAt: this.#now(), remainingMs: null });
    return { done: true, message: 'The training was cancelled. The champion stays in place.' };
  }

  activate(id: string): IntentAnswer {
    const overview = this.#models.find(({ versions }) => versions.some((version) => version.id === id));
    const chosen = overview?.versions.find((version) => version.id === id);
    if (overview === undefined || chosen === undefined) return { done: false, message: 'There is no such version.' };
    const before = overview.champion;
    const states: Readonly<Record<string, ModelState>> = {
      ...(before === null ? {} : { [before.id]: before.version > chosen.version ? 'rolled-back' : 'retired' }),
      [id]: 'champion',
    };
    const versions = overview.versions.map((version) => ({ ...version, state: states[version.id] ?? version.state }));
    const champion = versions.find((version) => version.id === id) ?? null;
    const next: ModelOverview = {
      ...overview,
      versions,
      champion,
      expiresAt: chosen.trainedUntil + LIFE,
      // The one before begins to watch anew.
      shadow: null,
      state: 'ready',
      message: `trend v${chosen.version} scores the signals`,
    };
    this.#models = this.#models.map((one) => (one === overview ? next : one));
    this.#tell();
    return { done: true, message: `v${chosen.version} decides from now on.` };
  }

  /** The variant watches again. */
  giveUp(key: string): IntentAnswer {
    this.#models = this.#models.map((overview) => ({
      ...overview,
      variants: overview.variants.map((one) => (one.model === key ? { ...one, state: 'shadow' } : one)),
    }));
    this.#tell();
    return { done: true, message: `${key} is given up: the model of all decides` };
  }

  /** Moves running trainings on by wall time. */
  advance(wallMs: number): void {
    for (const job of this.#jobs.filter(({ state }) => state === 'running')) {
      const progress = Math.min(1, job.progress + wallMs / TRAINING_MS);
      const stage = STAGES[Math.min(STAGES.length - 1, Math.floor(progress * STAGES.length))] ?? '';
      if (progress < 1) {
        this.#change(job.id, { progress, stage, remainingMs: progress < 0.1 ? null : (1 - progress) * TRAINING_MS });
      } else {
        this.#change(job.id, { progress, stage: '', state: 'completed', completedAt: this.#now(), remainingMs: null });
        this.notify(
          'rejected',
          'The challenger’s log loss was up to 0.014 worse than the champion’s (0.010 is allowed).',
          job.model,
        );
      }
    }
  }

  /** The next part of a started export; null where there is none of this name. */
  exported(exportId: string): ExportChunk | null {
    const parts = this.#exports.get(exportId);
    if (parts === undefined) return null;
    const text = parts.shift() ?? '';
    return { text, rows: 1, done: parts.length === 0 };
  }

  /** A version from a file: it lands as a challenger of the first model. */
  import({ importId, text, last }: { importId: string | null; text: string; last: boolean }): ModelImportAnswer {
    const id = importId ?? `model-import-${this.#imports.size + 1}`;
    const soFar = (this.#imports.get(id) ?? '') + text;
    this.#imports.set(id, soFar);
    if (!last) return { importId: id, answer: null };
    const [overview] = this.#models;
    if (overview === undefined || !soFar.startsWith('{"format":"shadowdesk-model"')) {
      return { importId: id, answer: { done: false, message: 'This is not an exported model.' } };
    }
    const version = Math.max(0, ...overview.versions.map((one) => one.version)) + 1;
    const reason = 'Imported from a file; not judged here.';
    const added = versionOf(
      overview.model,
      { version, state: 'challenger', rows: 300, skill: 0.6, reason },
      this.#now(),
    );
    const next = { ...overview, versions: [added, ...overview.versions] };
    this.#models = this.#models.map((one) => (one === overview ? next : one));
    this.#tell();
    return { importId: id, answer: { done: true, message: `Added as challenger v${version}.` } };
  }

  calls(): Pick<
    DeskService['calls'],
    | 'models.train'
    | 'models.cancel'
    | 'models.activate'
    | 'models.giveUp'
    | 'models.export'
    | 'models.import'
    | 'models.exportTraining'
  > {
    return {
      'models.train': ({ model }) => this.train(model),
      'models.cancel': ({ jobId }) => this.cancel(jobId),
      'models.activate': ({ id }) => this.activate(id),
      'models.giveUp': ({ model }) => this.giveUp(model),
      'models.export': ({ id }) => {
        const version = this.#models.flatMap(({ versions }) => versions).find((one) => one.id === id);
        if (version === undefined) {
          throw new ServiceError({ code: 'not-found', message: 'No such version.', remedy: 'Choose another.' });
        }
        return this.#export(`trend-v${version.version}.json`, ['{"format":"shadowdesk-model"', `,"id":"${id}"}`]);
      },
      'models.import': (part) => this.import(part),
      'models.exportTraining': ({ model, format }) =>
        format === 'parquet'
          ? { ...this.#export(`training-${model}.${format}`, ['PAR1 doubles ', 'PAR1'].map(btoa)), isBase64: true }
          : this.#export(`training-${model}.${format}`, ['signal,label,weight,atr_pct\r\n', 'a,1,0.8,0.42\r\n']),
    };
  }

  streams(): Pick<DeskService['streams'], 'models.overview' | 'models.notices'> {
    return {
      'models.overview': (_, sink) => this.topic.open(this.snapshot(), sink),
      'models.notices': (_, sink) => this.noticeTopic.open(null, sink),
    };
  }

  #export(fileName: string, parts: string[]): ExportStarted {
    const exportId = `model-export-${this.#exports.size + 1}`;
    this.#exports.set(exportId, parts);
    return { exportId, fileName, total: parts.length };
  }

  #change(jobId: string, change: Partial<JobView>): void {
    this.#jobs = this.#jobs.map((job) => (job.id === jobId ? { ...job, ...change } : job));
    this.#tell();
  }

  #tell(): void {
    this.topic.push(this.snapshot());
  }

  #job(model: string, state: JobView['state'], change: Partial<JobView>): JobView {
    const at = this.#now();
    const isOver = state !== 'running' && state !== 'queued';
    return {
      id: `job-${this.#jobs.length + 1}-${state}`,
      model,
      title: model,
      trigger: 'refit',
      state,
      stage: isOver ? '' : (STAGES[0] ?? ''),
      progress: isOver ? 1 : 0,
      examples: 455,
      queuedAt: isOver ? at - 3_600_000 : at,
      startedAt: isOver ? at - 3_600_000 : at,
      completedAt: isOver ? at - 3_576_000 : null,
      error: null,
      modelId: null,
      remainingMs: null,
      ...change,
    };
  }
}
