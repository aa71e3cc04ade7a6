/** Features of the signal itself: its structure as the strategy measured it, its geometry and its grade. */
import { sideSign } from '#core/domain/signal.ts';
import { type FeatureDefinition, measured } from './feature.ts';

const INFINITY = Number.POSITIVE_INFINITY;

export const STRUCTURE_FEATURES: readonly FeatureDefinition[] = [
  measured(
    'break_dist_atr',
    'Furthest close beyond the broken level over ATR14; unsigned, the same for long and short.',
    'ATR',
    [0, INFINITY],
  ),
  measured(
    'retrace_depth_atr',
    'Pullback from the furthest point after the break over ATR14; unsigned, the same for long and short.',
    'ATR',
    [0, INFINITY],
  ),
  measured('confirm_candles', 'Candles in a row that closed in the direction of the side.', 'count', [0, INFINITY]),
  measured(
    'div_ok',
    '1 when RSI or TSI diverges in favour of the side at the protective point, else 0.',
    'flag',
    [0, 1],
  ),
  measured(
    'div_score',
    'Mean strength of the divergences of RSI (full at 15 points) and TSI (full at 20) in favour of the side.',
    'points',
    [0, 100],
  ),
  measured(
    'div_rsi_delta',
    'RSI at the protective point minus RSI at the origin of the leg, times the side: negative = weaker for the side.',
    'points',
    [-100, 100],
  ),
  measured(
    'div_tsi_delta',
    'TSI at the protective point minus TSI at the origin of the leg, times the side: negative = weaker for the side.',
    'points',
    [-200, 200],
  ),
  measured(
    'protective_pivot_present',
    '1 when the point that protects the stop is a confirmed pivot, else 0.',
    'flag',
    [0, 1],
  ),
  {
    name: 'stop_dist_atr',
    version: 1,
    meaning: 'Distance from entry to stop over ATR14; unsigned, the same for long and short.',
    unit: 'ATR',
    range: [0, INFINITY],
    warmUp: { timeframe: 'own', bars: 14 },
    compute: ({ subject, own }) => Math.abs(subject.entry - subject.stop) / own.indicators.atr.value,
  },
  {
    name: 'planned_rr',
    version: 1,
    meaning: 'Gross reward:risk as planned, |target - entry| / |entry - stop|.',
    unit: 'R',
    range: [0, INFINITY],
    warmUp: null,
    compute: ({ subject }) => subject.plannedRr,
  },
  {
    name: 'qscore',
    version: 1,
    meaning: "The strategy's own quality score of the signal.",
    unit: 'points',
    range: [0, 100],
    warmUp: null,
    compute: ({ subject }) => subject.qscore,
  },
  {
    name: 'side',
    version: 1,
    meaning:
      '1 for a long, -1 for a short: lets a model read the features that are signed by the market, not by the side.',
    unit: 'sign',
    range: [-1, 1],
    warmUp: null,
    compute: ({ subject }) => sideSign(subject.side),
  },
];
