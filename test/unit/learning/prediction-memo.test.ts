import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEMO_AGE_MS, PredictionMemo } from '#core/learning/prediction-memo.ts';

const key = (bar = 1_000, modelId = 'm', instrumentId = 'BTC/USDT') => ({ bar, modelId, instrumentId });

function memoOf(maximumAgeMs: number = MEMO_AGE_MS.marketFeatures, maximumEntries?: number) {
  const memo = new PredictionMemo<number>(maximumAgeMs, maximumEntries);
  let predicted = 0;
  return {
    memo,
    ask: (which: ReturnType<typeof key>, features: readonly number[], now: number) =>
      memo.read(which, Float64Array.from(features), now, () => ++predicted),
  };
}

describe('memo of predictions', () => {
  it('ML-33: the same instrument, bar, model and features are predicted once, and the hit rate says so', () => {
    const { memo, ask } = memoOf();
    expect(memo.figures.hitRate).toBeNaN();
    expect(ask(key(), [1, Number.NaN], 0)).toBe(1);
    expect(ask(key(), [1, Number.NaN], 10)).toBe(1);
    expect(ask(key(), [1, Number.NaN], 20)).toBe(1);
    expect(ask(key(2_000), [1, Number.NaN], 20)).toBe(2);
    expect(memo.figures).toEqual({ asked: 4, remembered: 2, hitRate: 0.5 });
  });

  it('ML-33: another bar, model or instrument is another prediction', () => {
    const { ask } = memoOf();
    const answers = [key(), key(2_000), key(1_000, 'n'), key(1_000, 'm', 'ETH/USDT')].map((which) =>
      ask(which, [1], 0),
    );
    expect(new Set(answers).size).toBe(4);
  });

  it('ML-33: never a stale answer: other features, more age than allowed, or a clock that went back predict anew', () => {
    const { ask } = memoOf();
    expect(ask(key(), [1, 2], 1_000)).toBe(1);
    expect(ask(key(), [1, 2.5], 1_000)).toBe(2);
    expect(ask(key(), [1], 1_000)).toBe(3);
    expect(ask(key(), [1], 61_000)).toBe(3);
    expect(ask(key(), [1], 61_001)).toBe(4);
    expect(ask(key(), [1], 61_000)).toBe(5);
    expect(MEMO_AGE_MS.openingRange).toBe(300_000);
    const opening = memoOf(MEMO_AGE_MS.openingRange);
    opening.ask(key(), [1], 0);
    expect(opening.ask(key(), [1], 300_000)).toBe(1);
    expect(opening.ask(key(), [1], 300_001)).toBe(2);
  });

  it('ML-33: an array that its caller fills again changes no remembered answer', () => {
    const memo = new PredictionMemo<string>(1_000);
    const row = Float64Array.of(1);
    expect(memo.read(key(), row, 0, () => 'first')).toBe('first');
    row[0] = 2;
    expect(memo.read(key(), row, 0, () => 'second')).toBe('second');
  });

  it('ML-33: a prediction that throws is not remembered', () => {
    const memo = new PredictionMemo<string>(1_000);
    const failing = () => {
      throw new Error('no');
    };
    expect(() => memo.read(key(), Float64Array.of(1), 0, failing)).toThrow('no');
    expect(memo.size).toBe(0);
    expect(memo.read(key(), Float64Array.of(1), 0, () => 'yes')).toBe('yes');
  });

  it('ML-33: at most 1,000 answers; the least recently used goes first', () => {
    const { memo, ask } = memoOf();
    for (let bar = 0; bar < 1_500; bar++) ask(key(bar), [bar], 0);
    expect(memo.size).toBe(1_000);
    expect(() => new PredictionMemo(1_000, 1_001)).toThrow('a memo holds');
    const small = memoOf(1_000, 2);
    const first = small.ask(key(1), [1], 0);
    small.ask(key(2), [1], 0);
    expect(small.ask(key(1), [1], 0)).toBe(first);
    small.ask(key(3), [1], 0);
    expect(small.ask(key(1), [1], 0)).toBe(first);
    expect(small.ask(key(2), [1], 0)).toBe(4);
  });

  it('ML-33: whatever is asked in whatever order, the answer is that of these features', () => {
    const question = fc.record({ bar: fc.nat(3), value: fc.nat(2), now: fc.nat(100_000) });
    fc.assert(
      fc.property(fc.array(question, { maxLength: 60 }), (questions) => {
        const memo = new PredictionMemo<string>(60_000, 3);
        for (const { bar, value, now } of questions) {
          const answer = memo.read(key(bar), Float64Array.of(value), now, () => `${bar}/${value}`);
          expect(answer).toBe(`${bar}/${value}`);
          expect(memo.size).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});
