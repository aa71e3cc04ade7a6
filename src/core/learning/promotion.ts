/** Promotion (ML-24): whether a challenger may replace the champion, or a first model the heuristic, with reasons in words. */

import { meanInterval, studentUpperBound } from '#core/base/intervals.ts';
import { invariant } from '#core/base/invariant.ts';
import { signedText } from '#core/base/number-text.ts';
import { mean } from '#core/base/statistics.ts';
import { logLossOf, tradeFigures } from './metrics.ts';
import { averageUniqueness, dependenceLength, dependenceTime } from './uniqueness.ts';
import { type Fold, type LifeSpans, splitBefore } from './walk-forward.ts';

/** The judgement block is the newest share of the rows, within these counts. */
const BLOCK_SHARE = 0.2;
const MINIMUM_BLOCK = 40;
const MAXIMUM_BLOCK = 1_000;
/** Largest log-loss disadvantage (nats per signal) that the 90 % upper bound may leave open. */
const LOG_LOSS_TOLERANCE = 0.01;
const CHAMPION_LEVEL = 0.9;
/** R per trade by which a challenger may be worse. */
const NET_R_TOLERANCE = 0.05;
const FIRST_MODEL_ALPHA = 0.002;
const RESAMPLES = 2_000;

/**
 * The rows to judge on and those before them that may train: the newest 20 % (40 to 1,000), later than the champion's
 * cut-off (the last outcome it has seen), with purge and embargo. Null, with the reason, when fewer than 40 are left.
 */
export function judgementSplit(
  lives: LifeSpans,
  championCutoff: number | null,
  embargoMs: number,
): { readonly fold: Fold } | { readonly fold: null; readonly reason: string } {
  const rows = lives.openedAt.length;
  let from = rows - Math.min(MAXIMUM_BLOCK, Math.max(MINIMUM_BLOCK, Math.ceil(rows * BLOCK_SHARE)));
  if (from <= 0) {
    return { fold: null, reason: `${rows} examples are too few: the newest ${MINIMUM_BLOCK} must be kept for judging` };
  }
  while (championCutoff !== null && from < rows && (lives.openedAt[from] as number) <= championCutoff) from++;
  if (rows - from < MINIMUM_BLOCK) {
    const reason = `only ${rows - from} signals are newer than what the champion was trained on; ${MINIMUM_BLOCK} are needed`;
    return { fold: null, reason };
  }
  return { fold: splitBefore(lives, from, rows, embargoMs) };
}

/** Significance that the k-th attempt of a first model needs; over all attempts it adds up to 0.002. */
export function firstModelAlpha(attempt: number): number {
  invariant(Number.isInteger(attempt) && attempt >= 1, 'attempts are counted from 1');
  return FIRST_MODEL_ALPHA / (attempt * (attempt + 1));
}

/** The judged rows, newest last, none of which either side has seen. */
export interface JudgedRows extends LifeSpans {
  /** classify: 0 or 1. */
  readonly target: Float64Array;
  readonly netR: Float64Array;
}

/** Calibrated probabilities for the judged rows, and the one from which this model takes a signal. */
export interface JudgedModel {
  readonly probability: Float64Array;
  readonly threshold: number;
}

export interface Judgement {
  readonly promoted: boolean;
  /** In words, with the figures that decided. */
  readonly reason: string;
  readonly rows: number;
  /** Mean log loss of the challenger and of what it was compared with, per signal. */
  readonly logLoss: number;
  readonly otherLogLoss: number;
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * A first model against the base rate: a split likelihood-ratio test (Wasserman, Ramdas and Balakrishnan, "Universal
 * inference", PNAS 2020). The model was fixed before the block, so if outcomes had nothing but one common rate, the
 * ratio of its likelihood to that of the rate that fits the block best in hindsight exceeds 1/alpha with probability at
 * most alpha: exact at every sample size, with no normal approximation at levels of a thousandth. Log loss below that
 * of *any* constant is a stronger demand than below the training base rate, and one that no constant can meet. Rows
 * whose lives overlap count by their uniqueness: by Hoelder's inequality the bound then holds for any dependence within
 * groups of lives that run together. Where predictions and outcomes both run in episodes (a persistent feature that
 * happened to match a persistent market), the evidence shrinks to the number of those; less keeps the bound valid.
 */
export function judgeFirstModel(model: JudgedModel, rows: JudgedRows, attempt: number): Judgement {
  const count = rows.target.length;
  const uniqueness = averageUniqueness(rows);
  let mass = 0;
  let wins = 0;
  rows.target.forEach((win, row) => {
    mass += uniqueness[row] as number;
    wins += (uniqueness[row] as number) * win;
  });
  const baseRate = wins / mass;
  let evidence = 0;
  let modelLoss = 0;
  let baseLoss = 0;
  rows.target.forEach((win, row) => {
    const ofModel = logLossOf(model.probability[row] as number, win);
    const ofBase = logLossOf(baseRate, win);
    const weight = uniqueness[row] as number;
    evidence += weight * (ofBase - ofModel);
    modelLoss += (weight / mass) * ofModel;
    baseLoss += (weight / mass) * ofBase;
  });
  const effectiveRows = Math.min(mass, count / dependenceTime(model.probability, rows.target));
  if (evidence > 0) evidence *= effectiveRows / mass;
  const alpha = firstModelAlpha(attempt);
  const needed = Math.log(1 / alpha);
  const promoted = evidence > needed;
  const compared = `log loss ${modelLoss.toFixed(4)} against the base rate's ${baseLoss.toFixed(4)} on the newest ${count} signals (worth ${Math.round(effectiveRows)} independent ones)`;
  const demand = `attempt ${attempt} needs odds of ${odds(needed)} to 1`;
  const reason = promoted
    ? `Better than the base rate: ${compared}; the evidence stands at ${odds(evidence)} to 1, and ${demand}.`
    : modelLoss >= baseLoss
      ? `No better than the base rate: ${compared}.`
      : `Not surely better than the base rate: ${compared}; the evidence stands at ${odds(evidence)} to 1, and ${demand}.`;
  const figures = { baseRate, evidenceNats: evidence, neededNats: needed, alpha, attempt, effectiveRows };
  return { promoted, reason, rows: count, logLoss: modelLoss, otherLogLoss: baseLoss, figures };
}

/**
 * A challenger against the champion: the 90 % upper bound of the paired log-loss difference is at most 0.01, and net R
 * per trade, each at its own threshold, is not lower by more than 0.05. The bound comes from a seeded circular block
 * bootstrap whose blocks are as long as lives run together. A model that takes no trade earns 0 per trade.
 */
export function judgeChallenger(
  challenger: JudgedModel,
  champion: JudgedModel,
  rows: JudgedRows,
  seed: string,
): Judgement {
  const count = rows.target.length;
  const lossOf = (model: JudgedModel) =>
    rows.target.map((win, row) => logLossOf(model.probability[row] as number, win));
  const newLoss = lossOf(challenger);
  const oldLoss = lossOf(champion);
  const difference = newLoss.map((loss, row) => loss - (oldLoss[row] as number));
  const bounds = meanInterval(difference, {
    seed,
    resamples: RESAMPLES,
    blockLength: dependenceLength(averageUniqueness(rows)),
    level: 2 * CHAMPION_LEVEL - 1,
  });
  const newTrades = tradeFigures(challenger.probability, rows.netR, challenger.threshold);
  const oldTrades = tradeFigures(champion.probability, rows.netR, champion.threshold);
  const newNetR = newTrades.trades === 0 ? 0 : newTrades.netRPerTrade;
  const oldNetR = oldTrades.trades === 0 ? 0 : oldTrades.netRPerTrade;
  const lossHolds = bounds.high <= LOG_LOSS_TOLERANCE;
  const netRHolds = newNetR >= oldNetR - NET_R_TOLERANCE;
  const lossWords = `log loss ${mean(newLoss).toFixed(4)} against the champion's ${mean(oldLoss).toFixed(4)} on the newest ${count} signals, at worst ${signed(bounds.high, 4)} (90 % bound; ${signed(LOG_LOSS_TOLERANCE, 2)} is allowed)`;
  const netRWords = `net R per trade ${signed(newNetR, 3)} (${newTrades.trades} trades) against ${signed(oldNetR, 3)} (${oldTrades.trades} trades)`;
  const promoted = lossHolds && netRHolds;
  const reason = promoted
    ? `At least as good as the champion: ${lossWords}; ${netRWords}.`
    : `Not shown to be as good as the champion: ${[lossHolds ? null : lossWords, netRHolds ? null : netRWords].filter((part) => part !== null).join('; ')}.`;
  return {
    promoted,
    reason,
    rows: count,
    logLoss: mean(newLoss),
    otherLogLoss: mean(oldLoss),
    figures: {
      meanDifference: mean(difference),
      upperBound: bounds.high,
      netRPerTrade: newNetR,
      otherNetRPerTrade: oldNetR,
      trades: newTrades.trades,
      otherTrades: oldTrades.trades,
    },
  };
}

/**
 * The same for models without a probability of winning (volatility, R multiple, several classes), from losses per row:
 * squared errors, or -ln p. Against a champion the rule of ML-24 with the tolerance as a share of the champion's loss;
 * against the base (the losses of the best constant in hindsight), a Student bound on the effective number of rows.
 */
export function judgeLosses(
  losses: { readonly model: Float64Array; readonly other: Float64Array },
  lives: LifeSpans,
  against: { readonly kind: 'champion'; readonly seed: string } | { readonly kind: 'base'; readonly attempt: number },
): Judgement {
  const uniqueness = averageUniqueness(lives);
  const difference = losses.model.map((loss, row) => loss - (losses.other[row] as number));
  const logLoss = mean(losses.model);
  const otherLogLoss = mean(losses.other);
  const allowed = against.kind === 'base' ? 0 : LOG_LOSS_TOLERANCE * Math.abs(otherLogLoss);
  const level = against.kind === 'base' ? 1 - firstModelAlpha(against.attempt) : CHAMPION_LEVEL;
  const bound =
    against.kind === 'base'
      ? studentUpperBound(difference, uniqueness, level)
      : meanInterval(difference, {
          seed: against.seed,
          resamples: RESAMPLES,
          blockLength: dependenceLength(uniqueness),
          level: 2 * CHAMPION_LEVEL - 1,
        }).high;
  // NaN (too few independent rows) promotes nothing.
  const promoted = against.kind === 'base' ? bound < allowed : bound <= allowed;
  const other = against.kind === 'base' ? 'the base' : 'the champion';
  const words = `mean loss ${logLoss.toPrecision(4)} against ${otherLogLoss.toPrecision(4)} of ${other} on the newest ${losses.model.length} rows, difference at worst ${bound.toPrecision(3)}`;
  return {
    promoted,
    reason: `${promoted ? 'Better than or as good as' : 'Not shown to be as good as'} ${other}: ${words}.`,
    rows: losses.model.length,
    logLoss,
    otherLogLoss,
    figures: { meanDifference: mean(difference), upperBound: bound, allowed, level },
  };
}

/** A likelihood ratio in words, from its logarithm. */
export function odds(nats: number): string {
  const ratio = Math.exp(nats);
  if (ratio > 1e6) return 'over 1,000,000';
  return ratio >= 10 ? String(Math.round(ratio)).replace(/(?<=\d)(?=(?:\d{3})+$)/g, ',') : ratio.toPrecision(2);
}

function signed(value: number, digits: number): string {
  return signedText(value, digits);
}
