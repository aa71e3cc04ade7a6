import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_NUMBER, putNumber } from '#main/files/number-bytes.ts';

const bytes = new Uint8Array(LONGEST_NUMBER + 2);
const sheet = { bytes, view: new DataView(bytes.buffer) };

function written(value: number): string {
  const end = putNumber(sheet, 1, value);
  return Buffer.from(bytes.buffer, 1, end - 1).toString('latin1');
}

const bits = fc.tuple(fc.bigInt(0n, 2n ** 64n - 1n)).map(([value]) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, value);
  return view.getFloat64(0);
});
/** Around what prices, ratios and percentages are, with few and with all digits. */
const usual = fc
  .tuple(fc.double({ min: -10, max: 10, noNaN: true }), fc.integer({ min: -8, max: 20 }))
  .map(([value, power]) => value * 10 ** power);
const decimals = fc
  .tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 20 }))
  .map(([digits, power]) => digits / 10 ** power);
/** Neighbours of powers of two and of ten: where the interval of a double and its exponent change. */
const edges = fc
  .tuple(fc.constantFrom(2, 10), fc.integer({ min: -24, max: 60 }), fc.integer({ min: -4, max: 4 }))
  .map(([base, power, steps]) => base ** power * (1 + steps * 2 ** -52));

describe('numbers as bytes', () => {
  it.each([
    ...[0, -0, 7, -7, 10, 99, 100, 2_147_483_647, 2_147_483_648, -2_147_483_648, -2_147_483_649, 1_600_000_020_000],
    ...[0.1, 0.1 + 0.2, 0.5, 100.25, -1.12, 1e-6, 0.000001 - 2 ** -72, 1e-7, 5e-324, 1e15, 123456789012345680, 1e17],
    ...[1e21, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON, 0.09999999999999999],
  ])('WS-20: %d is written as String writes it', (value) => {
    expect(written(value)).toBe(String(value));
  });

  it('WS-20: every double is written as String writes it', () => {
    const doubles = fc.oneof(bits, usual, decimals, edges, fc.double()).filter(Number.isFinite);
    fc.assert(
      fc.property(doubles, (value) => written(value) === String(value)),
      { numRuns: 20_000 },
    );
  });
});
