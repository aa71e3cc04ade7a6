/**
 * One signal before the models: who scores it, what the others say beside, and why whoever did not score did not
 * (ML-11, ML-30 to ML-32, ML-45). An error in a model falls back and is told; it never stops the chain.
 */
import type { BreakEven } from '#core/decisions/threshold.ts';
import type { OpeningAdvice, QualityOpinion, SignalAdvice } from '#core/domain/advice.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Prediction, PredictionRole } from '#core/domain/model.ts';
import type { Score } from '#core/domain/score.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { enhancedScore } from '#core/learning/enhanced-score.ts';
import { createExplainer } from '#core/learning/explain.ts';
import { heuristicScore, neutralScore } from '#core/learning/heuristic-score.ts';
import { type Factor, qualityVerdict } from '#core/learning/quality-verdict.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import { readFirst } from './feature-reading.ts';
import {
  type Answer,
  ENHANCING_MODEL,
  FALLBACK_MODEL,
  type ModelBook,
  OPENING_MODEL,
  OPINION_MODEL,
  R_MODEL,
} from './model-book.ts';
import { type OpeningAnswer, openingAdvice } from './opening-advice.ts';
import {
  type EngineModel,
  headOutputs,
  modelFacts,
  modelObjection,
  type ScoringModel,
  type ScoringPair,
  type ValueModel,
} from './scoring-model.ts';

/** What a score looks at: the strategy's model reads `own` alone, other models and the heuristic the sets beside it. */
export interface SignalVectors {
  /** Of the strategy's set; null when it could not be computed (PL-9). */
  readonly own: FeatureVector | null;
  readonly beside: readonly FeatureVector[];
  /** Volatility cluster of the instrument, 0-3 (FE-3); null while unknown. */
  readonly cluster?: number | null;
}

export type ScoredStrategy = Pick<Strategy, 'id' | 'model' | 'isPlacebo'>;

type Said = Omit<Prediction, 'signalId'>;

export interface Verdict {
  readonly score: Score;
  /** What the model that made the score knows of break-even; null: none made it. */
  readonly breakEven: BreakEven | null;
  /** Models that threw, each in words. */
  readonly faults: readonly string[];
}

export interface FullVerdict extends Verdict {
  /** What every model said that was asked, the one that scored first. */
  readonly said: readonly Said[];
  /** Without its factors: see `adviceOf`. */
  readonly opinion: QualityOpinion | null;
  readonly opening: OpeningAdvice | null;
}

/** The score alone, as open tickets are scored again (DE-16). */
export function scoreOf(
  strategy: ScoredStrategy,
  instrumentId: InstrumentId,
  vectors: SignalVectors,
  models: ModelBook,
  now: UnixMs,
): Verdict {
  return new Hearing(strategy, instrumentId, vectors, models, now).score();
}

/** The score, and everything else that is known of the signal. `opening`: what the direction model says of its opening range. */
export function judgeSignal(
  strategy: ScoredStrategy,
  instrumentId: InstrumentId,
  side: 'long' | 'short',
  vectors: SignalVectors,
  models: ModelBook,
  now: UnixMs,
  opening: OpeningAnswer | string,
): FullVerdict {
  const hearing = new Hearing(strategy, instrumentId, vectors, models, now);
  const verdict = hearing.score();
  const opinion = hearing.opinion();
  const rMultiple = hearing.expectedR();
  const advice =
    strategy.model === OPENING_MODEL && (typeof opening !== 'string' || rMultiple !== null)
      ? openingAdvice(opening, side, hearing.entryQuality, rMultiple)
      : null;
  return { ...verdict, faults: hearing.faults, said: hearing.said, opinion, opening: advice };
}

/** What is kept beside the decision; null where nobody had anything to say. */
export function adviceOf(
  { opinion, opening }: FullVerdict,
  isTicket: boolean,
  vectors: SignalVectors,
  models: ModelBook,
): SignalAdvice | null {
  if (opinion === null && opening === null) return null;
  // Exact contributions cost more than all scoring together: they are found where somebody reads them.
  return { opinion: opinion !== null && isTicket ? withFactors(opinion, vectors, models) : opinion, opening };
}

/** The opinion with what speaks for and against it in words. */
function withFactors(opinion: QualityOpinion, vectors: SignalVectors, models: ModelBook): QualityOpinion {
  const champion = models.scoring(OPINION_MODEL)?.champion;
  const vector = champion === undefined ? null : vectorFor(champion, vectors);
  const explained =
    champion === undefined || vector === null ? null : createExplainer(champion.ensemble)(vector.values);
  if (vector === null || explained === null) return opinion;
  const factors = (findFeatureSet(vector.setId)?.features ?? []).map(({ name, unit }, index): Factor => {
    return { name, unit, value: vector.values[index], points: explained.points[index] };
  });
  const { factorsFor, factorsAgainst } = qualityVerdict(opinion.probability, factors);
  return { ...opinion, factorsFor, factorsAgainst };
}

class Hearing {
  readonly faults: string[] = [];
  readonly said: Said[] = [];
  /** What the strategy's own model of entries said (ML-32). */
  entryQuality: { readonly probability: number; readonly breakEven: number } | null = null;
  readonly #strategy: ScoredStrategy;
  readonly #instrumentId: InstrumentId;
  readonly #vectors: SignalVectors;
  readonly #models: ModelBook;
  readonly #now: UnixMs;

  constructor(
    strategy: ScoredStrategy,
    instrumentId: InstrumentId,
    vectors: SignalVectors,
    models: ModelBook,
    now: UnixMs,
  ) {
    this.#strategy = strategy;
    this.#instrumentId = instrumentId;
    this.#vectors = vectors;
    this.#models = models;
    this.#now = now;
  }

  score(): Verdict {
    const { model, isPlacebo } = this.#strategy;
    // ST-12: what measures chance is scored by nobody who learned from anything else.
    if (isPlacebo) return { score: this.#rules([]), breakEven: null, faults: this.faults };
    if (model === ENHANCING_MODEL && this.#models.mayScore)
      return { score: this.#enhanced(), breakEven: null, faults: this.faults };
    if (!this.#models.mayScore) return this.#unheard(model);
    const objections: string[] = [];
    for (const id of model === FALLBACK_MODEL ? [model] : [model, FALLBACK_MODEL]) {
      const heard = this.#hear(id);
      if (heard === null) continue;
      const { champion, answer } = heard;
      if (typeof answer === 'string') {
        objections.push(answer);
        continue;
      }
      const { breakEven, breakEvenRows } = champion.ensemble.parts;
      if (id === OPENING_MODEL) this.entryQuality = { probability: answer.probability, breakEven };
      const why = objections[0] ?? `${model} has not proved itself yet`;
      const reason = id === model ? null : `${why}: the simple model scores`;
      const score: Score = {
        value: answer.probability * 100,
        kind: 'model',
        version: champion.name,
        parts: [],
        reason,
      };
      return { score, breakEven: { probability: breakEven, rows: breakEvenRows }, faults: this.faults };
    }
    return { score: this.#rules(objections), breakEven: null, faults: this.faults };
  }

  /** DE-10, score signals off: the model answers, so that it goes on being measured, and the rules score. */
  #unheard(model: string): Verdict {
    const pair = this.#models.scoring(model);
    if (pair !== null) this.#ask(pair, 'shadow');
    return { score: this.#rules(['score signals are switched off']), breakEven: null, faults: this.faults };
  }

  /** ML-31: never decides, unless it is the strategy's own model and has scored already. */
  opinion(): QualityOpinion | null {
    if (this.#strategy.isPlacebo) return null;
    const pair = this.#models.scoring(OPINION_MODEL);
    if (pair === null) return null;
    const answer = this.#strategy.model === OPINION_MODEL ? this.#answerOf(pair.champion) : this.#ask(pair, 'opinion');
    if (typeof answer === 'string') return null;
    return { version: pair.champion.name, ...qualityVerdict(answer.probability, []) };
  }

  /** R that is expected of the signal (ML-32). */
  expectedR(): { readonly expected: number; readonly low: number; readonly high: number } | null {
    const pair = this.#strategy.model === OPENING_MODEL ? this.#models.get(R_MODEL) : null;
    if (pair?.champion.task !== 'regress') return null;
    const expected = this.#askValue(pair.champion, 'opinion');
    if (pair.shadow?.task === 'regress') this.#askValue(pair.shadow, 'shadow');
    if (expected === null) return null;
    const { low, high } = pair.champion.values.parts.residuals;
    return { expected, low: expected + low, high: expected + high };
  }

  /** ML-30: its base score, moved by the model where one may speak. */
  #enhanced(): Score {
    const base = this.#rules([]);
    if (base.kind === 'neutral') return base;
    const heard = this.#hear(ENHANCING_MODEL);
    if (heard === null) return base;
    const { champion, answer } = heard;
    if (typeof answer === 'string') return enhancedScore(base, answer, Number.NaN);
    const { name: version, effectiveExamples: effectiveSamples } = champion;
    const bonus = readFirst(this.#all, 'session_bonus');
    return enhancedScore(base, { score: 100 * answer.probability, effectiveSamples, version }, bonus);
  }

  /** The heuristic, or the neutral 50 where that cannot grade the signal either (PL-9). */
  #rules(objections: readonly string[]): Score {
    if (this.#vectors.own === null) {
      return neutralScore(['the features could not be computed', ...objections].join('; '));
    }
    try {
      const heuristic = heuristicScore(this.#strategy.id, (name) => readFirst(this.#all, name));
      // Where there is no model to object, the heuristic's own words say why it scores.
      return objections.length === 0 ? heuristic : { ...heuristic, reason: objections.join('; ') };
    } catch (error) {
      return neutralScore(`scoring failed: ${wordsOf(error)}`);
    }
  }

  get #all(): readonly FeatureVector[] {
    const { own, beside } = this.#vectors;
    return own === null ? beside : [own, ...beside];
  }

  /**
   * Who decides under this name: a variant that earned the instrument or its cluster, else the model of all. Whoever
   * does not decide watches, so that each stays measured against the other (ML-50). Null: nobody has proved itself.
   */
  #hear(id: string): { readonly champion: ScoringModel; readonly answer: Answer } | null {
    const general = this.#models.scoring(id);
    if (general === null) return null;
    const variants = this.#models.variants(id, this.#instrumentId, this.#vectors.cluster ?? null);
    for (const variant of variants) {
      if (variant.onlyWatches === true) continue;
      const answer = this.#ask(variant, 'decided');
      if (typeof answer === 'string') continue;
      for (const other of [general, ...variants]) if (other !== variant) this.#ask(other, 'shadow');
      return { champion: variant.champion, answer };
    }
    const answer = this.#ask(general, 'decided');
    for (const { champion, onlyWatches } of variants) if (onlyWatches === true) this.#watch(champion);
    return { champion: general.champion, answer };
  }

  /** Asks the champion, and the one that watches it; what they say is kept. */
  #ask({ champion, shadow }: ScoringPair, role: PredictionRole): Answer {
    const answer = this.#answerOf(champion);
    if (typeof answer !== 'string') this.#keep(champion, role, answer);
    if (shadow !== null) this.#watch(shadow);
    return answer;
  }

  #watch(model: ScoringModel): void {
    const watched = this.#answerOf(model);
    if (typeof watched !== 'string') this.#keep(model, 'shadow', watched);
  }

  #keep({ id }: ScoringModel, role: PredictionRole, { probability, heads }: Exclude<Answer, string>): void {
    this.said.push({ modelId: id, role, heads, probability, time: this.#now });
  }

  #answerOf(model: ScoringModel): Answer {
    const vector = vectorFor(model, this.#vectors);
    if (vector === null) return `${model.name} has no features of this signal`;
    const objection = modelObjection(model, vector, this.#now);
    if (objection !== null) return objection;
    try {
      if (findFeatureSet(vector.setId)?.scope !== 'instrument') return answerTo(model, vector);
      // ML-33: the same for every signal of one instrument's bar.
      const key = { instrumentId: this.#instrumentId, bar: this.#now, modelId: model.id };
      return this.#models.marketAnswers.read(key, vector.values, this.#now, () => answerTo(model, vector));
    } catch (error) {
      const words = `${model.name} failed: ${wordsOf(error)}`;
      this.faults.push(words);
      return words;
    }
  }

  #askValue(model: ValueModel, role: PredictionRole): number | null {
    const vector = vectorFor(model, this.#vectors);
    if (vector === null || modelObjection(model, vector, this.#now) !== null) return null;
    try {
      const value = model.values.scorer.score(vector.values);
      if (!Number.isFinite(value)) return null;
      this.said.push({ modelId: model.id, role, heads: {}, probability: null, value, time: this.#now });
      return value;
    } catch (error) {
      this.faults.push(`${model.name} failed: ${wordsOf(error)}`);
      return null;
    }
  }
}

function answerTo(model: ScoringModel, vector: FeatureVector): Answer {
  const { scorer } = model.ensemble;
  const value = scorer.score(vector.values);
  if (!(value >= 0 && value <= 100)) return `${model.name} gave no number`;
  return { probability: scorer.probability, heads: headOutputs(model) };
}

/** The vector of the model's set, of whatever version; null when the signal has none. */
function vectorFor(model: EngineModel, { own, beside }: SignalVectors): FeatureVector | null {
  const { setId } = modelFacts(model);
  if (own?.setId === setId) return own;
  return beside.find((vector) => vector.setId === setId) ?? null;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
