/** FE-17: the simple set of an instrument's first days; every warm-up is over within a day of 15m bars. */
import { sampleDeviation } from '#core/base/statistics.ts';
import type { BarsView } from '#core/domain/bar-series.ts';
import { sideSign } from '#core/domain/signal.ts';
import { DAY_MS, HOUR_MS } from '#core/domain/timeframe.ts';
import type { FeatureDefinition, FeatureInput } from './feature.ts';
import { LEVEL_BARS, nearestLevel, visitsTo } from './price-levels.ts';

const INFINITY = Number.POSITIVE_INFINITY;
const RETURNS = 20;
/** A bar within this much of ATR14 visits a level. */
const VISIT_REACH_ATR = 0.25;
/** Visits that make a level as strong as it gets. */
const FULL_VISITS = 5;

export const IMMEDIATE_FEATURES: readonly FeatureDefinition[] = [
  {
    name: 'higher_timeframe_alignment',
    version: 1,
    meaning: 'On 1h: close against EMA20 and change of EMA20, for the side 1, against it -1, divided 0.',
    unit: 'sign',
    range: [-1, 1],
    warmUp: { timeframe: '1h', bars: 21 },
    compute: ({ hour: { bars, indicators }, subject }) => {
      const votes = Math.sign(bars.close(0) - indicators.ema20.value) + Math.sign(indicators.ema20.change);
      return (sideSign(subject.side) * votes) / 2;
    },
  },
  {
    name: 'ema_distance_ratio',
    version: 1,
    meaning: 'Distance of EMA20 to EMA50 over ATR14; signed by the market: EMA20 above is positive.',
    unit: 'ATR',
    range: [-INFINITY, INFINITY],
    warmUp: { timeframe: 'own', bars: 50 },
    compute: ({ own: { indicators } }) => (indicators.ema20.value - indicators.ema50.value) / indicators.atr.value,
  },
  {
    name: 'support_resistance_strength',
    version: 1,
    meaning: 'Separate visits of the last 96 bars to within 0.25 ATR14 of the swing level nearest to entry; full at 5.',
    unit: 'points',
    range: [0, 100],
    warmUp: { timeframe: 'own', bars: LEVEL_BARS },
    compute: levelStrength,
  },
  {
    name: 'volatility',
    version: 1,
    meaning: 'Standard deviation of the log returns of the last 20 bars.',
    unit: 'percent',
    range: [0, INFINITY],
    warmUp: { timeframe: 'own', bars: RETURNS + 1 },
    compute: ({ own: { bars } }) => 100 * sampleDeviation(logReturns(bars, RETURNS)),
  },
  {
    name: 'distance_to_round_number',
    version: 1,
    meaning: 'Distance of entry to the nearest number of at most two significant digits, over ATR14; unsigned.',
    unit: 'ATR',
    range: [0, INFINITY],
    warmUp: { timeframe: 'own', bars: 14 },
    compute: ({ own: { indicators }, subject }) => {
      const step = 10 ** (Math.floor(Math.log10(subject.entry)) - 1);
      return Math.abs(subject.entry - Math.round(subject.entry / step) * step) / indicators.atr.value;
    },
  },
  {
    name: 'hour',
    version: 1,
    meaning: 'Whole hour of the day of the signal (UTC).',
    unit: 'hours',
    range: [0, 23],
    warmUp: null,
    compute: ({ subject }) => Math.floor((subject.time % DAY_MS) / HOUR_MS),
  },
];

function levelStrength({ own: { bars, indicators }, subject }: FeatureInput): number {
  const level = nearestLevel(bars, subject.entry);
  const reach = VISIT_REACH_ATR * indicators.atr.value;
  if (Number.isNaN(level) || Number.isNaN(reach)) return Number.NaN;
  return 100 * Math.min(1, visitsTo(bars, level, reach) / FULL_VISITS);
}

/** Of the newest `count` closes, newest first; NaN beyond the oldest bar. */
function logReturns(bars: BarsView, count: number): Float64Array {
  const returns = new Float64Array(count);
  for (let ago = 0; ago < count; ago++) returns[ago] = Math.log(bars.close(ago) / bars.close(ago + 1));
  return returns;
}
