/**
 * Learning while history runs (PL-11): counts what resolves, and says when a model falls due. Its fits block the
 * simulated time; what is promoted scores from the next base bar on.
 */
import type { Engine } from '#core/engine/engine.ts';
import type { EngineEvent, EngineInput } from '#core/engine/messages.ts';
import { trainingTrigger } from '#core/learning/model-table-trigger.ts';
import type { Profile } from '#main/store/database.ts';
import type { HistoryLearner } from '../history-run.ts';
import { type LearnedModel, learnsFrom } from './learned-models.ts';
import { type Attempt, lastAttempt } from './retrain-version.ts';
import { loadModels } from './scoring-models.ts';
import { countTrainable, isTrainable, type TimeoutLabels, timeoutLabels } from './trainable.ts';

export interface HistoryLearnerOptions {
  readonly profile: Profile;
  readonly models: readonly LearnedModel[];
  /** Whose clock the inputs carry. */
  readonly engine: Pick<Engine, 'clock'>;
  /** Trains a model and settles it; resolves when that is over, whatever came of it. */
  readonly train: (model: LearnedModel, trigger: string, signal: AbortSignal) => Promise<void>;
}

export class RecordLearner implements HistoryLearner {
  readonly #options: HistoryLearnerOptions;
  /** Trainable examples by model key, counted on from the record as signals resolve. */
  readonly #trainable: Map<string, number>;
  /** As the settings said when the run began. */
  readonly #timeouts: TimeoutLabels;
  /** The last attempt by model key. */
  readonly #attempts: Map<string, Pick<Attempt, 'at' | 'trainable'> | null>;
  #isDue: boolean;

  constructor(options: HistoryLearnerOptions) {
    this.#options = options;
    this.#timeouts = timeoutLabels(options.profile);
    this.#trainable = new Map(options.models.map((model) => [model.key, countTrainable(options.profile, model)]));
    this.#attempts = new Map(options.models.map(({ key }) => [key, lastAttempt(options.profile, key)]));
    this.#isDue = options.models.some((model) => this.#trigger(model).due);
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  observe(events: readonly EngineEvent[]): void {
    for (const event of events) {
      for (const model of this.#options.models) {
        if (!isExample(model, event, this.#timeouts)) continue;
        this.#trainable.set(model.key, (this.#trainable.get(model.key) ?? 0) + 1);
        this.#isDue ||= this.#trigger(model).due;
      }
    }
  }

  async fit(report: (what: string) => void, signal: AbortSignal): Promise<readonly EngineInput[]> {
    const { models, profile, engine, train } = this.#options;
    const due = models.flatMap((model) => {
      const trigger = this.#trigger(model);
      return trigger.due ? [{ model, reason: trigger.reason }] : [];
    });
    report(`training ${due.map(({ model }) => model.spec.id).join(', ')}`);
    await Promise.all(due.map(({ model, reason }) => train(model, reason, signal)));
    this.#isDue = false;
    // Also an attempt that came to nothing counts here: time would stand still at every further signal.
    for (const { model } of due)
      this.#attempts.set(model.key, { at: 0, trainable: this.#trainable.get(model.key) ?? 0 });
    return due.map(({ model }): EngineInput => {
      const { models: active } = loadModels(profile.models, model.key);
      return { kind: 'models', time: engine.clock, model: model.spec.id, models: active };
    });
  }

  #trigger(model: LearnedModel) {
    const trainable = this.#trainable.get(model.key) ?? 0;
    const attempt = this.#attempts.get(model.key) ?? null;
    return trainingTrigger(model.spec, { trainable, lastAttempt: attempt, running: false, bootstrap: true }, 0);
  }
}

/** Whether the event gives the model one more trainable example, as `countTrainable` will find it in the record. */
function isExample(model: LearnedModel, event: EngineEvent, timeouts: TimeoutLabels): boolean {
  if (event.kind === 'labelled') {
    return model.source.kind === 'observations' && model.source.of === event.label.kind && event.label.target !== null;
  }
  if (event.kind !== 'phantom-closed') return false;
  if (!isTrainable(event.result.outcome, timeouts)) return false;
  return learnsFrom(model, event.phantomId.slice(0, event.phantomId.indexOf('|')));
}
