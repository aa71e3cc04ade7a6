/** Scores before models exist (ML-10): plain sums of points, shown part by part. They are grades, not probabilities. */
import { externalSource } from '#core/domain/external-signal.ts';
import type { Score, ScorePart } from '#core/domain/score.ts';

/** Reads one feature by name; NaN when missing. */
export type FeatureReader = (name: string) => number;

interface HeuristicRule {
  readonly name: string;
  readonly points: number;
  readonly holds: (feature: FeatureReader) => boolean;
}

interface Heuristic {
  readonly version: string;
  /** Points, or the feature that gives them: without it the score is neutral. */
  readonly base: number | { readonly feature: string };
  readonly rules: readonly HeuristicRule[];
}

const HEURISTICS: Readonly<Record<string, Heuristic>> = {
  trend_pullback: {
    version: 'trend-heuristic@1',
    base: 50,
    rules: [
      { name: 'slope at least 5 bp per bar', points: 10, holds: (f) => Math.abs(f('slope')) >= 5 },
      { name: 'averages stacked with the trade', points: 10, holds: (f) => f('ema_stack_score') >= 50 },
      { name: 'clear break of the level', points: 10, holds: (f) => f('break_dist_atr') >= 0.2 },
      { name: 'range expanding', points: 10, holds: (f) => f('range_expansion') >= 1.2 },
      { name: 'volatile (ATR at least 0.5 %)', points: -5, holds: (f) => f('atr_pct') >= 0.5 },
    ],
  },
  range_fade: {
    version: 'range-heuristic@1',
    base: 50,
    rules: [
      { name: 'clear range on 15m', points: 10, holds: (f) => f('rc15') >= 60 },
      {
        name: 'three touches of each edge',
        points: 10,
        holds: (f) => Math.min(f('touches_low'), f('touches_high')) >= 3,
      },
      { name: 'the wick is half of the candle', points: 10, holds: (f) => f('rejection_wick_ratio') >= 0.5 },
      { name: 'hardly a trend on 1h', points: 5, holds: (f) => f('ts60') < 30 },
      { name: 'rush at the edge (volume at least twice the usual)', points: -10, holds: (f) => f('volume_ratio') >= 2 },
    ],
  },
  scalp: {
    version: 'scalp-heuristic@1',
    base: 50,
    rules: [
      { name: 'impulse above 1 ATR', points: 10, holds: (f) => f('impulse_ratio') > 1 },
      { name: 'near the VWAP', points: 10, holds: (f) => f('vwap_dist_atr') < 0.6 },
      { name: 'bands wider than usual', points: 5, holds: (f) => f('bb_width_rank') > 0.7 },
      { name: 'volume above 1.3 times the usual', points: 10, holds: (f) => f('volume_ratio') > 1.3 },
    ],
  },
  opening_range: {
    version: 'opening-range-heuristic@1',
    base: 50,
    rules: [
      { name: 'broke within an hour', points: 10, holds: (f) => f('break_minutes') <= 60 },
      { name: 'closed a tenth of the range beyond it', points: 10, holds: (f) => f('break_dist_range') >= 0.1 },
      { name: 'volume above 1.3 times the usual', points: 10, holds: (f) => f('volume_ratio') > 1.3 },
      { name: 'narrow opening range (at most 1.2 ATR of 15m)', points: 10, holds: (f) => f('or_size_atr') <= 1.2 },
      { name: 'the other side broke before', points: -10, holds: (f) => f('first_break') === 0 },
      {
        name: 'the day has moved already (twice the day before)',
        points: -5,
        holds: (f) => f('today_to_prev_range') >= 2,
      },
    ],
  },
  // Signals from outside (ST-20): what can be said without knowing how they were found.
  external: {
    version: 'external-heuristic@1',
    base: 50,
    rules: [
      { name: 'the 1h averages agree', points: 10, holds: (f) => f('higher_timeframe_alignment') === 1 },
      { name: 'the 1h averages disagree', points: -10, holds: (f) => f('higher_timeframe_alignment') === -1 },
      { name: 'a clear trend', points: 5, holds: (f) => f('trend_strength') >= 60 },
      { name: 'volume above 1.3 times the usual', points: 10, holds: (f) => f('volume_ratio') > 1.3 },
      { name: 'at least 1.5 R after fees', points: 10, holds: (f) => f('risk_reward') >= 1.5 },
      { name: 'half of its last signals won', points: 10, holds: (f) => f('recent_win_rate') >= 0.5 },
      { name: 'few of its last signals won', points: -10, holds: (f) => f('recent_win_rate') < 0.3 },
    ],
  },
  // ML-30: its base score, the confluence that the strategy graded, is all there is before its model.
  structure: { version: 'structure-base@1', base: { feature: 'qscore' }, rules: [] },
};

const NO_MODEL = 'no model has proved itself yet: a rule-based grade, not a probability';

/**
 * The heuristic score of a strategy's signal, or the neutral 50 that passes no threshold where the strategy has none or
 * the heuristic fails (ML-11, PL-9). A missing feature earns no points.
 */
export function heuristicScore(strategyId: string, feature: FeatureReader): Score {
  const heuristic = HEURISTICS[externalSource(strategyId) === null ? strategyId : 'external'];
  if (heuristic === undefined) return neutralScore(`no heuristic is defined for ${strategyId}`);
  const base = typeof heuristic.base === 'number' ? heuristic.base : feature(heuristic.base.feature);
  if (Number.isNaN(base)) return neutralScore(`the base score of ${strategyId} is missing`);
  const parts: ScorePart[] = [{ name: 'base', points: base }];
  for (const rule of heuristic.rules) {
    if (rule.holds(feature)) parts.push({ name: rule.name, points: rule.points });
  }
  const sum = parts.reduce((total, part) => total + part.points, 0);
  return {
    value: Math.min(100, Math.max(0, sum)),
    kind: 'heuristic',
    version: heuristic.version,
    parts,
    reason: NO_MODEL,
  };
}

/** PL-9: the score when nothing else can score. */
export function neutralScore(reason: string): Score {
  return { value: 50, kind: 'neutral', version: 'neutral@1', parts: [{ name: 'base', points: 50 }], reason };
}
