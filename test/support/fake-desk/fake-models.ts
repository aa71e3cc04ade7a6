/** Plausible models of the fake desk: one that learns, one whose models were rejected, one with versions, and its jobs. */
import type {
  JobView,
  ModelFigures,
  ModelNotice,
  ModelOverview,
  ModelsSnapshot,
  ModelVersionView,
} from '#contract/areas/models.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import type { DeskService } from '#contract/service.ts';
import type { ModelState } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { seededRandom } from './fake-market.ts';
import { Topic } from './fake-topic.ts';

export const FAKE_MODEL_STATES = ['learning', 'heuristic', 'ready', 'several'] as const;
/** What the Models panel shows; `several` has one model in each state. */
export type FakeModelState = (typeof FAKE_MODEL_STATES)[number];

const DAY = 86_400_000;
const TRAINING_MS = 24_000;
const STAGES = ['reading examples', 'walk-forward, fold 2 of 5', 'walk-forward, fold 4 of 5', 'calibrating', 'judging'];
const NAMES = [
  'trend_slope_bp',
  'ema_stack_score',
  'break_dist_atr',
  'retrace_depth',
  'range_expansion',
  'atr_pct',
  'rsi_14',
  'volume_ratio',
  'hour_sin',
  'hour_cos',
  'htf_trend',
  'distance_to_high_atr',
  'spread_bp',
];

interface VersionSketch {
  readonly version: number;
  readonly state: ModelState;
  readonly rows: number;
  /** How much better than no model, about 0 to 1. */
  readonly skill: number;
  readonly reason: string;
}

function figuresOf({ rows, skill, version }: VersionSketch): ModelFigures | null {
  if (rows < 20) return null;
  const random = seededRandom(900 + version);
  const spread = 1 / Math.sqrt(rows);
  const around = (value: number, width: number, base: number) => ({
    value,
    low: value - width * (0.9 + random() * 0.2),
    high: value + width * (0.9 + random() * 0.2),
    base,
  });
  const baseRate = 0.438;
  const reliability = Array.from({ length: 10 }, (_, bin) => {
    const predicted = 0.12 + bin * 0.075 + random() * 0.02;
    const count = Math.round((rows / 10) * Math.exp(-(((bin - 4) / 2.6) ** 2)) * 1.9 + 3);
    const observed =
      baseRate + (predicted - baseRate) * Math.min(1, skill + 0.25) + (random() - 0.5) * 0.5 * spread * 4;
    return { predicted, observed: Math.min(1, Math.max(0, observed)), rows: count };
  });
  return {
    rows,
    baseRate,
    threshold: 0.462,
    areaUnderCurve: around(0.5 + 0.12 * skill, 1.1 * spread, 0.5),
    logLoss: around(0.6855 - 0.026 * skill, 0.42 * spread, 0.6855),
    brier: around(0.2462 - 0.012 * skill, 0.2 * spread, 0.2462),
    calibrationError: { value: 0.031, low: 0.022, high: 0.058, base: 0 },
    winRate: around(baseRate + 0.09 * skill, 1.6 * spread, baseRate),
    netRPerTrade: around(-0.02 + 0.21 * skill, 3.6 * spread, -0.02),
    coverage: around(0.41, 0.9 * spread, 1),
    reliability,
  };
}

function versionOf(model: string, sketch: VersionSketch, now: UnixMs): ModelVersionView {
  const { version, state, reason } = sketch;
  const made = now - (6 - version) * 4 * DAY - 3_600_000;
  const random = seededRandom(70 + version);
  const importance = NAMES.map((name, at) => ({
    name,
    gain: 0.21 * 0.78 ** at * (0.7 + random() * 0.6),
    permutation: 0.011 * 0.7 ** at * (0.6 + random() * 0.8) - 0.0009,
    shap: 3.4 * 0.75 ** at * (0.7 + random() * 0.6),
  }));
  return {
    id: fakeModelId(model, version),
    model,
    version,
    state,
    setId: 'trend@1',
    setHash: 'a91f03'.padEnd(64, '0'),
    trainedUntil: made - 2 * 3_600_000,
    dataHash: 'd0'.padEnd(64, '0'),
    seed: `trend/${version}`,
    examples: 180 + version * 55,
    effectiveExamples: 131 + version * 38.4,
    heads: version >= 3 ? ['forest', 'boosting', 'network'] : ['forest', 'boosting'],
    importance,
    reason,
    parentId: version > 1 ? fakeModelId(model, version - 1) : null,
    createdAt: made,
    activatedAt: state === 'rejected' ? null : made + 60_000,
    retiredAt: state === 'retired' ? made + 4 * DAY : null,
    figures: figuresOf(sketch),
    calibrator: version >= 3 ? 'isotonic' : 'sigmoid',
    available: version > 1,
  };
}

export function fakeModelId(model: string, version: number): string {
  return [...`${model}/${version}/`.repeat(64)]
    .slice(0, 64)
    .map((letter) => (letter.charCodeAt(0) % 16).toString(16))
    .join('');
}

const READY: readonly VersionSketch[] = [
  {
    version: 5,
    state: 'rejected',
    rows: 470,
    skill: 0.35,
    reason: 'Paired log loss against v4 is up to 0.018 worse (90 % bound; 0.010 is allowed).',
  },
  {
    version: 4,
    state: 'champion',
    rows: 420,
    skill: 0.95,
    reason: 'Log loss at most 0.006 worse than v3 (90 % bound), net R per trade 0.04 higher.',
  },
  {
    version: 3,
    state: 'rolled-back',
    rows: 360,
    skill: 0.3,
    reason: 'Over 100 signals v2 had the lower log loss (95 % interval).',
  },
  { version: 2, state: 'retired', rows: 300, skill: 0.8, reason: 'Replaced by v3.' },
  {
    version: 1,
    state: 'rejected',
    rows: 14,
    skill: 0,
    reason: 'Log loss is not below the base rate at level 0.999 (attempt 1).',
  },
];
const REJECTED: readonly VersionSketch[] = [
  {
    version: 2,
    state: 'rejected',
    rows: 96,
    skill: 0.1,
    reason: 'Log loss is not below the base rate at level 0.9997 (attempt 2).',
  },
  {
    version: 1,
    state: 'rejected',
    rows: 14,
    skill: 0,
    reason: 'Log loss is not below the base rate at level 0.999 (attempt 1).',
  },
];

function overviewOf(state: Exclude<FakeModelState, 'several'>, model: string, now: UnixMs): ModelOverview {
  const sketches = state === 'ready' ? READY : state === 'heuristic' ? REJECTED : [];
  const versions = sketches.map((sketch) => versionOf(model, sketch, now));
  const common = {
    model,
    title: model.startsWith('trend') ? 'Trend' : 'Reversal',
    strategyId: model.startsWith('trend') ? 'trend_pullback' : 'level_reversal',
    featureSet: 'trend@1',
    simulated: model.endsWith('@demo'),
    state,
    champion: versions.find((version) => version.state === 'champion') ?? null,
    versions,
    firstFit: 30,
    accuracy: [],
    accuracyByWeek: [],
    shadow: null,
    expiresAt: null,
  };
  switch (state) {
    case 'learning':
      return { ...common, message: 'learning: 12 of 30', trainable: 12, nextFit: '18 more examples', drift: null };
    case 'heuristic':
      return {
        ...common,
        message: 'no better than the base rate: heuristic in use',
        trainable: 131,
        nextFit: '19 more examples',
        drift: { judged: false, drifted: [], message: '' },
      };
    case 'ready':
      return {
        ...common,
        message: 'trend v4 scores the signals',
        trainable: 468,
        nextFit: '32 more examples, or Sunday 00:00 UTC',
        drift: {
          judged: true,
          drifted: [{ name: 'atr_pct', stability: 0.34, threshold: 0.21 }],
          message: '1 of 13 features moved away from the training rows.',
        },
      };
  }
}

export class FakeModels {
  readonly topic = new Topic<ModelsSnapshot>();
  readonly noticeTopic = new Topic<ModelNotice>();
  #models: readonly ModelOverview[];
  #jobs: readonly JobView[] = [];
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
          ]
        : [overviewOf(state, 'trend@demo', at)];
    if (state === 'ready' || state === 'several') {
      this.#jobs = [
        this.#job('trend@demo', 'failed', { error: 'The worker ended: out of memory.', trigger: 'by hand' }),
        this.#job('trend@demo', 'completed', { trigger: 'refit' }),
      ];
    }
  }

  snapshot(): ModelsSnapshot {
    return { models: this.#models, jobs: this.#jobs };
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
      state: 'ready',
      message: `trend v${chosen.version} scores the signals`,
    };
    this.#models = this.#models.map((one) => (one === overview ? next : one));
    this.#tell();
    return { done: true, message: `v${chosen.version} decides from now on.` };
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

  calls(): Pick<DeskService['calls'], 'models.train' | 'models.cancel' | 'models.activate'> {
    return {
      'models.train': ({ model }) => this.train(model),
      'models.cancel': ({ jobId }) => this.cancel(jobId),
      'models.activate': ({ id }) => this.activate(id),
    };
  }

  streams(): Pick<DeskService['streams'], 'models.overview' | 'models.notices'> {
    return {
      'models.overview': (_, sink) => this.topic.open(this.snapshot(), sink),
      'models.notices': (_, sink) => this.noticeTopic.open(null, sink),
    };
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
      title: 'Trend',
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
