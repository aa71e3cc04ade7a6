/** Features of the signal's own candle and its volume, on the signal's timeframe. */
import type { FeatureDefinition } from './feature.ts';

const INFINITY = Number.POSITIVE_INFINITY;

export const CANDLE_FEATURES: readonly FeatureDefinition[] = [
  {
    name: 'volume_ratio',
    version: 1,
    meaning: 'Volume over the mean of the last 20 bars, this one included; missing when nothing traded in them.',
    unit: 'ratio',
    range: [0, 20],
    warmUp: { timeframe: 'own', bars: 20 },
    compute: ({ own: { bars, indicators } }) =>
      indicators.volumeAverage.value > 0 ? bars.volume(0) / indicators.volumeAverage.value : Number.NaN,
  },
  {
    name: 'body_ratio',
    version: 1,
    meaning: 'Body of the candle over its range, unsigned; missing for a candle without range.',
    unit: 'share',
    range: [0, 1],
    warmUp: { timeframe: 'own', bars: 1 },
    compute: ({ own: { bars } }) => shareOfRange(Math.abs(bars.close(0) - bars.open(0)), bars.high(0) - bars.low(0)),
  },
  {
    name: 'upper_wick_ratio',
    version: 1,
    meaning: 'Upper wick over the range of the candle, for long and short alike.',
    unit: 'share',
    range: [0, 1],
    warmUp: { timeframe: 'own', bars: 1 },
    compute: ({ own: { bars } }) =>
      shareOfRange(bars.high(0) - Math.max(bars.open(0), bars.close(0)), bars.high(0) - bars.low(0)),
  },
  {
    name: 'lower_wick_ratio',
    version: 1,
    meaning: 'Lower wick over the range of the candle, for long and short alike.',
    unit: 'share',
    range: [0, 1],
    warmUp: { timeframe: 'own', bars: 1 },
    compute: ({ own: { bars } }) =>
      shareOfRange(Math.min(bars.open(0), bars.close(0)) - bars.low(0), bars.high(0) - bars.low(0)),
  },
  {
    name: 'vwap_dist_atr',
    version: 1,
    meaning: 'Distance of the close to the VWAP of the UTC day over ATR14; unsigned.',
    unit: 'ATR',
    range: [0, INFINITY],
    warmUp: { timeframe: 'own', bars: 14 },
    compute: ({ own: { bars, indicators } }) => Math.abs(bars.close(0) - indicators.vwap.value) / indicators.atr.value,
  },
];

function shareOfRange(part: number, range: number): number {
  return range > 0 ? part / range : Number.NaN;
}
