import { describe, expect, it } from 'vitest';
import { OPENING_CUT_OFFS, type OpeningAnswers, recommendOpening } from '#core/learning/opening-recommendation.ts';

const RATES = { up: 0.45, down: 0.45, none: 0.1 };

function answers(up: number, down: number, changes: Partial<OpeningAnswers> = {}): OpeningAnswers {
  const probabilities = { up, down, none: 1 - up - down };
  return {
    direction: { probabilities, baseRates: RATES },
    entryQuality: null,
    rMultiple: null,
    side: null,
    ...changes,
  };
}

describe('recommendation for an opening range', () => {
  it.each([
    [0.54, 'LOW', 0.7],
    [0.55, 'MEDIUM', 1],
    [0.64, 'MEDIUM', 1],
    [0.65, 'HIGH', 1.15],
  ] as const)('ML-32: up with %f is of %s confidence, risk x %f', (up, confidence, riskFactor) => {
    const recommended = recommendOpening(answers(up, 0.98 - up));
    expect(recommended).toMatchObject({ direction: 'up', probability: up, confidence, riskFactor, agrees: null });
    expect(recommended.reasons[0]).toMatch(/^up \d+ %, usually 45 % \(down \d+ %, none 2 %\)$/);
  });

  it('ML-32: the cut-offs and factors are settings', () => {
    const strict = { ...OPENING_CUT_OFFS, medium: 0.7, high: 0.9 };
    expect(recommendOpening(answers(0.68, 0.3), strict).confidence).toBe('LOW');
    expect(recommendOpening(answers(0.75, 0.23), strict).confidence).toBe('MEDIUM');
    const flat = { ...OPENING_CUT_OFFS, riskFactors: { LOW: 1, MEDIUM: 1, HIGH: 1 } };
    expect(recommendOpening(answers(0.9, 0.08), flat).riskFactor).toBe(1);
  });

  it('ML-32: a rare class is named when it stands out against its base rate, and then there is no direction to bet on', () => {
    const recommended = recommendOpening(answers(0.4, 0.35));
    expect(recommended).toMatchObject({ direction: 'none', confidence: 'LOW', riskFactor: 0.7, agrees: null });
    expect(recommended.reasons).toContain('no break of the range is expected');
  });

  it('ML-32: a class that was too rare to learn is never named', () => {
    const direction = { probabilities: { up: 0.7, down: 0.3, none: 0 }, baseRates: { up: 0.5, down: 0.5, none: 0 } };
    expect(recommendOpening({ ...answers(0, 0), direction })).toMatchObject({ direction: 'up', confidence: 'HIGH' });
  });

  it('ML-32: agrees with a long on up and with a short on down; against the direction confidence is low', () => {
    expect(recommendOpening(answers(0.7, 0.28, { side: 'long' }))).toMatchObject({ agrees: true, confidence: 'HIGH' });
    expect(recommendOpening(answers(0.28, 0.7, { side: 'short' }))).toMatchObject({ agrees: true, confidence: 'HIGH' });
    const opposed = recommendOpening(answers(0.7, 0.28, { side: 'short' }));
    expect(opposed).toMatchObject({ agrees: false, confidence: 'LOW', riskFactor: 0.7 });
    expect(opposed.reasons).toContain('the short stands against it');
    expect(opposed.reasons.at(-1)).toBe('confidence is low because of what stands against it');
  });

  it('ML-32: entry quality and R are part of it: what they say is in the reasons, and an expected loss lowers the stake', () => {
    const good = recommendOpening(
      answers(0.7, 0.28, {
        entryQuality: { probability: 0.58, breakEven: 0.45 },
        rMultiple: { expected: 0.4, low: -1.1, high: 1.9 },
      }),
    );
    expect(good.confidence).toBe('HIGH');
    expect(good.reasons).toContain('entry wins with 58 %, at least the 45 % that pay');
    expect(good.reasons).toContain('expected result +0.40 R (80 % of results between −1.10 and +1.90 R)');
    const poorEntry = recommendOpening(answers(0.7, 0.28, { entryQuality: { probability: 0.4, breakEven: 0.45 } }));
    expect(poorEntry).toMatchObject({ confidence: 'LOW', riskFactor: 0.7 });
    const loss = recommendOpening(answers(0.7, 0.28, { rMultiple: { expected: -0.2, low: -1, high: 0.5 } }));
    expect(loss).toMatchObject({ confidence: 'LOW', direction: 'up' });
    expect(loss.reasons.join('; ')).toContain('a loss is expected: −0.20 R');
  });

  it('ML-32: a direction model that has nothing to say gives no direction and never raises a stake', () => {
    const silent = recommendOpening(answers(0, 0, { direction: 'the model has nothing to say' }));
    expect(silent).toMatchObject({ direction: null, agrees: null, confidence: 'LOW', riskFactor: 0.7 });
    expect(silent.reasons).toEqual(['no direction: the model has nothing to say']);
    const broken = recommendOpening(answers(Number.NaN, Number.NaN));
    expect(broken.direction).toBeNull();
  });
});
