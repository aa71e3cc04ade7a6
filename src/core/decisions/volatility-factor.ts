/** DE-20: how volatility scales a size: its 30-day median over what is forecast, so that calm and wild markets risk alike. */
import { clamp, median } from '#core/base/statistics.ts';

/** 30 days. */
export const VOLATILITY_HOURS = 720;
/** A week: with fewer hours the median says too little. */
const LEAST_HOURS = 168;
/** RiskMetrics' decay, on hours. */
const EWMA_DECAY = 0.94;
const LEAST_FACTOR = 0.5;
const MOST_FACTOR = 1.5;

export interface VolatilityFactor {
  readonly factor: number;
  /** In words, with whose forecast it is. */
  readonly basis: string;
}

/** What a model says of the hour that runs, beside the median of the same measure. */
export interface ModelForecast {
  /** E.g. `volatility v3`. */
  readonly by: string;
  /** Realised volatility of the hour; the unit of the median. */
  readonly forecast: number;
  readonly median: number;
  /** Hours in the median. */
  readonly hours: number;
}

/**
 * Parkinson's estimate of one hour's volatility from its range. Source: Parkinson, "The Extreme Value Method for
 * Estimating the Variance of the Rate of Return", 1980.
 */
export function rangeVolatility(high: number, low: number): number {
  return Math.log(high / low) / Math.sqrt(4 * Math.LN2);
}

/** The model's forecast against the median; null where it, or the week that a median takes, is missing. */
export function forecastFactor({ by, forecast, median: middle, hours }: ModelForecast): VolatilityFactor | null {
  if (hours < LEAST_HOURS || !(forecast > 0 && middle > 0)) return null;
  return { factor: clamp(middle / forecast, LEAST_FACTOR, MOST_FACTOR), basis: `volatility (forecast by ${by})` };
}

/**
 * Without a model. `hourly`: volatilities of the last hours, newest first, at most 30 days of them; the forecast is their exponentially
 * weighted variance. Where they say too little the size stays as it is: 1, with why.
 */
export function volatilityFactor(hourly: Float64Array): VolatilityFactor {
  const known = hourly.filter((value) => value >= 0);
  if (known.length < LEAST_HOURS) {
    return { factor: 1, basis: `volatility (unknown: ${known.length} of ${LEAST_HOURS} hours)` };
  }
  let variance = 0;
  let weights = 0;
  let weight = 1;
  for (const value of known) {
    variance += weight * value * value;
    weights += weight;
    weight *= EWMA_DECAY;
  }
  const factor = clamp(median(known) / Math.sqrt(variance / weights), LEAST_FACTOR, MOST_FACTOR);
  // Hours without any movement: nothing to compare.
  return Number.isFinite(factor)
    ? { factor, basis: 'volatility (forecast by its weighted average)' }
    : { factor: 1, basis: 'volatility (unknown)' };
}
