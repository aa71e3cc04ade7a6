/**
 * FE-16: what volatility forecasts read, on 1h bars and, for the newest hour, on base bars. Percent unless named
 * otherwise. A return over a hole is left out; a window with less than three quarters of its returns is missing.
 */
import { mean, sampleDeviation } from '#core/base/statistics.ts';
import type { BarsView } from '#core/domain/bar-series.ts';
import { type BaseTimeframe, HOUR_MS, timeframeMs } from '#core/domain/timeframe.ts';
import type { FeatureDefinition, FeatureInput } from './feature.ts';
import { HourReturns } from './hour-returns.ts';

const INFINITY = Number.POSITIVE_INFINITY;
const LEAST_SHARE = 0.75;
const FIVES_PER_HOUR = 12;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;
/** Median absolute value of a standard normal: turns a median of absolute returns into a robust deviation. */
const NORMAL_MEDIAN = 0.6745;
/** A jump is a return beyond this many robust deviations. */
const JUMP_DEVIATIONS = 4;

export const HOURLY_FEATURES: readonly FeatureDefinition[] = [
  {
    name: 'rv_1h',
    version: 1,
    meaning: 'Realised volatility of the last 60 minutes: root of the sum of squared base-bar returns.',
    unit: 'percent',
    range: [0, INFINITY],
    warmUp: { timeframe: '5m', bars: FIVES_PER_HOUR },
    compute: baseRealisedVolatility,
  },
  percent('rv_6h', 'Realised volatility of 6 h: root of the sum of squared hourly returns.', 7, (hours) =>
    Math.sqrt(squares(hours, 0, 6)),
  ),
  percent('rv_24h', 'Realised volatility of 24 h: root of the sum of squared hourly returns.', 25, (hours) =>
    Math.sqrt(squares(hours, 0, DAY_HOURS)),
  ),
  signed('return_mean_24h', 'Mean of the last 24 hourly log returns; signed by the market.', 25, (hours) =>
    mean(returns(hours, DAY_HOURS)),
  ),
  percent('return_spread_24h', 'Standard deviation of the last 24 hourly log returns.', 25, (hours) =>
    sampleDeviation(returns(hours, DAY_HOURS)),
  ),
  percent('return_abs_mean_24h', 'Mean absolute value of the last 24 hourly log returns.', 25, (hours) =>
    mean(sizes(hours, DAY_HOURS)),
  ),
  plain(
    'volume_mean_24h',
    'Mean hourly volume of 24 h over the mean of 7 days; missing when nothing traded.',
    'ratio',
    WEEK_HOURS,
    (hours) => mean(volumes(hours, DAY_HOURS)) / mean(volumes(hours, WEEK_HOURS)),
  ),
  plain(
    'volume_spread_24h',
    'Standard deviation of the hourly volume of 24 h over its mean; missing when nothing traded.',
    'ratio',
    DAY_HOURS,
    (hours) => sampleDeviation(volumes(hours, DAY_HOURS)) / mean(volumes(hours, DAY_HOURS)),
  ),
  percent('high_low_range_1h', 'High-low range of the newest hour over its close.', 1, (hours) => {
    return (100 * (hours.high(0) - hours.low(0))) / hours.close(0);
  }),
  percent(
    'close_open_range_1h',
    'Distance of close to open of the newest hour over its close; unsigned.',
    1,
    (hours) => {
      return (100 * Math.abs(hours.close(0) - hours.open(0))) / hours.close(0);
    },
  ),
  signed('momentum_1h', 'Log return of the newest hour; signed by the market.', 2, (hours) => change(hours, 1)),
  signed('momentum_6h', 'Log return of the last 6 h; signed by the market.', 7, (hours) => change(hours, 6)),
  {
    ...plain(
      'jump_count_24h',
      'Hourly returns of 24 h beyond four robust deviations (median absolute return of 7 days / 0.6745).',
      'count',
      WEEK_HOURS + 1,
      jumpCount,
    ),
    range: [0, DAY_HOURS],
  },
  plain(
    'gap_ratio_24h',
    'Mean absolute gap between an open and the close before over the mean absolute hourly return, 24 h.',
    'ratio',
    25,
    (hours) => (100 * meanGap(hours, DAY_HOURS)) / mean(sizes(hours, DAY_HOURS)),
  ),
  har('har_daily', 'Heterogeneous autoregression: log of the realised variance of the last 24 h.', 1),
  har('har_weekly', 'Heterogeneous autoregression: log of the mean daily realised variance of 7 days.', 7),
  har('har_monthly', 'Heterogeneous autoregression: log of the mean daily realised variance of 30 days.', 30),
];

type OnHours = (hours: BarsView) => number;

/** `hoursNeeded`: 1h bars of the warm-up. */
function plain(name: string, meaning: string, unit: string, hoursNeeded: number, value: OnHours): FeatureDefinition {
  return {
    name,
    version: 1,
    meaning,
    unit,
    range: [0, INFINITY],
    warmUp: { timeframe: '1h', bars: hoursNeeded },
    compute: ({ hour: { bars } }) => (bars.size < hoursNeeded ? Number.NaN : value(bars)),
  };
}

function percent(name: string, meaning: string, hoursNeeded: number, value: OnHours): FeatureDefinition {
  return plain(name, meaning, 'percent', hoursNeeded, value);
}

function signed(name: string, meaning: string, hoursNeeded: number, value: OnHours): FeatureDefinition {
  return { ...percent(name, meaning, hoursNeeded, value), range: [-INFINITY, INFINITY] };
}

/** Log-HAR terms. Source: Corsi, "A Simple Approximate Long-Memory Model of Realized Volatility", 2009, eq. 10. */
function har(name: string, meaning: string, days: number): FeatureDefinition {
  const definition = plain(name, meaning, 'log percent^2', days * DAY_HOURS + 1, (hours) => {
    let sum = 0;
    let known = 0;
    for (let day = 0; day < days; day++) {
      const variance = squares(hours, day * DAY_HOURS, DAY_HOURS);
      if (Number.isNaN(variance)) continue;
      sum += variance;
      known++;
    }
    return known < LEAST_SHARE * days ? Number.NaN : Math.log(sum / known);
  });
  return { ...definition, range: [-INFINITY, INFINITY] };
}

/** Log returns of hours in percent: `count` of them, newest first. Empty where too few. */
function returns(hours: BarsView, count: number): Float64Array {
  const found = HourReturns.of(hours).last(count);
  return found.length < LEAST_SHARE * count ? found.subarray(0, 0) : found;
}

/** Absolute values of the newest `count` returns. */
function sizes(hours: BarsView, count: number): Float64Array {
  const found = returns(hours, count);
  for (let index = 0; index < found.length; index++) found[index] = Math.abs(found[index] as number);
  return found;
}

/** Sum of squared hourly returns, percent^2, brought up to the whole window where some are missing. */
function squares(hours: BarsView, skip: number, count: number): number {
  const found = HourReturns.of(hours).squares(count, skip);
  return found.count < LEAST_SHARE * count ? Number.NaN : (found.sum / found.count) * count;
}

function volumes(hours: BarsView, count: number): Float64Array {
  return HourReturns.of(hours).volumes(count);
}

function change(hours: BarsView, count: number): number {
  const isWhole = hours.openTime(0) - hours.openTime(count) === count * HOUR_MS;
  return isWhole ? 100 * Math.log(hours.close(0) / hours.close(count)) : Number.NaN;
}

function meanGap(hours: BarsView, count: number): number {
  let sum = 0;
  for (let ago = 0; ago < count; ago++) sum += Math.abs(Math.log(hours.open(ago) / hours.close(ago + 1)));
  return sum / count;
}

function jumpCount(hours: BarsView): number {
  const week = HourReturns.of(hours).weekSizes();
  const usual = week.count < LEAST_SHARE * WEEK_HOURS ? Number.NaN : week.median / NORMAL_MEDIAN;
  const day = returns(hours, DAY_HOURS);
  if (day.length === 0 || Number.isNaN(usual)) return Number.NaN;
  let count = 0;
  for (let index = 0; index < day.length; index++) {
    if (Math.abs(day[index] as number) > JUMP_DEVIATIONS * usual) count++;
  }
  return count;
}

/** Of the base bars that closed within the 60 minutes before now. */
function baseRealisedVolatility({ bars, instrument }: FeatureInput): number {
  if (bars('5m').size < FIVES_PER_HOUR) return Number.NaN;
  return realisedVolatility(bars(instrument.baseTimeframe), instrument.baseTimeframe);
}

/**
 * Of the 60 minutes that end with the newest of `base`: root of the sum of squared log returns, percent; NaN where less
 * than three quarters of them are known.
 */
export function realisedVolatility(base: BarsView, timeframe: BaseTimeframe): number {
  const stepMs = timeframeMs(timeframe);
  const count = HOUR_MS / stepMs;
  const end = base.openTime(0) + stepMs;
  let sum = 0;
  let found = 0;
  for (let ago = 0; base.openTime(ago) >= end - HOUR_MS; ago++) {
    if (base.openTime(ago) - base.openTime(ago + 1) !== stepMs) continue;
    sum += (100 * Math.log(base.close(ago) / base.close(ago + 1))) ** 2;
    found++;
  }
  return found < LEAST_SHARE * count ? Number.NaN : Math.sqrt((sum / found) * count);
}
