/** `desk bootstrap`: stored candles through strategies and learning into the record, counted and hashed (PL-11). */

import type { PhantomStatistics } from '#contract/areas/phantoms.ts';
import type { JobProgress } from '#contract/areas/session.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import type { BaseTimeframe } from '#core/domain/timeframe.ts';
import type { Profile } from '#main/store/database.ts';
import { EngineKeeper } from '../engine-keeper.ts';
import { runHistory } from '../history-run.ts';
import { RecordLearner } from '../learning/history-learner.ts';
import { learnedModels } from '../learning/learned-models.ts';
import { HISTORY_LANES } from '../learning/learning-service.ts';
import type { Retrainer } from '../learning/retrainer.ts';
import { loadModels } from '../learning/scoring-models.ts';
import { trainThrough } from '../learning/train-through.ts';
import { TrainingDesk } from '../learning/training-desk.ts';
import type { SettingsService } from '../settings-service.ts';
import { phantomStatistics } from '../statistics.ts';
import { type BootstrapModelReport, hasExamples, modelReport } from './bootstrap-models.ts';
import { EventHash } from './event-hash.ts';
import { researchStrategies } from './research-engine.ts';
import { storedInstruments } from './stored-market.ts';

export interface BootstrapRequest {
  readonly exchange: string;
  readonly symbols: readonly string[];
  /** Null: all. */
  readonly strategies: readonly string[] | null;
  /** Null: the finest stored one of each symbol. */
  readonly baseTimeframe: BaseTimeframe | null;
  /** False: the heuristics score everything. */
  readonly learns: boolean;
}

export interface BootstrapGround {
  readonly profile: Profile;
  readonly settings: SettingsService;
  readonly retrainer: Retrainer;
  readonly wallClock: () => number;
  /** Monotonic real time, ms. */
  readonly monotonic: () => number;
  readonly signal: AbortSignal;
  readonly progress: (progress: JobProgress) => void;
}

export interface BootstrapReport {
  readonly candles: number;
  readonly signals: number;
  readonly phantoms: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly strategies: readonly {
    readonly strategy: string;
    readonly signals: number;
    /** Over wins, losses and timeouts, net of costs; null without any. */
    readonly resolved: PhantomStatistics['resolved'];
  }[];
  readonly models: readonly BootstrapModelReport[];
  readonly seconds: number;
  readonly candlesPerSecond: number;
  /** SHA-256 (hex) of the event stream: the same candles on a fresh profile give the same. */
  readonly eventHash: string;
}

/** The profile goes on where it stopped: bars that were worked before are not worked again. */
export async function bootstrapRecord(
  request: BootstrapRequest,
  ground: BootstrapGround,
): Promise<Result<BootstrapReport, Fault>> {
  const { profile, settings, signal, progress, monotonic, wallClock } = ground;
  const instruments = storedInstruments(profile, request.exchange, request.symbols, request.baseTimeframe);
  if (!instruments.ok) return instruments;
  const strategies = researchStrategies(request.strategies);
  if (!strategies.ok) return strategies;
  const orphans = profile.models.failOrphanedJobs(wallClock());
  if (!orphans.ok) return orphans;
  profile.notes.putInstruments(instruments.value);
  const { startingEquity } = settings.current;
  const keeper = EngineKeeper.restore({
    profile,
    instruments: instruments.value,
    strategies: strategies.value,
    settings: settings.engine(),
    account: { currency: instruments.value[0]?.quote ?? 'USDT', startingEquity, equity: startingEquity },
  });
  const broken: Fault[] = [];
  keeper.failed.on((fault) => broken.push(fault));
  const hash = new EventHash();
  keeper.stepped.on(({ events }) => hash.add(events));
  const simulated = instruments.value.some((instrument) => instrument.simulated);
  const ids = new Set(strategies.value.map(({ strategy }) => strategy.id));
  const models = learnedModels(simulated).filter((model) => hasExamples(model, ids));
  const versionsBefore = new Map(models.map(({ key }) => [key, profile.models.versions(key).length]));
  for (const { key, spec } of models) {
    const { models: active } = loadModels(profile.models, key);
    keeper.apply({ kind: 'models', time: keeper.engine.clock, model: spec.id, models: active });
  }
  const desk = new TrainingDesk(profile.models, wallClock);
  desk.lanes = HISTORY_LANES;
  const startedAt = monotonic();
  const run = await runHistory({
    store: profile,
    keeper,
    instruments: instruments.value,
    learner: request.learns
      ? new RecordLearner({
          profile,
          models,
          engine: keeper.engine,
          train: trainThrough(desk, ground),
        })
      : null,
    signal,
    progress,
    monotonic,
  });
  const [fault] = broken;
  if (fault !== undefined) return err(fault);
  if (signal.aborted) {
    const remedy = 'What was worked is kept: the same command goes on where it stopped.';
    return err({ kind: 'cancelled', message: 'The bootstrap was cancelled.', remedy });
  }
  const seconds = (monotonic() - startedAt) / 1000;
  const filter = { instrumentIds: instruments.value.map(({ id }) => id) };
  const all = phantomStatistics(profile.history.statistics(filter));
  return ok({
    candles: run.candles,
    signals: run.signals,
    phantoms: all.total,
    outcomes: all.outcomes,
    strategies: strategies.value.map(({ strategy }) => {
      const own = phantomStatistics(profile.history.statistics({ ...filter, strategyIds: [strategy.id] }));
      return { strategy: strategy.id, signals: own.total, resolved: own.resolved };
    }),
    models: models.map((model) => modelReport(profile, model, versionsBefore.get(model.key) ?? 0)),
    seconds: Math.round(seconds * 1000) / 1000,
    candlesPerSecond: seconds > 0 ? Math.round(run.candles / seconds) : 0,
    eventHash: hash.digest(),
  });
}
