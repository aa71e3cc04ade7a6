/** The models that are at work now, by their id in the table of models; which of them speaks of which signal (ML-11). */
import { type InstrumentId, splitInstrumentId } from '#core/domain/instrument.ts';
import { MEMO_AGE_MS, PredictionMemo } from '#core/learning/prediction-memo.ts';
import { variantName } from '#core/learning/variant-plan.ts';
import type { OpeningAnswer } from './opening-advice.ts';
import type { ModelPair, ScoringPair } from './scoring-model.ts';
import { scoringPair } from './scoring-model.ts';

/** ML-2's models that are not a strategy's own. */
export const FALLBACK_MODEL = 'immediate';
export const OPINION_MODEL = 'quality';
export const DIRECTION_MODEL = 'direction';
export const R_MODEL = 'r_multiple';
export const VOLATILITY_MODEL = 'volatility';
/** Its score is moved towards the strategy's own grade (ML-30). */
export const ENHANCING_MODEL = 'structure';
/** Its strategy's signals get the opening-range recommendation (ML-32). */
export const OPENING_MODEL = 'entry_quality';

/** What a model answers of a win, or in words why nothing. */
export type Answer = { readonly probability: number; readonly heads: Readonly<Record<string, number>> } | string;

export class ModelBook {
  /** ML-33: of features that serve every signal of a bar, and of opening ranges. */
  readonly marketAnswers = new PredictionMemo<Answer>(MEMO_AGE_MS.marketFeatures);
  readonly openingAnswers = new PredictionMemo<OpeningAnswer | string>(MEMO_AGE_MS.openingRange);
  /** DE-10: whether a model's score may decide; where not, models are asked and measured, and the rules decide. */
  mayScore = true;
  readonly #models = new Map<string, ModelPair>();

  put(model: string, pair: ModelPair | null): void {
    if (pair === null) this.#models.delete(model);
    else this.#models.set(model, pair);
  }

  get(model: string): ModelPair | null {
    return this.#models.get(model) ?? null;
  }

  /** Null too where the model gives something else than the probability of a win. */
  scoring(model: string): ScoringPair | null {
    return scoringPair(this.#models.get(model));
  }

  /** Models of the instrument's own and of its cluster, beside the model of all (ML-50); the narrower first. */
  variants(model: string, instrumentId: InstrumentId, cluster: number | null): readonly ScoringPair[] {
    const { symbol } = splitInstrumentId(instrumentId);
    const names = [variantName(model, { kind: 'instrument', symbol })];
    if (cluster !== null) names.push(variantName(model, { kind: 'cluster', cluster }));
    return names.map((name) => this.scoring(name)).filter((pair) => pair !== null);
  }
}
