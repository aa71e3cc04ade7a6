/**
 * Models of one instrument or one cluster beside the model of all (ML-50): trained in shadow, measured on the signals
 * that both scored, promoted by ML-24, and given up when the model of all does clearly better again (ML-25).
 */
import { setImmediate } from 'node:timers/promises';
import type { ModelNotice, VariantView } from '#contract/areas/models.ts';
import { splitInstrumentId } from '#core/domain/instrument.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { type ModelPair, type ScoringPair, scoringPair } from '#core/engine/scoring-model.ts';
import { trainingTrigger } from '#core/learning/model-table-trigger.ts';
import type { JudgedModel, JudgedRows } from '#core/learning/promotion.ts';
import { judgeShadow, SHADOW_LOOK_EVERY, SHADOW_MINIMUM } from '#core/learning/promotion-shadow.ts';
import {
  judgeVariant,
  parseVariantName,
  planVariants,
  type VariantScope,
  variantDifference,
  variantName,
} from '#core/learning/variant-plan.ts';
import type { Profile } from '#main/store/database.ts';
import type { ComparedPrediction } from '#main/store/prediction-history.ts';
import { firstFitOf, hasVariants, type LearnedModel, variantOf } from './learned-models.ts';
import { lastAttempt } from './retrain-version.ts';
import { loadModels, loadVersion } from './scoring-models.ts';
import { countTrainable, examplesOf, timeoutLabels } from './trainable.ts';

/** Signals that both scored before the two are judged (ML-24's smallest block), and between two looks. */
const JUDGED_FROM = 40;
/** ML-24's largest block. */
const JUDGED_MOST = 1_000;
/** New trainable examples of the model of all before its variants are looked at again. */
const LOOK_EVERY = 20;

export interface TrialGround {
  readonly profile: Profile;
  readonly wallClock: () => UnixMs;
  /** What is at work under a registry key of a model of all. */
  readonly active: (key: string) => ModelPair | null;
  readonly isBusy: (key: string) => boolean;
  /** Queues a training; false when one waits or runs already. */
  readonly train: (model: LearnedModel, trigger: string) => boolean;
  /** Hands what is at work under the engine's name to the engine. */
  readonly apply: (name: string, models: ModelPair | null) => void;
  /** Loads everything anew: another version decides. */
  readonly reload: () => void;
  readonly notice: (kind: ModelNotice['kind'], key: string, message: string) => void;
  /** Whether one that does worse may be given up without being asked (setting); else it is told and goes on. */
  readonly rollsBackByItself: () => boolean;
}

/** Place of the newest judged signal, kept so that a restart takes no further look. */
const KEPT = 'learning.variant.';
/** The version of which was told that the model of all does better, while nothing is given up by itself. */
const TOLD = 'learning.variant-worse.';

export class VariantTrials {
  readonly #ground: TrialGround;
  /** At work or in shadow, by registry key. */
  readonly #loaded = new Map<string, ScoringPair>();
  readonly #views = new Map<string, readonly VariantView[]>();
  /** Trainable examples of a model of all when its variants were last looked at, by key. */
  readonly #lookedAt = new Map<string, number>();

  constructor(ground: TrialGround) {
    this.#ground = ground;
  }

  /** Of a model of all, clusters first; empty before the first look. */
  of(key: string): readonly VariantView[] {
    return this.#views.get(key) ?? [];
  }

  /** Loads what the registry holds for these models and hands it to the engine. Lines in `refused` are for the log. */
  load(models: readonly LearnedModel[], refused: string[]): void {
    const { profile, apply } = this.#ground;
    const before = new Set(this.#loaded.keys());
    this.#loaded.clear();
    this.#lookedAt.clear();
    for (const model of models.filter(hasVariants)) {
      for (const key of profile.models.variantsOf(model.key)) {
        const pair = this.#pairOf(key, refused);
        const scope = parseVariantName(key)?.scope;
        if (scope === undefined || (pair === null && !before.has(key))) continue;
        if (pair !== null) this.#loaded.set(key, pair);
        apply(variantName(model.spec.id, scope), pair);
      }
    }
  }

  /** Looks at the variants of one model where enough is new; trains at most one, judges those that are due. */
  async look(model: LearnedModel, signal: AbortSignal): Promise<void> {
    if (!hasVariants(model)) return;
    const { profile, active } = this.#ground;
    const general = scoringPair(active(model.key));
    const trainable = countTrainable(profile, model);
    const seen = this.#lookedAt.get(model.key);
    // Fewer than before where timeouts count no longer (ML-5).
    if (seen !== undefined && Math.abs(trainable - seen) < LOOK_EVERY) return;
    this.#lookedAt.set(model.key, trainable);
    const owners = profile
      .countOwners(examplesOf(model, timeoutLabels(profile)) ?? {})
      .map(({ instrumentId, ...owner }) => {
        return { ...owner, symbol: splitInstrumentId(instrumentId).symbol };
      });
    await setImmediate();
    const plan = planVariants(model.key, model.spec.firstFit, owners);
    const views: VariantView[] = [];
    let isTraining = false;
    for (const { scope, examples, trainable: canTrain, reason } of plan) {
      const variant = variantOf(model, scope);
      const trial = general === null ? null : this.#judge(variant, model.key, general);
      views.push(viewOf(variant, scope, examples, general === null && canTrain ? WAITS : reason, trial));
      if (general !== null && canTrain && !isTraining) isTraining = this.#trainIfDue(variant, examples);
      await setImmediate();
      if (signal.aborted) return;
    }
    this.#views.set(model.key, views);
  }

  /** The version that decides; else the newest that watches. */
  #pairOf(key: string, refused: string[]): ScoringPair | null {
    const { models: registry } = this.#ground.profile;
    const { models, refused: lines } = loadModels(registry, key);
    refused.push(...lines);
    const decides = scoringPair(models);
    if (decides !== null) return decides;
    const watching = registry.versions(key).find(({ state }) => state === 'challenger');
    const loaded = watching === undefined ? null : loadVersion(registry, watching, refused);
    return loaded?.task === 'classify' ? { champion: loaded, shadow: null, onlyWatches: true } : null;
  }

  #trainIfDue(variant: LearnedModel, trainable: number): boolean {
    const { profile, isBusy, train, wallClock } = this.#ground;
    const attempt = lastAttempt(profile, variant.key);
    const spec = { ...variant.spec, firstFit: firstFitOf(variant) };
    const state = { trainable, lastAttempt: attempt, running: isBusy(variant.key), bootstrap: false };
    const { due, reason } = trainingTrigger(spec, state, wallClock());
    return due && train(variant, reason);
  }

  /** What both said of the signals of the variant, and what comes of it; null while it has no version. */
  #judge(variant: LearnedModel, generalKey: string, general: ScoringPair): Trial | null {
    const pair = this.#loaded.get(variant.key);
    if (pair === undefined) return null;
    const compared = this.#ground.profile.predictions.compared(variant.key, generalKey, JUDGED_MOST);
    const decides = pair.onlyWatches !== true;
    const signals = compared.length;
    if (signals < JUDGED_FROM) return { pair, decides, signals, figures: null, reason: null };
    const rows = rowsOf(compared);
    const own: JudgedModel = {
      probability: Float64Array.from(compared, ({ probability }) => probability),
      threshold: pair.champion.ensemble.parts.breakEven,
    };
    const all: JudgedModel = {
      probability: Float64Array.from(compared, ({ otherProbability }) => otherProbability),
      threshold: general.champion.ensemble.parts.breakEven,
    };
    const seed = `${variant.key}/${signals}`;
    const judgement = judgeVariant(own, all, rows, seed);
    const { logLoss, otherLogLoss } = judgement;
    const figures = { logLoss, generalLogLoss: otherLogLoss, difference: variantDifference(own, all, rows, seed) };
    const due = this.#isLookDue(variant.key, compared, decides);
    if (due && !decides && judgement.promoted) {
      const { reason } = judgement;
      return { pair, decides: this.#promote(variant, pair, reason), signals, figures, reason };
    }
    if (due && decides) {
      const lost = this.#reasonToGiveUp(compared, own, all, seed);
      if (this.#ground.rollsBackByItself()) {
        if (lost !== null && this.#giveUp(variant, pair, lost)) return null;
      } else this.#tellWorse(variant, pair, lost);
    }
    return { pair, decides, signals, figures, reason: judgement.reason };
  }

  /** Each look is a chance to be wrong: one per block of newly judged signals. */
  #isLookDue(key: string, compared: readonly ComparedPrediction[], decides: boolean): boolean {
    const { desk } = this.#ground.profile;
    const kept = desk.settings().get(KEPT + key);
    const lookedAt = typeof kept === 'number' ? kept : 0;
    const fresh = compared.filter(({ sequence }) => sequence > lookedAt).length;
    if (fresh < (decides ? SHADOW_LOOK_EVERY : JUDGED_FROM)) return false;
    desk.putSettings({ [KEPT + key]: compared.at(-1)?.sequence ?? 0 });
    return true;
  }

  /** Once per version, and again only after it had caught up in between. */
  #tellWorse({ key }: LearnedModel, { champion }: ScoringPair, lost: string | null): void {
    const { profile, notice } = this.#ground;
    const told = profile.desk.settings().get(TOLD + key);
    if (told === (lost === null ? null : champion.id)) return;
    profile.desk.putSettings({ [TOLD + key]: lost === null ? null : champion.id });
    if (lost !== null) notice('drift', key, `${champion.name}: ${lost} ${GOES_ON}`);
  }

  #reasonToGiveUp(
    compared: readonly ComparedPrediction[],
    own: JudgedModel,
    all: JudgedModel,
    seed: string,
  ): string | null {
    if (compared.length < SHADOW_MINIMUM) return null;
    const records = compared.map(({ openedAt, resolvedAt, netR, probability, otherProbability }) => ({
      ...{ openedAt, resolvedAt, netR, newProbability: probability, oldProbability: otherProbability },
      newTakes: probability >= own.threshold,
      oldTakes: otherProbability >= all.threshold,
    }));
    const { action, reason } = judgeShadow(records, seed);
    return action === 'roll_back' ? reason.replaceAll('its predecessor', 'the model of all') : null;
  }

  #promote({ key }: LearnedModel, { champion }: ScoringPair, reason: string): boolean {
    const { profile, wallClock, reload, notice } = this.#ground;
    if (!profile.models.activate(champion.id, wallClock(), reason).ok) return false;
    reload();
    notice('promoted', key, `${champion.name} decides for its own signals from now on: ${reason}`);
    return true;
  }

  /** The model of all decides again; the variant's next version must prove itself anew. */
  #giveUp({ key }: LearnedModel, { champion }: ScoringPair, reason: string): boolean {
    const { profile, wallClock, reload, notice } = this.#ground;
    if (!profile.models.setState(champion.id, 'rolled-back', wallClock(), reason).ok) return false;
    reload();
    notice('rolled-back', key, `${champion.name} was given up, the model of all decides: ${reason}`);
    return true;
  }
}

interface Trial {
  readonly pair: ScoringPair;
  readonly decides: boolean;
  readonly signals: number;
  readonly figures: VariantView['figures'];
  /** Null while there are too few signals to judge by. */
  readonly reason: string | null;
}

const GOES_ON = 'It is not given up by itself (setting) and goes on deciding.';

const WAITS = 'waits for a model of all that has proved itself: there is nothing to be better than yet';

function viewOf(
  variant: LearnedModel,
  scope: VariantScope,
  examples: number,
  reason: string,
  trial: Trial | null,
): VariantView {
  const state = trial === null ? 'learning' : trial.decides ? 'decides' : 'shadow';
  const judged = trial?.reason ?? `${trial?.signals ?? 0} of ${JUDGED_FROM} signals that both scored have a result`;
  return {
    model: variant.key,
    scope: scope.kind,
    label: scope.kind === 'cluster' ? `cluster ${scope.cluster}` : scope.symbol,
    state,
    examples,
    neededExamples: firstFitOf(variant),
    version: trial?.pair.champion.name ?? null,
    signals: trial?.signals ?? 0,
    neededSignals: JUDGED_FROM,
    figures: trial?.figures ?? null,
    message: trial === null ? reason : judged,
  };
}

function rowsOf(compared: readonly ComparedPrediction[]): JudgedRows {
  const column = (of: (row: ComparedPrediction) => number) => Float64Array.from(compared, of);
  return {
    openedAt: column((row) => row.openedAt),
    resolvedAt: column((row) => row.resolvedAt),
    netR: column((row) => row.netR),
    // ML-5: a win is net R > 0, timeouts included.
    target: column((row) => Number(row.netR > 0)),
  };
}
