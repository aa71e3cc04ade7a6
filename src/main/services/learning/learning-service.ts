/**
 * The learning loop: phantoms resolve, examples add up, a training falls due, its challenger is promoted or rejected, and
 * the next signal is scored by what proved itself (ML-20 to ML-25). What was learned on the simulated market never
 * scores a real one.
 */

import { availableParallelism } from 'node:os';
import type { ForecastWindow, MissingFeatures, ModelNotice, VariantView } from '#contract/areas/models.ts';
import { Emitter } from '#core/base/emitter.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ModelVersion, TrainingJob } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Engine } from '#core/engine/engine.ts';
import type { ModelPair } from '#core/engine/scoring-model.ts';
import { nextAsking, type TrainingTrigger, trainingTrigger } from '#core/learning/model-table-trigger.ts';
import type { Profile } from '#main/store/database.ts';
import type { DeskLog } from '../desk-log.ts';
import type { EngineStep } from '../engine-keeper.ts';
import type { HistoryLearner } from '../history-run.ts';
import type { LiveSession } from '../live-session.ts';
import { type Accuracy, AccuracyBook } from './accuracy-book.ts';
import { CheckLoop } from './check-loop.ts';
import { chooseVersion, giveUpVariant } from './choose-version.ts';
import { ForecastBook } from './forecast-book.ts';
import { RecordLearner } from './history-learner.ts';
import { findVariant, type LearnedModel, learnedModels, learnsFrom } from './learned-models.ts';
import { MissingWatch } from './missing-watch.ts';
import { ModelWatch } from './model-watch.ts';
import { lastAttempt, noteAttempt, retrainVersion } from './retrain-version.ts';
import type { Retrainer } from './retrainer.ts';
import { loadModels } from './scoring-models.ts';
import { trainThrough } from './train-through.ts';
import { countTrainable } from './trainable.ts';
import { type TaskControl, TrainingDesk } from './training-desk.ts';
import { VariantTrials } from './variant-trials.ts';

/** Trainings at once while history waits for them. */
export const HISTORY_LANES = Math.min(4, availableParallelism());

/** What is asked of the session; a test may stand in for it. */
export type LearningSession = Pick<
  LiveSession,
  'changed' | 'stepped' | 'reopened' | 'state' | 'keeper' | 'instruments' | 'now'
>;

export interface LearningOptions {
  readonly profile: Profile;
  readonly session: LearningSession;
  readonly retrainer: Retrainer;
  readonly log: Pick<DeskLog, 'write'>;
  readonly wallClock: () => UnixMs;
  /** DE-10's switch; absent: on. Off, nothing is trained unless it is asked for by hand. */
  readonly mayLearn?: () => boolean;
  /** Setting: whether a clearly better predecessor comes back without being asked for (ML-25). */
  readonly rollsBackByItself: () => boolean;
  /** Instead of those of the table whose strategies exist. */
  readonly models?: (simulated: boolean) => readonly LearnedModel[];
}

export class LearningService {
  /** Anything the window shows of models may have changed. */
  readonly changed = new Emitter<void>();
  readonly notices = new Emitter<ModelNotice>();
  readonly desk: TrainingDesk;
  readonly #options: LearningOptions;
  /** Both by registry key. */
  readonly #active = new Map<string, ModelPair>();
  readonly #watches = new Map<string, ModelWatch>();
  readonly #accuracy: AccuracyBook;
  readonly #forecasts: ForecastBook;
  readonly #trials: VariantTrials;
  /** By registry key. */
  readonly #missing = new Map<string, MissingWatch>();
  readonly #closing = new AbortController();
  readonly #checks: CheckLoop;

  constructor(options: LearningOptions) {
    this.#options = options;
    const { profile, session, wallClock, log } = options;
    this.#checks = new CheckLoop({
      check: () => this.#check(),
      failed: (error) => log.write('error', 'learning', `a check failed: ${String(error)}`),
    });
    this.desk = new TrainingDesk(profile.models, wallClock);
    this.desk.changed.on((job) => this.#onJob(job));
    this.#accuracy = new AccuracyBook(profile);
    this.#forecasts = new ForecastBook(profile);
    this.#trials = new VariantTrials({
      profile,
      wallClock,
      active: (key) => this.active(key),
      isBusy: (key) => this.desk.isBusy(key),
      train: (model, trigger) => this.#trainByItself(model, trigger),
      apply: (model, models) => session.keeper?.apply({ kind: 'models', time: session.now(), model, models }),
      reload: () => this.#activateAll(),
      notice: (kind, key, message) => this.#notice(kind, key, message),
      rollsBackByItself: options.rollsBackByItself,
    });
    const orphans = profile.models.failOrphanedJobs(wallClock());
    if (orphans.ok && orphans.value > 0) log.write('warning', 'learning', 'a training was cut off by the last stop');
    session.reopened.on(() => {
      this.#accuracy.forget();
      this.#forecasts.forget();
      this.#activateAll();
    });
    session.changed.on(({ connection }) => {
      if (connection === 'live') this.#checks.soon();
    });
    session.stepped.on(({ events }) => this.#onEvents(events));
  }

  /** The models of the exchange that is chosen now. */
  models(): readonly LearnedModel[] {
    const simulated = this.#options.session.instruments[0]?.simulated ?? true;
    return (this.#options.models ?? learnedModels)(simulated);
  }

  /** What is at work under this registry key; null while nothing has proved itself. */
  active(key: string): ModelPair | null {
    return this.#active.get(key) ?? null;
  }

  isBusy(key: string): boolean {
    return this.desk.isBusy(key);
  }

  /** Exchange time, by which models age. */
  now(): UnixMs {
    return this.#options.session.now();
  }

  trainable(model: LearnedModel): number {
    return countTrainable(this.#options.profile, model);
  }

  trigger(model: LearnedModel): TrainingTrigger {
    const attempt = lastAttempt(this.#options.profile, model.key);
    return trainingTrigger(
      model.spec,
      {
        trainable: this.trainable(model),
        lastAttempt: attempt === null ? null : { at: attempt.at, trainable: attempt.trainable },
        running: this.desk.isBusy(model.key),
        bootstrap: false,
      },
      this.#options.wallClock(),
    );
  }

  watch(key: string): Pick<ModelWatch, 'drift' | 'shadow'> | null {
    return this.#watches.get(key) ?? null;
  }

  /** Features that its newest signals often lack (FE-4). */
  missing(key: string): MissingFeatures | null {
    return this.#missing.get(key)?.found ?? null;
  }

  /** Models of single instruments and clusters beside a model of all (ML-50). */
  variants(key: string): readonly VariantView[] {
    return this.#trials.of(key);
  }

  /** Of models of openings, of hours and of results (ML-45); empty for all others. */
  forecasts(key: string): readonly ForecastWindow[] {
    return this.#forecasts.of(key);
  }

  accuracy(key: string): Accuracy {
    return this.#accuracy.of(key);
  }

  /** Open drift alerts, each in words: models that decide scores and are more wrong than they were (DE-22). */
  get driftAlerts(): readonly string[] {
    return this.models().flatMap(({ key, role }) => {
      const words = role === 'scores' && this.#active.has(key) ? (this.#watches.get(key)?.lossRise ?? null) : null;
      return words === null ? [] : [`${key}: ${words}`];
    });
  }

  get #mayLearn(): boolean {
    return this.#options.mayLearn?.() ?? true;
  }

  #trainByItself(model: LearnedModel, trigger: string): boolean {
    return this.#mayLearn && this.train(model, trigger);
  }

  /** The switch of DE-10 or of ML-5 was turned: what fell due is asked for, and the weekly times are waited for again. */
  switched(): void {
    this.#checks.soon();
  }

  /** Queues a training; false when one waits or runs already. */
  train(model: LearnedModel, trigger: string): boolean {
    const run = (control: TaskControl) => this.#retrain(model, control);
    return this.desk.add({ model: model.key, trigger, run }) !== null;
  }

  /**
   * Learns while the first start's history runs (PL-11). Every fit of it is history by the time anybody could read of it:
   * it goes into the log, without a notice. Time waits only for the models that decide a score; the others, fallback,
   * second opinion and forecasts, get their first fit once the desk is live, in the background.
   */
  historyLearner(engine: Pick<Engine, 'clock'>): HistoryLearner {
    const { profile, log, session } = this.#options;
    const train = trainThrough(this.desk, this.#options, (outcome) => {
      if (outcome.kind !== 'settled') return;
      if (outcome.verdict === 'promoted') this.#activateAll();
      log.write('info', 'learning', `${outcome.name} ${outcome.verdict}: ${outcome.reason}`, session.now());
    });
    return new RecordLearner({
      profile,
      models: this.models().filter(({ role }) => role === 'scores'),
      engine,
      // Nothing else works while the run waits: each core may train a model.
      train: async (model, trigger, signal) => {
        this.desk.lanes = HISTORY_LANES;
        await train(model, trigger, signal);
        this.desk.lanes = 1;
      },
    });
  }

  /** Makes a version the champion by hand (ML-25: one click, at once). */
  activate(version: ModelVersion): Result<void, Fault> {
    const { profile, wallClock } = this.#options;
    const chosen = chooseVersion(profile, version, wallClock());
    if (!chosen.ok) return chosen;
    this.#activateAll();
    const { kind, reason } = chosen.value;
    this.#notice(kind, version.model, `${version.model} v${version.version}: ${reason}`);
    return ok(undefined);
  }

  /** ML-50 by hand: the model of all decides for this variant's signals again. */
  giveUp(key: string): Result<ModelVersion, Fault> {
    const { profile, wallClock } = this.#options;
    const given = giveUpVariant(profile, key, wallClock());
    if (!given.ok) return given;
    this.#activateAll();
    this.#notice('rolled-back', key, `${key} v${given.value.version} was given up by you, the model of all decides`);
    this.#checks.soon();
    return given;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#checks.close();
    await this.desk.close();
  }

  #onJob({ model: key, state }: TrainingJob): void {
    this.changed.emit();
    if (state === 'queued' || state === 'running' || this.#closing.signal.aborted) return;
    const { profile, wallClock } = this.#options;
    const model = this.models().find((candidate) => candidate.key === key) ?? findVariant(this.models(), key);
    // What the trader cancelled is not begun again with the next resolved signal.
    if (state === 'cancelled' && model !== null) noteAttempt(profile, model, wallClock());
    this.#checks.soon();
  }

  #onEvents(events: EngineStep['events']): void {
    let closed = false;
    const opened: string[] = [];
    for (const event of events) {
      if (event.kind === 'phantom-closed' || event.kind === 'labelled') closed = true;
      else if (event.kind === 'phantom-opened') opened.push(event.phantom.signal.strategyId);
    }
    if (opened.length > 0) {
      for (const model of this.models()) {
        const own = opened.filter((id) => learnsFrom(model, id)).length;
        this.#watchOf(model).noteOpened(own);
        this.#missing.get(model.key)?.noteOpened(own);
      }
    }
    if (closed) this.#checks.soon();
  }

  async #check(): Promise<void> {
    const { session } = this.#options;
    const { signal } = this.#closing;
    if (session.state.connection !== 'live') return;
    const models = this.models();
    for (const model of models) {
      await this.#watchOf(model).look(this.active(model.key), signal);
      await this.#missingOf(model).look();
      if (signal.aborted) return;
      const { due, reason } = this.trigger(model);
      if (due) this.#trainByItself(model, reason);
      await this.#trials.look(model, signal);
      if (signal.aborted) return;
    }
    await this.#accuracy.refresh(
      models.map(({ key }) => key),
      session.now(),
      signal,
    );
    if (signal.aborted) return;
    await this.#forecasts.refresh(models, session.now(), signal);
    if (signal.aborted) return;
    this.#checkOnSchedule(models);
    this.changed.emit();
  }

  /** Weekly models are due at a time, whether or not anything resolves then (ML-21). */
  #checkOnSchedule(models: readonly LearnedModel[]): void {
    const now = this.#options.wallClock();
    const triggers = this.#mayLearn ? models.map((model) => this.trigger(model)) : [];
    const next = nextAsking(triggers, now);
    this.#checks.after(next === null ? null : next - now);
  }

  #missingOf(model: LearnedModel): MissingWatch {
    const known = this.#missing.get(model.key);
    if (known !== undefined) return known;
    const { profile, session } = this.#options;
    const notice = (message: string) => this.#notice('missing', model.key, message);
    const liveNow = () => (session.state.connection === 'live' ? session.now() : null);
    const watch = new MissingWatch({ profile, model, notice, liveNow });
    this.#missing.set(model.key, watch);
    return watch;
  }

  #watchOf(model: LearnedModel): ModelWatch {
    const known = this.#watches.get(model.key);
    if (known !== undefined) return known;
    const { profile, session } = this.#options;
    const watch = new ModelWatch({
      profile,
      model,
      now: () => session.now(),
      freshExamples: () => this.trainable(model) - (lastAttempt(profile, model.key)?.trainable ?? 0),
      notice: (kind, message) => this.#notice(kind, model.key, message),
      refit: (trigger) => this.#trainByItself(model, trigger),
      rollBack: (models, reason) => this.#rollBack(model.key, models, reason),
      rollsBackByItself: this.#options.rollsBackByItself,
    });
    this.#watches.set(model.key, watch);
    return watch;
  }

  /** Loads champions and hands them to the engine; a damaged one is named and passed over (RE-40). */
  #activateAll(): void {
    const { profile, session, log } = this.#options;
    this.#active.clear();
    for (const { key, spec } of this.models()) {
      const { models, refused } = loadModels(profile.models, key);
      for (const line of refused) log.write('error', 'learning', line);
      if (models !== null) this.#active.set(key, models);
      session.keeper?.apply({ kind: 'models', time: session.now(), model: spec.id, models });
    }
    const refused: string[] = [];
    this.#trials.load(this.models(), refused);
    for (const line of refused) log.write('error', 'learning', line);
    this.changed.emit();
  }

  async #retrain(model: LearnedModel, control: TaskControl): Promise<Result<string | null, Fault>> {
    const retrained = await retrainVersion(this.#options, model, control);
    if (!retrained.ok) return retrained;
    const outcome = retrained.value;
    switch (outcome.kind) {
      case 'cancelled':
        return ok(null);
      case 'failed':
        this.#notice('failed', model.key, `training failed: ${outcome.fault.message}`);
        return err(outcome.fault);
      case 'settled':
        if (outcome.verdict === 'watches') this.#activateAll();
        if (outcome.verdict === 'unchanged' || outcome.verdict === 'watches') return ok(outcome.id);
        if (outcome.verdict === 'promoted') this.#activateAll();
        this.#notice(outcome.verdict, model.key, `${outcome.name} ${outcome.verdict}: ${outcome.reason}`);
        return ok(outcome.id);
    }
  }

  /** ML-25: the champion before did clearly better in shadow and comes back by itself. */
  #rollBack(key: string, { champion, shadow }: ModelPair, reason: string): void {
    const { profile, wallClock } = this.#options;
    if (shadow === null) return;
    const done = profile.models.activate(shadow.id, wallClock(), reason, 'rolled-back');
    if (!done.ok) return;
    this.#activateAll();
    this.#notice('rolled-back', key, `${champion.name} was rolled back: ${reason}`);
  }

  #notice(kind: ModelNotice['kind'], model: string, message: string): void {
    const { log, session, wallClock } = this.#options;
    log.write(kind === 'failed' ? 'error' : 'notice', 'learning', message, session.now());
    this.notices.emit({ time: wallClock(), kind, model, message });
    this.changed.emit();
  }
}
