/** Promotion of models of a value (ML-24): squared errors against the mean of the block, or against the champion. */
import { studentUpperBound } from '#core/base/intervals.ts';
import { mean } from '#core/base/statistics.ts';
import { firstModelAlpha, type Judgement, judgeLosses } from './promotion.ts';
import { LEAK_SUSPECTED } from './promotion-leak-check.ts';
import { averageUniqueness, dependenceTime } from './uniqueness.ts';
import type { ValueReport } from './value-report.ts';
import type { LifeSpans } from './walk-forward.ts';

/** No honest forecast of a market explains this share of the variance; those of volatility reach about two thirds. */
const SUSPICIOUS_SHARE = 0.9;

/** The judged rows, newest last, none of which either side has seen. */
export interface JudgedValues extends LifeSpans {
  readonly target: Float64Array;
}

/**
 * A first model against the mean of the block, the best constant in hindsight: no constant can pass. The bound is
 * Student's on the number of independent rows: overlapping lives count by their uniqueness, and where forecast and outcome
 * both run in episodes, as volatility does, rows count as the number of episodes that the two could share by chance
 * (`dependenceTime`): a slow feature that happened to match a slow market is no knowledge. The level shrinks with each
 * attempt as for win probabilities. It must also not lose to any of the cheap forecasts.
 */
export function judgeFirstValues(
  forecast: Float64Array,
  baselines: readonly { readonly name: string; readonly forecast: Float64Array }[],
  rows: JudgedValues,
  attempt: number,
): Judgement {
  const { target } = rows;
  const count = target.length;
  const middle = mean(target);
  const modelLoss = squaredErrors(forecast, target);
  const baseLoss = target.map((value) => (middle - value) ** 2);
  const difference = modelLoss.map((loss, row) => loss - baseLoss[row]);
  const alpha = firstModelAlpha(attempt);
  const uniqueness = averageUniqueness(rows);
  const mass = uniqueness.reduce((sum, value) => sum + value, 0);
  const effectiveRows = Math.min(mass, count / dependenceTime(forecast, target));
  const weight = uniqueness.map((value) => (value * effectiveRows) / mass);
  const bound = studentUpperBound(difference, weight, 1 - alpha);
  const ofModel = mean(modelLoss);
  const ofBase = mean(baseLoss);
  const better = bound < 0;
  const lostTo = baselines
    .map(({ name, forecast: other }) => ({ name, loss: mean(squaredErrors(other, target)) }))
    .filter(({ loss }) => ofModel > loss);
  const promoted = better && lostTo.length === 0;
  const compared = `root mean squared error ${root(ofModel)} against the mean's ${root(ofBase)} on the newest ${count} examples`;
  const surely = Number.isNaN(bound)
    ? 'which are worth a single one'
    : `(worth ${Math.round(effectiveRows)} independent ones), at worst ${percent(1 + bound / ofBase)} of the mean's squared error at level ${level(alpha)} (attempt ${attempt})`;
  const losses = lostTo.map(({ name, loss }) => `the ${name} (${root(loss)})`).join(', ');
  const reason = promoted
    ? `Better than the mean: ${compared} ${surely}.`
    : ofModel >= ofBase
      ? `No better than the mean: ${compared}.`
      : better
        ? `Better than the mean, but not than ${losses}: ${compared}.`
        : `Not surely better than the mean: ${compared} ${surely}.`;
  const figures = { meanDifference: mean(difference), upperBound: bound, alpha, attempt, effectiveRows };
  return { promoted, reason, rows: count, logLoss: ofModel, otherLogLoss: ofBase, figures };
}

/** The 90 % upper bound of the paired difference of squared errors is at most 1 % of the champion's. */
export function judgeValueChallenger(
  forecast: Float64Array,
  champion: Float64Array,
  rows: JudgedValues,
  seed: string,
): Judgement {
  const losses = { model: squaredErrors(forecast, rows.target), other: squaredErrors(champion, rows.target) };
  return judgeLosses(losses, rows, { kind: 'champion', seed });
}

/** A forecast that surely explains more than anything honest: its features know the outcome together. Or null. */
export function valuesTooGood({ rSquared }: ValueReport, mostImportant: () => string | undefined): string | null {
  if (!(rSquared.low > SUSPICIOUS_SHARE)) return null;
  return `${LEAK_SUSPECTED}: the model explains ${percent(rSquared.value)} of the variance, and leans most on ${mostImportant() ?? 'a feature'}.`;
}

function squaredErrors(forecast: Float64Array, target: Float64Array): Float64Array {
  return forecast.map((value, row) => (value - target[row]) ** 2);
}

function root(squared: number): string {
  return Math.sqrt(squared).toPrecision(4);
}

function level(alpha: number): string {
  return `1 - ${alpha.toPrecision(2)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
