/** Intervals and tests of shares, and control of false discoveries among many of them. */
import { gammaUpperTail, logGamma, normalTail } from './distributions.ts';
import { clamp } from './statistics.ts';

/** Lower and upper bound. */
export type Bounds = readonly [low: number, high: number];

/** Two-sided 95 %: the 0.975 quantile of the standard normal distribution. */
const Z_95 = 1.959963984540054;
/** Below this expected count in a cell the normal approximation is not trusted (Cochran 1954). */
const SMALLEST_EXPECTED = 5;
/** Two tables of equal probability differ by rounding only (R's `fisher.test` uses the same). */
const EQUAL_PROBABILITY = 1 + 1e-7;

/** 95 % score interval of a share (Wilson 1927); NaN bounds without rows. */
export function wilsonInterval(successes: number, count: number): Bounds {
  if (count === 0) return [Number.NaN, Number.NaN];
  const share = successes / count;
  const square = (Z_95 * Z_95) / count;
  const middle = (share + square / 2) / (1 + square);
  const half = (Z_95 * Math.sqrt((share * (1 - share)) / count + square / (4 * count))) / (1 + square);
  // At the ends the bound is 0 or 1 exactly, not a rounding away from it.
  return [successes === 0 ? 0 : clamp(middle - half, 0, 1), successes === count ? 1 : clamp(middle + half, 0, 1)];
}

/** 95 % interval of share a - share b of independent groups (Newcombe 1998, method 10); NaN when one is empty. */
export function newcombeInterval(winsA: number, countA: number, winsB: number, countB: number): Bounds {
  const [a, b] = [winsA / countA, winsB / countB];
  const [lowA, highA] = wilsonInterval(winsA, countA);
  const [lowB, highB] = wilsonInterval(winsB, countB);
  const difference = a - b;
  return [difference - Math.hypot(a - lowA, highB - b), difference + Math.hypot(highA - a, b - lowB)];
}

/**
 * Two-sided p-value of "both groups win equally often": the pooled score test (Pearson's chi-square without correction),
 * and Fisher's exact test where an expected count is below five. 1 when a group is empty or nothing varies.
 */
export function equalSharesPValue(winsA: number, countA: number, winsB: number, countB: number): number {
  const count = countA + countB;
  const wins = winsA + winsB;
  if (countA === 0 || countB === 0 || wins === 0 || wins === count) return 1;
  if ((Math.min(countA, countB) * Math.min(wins, count - wins)) / count < SMALLEST_EXPECTED) {
    return fisherPValue(winsA, countA, winsB, countB);
  }
  const cross = winsA * (countB - winsB) - winsB * (countA - winsA);
  const square = (count * cross * cross) / (countA * countB * wins * (count - wins));
  return gammaUpperTail(0.5, square / 2);
}

/**
 * One-sided p-value of "group a wins no more often than group b": the upper tail of the same tests. Not half of the
 * two-sided one: where one group is small, all of what Fisher's test counts may lie on this side.
 */
export function greaterSharePValue(winsA: number, countA: number, winsB: number, countB: number): number {
  const count = countA + countB;
  const wins = winsA + winsB;
  if (countA === 0 || countB === 0 || wins === 0 || wins === count) return 1;
  if ((Math.min(countA, countB) * Math.min(wins, count - wins)) / count < SMALLEST_EXPECTED) {
    const probability = tableProbability(wins, countA, countB);
    let sum = 0;
    for (let won = winsA; won <= Math.min(countA, wins); won++) sum += probability(won);
    return Math.min(1, sum);
  }
  const cross = winsA * (countB - winsB) - winsB * (countA - winsA);
  return normalTail((cross * Math.sqrt(count)) / Math.sqrt(countA * countB * wins * (count - wins)));
}

/** Of so many wins in group a when all margins are given: hypergeometric. */
function tableProbability(wins: number, countA: number, countB: number): (won: number) => number {
  return (won) => Math.exp(logChoose(countA, won) + logChoose(countB, wins - won) - logChoose(countA + countB, wins));
}

/** Fisher's exact test, two-sided: the probability of all tables no more likely than this one. */
function fisherPValue(winsA: number, countA: number, winsB: number, countB: number): number {
  const wins = winsA + winsB;
  const from = Math.max(0, wins - countB);
  const to = Math.min(countA, wins);
  const probability = tableProbability(wins, countA, countB);
  const limit = probability(winsA) * EQUAL_PROBABILITY;
  let sum = 0;
  for (let won = from; won <= to; won++) {
    const value = probability(won);
    if (value <= limit) sum += value;
  }
  return Math.min(1, sum);
}

/**
 * Benjamini and Hochberg's adjusted p-values (1995), in the order given: what is at most q is a discovery at the false
 * discovery rate q. `family` is the number of hypotheses searched; those that are not listed count as if p were 1.
 */
export function adjustedPValues(pValues: readonly number[], family: number): readonly number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[b] as number) - (pValues[a] as number));
  const adjusted = new Array<number>(pValues.length);
  let least = 1;
  order.forEach((index, position) => {
    const rank = pValues.length - position;
    least = Math.min(least, ((pValues[index] as number) * family) / rank);
    adjusted[index] = least;
  });
  return adjusted;
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
