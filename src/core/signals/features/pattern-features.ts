/** What `structure` knows of its patterns; recorded beside its set for statistics and gates, no model reads it. */
import { type FeatureDefinition, measured } from './feature.ts';

const INFINITY = Number.POSITIVE_INFINITY;

export const PATTERN_FEATURES: readonly FeatureDefinition[] = [
  measured(
    'pattern',
    'Pattern that names the signal: liquidity sweep 0, order block 1, fair-value gap 2.',
    'code',
    [0, 2],
  ),
  measured('pattern_count', 'How many of sweep, block and gap meet where price turned.', 'count', [1, 3]),
  measured('pattern_age_bars', 'Bars since the level, block or gap that names the signal came to be.', 'bars', [
    0,
    INFINITY,
  ]),
  measured('displacement', 'Strength of the move behind the pattern, the same for long and short.', 'share', [0, 1]),
  measured(
    'discount',
    'Where the entry stands in the range of the last day: 0 cheap, 1 dear for the side.',
    'share',
    [0, 1],
  ),
];
