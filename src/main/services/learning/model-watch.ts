/**
 * Watches the champion of one model: its predecessor in shadow (ML-25), drift of its features and of its loss, and its
 * age (ML-41). It looks when it is asked to, never by itself, and says each thing once.
 */
import type { ModelDrift, ModelNotice, ShadowComparison } from '#contract/areas/models.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import { MODEL_LIFE_MS, type ModelPair, modelFacts, scoringPair } from '#core/engine/scoring-model.ts';
import {
  judgeShadow,
  SHADOW_LOOK_EVERY,
  SHADOW_MINIMUM,
  SHADOW_WINDOW,
  type ShadowVerdict,
} from '#core/learning/promotion-shadow.ts';
import type { Profile } from '#main/store/database.ts';
import { judgeFeatureDrift } from './feature-drift.ts';
import { JudgedStream } from './judged-stream.ts';
import { type LearnedModel, speaksOf } from './learned-models.ts';
import { recall, remember, type WatchMemory } from './watch-memory.ts';

/** Newly opened signals between two looks at the features. */
const FEATURES_LOOK_EVERY = 25;
/** A refit for a risen loss waits for so many new examples: without any it would give the same model. */
const REFIT_EXAMPLES = 20;
/** A warning comes this long before a champion stops deciding. */
const WARNING_MS = 7 * DAY_MS;

const BY_HAND = 'Nothing is rolled back by itself (setting): the Models panel does it by hand.';

export interface WatchGround {
  readonly profile: Profile;
  readonly model: LearnedModel;
  /** Exchange time, by which models age. */
  readonly now: () => UnixMs;
  /** Trainable examples since the last attempt. */
  readonly freshExamples: () => number;
  readonly notice: (kind: ModelNotice['kind'], message: string) => void;
  /** Queues a training with this trigger in words; false when one of the model waits or runs already. */
  readonly refit: (trigger: string) => boolean;
  /** Brings the predecessor back, for this reason. */
  readonly rollBack: (models: ModelPair, reason: string) => void;
  /** Whether it may do that by itself (setting); else it is told and left to the trader. */
  readonly rollsBackByItself: () => boolean;
}

interface Watched {
  readonly models: ModelPair;
  /** Null for a model that does not say how likely a win is: only its age and its features are watched. */
  readonly stream: JudgedStream | null;
  memory: WatchMemory;
  verdict: ShadowVerdict | null;
  features: ModelDrift | null;
  /** Signals opened since the features were looked at. */
  opened: number;
}

export class ModelWatch {
  readonly #ground: WatchGround;
  #watched: Watched | null = null;

  constructor(ground: WatchGround) {
    this.#ground = ground;
  }

  /** So many more signals of its strategies were opened. */
  noteOpened(signals: number): void {
    if (this.#watched !== null) this.#watched.opened += signals;
  }

  /** Null while no model scores. */
  get drift(): ModelDrift | null {
    const watched = this.#watched;
    if (watched === null || watched.features === null) return null;
    const { features, stream } = watched;
    return {
      ...features,
      judged: features.judged || (stream !== null && stream.rise !== null),
      message: stream === null ? features.message : `${features.message} ${lossWords(stream)}`,
    };
  }

  /** DE-22: that the champion is more wrong than it was, in words; null while it is not. */
  get lossRise(): string | null {
    const stream = this.#watched?.stream ?? null;
    return stream === null || stream.rise === null ? null : lossWords(stream);
  }

  /** Null while nothing watches in shadow. */
  get shadow(): ShadowComparison | null {
    const watched = this.#watched;
    if (watched === null || watched.verdict === null || watched.stream === null) return null;
    const { shadow } = watched.models;
    if (shadow === null) return null;
    const { winRate, winRateBefore, logLossDifference, netRDifference, reason } = watched.verdict;
    return {
      name: shadow.name,
      signals: Math.min(SHADOW_WINDOW, watched.stream.scoredByBoth),
      needed: SHADOW_MINIMUM,
      winRate: orNull(winRate),
      winRateBefore: orNull(winRateBefore),
      logLossDifference,
      netRDifference,
      message: reason,
    };
  }

  /** Looks at what is due. `models`: what scores now; null while the heuristic does. */
  async look(models: ModelPair | null, signal: AbortSignal): Promise<void> {
    if (models === null) {
      this.#watched = null;
      return;
    }
    const watched = this.#watch(models);
    this.#lookAtAge(watched);
    const { stream } = watched;
    if (stream !== null) {
      await stream.advance(signal);
      if (signal.aborted || this.#watched !== watched) return;
      this.#lookAtLoss(watched, stream);
      if (this.#lookAtShadow(watched, stream) === 'rolled-back') return;
    }
    if (watched.features === null || watched.opened >= FEATURES_LOOK_EVERY) await this.#lookAtFeatures(watched, signal);
  }

  #watch(models: ModelPair): Watched {
    const { profile, model } = this.#ground;
    const { champion, shadow } = models;
    const known = this.#watched;
    if (known?.models.champion.id === champion.id && known.models.shadow?.id === shadow?.id) return known;
    const scoring = scoringPair(models);
    const watched: Watched = {
      models,
      stream: scoring === null ? null : new JudgedStream(profile.predictions, onlyStrategy(model), scoring),
      memory: recall(profile.desk, model.key, champion.id, shadow?.id ?? null),
      verdict: null,
      features: null,
      opened: 0,
    };
    this.#watched = watched;
    return watched;
  }

  #remember(watched: Watched, change: Partial<WatchMemory>): void {
    watched.memory = { ...watched.memory, ...change };
    remember(this.#ground.profile.desk, this.#ground.model.key, watched.memory);
  }

  #lookAtAge(watched: Watched): void {
    const { now, notice } = this.#ground;
    const { champion } = watched.models;
    const left = modelFacts(champion).trainedUntil + MODEL_LIFE_MS - now();
    const { expiry } = watched.memory;
    if (left < 0 && expiry !== 'expired') {
      this.#remember(watched, { expiry: 'expired' });
      notice('expired', `${champion.name} has expired: its newest example is over 90 days old, the heuristic scores`);
    } else if (left >= 0 && left <= WARNING_MS && expiry === 'unsaid') {
      this.#remember(watched, { expiry: 'soon' });
      const days = Math.ceil(left / DAY_MS);
      const when = days <= 1 ? 'within a day' : `in ${days} days`;
      notice(
        'expired',
        `${champion.name} expires ${when} unless a newer one proves itself; the heuristic would then score`,
      );
    }
  }

  #lookAtLoss(watched: Watched, { rise }: JudgedStream): void {
    const { notice, refit, freshExamples } = this.#ground;
    if (rise === null) return;
    const words = `the loss of its predictions rose from ${rise.before.toFixed(2)} to ${rise.after.toFixed(2)}`;
    if (watched.memory.riseTold !== rise.judged) {
      this.#remember(watched, { riseTold: rise.judged });
      notice('drift', `${watched.models.champion.name}: ${words}`);
    }
    if (watched.memory.riseRefitted === rise.judged || freshExamples() < REFIT_EXAMPLES) return;
    if (refit(`drift: ${words}`)) this.#remember(watched, { riseRefitted: rise.judged });
  }

  /** Acts only when so many more signals were judged as a look is worth; shows what is known in between. */
  #lookAtShadow(watched: Watched, stream: JudgedStream): 'rolled-back' | 'stays' {
    const { model, notice, rollBack, rollsBackByItself } = this.#ground;
    const { models, memory } = watched;
    if (models.shadow === null) return 'stays';
    const both = stream.scoredByBoth;
    const due = both >= SHADOW_MINIMUM && (memory.lookedAt === 0 || both - memory.lookedAt >= SHADOW_LOOK_EVERY);
    // Without a look that is due only the plain rates are followed, until there is something to show at all.
    if (!due && both >= SHADOW_MINIMUM && watched.verdict !== null) return 'stays';
    const verdict = judgeShadow(stream.shadowRecords, `${model.key}/${models.champion.id}`);
    watched.verdict = verdict;
    if (!due) return 'stays';
    this.#remember(watched, { lookedAt: both });
    if (verdict.action === 'roll_back') {
      if (rollsBackByItself()) {
        rollBack(models, verdict.reason);
        return 'rolled-back';
      }
      if (watched.memory.worseTold !== true) {
        this.#remember(watched, { worseTold: true });
        notice('drift', `${models.champion.name}: ${verdict.reason} ${BY_HAND}`);
      }
      return 'stays';
    }
    if (verdict.action === 'alert' && !watched.memory.alerted) {
      this.#remember(watched, { alerted: true });
      notice('drift', `${models.champion.name}: ${verdict.reason}`);
    } else if (verdict.action === 'none' && watched.memory.alerted) {
      this.#remember(watched, { alerted: false });
    }
    return 'stays';
  }

  async #lookAtFeatures(watched: Watched, signal: AbortSignal): Promise<void> {
    const { profile, model, notice } = this.#ground;
    const { champion } = watched.models;
    watched.opened = 0;
    const { trainedUntil } = modelFacts(champion);
    const drift = await judgeFeatureDrift(profile, model, { id: champion.id, trainedUntil }, signal);
    if (drift === null || this.#watched !== watched) return;
    watched.features = drift;
    const drifted = drift.drifted.length > 0;
    if (drift.judged && drifted !== watched.memory.featuresDrifted) {
      this.#remember(watched, { featuresDrifted: drifted });
      if (drifted) notice('drift', `${champion.name}: ${drift.message}`);
    }
  }
}

/** Whose signals alone the model speaks of; null for several strategies. */
function onlyStrategy(model: LearnedModel): string | null {
  const [only, another] = speaksOf(model) ?? [];
  return another === undefined ? (only ?? null) : null;
}

function lossWords({ rise, judged, loss }: JudgedStream): string {
  if (rise !== null) {
    return `The loss of its predictions rose from ${rise.before.toFixed(2)} to ${rise.after.toFixed(2)}.`;
  }
  return judged === 0
    ? 'None of its predictions has a result yet.'
    : `The loss of its ${judged} judged predictions is steady at ${loss.toFixed(2)}.`;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
