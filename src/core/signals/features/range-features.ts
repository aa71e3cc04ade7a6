/** Features of a range as `range_fade` measured it (FE-11). */
import { type FeatureDefinition, measured } from './feature.ts';

const INFINITY = Number.POSITIVE_INFINITY;

export const RANGE_FEATURES: readonly FeatureDefinition[] = [
  measured('range_width_atr', 'Height of the range over ATR14.', 'ATR', [0, INFINITY]),
  measured(
    'touches_low',
    "Separate visits to the lower edge before the signal's own; by the market, the same for long and short.",
    'count',
    [0, INFINITY],
  ),
  measured(
    'touches_high',
    "Separate visits to the upper edge before the signal's own; by the market, the same for long and short.",
    'count',
    [0, INFINITY],
  ),
  measured('range_age_bars', 'Bars that the range has held before the signal.', 'bars', [0, INFINITY]),
  measured(
    'edge_dist_atr',
    'Distance from entry to the edge that is faded over ATR14; unsigned, the same for long and short.',
    'ATR',
    [0, INFINITY],
  ),
  measured(
    'mid_dist_atr',
    'Distance from entry to the middle of the range over ATR14; unsigned, the same for long and short.',
    'ATR',
    [0, INFINITY],
  ),
  measured(
    'rejection_wick_ratio',
    'Wick towards the faded edge over the range of the candle: the lower one for a long.',
    'share',
    [0, 1],
  ),
];
