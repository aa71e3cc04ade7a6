/** Promotion of models of several classes (ML-24, ML-32): is it better than what is there, and has it anything to say? */

import { meanInterval } from '#core/base/intervals.ts';
import { signedText } from '#core/base/number-text.ts';
import { mean } from '#core/base/statistics.ts';
import type { ClassReport } from './class-report.ts';
import { namedClass } from './class-scorer.ts';
import { classFigures, logLossOf } from './metrics.ts';
import { firstModelAlpha, type Judgement, odds } from './promotion.ts';
import { LEAK_SUSPECTED } from './promotion-leak-check.ts';
import { averageUniqueness, dependenceLength, dependenceTime } from './uniqueness.ts';
import type { LifeSpans } from './walk-forward.ts';

/** Recall that each class must have: a model that never names one of them has nothing to say about it. */
const LEAST_RECALL = 0.3;
/** As for win probabilities (ML-24): nats per row that the 90 % upper bound may leave open. */
const LOG_LOSS_TOLERANCE = 0.01;
const CHAMPION_LEVEL = 0.9;
/** Balanced accuracy by which a challenger may be lower; it stands where net R stands for win probabilities. */
const BALANCED_TOLERANCE = 0.05;
const RESAMPLES = 2_000;
/** A whole honest model may know more than its best feature, but no market is told apart like this. */
const SUSPICIOUS_AREA = 0.9;

/** The judged rows, newest last, none of which either side has seen. */
export interface JudgedClassRows extends LifeSpans {
  readonly classes: number;
  /** Class index. */
  readonly target: Float64Array;
}

/** Calibrated probabilities for the judged rows, and the base rates that decide which class it names. */
export interface JudgedClassModel {
  readonly probability: Float64Array;
  readonly baseRates: readonly number[];
}

/**
 * A first model against the base rates: the split likelihood-ratio test of `judgeFirstModel` for several classes. Its
 * ratio to the constant that fits the block best in hindsight exceeds 1/alpha with a probability of at most alpha when
 * classes come with one set of rates whatever the features say (Wasserman, Ramdas and Balakrishnan 2020): the argument
 * holds for any number of classes. Overlapping lives count by their uniqueness, and where probabilities and outcomes of
 * a class run in episodes together, the evidence shrinks to the number of those, of the class that has fewest.
 */
export function judgeFirstClasses(probability: Float64Array, rows: JudgedClassRows, attempt: number): Judgement {
  const { classes, target } = rows;
  const count = target.length;
  const uniqueness = averageUniqueness(rows);
  const held = new Float64Array(classes);
  let mass = 0;
  for (let row = 0; row < count; row++) {
    held[target[row]] += uniqueness[row];
    mass += uniqueness[row];
  }
  let evidence = 0;
  let modelLoss = 0;
  let baseLoss = 0;
  for (let row = 0; row < count; row++) {
    const ofModel = logLossOf(probability[row * classes + target[row]], 1);
    const ofBase = logLossOf(held[target[row]] / mass, 1);
    evidence += uniqueness[row] * (ofBase - ofModel);
    modelLoss += (uniqueness[row] / mass) * ofModel;
    baseLoss += (uniqueness[row] / mass) * ofBase;
  }
  let time = 1;
  for (let k = 0; k < classes; k++) {
    const ofClass = Float64Array.from({ length: count }, (_, row) => probability[row * classes + k]);
    const came = target.map((actual) => (actual === k ? 1 : 0));
    time = Math.max(time, dependenceTime(ofClass, came));
  }
  const effectiveRows = Math.min(mass, count / time);
  if (evidence > 0) evidence *= effectiveRows / mass;
  const alpha = firstModelAlpha(attempt);
  const needed = Math.log(1 / alpha);
  const promoted = evidence > needed;
  const compared = `log loss ${modelLoss.toFixed(4)} against the base rates' ${baseLoss.toFixed(4)} on the newest ${count} examples (worth ${Math.round(effectiveRows)} independent ones)`;
  const demand = `attempt ${attempt} needs odds of ${odds(needed)} to 1`;
  const reason = promoted
    ? `Better than the base rates: ${compared}; the evidence stands at ${odds(evidence)} to 1, and ${demand}.`
    : modelLoss >= baseLoss
      ? `No better than the base rates: ${compared}.`
      : `Not surely better than the base rates: ${compared}; the evidence stands at ${odds(evidence)} to 1, and ${demand}.`;
  const figures = { evidenceNats: evidence, neededNats: needed, alpha, attempt, effectiveRows };
  return { promoted, reason, rows: count, logLoss: modelLoss, otherLogLoss: baseLoss, figures };
}

/**
 * A challenger against the champion: the 90 % upper bound of the paired log-loss difference is at most 0.01, and its
 * balanced accuracy, each model naming by its own base rates, is not lower by more than 5 points.
 */
export function judgeClassChallenger(
  challenger: JudgedClassModel,
  champion: JudgedClassModel,
  rows: JudgedClassRows,
  seed: string,
): Judgement {
  const { classes, target } = rows;
  const lossOf = ({ probability }: JudgedClassModel) =>
    target.map((actual, row) => logLossOf(probability[row * classes + actual], 1));
  const balancedOf = ({ probability, baseRates }: JudgedClassModel) =>
    classFigures(
      Int32Array.from(target, (_, row) => namedClass(probability, row * classes, baseRates)),
      target,
      classes,
    ).balancedAccuracy;
  const newLoss = lossOf(challenger);
  const oldLoss = lossOf(champion);
  const difference = newLoss.map((loss, row) => loss - oldLoss[row]);
  const blockLength = dependenceLength(averageUniqueness(rows));
  const level = 2 * CHAMPION_LEVEL - 1;
  const { high } = meanInterval(difference, { seed, resamples: RESAMPLES, blockLength, level });
  const newBalanced = balancedOf(challenger);
  const oldBalanced = balancedOf(champion);
  const lossHolds = high <= LOG_LOSS_TOLERANCE;
  const balanceHolds = newBalanced >= oldBalanced - BALANCED_TOLERANCE;
  const lossWords = `log loss ${mean(newLoss).toFixed(4)} against the champion's ${mean(oldLoss).toFixed(4)} on the newest ${target.length} examples, at worst ${signed(high)} (90 % bound; +${LOG_LOSS_TOLERANCE} is allowed)`;
  const balanceWords = `balanced accuracy ${percent(newBalanced)} against ${percent(oldBalanced)}`;
  const promoted = lossHolds && balanceHolds;
  const against = [lossHolds ? null : lossWords, balanceHolds ? null : balanceWords].filter((part) => part !== null);
  return {
    promoted,
    reason: promoted
      ? `At least as good as the champion: ${lossWords}; ${balanceWords}.`
      : `Not shown to be as good as the champion: ${against.join('; ')}.`,
    rows: target.length,
    logLoss: mean(newLoss),
    otherLogLoss: mean(oldLoss),
    figures: {
      meanDifference: mean(difference),
      upperBound: high,
      balancedAccuracy: newBalanced,
      otherBalancedAccuracy: oldBalanced,
    },
  };
}

/**
 * Why a model has nothing to say, or null: its balanced accuracy is not surely above what every constant gets (the 95 %
 * interval reaches 1 / classes), or it finds less than 30 % of a class. A model that always says "up" has the balanced
 * accuracy of a constant and finds none of the others.
 */
export function nothingToSay({ classes, balancedAccuracy }: ClassReport): string | null {
  const missed = classes.filter(({ recall }) => !(recall.value >= LEAST_RECALL));
  const said: string[] = [];
  if (missed.length > 0) {
    const named = missed.map(({ label, recall, rows }) =>
      rows === 0 ? `${label} never came among the judged examples` : `it finds ${percent(recall.value)} of ${label}`,
    );
    said.push(`${named.join(', ')} (each class needs ${percent(LEAST_RECALL)})`);
  }
  if (!(balancedAccuracy.low > balancedAccuracy.base)) {
    said.push(
      `its balanced accuracy is ${percent(balancedAccuracy.value)} (95 % interval ${percent(balancedAccuracy.low)} to ${percent(balancedAccuracy.high)}), and ${percent(balancedAccuracy.base)} comes without looking`,
    );
  }
  return said.length === 0 ? null : `The model has nothing to say: ${said.join('; ')}.`;
}

/** As `wholeTooGood`, for several classes: one of them told from the rest better than anything honest does, or null. */
export function classesTooGood({ classes }: ClassReport, mostImportant: () => string | undefined): string | null {
  const told = classes.find(({ areaUnderCurve }) => areaUnderCurve.low > SUSPICIOUS_AREA);
  if (told === undefined) return null;
  return `${LEAK_SUSPECTED}: the model tells ${told.label} from the rest with an area of ${told.areaUnderCurve.value.toFixed(2)} under the curve, and leans most on ${mostImportant() ?? 'a feature'}.`;
}

function signed(value: number): string {
  return signedText(value, 4);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
