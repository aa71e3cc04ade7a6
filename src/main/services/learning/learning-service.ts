/**
 * The learning loop: phantoms resolve, examples add up, a training falls due, its challenger is promoted or rejected, and
 * the next signal is scored by what proved itself (ML-20 to ML-25). What was learned on the simulated market never
 * scores a real one.
 */

import type { ModelNotice } from '#contract/areas/models.ts';
import { Emitter } from '#core/base/emitter.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ScoringModel, StrategyModels } from '#core/engine/scoring-model.ts';
import { type TrainingTrigger, trainingTrigger } from '#core/learning/model-table-trigger.ts';
import { judgeShadow, type ShadowRecord } from '#core/learning/promotion-shadow.ts';
import type { Profile } from '#main/store/database.ts';
import type { DeskLog } from '../desk-log.ts';
import type { LiveSession } from '../live-session.ts';
import { chooseVersion } from './choose-version.ts';
import { type LearnedModel, learnedModels } from './learned-models.ts';
import { countTrainable, lastAttempt, retrainVersion } from './retrain-version.ts';
import type { Retrainer } from './retrainer.ts';
import { loadModels } from './scoring-models.ts';
import { type TaskControl, TrainingDesk } from './training-desk.ts';

/** Counts are looked at this long after a phantom closed: many close together. */
const CHECK_DELAY_MS = 1_000;

export interface LearningOptions {
  readonly profile: Profile;
  readonly session: LiveSession;
  readonly retrainer: Retrainer;
  readonly log: DeskLog;
  readonly wallClock: () => UnixMs;
}

export class LearningService {
  /** Anything the window shows of models may have changed. */
  readonly changed = new Emitter<void>();
  readonly notices = new Emitter<ModelNotice>();
  readonly desk: TrainingDesk;
  readonly #options: LearningOptions;
  readonly #active = new Map<string, StrategyModels>();
  #check: ReturnType<typeof setTimeout> | null = null;

  constructor(options: LearningOptions) {
    this.#options = options;
    const { profile, session, wallClock, log } = options;
    this.desk = new TrainingDesk(profile.models, wallClock);
    this.desk.changed.on(() => this.changed.emit());
    const orphans = profile.models.failOrphanedJobs(wallClock());
    if (orphans.ok && orphans.value > 0) log.write('warning', 'learning', 'a training was cut off by the last stop');
    session.reopened.on(() => this.#activateAll());
    session.changed.on(({ connection }) => {
      if (connection === 'live') this.#checkSoon();
    });
    session.stepped.on(({ events }) => {
      if (events.some((event) => event.kind === 'phantom-closed')) this.#checkSoon();
    });
  }

  /** The models of the exchange that is chosen now. */
  models(): readonly LearnedModel[] {
    const simulated = this.#options.session.instruments[0]?.simulated ?? true;
    return learnedModels(simulated);
  }

  /** What scores the strategy now; null while the heuristic does. */
  active(strategyId: string): StrategyModels | null {
    return this.#active.get(strategyId) ?? null;
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

  /** Queues a training; false when one waits or runs already. */
  train(model: LearnedModel, trigger: string): boolean {
    const run = (control: TaskControl) => this.#retrain(model, control);
    return this.desk.add({ model: model.key, trigger, run }) !== null;
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

  async close(): Promise<void> {
    if (this.#check !== null) clearTimeout(this.#check);
    await this.desk.close();
  }

  #checkSoon(): void {
    this.#check ??= setTimeout(() => {
      this.#check = null;
      if (this.#options.session.state.connection !== 'live') return;
      for (const model of this.models()) {
        this.#watchShadow(model);
        const { due, reason } = this.trigger(model);
        if (due) this.train(model, reason);
      }
      this.changed.emit();
    }, CHECK_DELAY_MS);
  }

  /** Loads champions and hands them to the engine; a damaged one is named and passed over (RE-40). */
  #activateAll(): void {
    const { profile, session, log } = this.#options;
    this.#active.clear();
    for (const { key, strategyId } of this.models()) {
      const { models, refused } = loadModels(profile.models, key);
      for (const line of refused) log.write('error', 'learning', line);
      if (models !== null) this.#active.set(strategyId, models);
      session.keeper?.apply({ kind: 'models', time: session.now(), strategyId, models });
    }
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
        if (outcome.verdict === 'unchanged') return ok(outcome.id);
        if (outcome.verdict === 'promoted') this.#activateAll();
        this.#notice(outcome.verdict, model.key, `${outcome.name} ${outcome.verdict}: ${outcome.reason}`);
        return ok(outcome.id);
    }
  }

  /** ML-25: the champion before still scores in shadow; when it does clearly better it comes back by itself. */
  #watchShadow({ key, strategyId }: LearnedModel): void {
    const models = this.#active.get(strategyId);
    if (models === undefined || models.shadow === null) return;
    const { profile } = this.#options;
    const old = profile.models.version(models.shadow.id);
    const verdict = judgeShadow(this.#shadowRecords(models.champion, models.shadow), `${key}/${models.champion.id}`);
    if (verdict.action === 'none' || old === null) return;
    const { champion } = models;
    if (verdict.action === 'alert') {
      this.#notice('drift', key, `${champion.name}: ${verdict.reason}`);
      return;
    }
    const done = profile.models.activate(old.id, this.#options.wallClock(), verdict.reason, 'rolled-back');
    if (!done.ok) return;
    this.#activateAll();
    this.#notice('rolled-back', key, `${champion.name} was rolled back: ${verdict.reason}`);
  }

  #shadowRecords(champion: ScoringModel, shadow: ScoringModel): readonly ShadowRecord[] {
    const { models } = this.#options.profile;
    const old = new Map(models.judged(shadow.id, 400).map((prediction) => [prediction.signalId, prediction]));
    return models
      .judged(champion.id, 200)
      .flatMap((prediction): ShadowRecord[] => {
        const before = old.get(prediction.signalId);
        if (before === undefined) return [];
        return [
          {
            openedAt: prediction.time,
            resolvedAt: prediction.resolvedAt,
            netR: prediction.netR,
            newProbability: prediction.probability,
            oldProbability: before.probability,
            newTakes: prediction.probability >= champion.ensemble.parts.breakEven,
            oldTakes: before.probability >= shadow.ensemble.parts.breakEven,
          },
        ];
      })
      .reverse();
  }

  #notice(kind: ModelNotice['kind'], model: string, message: string): void {
    const { log, session, wallClock } = this.#options;
    log.write(kind === 'failed' ? 'error' : 'notice', 'learning', message, session.now());
    this.notices.emit({ time: wallClock(), kind, model, message });
    this.changed.emit();
  }
}
