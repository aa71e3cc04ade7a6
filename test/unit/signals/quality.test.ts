import { describe, expect, it } from 'vitest';
import { measureDivergence } from '#core/signals/indicators/divergence.ts';
import { priceText } from '#core/signals/price-text.ts';
import { measuredParts, qualityPart, qualityScore } from '#core/signals/quality.ts';

describe('quality score', () => {
  it('ST-4: is the weighted mean of its parts, 0-100', () => {
    const parts = measuredParts([
      qualityPart('one', 'First.', 30, 1),
      qualityPart('two', 'Second.', 10, 0.5),
      qualityPart('three', 'Not measurable.', 60, Number.NaN),
    ]);
    expect(parts.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(qualityScore(parts)).toBe(87.5);
  });

  it('ST-4: cuts a part to 0-1, refuses one that was not, and has no grade without parts', () => {
    expect(qualityPart('big', 'Too big.', 1, 7)?.value).toBe(1);
    expect(() => qualityScore([{ name: 'wild', meaning: 'Uncut.', weight: 1, value: 2 }])).toThrow(/wild/);
    expect(qualityScore([])).toBeNaN();
  });
});

describe('prices in words', () => {
  it.each([
    [61_217.41, 0.01, '61,217.41'],
    [61_217.4, 0.1, '61,217.4'],
    [1_234_567, 1, '1,234,567'],
    [0.00001234, 0.00000001, '0.00001234'],
    [999.5, 0.05, '999.50'],
    [61_217.414, 0, '61,217.41'],
    [0.0123456, 0, '0.0123456'],
    [12, 0, '12.0000'],
  ])('%d with the step %d reads %s', (price, tick, text) => {
    expect(priceText(price, tick)).toBe(text);
  });
});

describe('divergence', () => {
  it.each([
    ['a lower low that RSI does not follow', 'long', [100, 30], [98, 36], 'regular', 6, 0.4],
    ['a higher low with a lower RSI', 'long', [100, 40], [101, 34], 'hidden', -6, 0.4],
    ['a higher low with a higher RSI', 'long', [100, 40], [101, 44], 'none', 4, 0],
    ['a higher high that RSI does not follow', 'short', [100, 70], [102, 55], 'regular', 15, 1],
    ['a lower high with a higher RSI', 'short', [100, 60], [99, 90], 'hidden', -30, 1],
  ] as const)('ST-10: %s (%s)', (_name, side, earlier, later, kind, delta, strength) => {
    expect(
      measureDivergence(
        side,
        { price: earlier[0], oscillator: earlier[1] },
        { price: later[0], oscillator: later[1] },
        15,
      ),
    ).toEqual({ kind, delta, strength });
  });

  it('FE-4: a missing reading is no divergence and no measure', () => {
    const missing = measureDivergence('long', { price: 1, oscillator: Number.NaN }, { price: 2, oscillator: 50 }, 15);
    expect(missing).toEqual({ kind: 'none', delta: Number.NaN, strength: Number.NaN });
  });
});
