/** ML-10, ML-11, PL-9: the score before models exist, part by part. */
import { describe, expect, it } from 'vitest';
import { heuristicScore, neutralScore } from '#core/learning/heuristic-score.ts';

const features =
  (values: Record<string, number>) =>
  (name: string): number =>
    values[name] ?? Number.NaN;

const FULL = { slope: -5, ema_stack_score: 50, break_dist_atr: 0.2, range_expansion: 1.2, atr_pct: 0.49 };

describe('the trend heuristic', () => {
  it('ML-10: 50, and 10 for each of slope, stacked averages, clear break and expanding range', () => {
    expect(heuristicScore('trend_pullback', features(FULL)).value).toBe(90);
    for (const name of ['slope', 'ema_stack_score', 'break_dist_atr', 'range_expansion'] as const) {
      const below = { ...FULL, [name]: (FULL[name] as number) * 0.99 };
      expect(heuristicScore('trend_pullback', features(below)).value, name).toBe(80);
    }
  });

  it('ML-10: 5 less where ATR is half a percent or more', () => {
    expect(heuristicScore('trend_pullback', features({ ...FULL, atr_pct: 0.5 })).value).toBe(85);
  });

  it('FE-4: a missing feature earns nothing', () => {
    expect(heuristicScore('trend_pullback', features({})).value).toBe(50);
  });

  it('ML-11: it says its kind, its version and why, and its parts add up', () => {
    const score = heuristicScore('trend_pullback', features(FULL));
    expect(score).toMatchObject({ kind: 'heuristic', version: 'trend-heuristic@1' });
    expect(score.reason).toMatch(/not a probability/);
    expect(score.parts.reduce((sum, part) => sum + part.points, 0)).toBe(score.value);
  });

  it('PL-9: a strategy without a heuristic scores the neutral 50 with its reason', () => {
    expect(heuristicScore('unknown', features(FULL))).toMatchObject({ kind: 'neutral', value: 50 });
    expect(neutralScore('because').reason).toBe('because');
  });
});
