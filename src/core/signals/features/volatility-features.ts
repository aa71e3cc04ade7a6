/** Features of volatility and range: how wide the market moves, and against what. */
import { median } from '#core/base/statistics.ts';
import { DAY_MS, timeframeMs } from '#core/domain/timeframe.ts';
import type { FeatureDefinition, FeatureInput } from './feature.ts';

const INFINITY = Number.POSITIVE_INFINITY;

/** The newest 24 h and the ten before. */
const RANGE_DAYS = 11;
const BARS_PER_DAY = 96;
/** A day with fewer of its 15m bars has no honest range and is left out. */
const LEAST_BARS_PER_DAY = 72;
/** Earlier days that must remain for a median. */
const LEAST_DAYS = 5;

export const VOLATILITY_FEATURES: readonly FeatureDefinition[] = [
  {
    name: 'atr_pct',
    version: 1,
    meaning: 'ATR14 in percent of the close.',
    unit: 'percent',
    range: [0, INFINITY],
    warmUp: { timeframe: 'own', bars: 14 },
    compute: ({ own }) => (100 * own.indicators.atr.value) / own.bars.close(0),
  },
  {
    name: 'bb_width_pct',
    version: 1,
    meaning: 'Width of the Bollinger bands (20, 2) over their middle.',
    unit: 'percent',
    range: [0, INFINITY],
    warmUp: { timeframe: 'own', bars: 20 },
    compute: ({ own: { indicators } }) =>
      (100 * (indicators.bands.upper - indicators.bands.lower)) / indicators.bands.middle,
  },
  {
    name: 'bb_position',
    version: 1,
    meaning:
      'Where the close stands between the lower (0) and upper (1) Bollinger band, beyond them too; by the market.',
    unit: 'share',
    range: [Number.NEGATIVE_INFINITY, INFINITY],
    warmUp: { timeframe: 'own', bars: 20 },
    compute: ({ own: { bars, indicators } }) => {
      const width = indicators.bands.upper - indicators.bands.lower;
      return width > 0 ? (bars.close(0) - indicators.bands.lower) / width : Number.NaN;
    },
  },
  {
    name: 'range_expansion',
    version: 1,
    meaning: 'High-low range of the last 24 h over the median of the ten 24 h ranges before.',
    unit: 'ratio',
    range: [0, INFINITY],
    warmUp: { timeframe: '15m', bars: RANGE_DAYS * BARS_PER_DAY },
    compute: rangeExpansion,
  },
];

/** Windows are cut by time, so that a hole in the history shifts nothing. */
function rangeExpansion({ quarter: { bars } }: FeatureInput): number {
  const end = bars.openTime(0) + timeframeMs('15m');
  if (!(bars.openTime(bars.size - 1) <= end - RANGE_DAYS * DAY_MS)) return Number.NaN;
  const earlier: number[] = [];
  let newest = Number.NaN;
  let ago = 0;
  for (let day = 0; day < RANGE_DAYS; day++) {
    const { count, highest, lowest } = bars.span(ago, end - (day + 1) * DAY_MS);
    ago += count;
    if (count < LEAST_BARS_PER_DAY) continue;
    if (day === 0) newest = highest - lowest;
    else earlier.push(highest - lowest);
  }
  const usual = earlier.length < LEAST_DAYS ? Number.NaN : median(earlier);
  return usual > 0 ? newest / usual : Number.NaN;
}
