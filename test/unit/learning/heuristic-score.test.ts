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

const RANGE = { rc15: 60, touches_low: 3, touches_high: 3, rejection_wick_ratio: 0.5, ts60: 29.9, volume_ratio: 1.99 };

describe('the range heuristic', () => {
  it('ML-10: 50, 10 each for a clear range, three touches of each edge and a long wick, 5 for a calm 1h', () => {
    expect(heuristicScore('range_fade', features(RANGE))).toMatchObject({ value: 85, version: 'range-heuristic@1' });
    for (const [name, below] of [
      ['rc15', 59.9],
      ['touches_low', 2],
      ['touches_high', 2],
      ['rejection_wick_ratio', 0.49],
    ] as const) {
      expect(heuristicScore('range_fade', features({ ...RANGE, [name]: below })).value, name).toBe(75);
    }
    expect(heuristicScore('range_fade', features({ ...RANGE, ts60: 30 })).value).toBe(80);
  });

  it('ML-10: 10 less when volume rushes at the edge; FE-4: a missing feature earns nothing', () => {
    expect(heuristicScore('range_fade', features({ ...RANGE, volume_ratio: 2 })).value).toBe(75);
    expect(heuristicScore('range_fade', features({})).value).toBe(50);
  });
});

const SCALP = { impulse_ratio: 1.01, vwap_dist_atr: 0.59, bb_width_rank: 0.71, volume_ratio: 1.31 };

describe('the scalp heuristic', () => {
  it('ML-10: 50, 10 each for impulse, nearness to the VWAP and volume, 5 for wide bands', () => {
    expect(heuristicScore('scalp', features(SCALP))).toMatchObject({ value: 85, version: 'scalp-heuristic@1' });
    for (const [name, limit, points] of [
      ['impulse_ratio', 1, 10],
      ['vwap_dist_atr', 0.6, 10],
      ['bb_width_rank', 0.7, 5],
      ['volume_ratio', 1.3, 10],
    ] as const) {
      expect(heuristicScore('scalp', features({ ...SCALP, [name]: limit })).value, name).toBe(85 - points);
    }
    expect(heuristicScore('scalp', features({})).value).toBe(50);
  });
});

describe('the opening range heuristic', () => {
  const full = {
    break_minutes: 60,
    break_dist_range: 0.1,
    volume_ratio: 1.31,
    or_size_atr: 1.2,
    first_break: 1,
    today_to_prev_range: 1.9,
  };
  const value = (change: Readonly<Record<string, number>>) =>
    heuristicScore('opening_range', features({ ...full, ...change })).value;

  it('ML-10: 50, and 10 for each of a soon, a clear, a busy break and a narrow range', () => {
    expect(value({})).toBe(90);
    expect(value({ break_minutes: 65 })).toBe(80);
    expect(value({ break_dist_range: 0.09 })).toBe(80);
    expect(value({ volume_ratio: 1.3 })).toBe(80);
    expect(value({ or_size_atr: 1.21 })).toBe(80);
  });

  it('ML-10: 10 less after a break of the other side, 5 less on a day that has moved already', () => {
    expect(value({ first_break: 0 })).toBe(80);
    expect(value({ today_to_prev_range: 2 })).toBe(85);
    expect(heuristicScore('opening_range', features({})).value).toBe(50);
  });
});

describe('the base score of structure', () => {
  it('ML-10, ML-30: is the grade of the strategy itself', () => {
    expect(heuristicScore('structure', features({ qscore: 63.5 }))).toMatchObject({
      value: 63.5,
      kind: 'heuristic',
      version: 'structure-base@1',
      parts: [{ name: 'base', points: 63.5 }],
    });
  });

  it('PL-9: without it the score is neutral and says why', () => {
    expect(heuristicScore('structure', features({}))).toMatchObject({
      kind: 'neutral',
      value: 50,
      reason: 'the base score of structure is missing',
    });
  });
});

describe('the heuristic of signals from outside', () => {
  it('ST-20: knows every source alike, by what can be seen without knowing how the signal was found', () => {
    const value = (values: Record<string, number>) => heuristicScore('external:tv', features(values)).value;
    expect(value({})).toBe(50);
    expect(value({ higher_timeframe_alignment: 1 })).toBe(60);
    expect(value({ higher_timeframe_alignment: -1 })).toBe(40);
    expect(value({ trend_strength: 60, volume_ratio: 1.31, risk_reward: 1.5 })).toBe(75);
    expect(value({ recent_win_rate: 0.5 })).toBe(60);
    expect(value({ recent_win_rate: 0.29 })).toBe(40);
    expect(heuristicScore('external:other', features({}))).toEqual(heuristicScore('external:tv', features({})));
  });
});
