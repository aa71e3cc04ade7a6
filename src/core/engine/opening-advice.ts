/** What the direction model says of an opening range, and the one recommendation that the opening models make (ML-32). */
import type { OpeningAdvice } from '#core/domain/advice.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import {
  DIRECTIONS,
  type Direction,
  type OpeningAnswers,
  recommendOpening,
} from '#core/learning/opening-recommendation.ts';
import { type ClassModel, modelObjection } from './scoring-model.ts';

export interface OpeningAnswer {
  readonly version: string;
  /** Calibrated, adding up to 1. */
  readonly probabilities: Readonly<Record<Direction, number>>;
  /** 0 for a class that was too rare to learn. */
  readonly baseRates: Readonly<Record<Direction, number>>;
}

/** What the model says of the vector at the end of an opening range, or in words why nothing. */
export function askDirection(model: ClassModel, vector: FeatureVector, now: UnixMs): OpeningAnswer | string {
  const objection = modelObjection(model, vector, now);
  if (objection !== null) return objection;
  const { parts, scorer } = model.classes;
  if (!scorer.score(vector.values)) return `${model.name} gave no probabilities`;
  const byLabel = (value: (label: number) => number) =>
    Object.fromEntries(DIRECTIONS.map((name) => [name, value(parts.labels.indexOf(name))])) as Record<
      Direction,
      number
    >;
  return {
    version: model.name,
    probabilities: byLabel((label) => scorer.probabilities[label] ?? 0),
    baseRates: byLabel((label) => parts.baseRates[parts.kept.indexOf(label)] ?? 0),
  };
}

export function openingAdvice(
  answer: OpeningAnswer | string,
  side: 'long' | 'short',
  entryQuality: OpeningAnswers['entryQuality'],
  rMultiple: OpeningAnswers['rMultiple'],
): OpeningAdvice {
  const recommended = recommendOpening({ direction: answer, entryQuality, rMultiple, side });
  const { direction, probability, confidence, riskFactor, agrees, reasons } = recommended;
  return {
    version: typeof answer === 'string' ? null : answer.version,
    direction,
    probability: Number.isNaN(probability) ? null : probability,
    confidence,
    riskFactor,
    agrees,
    expectedR: rMultiple?.expected ?? null,
    reasons,
  };
}
