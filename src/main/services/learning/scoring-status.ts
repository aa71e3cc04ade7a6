/** What scores a strategy's signals now, from when it is, what it waits for, and how long a scoring takes (PH-30). */
import type { ScoringTime } from '#contract/areas/analysis.ts';
import type { ModelState } from '#contract/areas/models.ts';
import { median } from '#core/base/statistics.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { ModelBook } from '#core/engine/model-book.ts';
import { judgeSignal } from '#core/engine/signal-scorer.ts';
import { trainingTrigger } from '#core/learning/model-table-trigger.ts';
import { findStrategy } from '#core/signals/strategies/strategy-list.ts';
import type { ProfileReader } from '#main/store/database.ts';
import { learnedModels } from './learned-models.ts';
import { type LearningNow, modelState, modelTitle } from './model-state.ts';
import { lastAttempt } from './retrain-version.ts';
import { loadModels } from './scoring-models.ts';
import { countTrainable } from './trainable.ts';

export interface ScoringStatus {
  readonly strategyIds: readonly string[];
  readonly simulated: boolean;
  readonly state: ModelState;
  readonly heads: readonly string[];
  /** Name and version of what scores, e.g. `Trend v3`; null while no model does. */
  readonly model: string | null;
  readonly lastFitAt: UnixMs | null;
  readonly nextFit: string;
}

/** One per model that scores strategies of its own. */
export function scoringStatuses(
  { models: registry }: Pick<ProfileReader, 'models'>,
  learning: LearningNow,
): readonly ScoringStatus[] {
  return learning.models().flatMap((model): ScoringStatus[] => {
    const { key, role, source, simulated } = model;
    if (role !== 'scores' || source.kind !== 'signals') return [];
    const versions = registry.versions(key);
    const champion = versions.find(({ state }) => state === 'champion');
    return [
      {
        strategyIds: source.strategyIds ?? [],
        simulated,
        state: modelState(learning, model, versions, learning.trainable(model))[0],
        heads: champion?.heads ?? [],
        model: champion === undefined ? null : `${modelTitle(model)} v${champion.version}`,
        lastFitAt: versions.length === 0 ? null : Math.max(...versions.map(({ createdAt }) => createdAt)),
        nextFit: learning.trigger(model).reason,
      },
    ];
  });
}

/** As the record knows it, where no desk runs: nothing is being trained, and models age by the engine's own clock. */
export function recordedLearning(
  profile: Pick<ProfileReader, 'models' | 'desk' | 'history' | 'countObservations' | 'countOwners'>,
  simulated: boolean,
  engineClock: UnixMs,
  wallClock: UnixMs,
): LearningNow {
  return {
    models: () => learnedModels(simulated),
    now: () => engineClock,
    active: (key) => loadModels(profile.models, key).models,
    isBusy: () => false,
    trainable: (model) => countTrainable(profile, model),
    trigger: (model) => {
      const attempt = lastAttempt(profile, model.key);
      const trainable = countTrainable(profile, model);
      const before = attempt === null ? null : { at: attempt.at, trainable: attempt.trainable };
      return trainingTrigger(
        model.spec,
        { trainable, lastAttempt: before, running: false, bootstrap: false },
        wallClock,
      );
    },
  };
}

/** Signals scored per strategy, and how often each: enough for a median, few enough to be asked while the desk runs. */
const SIGNALS_TIMED = 5;
const TIMES_EACH = 4;

/** Times the scoring of each strategy's newest recorded signals by what is at work now. */
export class ScoringTimes {
  readonly #profile: Pick<ProfileReader, 'history'>;
  readonly #monotonic: () => number;
  /** By strategy: what was measured, and by which models. */
  readonly #known = new Map<string, { readonly by: string; readonly time: ScoringTime | null }>();

  constructor(profile: Pick<ProfileReader, 'history'>, monotonic: () => number) {
    this.#profile = profile;
    this.#monotonic = monotonic;
  }

  of(strategyId: string, simulated: boolean, learning: LearningNow): ScoringTime | null {
    const { by } = modelsAtWork(learning);
    const key = `${strategyId} ${simulated}`;
    const before = this.#known.get(key);
    if (before?.by === by && before.time !== null) return before.time;
    const time = this.#measure(strategyId, simulated, learning);
    this.#known.set(key, { by, time });
    return time;
  }

  #measure(strategyId: string, simulated: boolean, learning: LearningNow): ScoringTime | null {
    const strategy = findStrategy(strategyId);
    if (strategy === null) return null;
    const { history } = this.#profile;
    const newest = { by: 'openedAt', direction: 'descending' } as const;
    const page = history.page({ strategyIds: [strategyId], simulated }, newest, null, SIGNALS_TIMED);
    if (!page.ok) return null;
    const phantoms = page.value.rows.flatMap(({ id }) => history.detail(id)?.phantom ?? []);
    const timed = ({ signal, features, besideFeatures }: Phantom): number => {
      const vectors = { own: features, beside: besideFeatures, cluster: signal.cluster };
      // A book of its own each time: a new signal finds nothing in the memory of answers (ML-33).
      const models = modelsAtWork(learning).book;
      const begin = this.#monotonic();
      judgeSignal(strategy, signal.instrumentId, signal.side, vectors, models, learning.now(), 'not asked again');
      return this.#monotonic() - begin;
    };
    const times: number[] = [];
    for (const phantom of phantoms) {
      timed(phantom);
      for (let time = 0; time < TIMES_EACH; time++) times.push(timed(phantom));
    }
    return times.length === 0 ? null : { medianMs: median(times), signals: phantoms.length };
  }
}

function modelsAtWork(learning: LearningNow): { readonly book: ModelBook; readonly by: string } {
  const book = new ModelBook();
  const names: string[] = [];
  for (const { key, spec } of learning.models()) {
    const pair = learning.active(key);
    if (pair === null) continue;
    book.put(spec.id, pair);
    names.push(pair.champion.id, pair.shadow?.id ?? '');
  }
  return { book, by: names.join(' ') };
}
