/** The Sharpe ratio of single trades, deflated by the number of trials behind it (TU-30). */
import { normalQuantile, normalTail } from '#core/base/distributions.ts';

export interface DeflatedSharpe {
  /** Mean over deviation, per trade. */
  readonly sharpe: number;
  /** What the luckiest of the trials shows where none has an edge. */
  readonly luckySharpe: number;
  /** Probability that the true ratio is above that. */
  readonly probability: number;
}

const EULER_GAMMA = 0.5772156649015329;

/**
 * Bailey and Lopez de Prado (2014), The Deflated Sharpe Ratio, equations 1 and 2. `samples`: independent trades, at least
 * 2; the variance of ratios among trials without an edge is taken as 1 / samples, what chance alone gives. Null when the
 * results do not vary.
 */
export function deflatedSharpe(values: Float64Array, samples: number, trials: number): DeflatedSharpe | null {
  const n = values.length;
  if (n < 2 || samples < 2) return null;
  let mean = 0;
  for (const value of values) mean += value / n;
  let [second, third, fourth] = [0, 0, 0];
  for (const value of values) {
    const deviation = value - mean;
    second += deviation ** 2 / n;
    third += deviation ** 3 / n;
    fourth += deviation ** 4 / n;
  }
  // Equal values differ from their mean by rounding.
  if (second <= (1e-12 * mean) ** 2) return null;
  const sharpe = mean / Math.sqrt(second);
  const skewness = third / second ** 1.5;
  const kurtosis = fourth / second ** 2;
  const luckySharpe = trials <= 1 ? 0 : Math.sqrt(1 / samples) * expectedMaximum(trials);
  return { sharpe, luckySharpe, probability: probabilityAbove(luckySharpe, { sharpe, skewness, kurtosis }, samples) };
}

/** Equation 2: that the true ratio is above `ratio`. Kurtosis is 3 for a normal distribution. */
export function probabilityAbove(
  ratio: number,
  { sharpe, skewness, kurtosis }: { readonly sharpe: number; readonly skewness: number; readonly kurtosis: number },
  samples: number,
): number {
  const spread = Math.sqrt(Math.max(Number.EPSILON, 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2));
  return 1 - normalTail(((sharpe - ratio) * Math.sqrt(samples - 1)) / spread);
}

/** Expected maximum of that many standard normal draws, at least 2 (the paper's approximation). */
export function expectedMaximum(draws: number): number {
  // Quantiles of the lower tail, turned around: 1 - 1 / draws would round to 1 for a great many draws.
  return -(1 - EULER_GAMMA) * normalQuantile(1 / draws) - EULER_GAMMA * normalQuantile(1 / (draws * Math.E));
}
