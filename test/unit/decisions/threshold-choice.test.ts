import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { type AdaptiveMinimum, afterExecution, startAdaptiveMinimum } from '#core/decisions/adaptive-minimum.ts';
import { chooseThreshold, type ThresholdGround } from '#core/decisions/threshold-choice.ts';
import { learnThresholds } from '#core/decisions/threshold-learning.ts';

function bookOf(kind: 'heuristic' | 'model', middle = 80) {
  const random = createRandom('choice');
  const records = Array.from({ length: 600 }, (_, time) => {
    const score = 40 + 60 * random.next();
    const win = random.next() < 1 / (1 + Math.exp((middle - score) / 4));
    return { time, score, win, netR: win ? 1.5 : -1, session: 'us' as const, regime: 'normal' as const };
  });
  const terms = { strategyId: 's', kind, stage: 'advisory' as const, margin: 3, version: 1, fittedAt: 0 };
  return learnThresholds(records, terms)?.book ?? null;
}

const GROUND: ThresholdGround = {
  kind: 'heuristic',
  stage: 'advisory',
  context: { session: 'us', regime: 'normal' },
  fixedMinimumScore: null,
  book: bookOf('heuristic'),
  minimum: executed(startAdaptiveMinimum('score'), 40, true),
  margin: null,
  modelBreakEven: null,
};

function executed(state: AdaptiveMinimum, count: number, won: boolean): AdaptiveMinimum {
  let next = state;
  for (let at = 0; at < count; at++) next = afterExecution(next, won);
  return next;
}

describe('the choice of a threshold', () => {
  it('DE-1: context, then expected value, then the adaptive minimum, then 70, each with its source', () => {
    const here = chooseThreshold(GROUND);
    expect(here.source).toBe('context');
    expect(here.evidence).toContain('US session with normal volatility');
    const elsewhere = chooseThreshold({ ...GROUND, context: { session: 'asian', regime: 'low' } });
    expect(elsewhere).toMatchObject({ source: 'expected-value', value: GROUND.book?.pooled.value });
    expect(elsewhere.evidence).toContain('Asian session with low volatility: no signal yet');
    expect(chooseThreshold({ ...GROUND, context: { session: 'us', regime: null } }).source).toBe('expected-value');
    expect(chooseThreshold({ ...GROUND, book: null })).toMatchObject({
      source: 'adaptive-minimum',
      value: 74,
      count: 40,
    });
    expect(chooseThreshold({ ...GROUND, book: null, minimum: null })).toMatchObject({ source: 'default', value: 70 });
  });

  it("DE-10: the trader's own number replaces every other", () => {
    expect(chooseThreshold({ ...GROUND, fixedMinimumScore: 55 })).toMatchObject({ source: 'fixed', value: 55 });
  });

  it('DE-1: what was learned of one kind of score is never used for another', () => {
    expect(chooseThreshold({ ...GROUND, kind: 'enhanced' }).source).toBe('adaptive-minimum');
    const modelBreakEven = { probability: 0.4, rows: 80 };
    const model = chooseThreshold({ ...GROUND, kind: 'model', modelBreakEven });
    expect(model).toMatchObject({ source: 'expected-value', value: 43 });
  });

  it('DE-2: the bounds are those of the present stage, whatever the book was fitted for', () => {
    const low = { ...GROUND, book: bookOf('heuristic', 60) };
    expect(chooseThreshold(low)).toMatchObject({ value: 70 });
    const shadow = chooseThreshold({ ...low, stage: 'shadow' });
    expect(shadow.value).toBeLessThan(65);
    expect(shadow.value).toBeGreaterThanOrEqual(60);
  });

  it('ML-51: the margin moves a calibrated threshold', () => {
    const margin = executed(startAdaptiveMinimum('margin'), 100, true);
    const book = bookOf('model', 30);
    const ground = { ...GROUND, kind: 'model' as const, book };
    const [usual, raised] = [chooseThreshold(ground), chooseThreshold({ ...ground, margin })];
    expect(margin.value).toBe(13);
    expect(usual.value).toBeCloseTo(100 * (book?.pooled.breakEven ?? 0) + 3, 9);
    expect(raised.value - usual.value).toBeCloseTo(10, 9);
  });
});

describe('the adaptive minimum', () => {
  it('ML-51: starts at 70, and takes no step before 20 executions', () => {
    const start = startAdaptiveMinimum('score');
    expect(executed(start, 19, true).value).toBe(70);
    expect(executed(start, 20, true).value).toBe(72);
    expect(executed(start, 39, true).value).toBe(72);
    expect(executed(start, 40, true).value).toBe(74);
  });

  it('ML-51: rises to 85 at most, and falls to no less than 70', () => {
    const high = executed(startAdaptiveMinimum('score'), 400, true);
    expect(high.value).toBe(85);
    // The last 200 must first be mostly lost.
    expect(executed(high, 140, false).value).toBe(85);
    expect(executed(high, 142, false).value).toBe(83);
    expect(executed(high, 600, false).value).toBe(70);
  });

  it('ML-51: the margin starts at 3 and stays within 0 and 15', () => {
    const start = startAdaptiveMinimum('margin');
    expect(start.value).toBe(3);
    expect(executed(start, 20, false).value).toBe(1);
    expect(executed(start, 100, false).value).toBe(0);
    expect(executed(start, 400, true).value).toBe(15);
  });

  it.each([
    [140, 76],
    [141, 78],
    [60, 76],
    [59, 74],
  ])('ML-51: %i wins of the last 200 make 76 to %i: only above 70 %% and below 30 %% it moves', (wins, value) => {
    const recent = Array.from({ length: 199 }, (_, at) => (at < wins - 1 ? (1 as const) : (0 as const)));
    const state: AdaptiveMinimum = { scale: 'score', value: 76, resolved: 199, steppedAt: 0, recent };
    expect(afterExecution(state, true).value).toBe(value);
  });

  it('ML-51: whatever happens, at most one step per 20 executions, of 2 points, within the bounds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 400 }),
        fc.nat(9),
        (draws, rate) => {
          let state = startAdaptiveMinimum('score');
          let lastStep = 0;
          draws.forEach((draw, at) => {
            const next = afterExecution(state, draw < rate);
            if (next.value !== state.value) {
              expect(Math.abs(next.value - state.value)).toBeLessThanOrEqual(2);
              expect(at + 1 - lastStep).toBeGreaterThanOrEqual(20);
              lastStep = at + 1;
            }
            expect(next.value >= 70 && next.value <= 85 && next.recent.length <= 200).toBe(true);
            state = next;
          });
          expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        },
      ),
    );
  });
});
