import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Score } from '#core/domain/score.ts';
import { enhancedScore, modelWeight } from '#core/learning/enhanced-score.ts';

const baseOf = (value: number): Score => ({
  ...{ value, kind: 'heuristic', version: 'structure-base@1', reason: null },
  parts: [{ name: 'base', points: value }],
});
const answer = (score: number, effectiveSamples: number) => ({ score, effectiveSamples, version: 'structure v3' });

describe('enhanced score of structure', () => {
  it('ML-30: base + w (score - base) + (session bonus - 10) / 3, with w = n / (n + 200)', () => {
    const enhanced = enhancedScore(baseOf(60), answer(80, 200), 25);
    expect(enhanced.value).toBeCloseTo(60 + 0.5 * 20 + 5, 12);
    expect(enhanced).toMatchObject({ kind: 'enhanced', version: 'structure v3', reason: null });
    expect(enhancedScore(baseOf(60), answer(40, 50), 10).value).toBeCloseTo(60 - 0.2 * 20, 12);
  });

  it('ML-30: the model never weighs more than 0.7, and nothing without examples', () => {
    expect(modelWeight(0)).toBe(0);
    expect(modelWeight(200)).toBe(0.5);
    expect(modelWeight(466)).toBeLessThan(0.7);
    expect(modelWeight(1e9)).toBe(0.7);
  });

  it('ML-30: stays within 0 to 100, and its parts add up to it', () => {
    const inside = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(inside, inside, fc.nat(5_000), fc.integer({ min: 0, max: 25 }), (base, score, samples, bonus) => {
        const { value, parts } = enhancedScore(baseOf(base), answer(score, samples), bonus);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(100);
        expect(parts.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(value, 9);
      }),
    );
    expect(enhancedScore(baseOf(99), answer(100, 1e6), 25).parts.at(-1)?.name).toBe('kept within 0 to 100');
  });

  it('ML-30: on an error the base score stands, of its own kind, and says why', () => {
    for (const [model, bonus, why] of [
      ['structure v3 has expired', 10, 'structure v3 has expired'],
      [answer(Number.NaN, 100), 10, 'gave no score'],
      [answer(101, 100), 10, 'gave no score'],
      [answer(50, Number.NaN), 10, 'how many examples'],
      [answer(50, 100), Number.NaN, 'the session is not known'],
    ] as const) {
      const score = enhancedScore(baseOf(61), model, bonus);
      expect(score).toMatchObject({ value: 61, kind: 'heuristic', version: 'structure-base@1' });
      expect(score.reason).toContain(why);
    }
  });
});
