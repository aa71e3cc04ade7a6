/** One champion's judged predictions as they come: its loss watched by ADWIN, and its predecessor beside it (ML-25, ML-41). */
import { setImmediate } from 'node:timers/promises';
import type { ScoringPair } from '#core/engine/scoring-model.ts';
import { Adwin, boundedLoss, lossInNats } from '#core/learning/drift-adwin.ts';
import { logLossOf } from '#core/learning/metrics.ts';
import { SHADOW_WINDOW, type ShadowRecord } from '#core/learning/promotion-shadow.ts';
import type { Profile } from '#main/store/database.ts';

/** Rows read before the event loop gets a turn. */
const ROWS_PER_TURN = 500;

/** ADWIN cut its window, and the loss was higher after the cut; nats, as a mean. It lasts until the loss falls again. */
export interface LossRise {
  /** How many predictions were judged when it began: its name, the same after a restart. */
  readonly judged: number;
  readonly before: number;
  readonly after: number;
}

export class JudgedStream {
  readonly models: ScoringPair;
  readonly #predictions: Profile['predictions'];
  readonly #strategyId: string | null;
  readonly #adwin = new Adwin();
  readonly #both: ShadowRecord[] = [];
  #sequence: number | null = null;
  #judged = 0;
  #bothEver = 0;
  #rise: LossRise | null = null;

  /** `strategyId`: of whose signals alone it speaks; null for a model of several. */
  constructor(predictions: Profile['predictions'], strategyId: string | null, models: ScoringPair) {
    this.#predictions = predictions;
    this.#strategyId = strategyId;
    this.models = models;
  }

  /** Predictions of the champion with a result so far. */
  get judged(): number {
    return this.#judged;
  }

  /** Signals with a result that both models scored, ever. */
  get scoredByBoth(): number {
    return this.#bothEver;
  }

  /** The newest of them, oldest first. */
  get shadowRecords(): readonly ShadowRecord[] {
    return this.#both;
  }

  /** Mean loss of the predictions since the last change, nats; NaN without any. */
  get loss(): number {
    return lossInNats(this.#adwin.windowMean);
  }

  /** Null while the loss is steady, or fell again since. */
  get rise(): LossRise | null {
    return this.#rise;
  }

  /** Reads what was judged since the last call. */
  async advance(signal: AbortSignal): Promise<void> {
    const { champion, shadow } = this.models;
    if (this.#sequence === null) {
      const first = this.#predictions.firstJudged(champion.id);
      if (first === null) return;
      this.#sequence = first - 1;
    }
    const newest = this.#predictions.newestResolution();
    for (;;) {
      const page = this.#predictions.judged(
        champion.id,
        shadow?.id ?? null,
        this.#strategyId,
        this.#sequence,
        ROWS_PER_TURN,
      );
      for (const prediction of page) {
        this.#sequence = prediction.sequence;
        // Signals of its own training time prove nothing (history that came in later).
        if (prediction.openedAt > champion.ensemble.parts.trainedUntil) this.#take(prediction);
      }
      if (page.length < ROWS_PER_TURN) {
        // What had resolved by then without a word of this model never gets one: it is not looked through again.
        this.#sequence = Math.max(this.#sequence, newest);
        return;
      }
      await setImmediate();
      if (signal.aborted) return;
    }
  }

  #take({ openedAt, resolvedAt, netR, probability, otherProbability }: JudgedRow): void {
    const { champion, shadow } = this.models;
    this.#judged++;
    const change = this.#adwin.add(boundedLoss(logLossOf(probability, netR > 0 ? 1 : 0)));
    if (change !== null) {
      const [before, after] = [lossInNats(change.before), lossInNats(change.after)];
      // ADWIN drops its old part piece by piece: further rises belong to the one that began the episode.
      const begun = this.#rise ?? { judged: this.#judged, before };
      this.#rise = after > before ? { ...begun, after } : null;
    }
    if (shadow === null || otherProbability === null || openedAt <= shadow.ensemble.parts.trainedUntil) return;
    this.#bothEver++;
    this.#both.push({
      openedAt,
      resolvedAt,
      netR,
      newProbability: probability,
      oldProbability: otherProbability,
      newTakes: probability >= champion.ensemble.parts.breakEven,
      oldTakes: otherProbability >= shadow.ensemble.parts.breakEven,
    });
    if (this.#both.length > SHADOW_WINDOW) this.#both.shift();
  }
}

type JudgedRow = ReturnType<Profile['predictions']['judged']>[number];
