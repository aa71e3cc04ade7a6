/** Support and resistance: the swing highs and lows of the newest bars, and how often price came back to one. */
import type { BarsView } from '#core/domain/bar-series.ts';

/** Bars that levels are looked for in; fewer are no basis. */
export const LEVEL_BARS = 96;
/** A swing high has no higher high, a swing low no lower low within this many bars on either side. */
const WING = 3;

/**
 * The swing high or low among the newest 96 closed bars that lies nearest to `price`; NaN below 96 bars or without a
 * swing. A swing is known only once three bars have closed after it.
 */
export function nearestLevel(bars: BarsView, price: number): number {
  if (bars.size < LEVEL_BARS) return Number.NaN;
  let nearest = Number.NaN;
  let least = Number.POSITIVE_INFINITY;
  for (let ago = WING; ago < LEVEL_BARS - WING; ago++) {
    const high = bars.high(ago);
    // Most are farther than the nearest so far: whether they are swings need not be looked at.
    if (Math.abs(high - price) < least && isSwingHigh(bars, ago, high)) {
      least = Math.abs(high - price);
      nearest = high;
    }
    const low = bars.low(ago);
    if (Math.abs(low - price) < least && isSwingLow(bars, ago, low)) {
      least = Math.abs(low - price);
      nearest = low;
    }
  }
  return nearest;
}

function isSwingHigh(bars: BarsView, ago: number, high: number): boolean {
  for (let other = ago - WING; other <= ago + WING; other++) if (bars.high(other) > high) return false;
  return true;
}

function isSwingLow(bars: BarsView, ago: number, low: number): boolean {
  for (let other = ago - WING; other <= ago + WING; other++) if (bars.low(other) < low) return false;
  return true;
}

/** Separate visits of the newest 96 bars to within `reach` of `level`: bars in a row count once. */
export function visitsTo(bars: BarsView, level: number, reach: number): number {
  let visits = 0;
  let inside = false;
  for (let ago = LEVEL_BARS - 1; ago >= 0; ago--) {
    const touches = bars.low(ago) <= level + reach && bars.high(ago) >= level - reach;
    if (touches && !inside) visits++;
    inside = touches;
  }
  return visits;
}
