import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isotonicAt } from '#core/base/isotonic.ts';
import { createRandom } from '#core/base/random.ts';
import { blendCurves, fitMonotoneCurve, smallestScoreReaching } from '#core/decisions/monotone-curve.ts';

function drawn(seed: string, rows: number, probability: (score: number) => number) {
  const random = createRandom(seed);
  const score = Array.from({ length: rows }, () => 40 + 60 * random.next());
  return { score, win: score.map((value) => Number(random.next() < probability(value))) };
}

const logistic = (middle: number, width: number) => (score: number) => 1 / (1 + Math.exp((middle - score) / width));

describe('a monotone curve', () => {
  it('DE-2: never falls, and stays between 0 and 1, whatever the rows', () => {
    const row = fc.record({ score: fc.integer({ min: 0, max: 100 }), win: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 120 }), (rows) => {
        const { x, y } = fitMonotoneCurve(
          rows.map(({ score }) => score),
          rows.map(({ win }) => Number(win)),
        );
        y.forEach((value, at) => {
          expect(value >= (y[at - 1] ?? 0) && value <= 1).toBe(true);
        });
        x.forEach((value, at) => {
          expect(at === 0 || value > (x[at - 1] as number)).toBe(true);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('DE-2: the same rows give the same curve, and another order hardly another', () => {
    const { score, win } = drawn('order', 1_000, logistic(75, 8));
    const curve = fitMonotoneCurve(score, win);
    expect(fitMonotoneCurve(score, win)).toEqual(curve);
    const other = fitMonotoneCurve(score.toReversed(), win.toReversed());
    expect(other.x).toEqual(curve.x);
    other.y.forEach((value, at) => {
      expect(Math.abs(value - (curve.y[at] as number))).toBeLessThan(0.05);
    });
  });

  it('DE-2: follows a smooth curve and a step alike', () => {
    for (const [truth, far] of [
      [logistic(75, 6), 0.09],
      [(score: number) => (score < 72 ? 0.25 : 0.65), 0.12],
    ] as const) {
      const { score, win } = drawn('shape', 4_000, truth);
      const curve = fitMonotoneCurve(score, win);
      for (const at of [45, 55, 65, 68, 76, 80, 90, 98]) {
        expect(Math.abs(isotonicAt(curve, at) - truth(at)), `at ${at}`).toBeLessThan(far);
      }
    }
  });

  it('DE-2: rows with one score have one probability', () => {
    expect(fitMonotoneCurve([70, 70, 70, 70], [1, 0, 0, 1])).toEqual({
      x: Float64Array.of(70),
      y: Float64Array.of(0.5),
    });
  });

  it('DE-2: separated rows are cut between the two groups', () => {
    const score = Array.from({ length: 100 }, (_, at) => at);
    const curve = fitMonotoneCurve(
      score,
      score.map((value) => Number(value >= 80)),
    );
    const at = smallestScoreReaching(curve, 0.4);
    expect(at).toBeGreaterThan(79);
    expect(at).toBeLessThan(80);
  });

  it('DE-2: the smallest score that reaches a level equals a search in tiny steps', () => {
    const values = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 100 }), (steps, level) => {
        const y = Float64Array.from(
          steps.toSorted((a, b) => a - b),
          (step) => step / 10,
        );
        const curve = { x: Float64Array.from(y, (_, at) => 10 * at), y };
        const found = smallestScoreReaching(curve, level / 100);
        const grid = Array.from({ length: 10 * steps.length * 100 + 1 }, (_, at) => at / 100);
        const brute = grid.find(
          (score) => score <= 10 * (y.length - 1) && isotonicAt(curve, score) >= level / 100 - 1e-12,
        );
        if (found === null) expect(brute).toBeUndefined();
        else expect(Math.abs(found - (brute ?? Number.NaN))).toBeLessThan(0.011);
      }),
    );
  });

  it('DE-2: a blend weighs its curves at every score', () => {
    const x = Float64Array.of(0, 50, 100);
    const curve = blendCurves({ x, y: Float64Array.of(0, 0.5, 1) }, { x, y: Float64Array.of(0.4, 0.4, 0.4) }, 0.75);
    expect([...curve.y]).toEqual([0.1, 0.75 * 0.5 + 0.25 * 0.4, 0.75 + 0.25 * 0.4]);
  });
});
