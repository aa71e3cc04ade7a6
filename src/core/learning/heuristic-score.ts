/** Scores before models exist (ML-10): plain sums of points, shown part by part. They are grades, not probabilities. */
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
  readonly base: number;
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
};

const NO_MODEL = 'no model has proved itself yet: a rule-based grade, not a probability';

/**
 * The heuristic score of a strategy's signal, or the neutral 50 that passes no threshold where the strategy has none or
 * the heuristic fails (ML-11, PL-9). A missing feature earns no points.
 */
export function heuristicScore(strategyId: string, feature: FeatureReader): Score {
  const heuristic = HEURISTICS[strategyId];
  if (heuristic === undefined) return neutralScore(`no heuristic is defined for ${strategyId}`);
  const parts: ScorePart[] = [{ name: 'base', points: heuristic.base }];
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
