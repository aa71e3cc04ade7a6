/** Wilder's true range: how far price moved within a bar, the jump from the bar before included. */
import type { Candle } from '#core/domain/candle.ts';

/** `formerClose` is NaN on the first bar, whose true range is its own range. */
export function trueRange(bar: Candle, formerClose: number): number {
  const { high, low } = bar;
  // Comparisons with NaN are false, so the first bar falls through to high - low.
  return (formerClose > high ? formerClose : high) - (formerClose < low ? formerClose : low);
}
