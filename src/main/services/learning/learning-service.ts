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
import { findModelSpec, type ModelSpec } from '#core/learning/model-table.ts';
import { type TrainingTrigger, trainingTrigger } from '#core/learning/model-table-trigger.ts';
import { judgeShadow, type ShadowRecord } from '#core/learning/promotion-shadow.ts';
import { type FeatureSet, findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import type { Profile } from '#main/store/database.ts';
import type { DeskLog } from '../desk-log.ts';
import type { LiveSession } from '../live-session.ts';
import { readExamples } from './examples.ts';
import type { Retrainer, RetrainReply } from './retrainer.ts';
import { loadModels, loadVersion } from './scoring-models.ts';
import { type TaskControl, TrainingDesk } from './training-desk.ts';

/** Which model scores which strategy (ML-11), as far as strategies exist. */
const MODEL_OF_STRATEGY = [{ strategyId: 'trend_pullback', specId: 'trend' }] as const;

/** Counts are looked at this long after a phantom closed: many close together. */
const CHECK_DELAY_MS = 1_000;

export interface LearnedModel {
  /** Registry key: models of the simulated market have keys of their own. */
  readonly key: string;
  readonly spec: ModelSpec;
  readonly set: FeatureSet;
  readonly strategyId: string;
  readonly simulated: boolean;
}

interface Attempt {
  readonly at: UnixMs;
  readonly trainable: number;
  /** Judged attempts at a first model so far. */
  readonly judged: number;
}

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
    return MODEL_OF_STRATEGY.flatMap(({ strategyId, specId }) => {
      const spec = findModelSpec(specId);
      const set = spec === null ? null : findFeatureSet(spec.featureSet);
      if (spec === null || set === null) return [];
      return [{ key: simulated ? `${specId}@demo` : specId, spec, set, strategyId, simulated }];
    });
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
    return this.#options.profile.history.count({
      strategyIds: [model.strategyId],
      outcomes: ['win', 'loss'],
      simulated: model.simulated,
    });
  }

  trigger(model: LearnedModel): TrainingTrigger {
    const attempt = this.#attempt(model.key);
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
    const refused: string[] = [];
    if (loadVersion(profile.models, version, refused) === null) return err(unusable(refused.join(' ')));
    const current = profile.models.champion(version.model);
    const back = current !== null && current.version > version.version;
    const reason = back ? `rolled back to by you from v${current.version}` : 'activated by you';
    const done = profile.models.activate(version.id, wallClock(), reason, back ? 'rolled-back' : 'retired');
    if (!done.ok) return done;
    this.#activateAll();
    const kind = back ? 'rolled-back' : 'promoted';
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
    const { profile, retrainer, wallClock } = this.#options;
    const { spec, set, strategyId, key, simulated } = model;
    const trainable = this.trainable(model);
    const examples = await readExamples(profile, strategyId, simulated, set);
    const { rows } = examples.data;
    if (rows < spec.firstFit) return err(tooFew(rows, spec.firstFit));
    const champion = profile.models.champion(key);
    const championBytes = champion === null ? null : profile.models.artefact(champion.id);
    const before = this.#attempt(key);
    const judgedBefore = champion === null ? (before?.judged ?? 0) : 0;
    const seed = `${key}/${examples.dataHash.slice(0, 16)}`;
    const reply = await retrainer.retrain(
      {
        model: key,
        setId: set.id,
        setHash: set.hash,
        data: examples.data,
        lives: examples.lives,
        heads: spec.heads,
        coded: set.features.filter((feature) => feature.unit === 'code').map((feature) => feature.name),
        champion: championBytes?.ok === true ? championBytes.value : null,
        attempt: judgedBefore + 1,
        seed,
      },
      { signal: control.signal, onProgress: (share) => control.progress('training', share, rows) },
    );
    if (control.signal.aborted) return ok(null);
    const judged = judgedBefore + (reply.ok && reply.value.judged ? 1 : 0);
    this.#putAttempt(key, { at: wallClock(), trainable, judged });
    if (!reply.ok) {
      this.#notice('failed', key, `training failed: ${reply.error.message}`);
      return reply;
    }
    return this.#settle(model, reply.value, examples, champion, seed);
  }

  /** Stores the version and promotes or rejects it as it was judged. */
  #settle(
    model: LearnedModel,
    reply: RetrainReply,
    examples: Awaited<ReturnType<typeof readExamples>>,
    champion: ModelVersion | null,
    seed: string,
  ): Result<string, Fault> {
    const { profile, wallClock } = this.#options;
    const { report, importance, heads, calibrator, reason, verdict } = reply;
    const time = wallClock();
    const added = profile.models.add(
      {
        id: reply.id,
        model: model.key,
        setId: model.set.id,
        setHash: model.set.hash,
        trainedUntil: reply.trainedUntil,
        dataHash: examples.dataHash,
        seed,
        examples: examples.data.rows,
        effectiveExamples: examples.effective,
        heads,
        parameters: { heads: model.spec.heads, calibrator },
        metrics: { ...report },
        importance,
        reason,
        parentId: champion?.id ?? null,
        createdAt: time,
      },
      reply.bytes,
    );
    if (!added.ok) return added;
    const name = `${model.key} v${added.value.version}`;
    const settled =
      verdict === 'promoted'
        ? profile.models.activate(reply.id, time, reason)
        : profile.models.setState(reply.id, 'rejected', time, reason);
    if (!settled.ok) return settled;
    if (verdict === 'promoted') this.#activateAll();
    this.#notice(verdict, model.key, `${name} ${verdict}: ${reason}`);
    return ok(reply.id);
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

  #attempt(key: string): Attempt | null {
    const stored = this.#options.profile.desk.settings().get(attemptKey(key));
    return stored === undefined ? null : (stored as Attempt);
  }

  #putAttempt(key: string, attempt: Attempt): void {
    this.#options.profile.desk.putSettings({ [attemptKey(key)]: attempt });
  }
}

function attemptKey(key: string): string {
  return `learning.${key}`;
}

function tooFew(rows: number, wanted: number): Fault {
  return {
    kind: 'too-few',
    message: `There are ${rows} trainable examples; a first fit needs ${wanted}.`,
    remedy: 'Every resolved signal is one more, taken or not.',
  };
}

function unusable(why: string): Fault {
  return { kind: 'unusable-model', message: why, remedy: 'The model in use stays.' };
}
