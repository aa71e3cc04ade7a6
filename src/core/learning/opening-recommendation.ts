/** One recommendation for an opening range (ML-32) from three models: direction, entry quality and R multiple. */
import { signedText } from '#core/base/number-text.ts';
import { namedClass } from './class-scorer.ts';

/** In the order of the direction model's classes. */
export const DIRECTIONS = ['up', 'down', 'none'] as const;
export type Direction = (typeof DIRECTIONS)[number];
export type DirectionConfidence = 'LOW' | 'MEDIUM' | 'HIGH';

export interface OpeningAnswers {
  /** Calibrated, adding up to 1, beside the model's base rates; a reason in words where no direction model may speak. */
  readonly direction:
    | {
        readonly probabilities: Readonly<Record<Direction, number>>;
        /** 0 for a class that was too rare to learn. */
        readonly baseRates: Readonly<Record<Direction, number>>;
      }
    | string;
  /** Calibrated probability that the entry wins, and from which on it pays; null without a model. */
  readonly entryQuality: { readonly probability: number; readonly breakEven: number } | null;
  /** Expected R, and where 80 % of its misses lie; null without a model. */
  readonly rMultiple: { readonly expected: number; readonly low: number; readonly high: number } | null;
  /** Of the signal that asks, if one does. */
  readonly side: 'long' | 'short' | null;
}

export interface OpeningCutOffs {
  /** Probability of the direction below which confidence is LOW, and below which it is MEDIUM. */
  readonly medium: number;
  readonly high: number;
  /** What risk per trade is multiplied by. */
  readonly riskFactors: Readonly<Record<DirectionConfidence, number>>;
}

export const OPENING_CUT_OFFS: OpeningCutOffs = {
  medium: 0.55,
  high: 0.65,
  riskFactors: { LOW: 0.7, MEDIUM: 1, HIGH: 1.15 },
};

export interface OpeningRecommendation {
  /** Null where no direction model may speak. */
  readonly direction: Direction | null;
  /** Of the direction; NaN without one. */
  readonly probability: number;
  readonly confidence: DirectionConfidence;
  readonly riskFactor: number;
  /** Whether the direction is the signal's; null without a signal or a direction. */
  readonly agrees: boolean | null;
  /** In words, the direction first. */
  readonly reasons: readonly string[];
}

/**
 * The direction is the class with the highest probability against its base rate, as the model is judged (`namedClass`);
 * its calibrated probability decides the confidence. Confidence is LOW whatever that probability where there is no
 * direction to be confident of, where the signal stands against it, where the entry is less likely to win than pays, or
 * where a loss is expected: nobody raises a stake that another model of his expects to lose.
 */
export function recommendOpening(
  answers: OpeningAnswers,
  cutOffs: OpeningCutOffs = OPENING_CUT_OFFS,
): OpeningRecommendation {
  const { direction: said, side } = answers;
  const doubts = doubtsOf(answers);
  const comforts = comfortsOf(answers);
  if (typeof said === 'string') {
    const reasons = [`no direction: ${said}`, ...doubts, ...comforts];
    const riskFactor = cutOffs.riskFactors.LOW;
    return { direction: null, probability: Number.NaN, confidence: 'LOW', riskFactor, agrees: null, reasons };
  }
  const known = DIRECTIONS.filter((name) => said.baseRates[name] > 0);
  const direction =
    known[
      namedClass(
        known.map((name) => said.probabilities[name]),
        0,
        known.map((name) => said.baseRates[name]),
      )
    ];
  if (direction === undefined) {
    return recommendOpening({ ...answers, direction: 'the model gave no probabilities' }, cutOffs);
  }
  const probability = said.probabilities[direction];
  const agrees = side === null || direction === 'none' ? null : (direction === 'up') === (side === 'long');
  const opposed = agrees === false ? [`the ${side} stands against it`] : [];
  const noWay = direction === 'none' ? ['no break of the range is expected'] : [];
  const against = [...noWay, ...opposed, ...doubts];
  const byProbability = probability < cutOffs.medium ? 'LOW' : probability < cutOffs.high ? 'MEDIUM' : 'HIGH';
  const confidence = against.length > 0 ? 'LOW' : byProbability;
  const first = `${direction} ${percent(probability)}, usually ${percent(said.baseRates[direction])} (${others(said.probabilities, direction)})`;
  const grade =
    byProbability === 'LOW'
      ? `below ${percent(cutOffs.medium)}: low confidence`
      : byProbability === 'MEDIUM'
        ? `from ${percent(cutOffs.medium)} on: medium confidence`
        : `from ${percent(cutOffs.high)} on: high confidence`;
  const lowered = confidence === byProbability ? [] : ['confidence is low because of what stands against it'];
  return {
    direction,
    probability,
    confidence,
    riskFactor: cutOffs.riskFactors[confidence],
    agrees,
    reasons: [first, grade, ...against, ...comforts, ...lowered],
  };
}

function doubtsOf({ entryQuality, rMultiple }: OpeningAnswers): string[] {
  const doubts: string[] = [];
  if (entryQuality !== null && entryQuality.probability < entryQuality.breakEven) {
    doubts.push(
      `entry wins with ${percent(entryQuality.probability)}, less than the ${percent(entryQuality.breakEven)} that pay`,
    );
  }
  if (rMultiple !== null && rMultiple.expected < 0) doubts.push(`a loss is expected: ${resultOf(rMultiple)}`);
  return doubts;
}

function comfortsOf({ entryQuality, rMultiple }: OpeningAnswers): string[] {
  const comforts: string[] = [];
  if (entryQuality !== null && entryQuality.probability >= entryQuality.breakEven) {
    comforts.push(
      `entry wins with ${percent(entryQuality.probability)}, at least the ${percent(entryQuality.breakEven)} that pay`,
    );
  }
  if (rMultiple !== null && rMultiple.expected >= 0) comforts.push(`expected result ${resultOf(rMultiple)}`);
  return comforts;
}

function resultOf({ expected, low, high }: NonNullable<OpeningAnswers['rMultiple']>): string {
  return `${signed(expected)} R (80 % of results between ${signed(low)} and ${signed(high)} R)`;
}

function others(probabilities: Readonly<Record<Direction, number>>, direction: Direction): string {
  return DIRECTIONS.filter((name) => name !== direction)
    .map((name) => `${name} ${percent(probabilities[name])}`)
    .join(', ');
}

function signed(value: number): string {
  return signedText(value, 2);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
