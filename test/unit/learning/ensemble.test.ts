import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { Predictor } from '#core/learning/dataset.ts';
import { createEnsembleScorer } from '#core/learning/ensemble.ts';
import { referenceValues } from '../../support/scikit-learn-values.ts';

const always = (value: number, names = ['a', 'b']): Predictor => ({
  task: 'classify',
  names,
  outputs: 1,
  predict(_, out) {
    out[0] = value;
  },
});
const head = (id: string, predictor: Predictor) => ({ id, predictor });
const row = Float64Array.of(1, Number.NaN);

describe('ensemble', () => {
  it('ML-2: scores the calibrated mean of its heads x 100 and shows every step', () => {
    const sigmoid = { kind: 'sigmoid', slope: -2, intercept: 0.5 } as const;
    const scorer = createEnsembleScorer([head('forest', always(0.6)), head('boosting', always(0.8))], sigmoid);
    const expected = 1 / (1 + Math.exp(-2 * Math.log(0.7 / 0.3) + 0.5));
    expect(scorer.score(row)).toBeCloseTo(100 * expected, 10);
    expect([...scorer.headOutputs]).toEqual([0.6, 0.8]);
    expect(scorer.raw).toBeCloseTo(0.7, 12);
    expect(scorer.probability).toBeCloseTo(expected, 12);
    expect(scorer.heads).toEqual(['forest', 'boosting']);
  });

  it('RE-41: a head that gives no probability takes no part; without any the score is NaN, for the fallback', () => {
    const broken = [Number.NaN, 1.5, -0.1, Number.POSITIVE_INFINITY].map((value, at) => head(`b${at}`, always(value)));
    const mixed = createEnsembleScorer([...broken, head('good', always(0.3))], { kind: 'none' });
    expect(mixed.score(row)).toBeCloseTo(30, 10);
    expect(mixed.headOutputs[0]).toBeNaN();
    expect(createEnsembleScorer(broken, { kind: 'none' }).score(row)).toBeNaN();
  });

  it('RE-41: 100,000 fuzzed heads and rows give scores within 0-100', () => {
    const random = createRandom('fuzz');
    let value = 0;
    const fuzzed: Predictor = {
      ...always(0),
      predict(_, out) {
        out[0] = value;
      },
    };
    const [reference] = referenceValues.isotonic;
    const x = [...new Set(reference?.x)].sort((a, b) => a - b);
    const y = x.map((_, at) => at / (x.length - 1));
    for (const calibrator of [
      { kind: 'none' } as const,
      { kind: 'sigmoid', slope: -40, intercept: 30 } as const,
      { kind: 'isotonic', x, y, margin: 0.005 } as const,
    ]) {
      const scorer = createEnsembleScorer([head('fuzzed', fuzzed), head('steady', always(0.5))], calibrator);
      for (let at = 0; at < 33_334; at++) {
        value = at % 5 === 0 ? random.normal() * 1e6 : at % 7 === 0 ? Math.round(random.next()) : random.next();
        const score = scorer.score(row);
        if (!(score >= 0 && score <= 100)) expect.fail(`score ${score} from ${value}`);
      }
    }
  });

  it('refuses heads that read other features or give no probability', () => {
    const swapped = head('swapped', always(0.5, ['b', 'a']));
    expect(() => createEnsembleScorer([head('a', always(0.5)), swapped], { kind: 'none' })).toThrow('other features');
    const regressor = head('r', { ...always(0.5), task: 'regress' });
    expect(() => createEnsembleScorer([regressor], { kind: 'none' })).toThrow('probability');
    expect(() => createEnsembleScorer([], { kind: 'none' })).toThrow('at least one head');
  });
});
