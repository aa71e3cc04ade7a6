import { describe, expect, it } from 'vitest';
import { qualityVerdict } from '#core/learning/quality-verdict.ts';

describe('quality verdict', () => {
  it.each([
    [0.66, 'EXECUTE', 'low', 0.66],
    [0.65, 'EXECUTE', 'low', 0.65],
    [0.61, 'EXECUTE', 'medium', 0.61],
    [0.6, 'SKIP', 'medium', 0.6],
    [0.5, 'SKIP', 'medium', 0.5],
    [0.3, 'SKIP', 'high', 0.7],
  ] as const)('ML-31: p = %f is %s with %s risk', (probability, recommendation, risk, confidence) => {
    expect(qualityVerdict(probability, [])).toEqual({
      ...{ probability, recommendation, risk, confidence },
      ...{ factorsFor: [], factorsAgainst: [] },
    });
  });

  it('ML-31: names what speaks for and against in words, the strongest first, and no trifles', () => {
    const factors = [
      { name: 'rsi', unit: 'points', value: 63.127, points: 1.25 },
      { name: 'volume_ratio', unit: '', value: 2.1, points: 4.2 },
      { name: 'momentum', unit: 'ATR', value: -0.4, points: -2 },
      { name: 'recent_win_rate', unit: 'share', value: Number.NaN, points: -6.04 },
      { name: 'hour_of_day', unit: 'hours', value: 3, points: 0.4 },
    ];
    const verdict = qualityVerdict(0.55, factors);
    expect(verdict.factorsFor).toEqual(['volume ratio at 2.1 adds 4.2 points', 'rsi at 63.1 points adds 1.3 points']);
    expect(verdict.factorsAgainst).toEqual([
      'recent win rate missing takes 6.0 points',
      'momentum at -0.4 ATR takes 2.0 points',
    ]);
  });

  it('a probability that is none is a bug', () => {
    expect(() => qualityVerdict(Number.NaN, [])).toThrow('needs a probability');
  });
});
