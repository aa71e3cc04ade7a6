/** FE-5: trend strength and range condition of one timeframe, 0-100, as documented composites. */
import { ramp } from '#core/base/statistics.ts';
import type { TimeframeView } from '../strategy.ts';

/** Bars needed by `trendStrength`: EMA50 and its change. */
export const TREND_STRENGTH_WARM_UP = 51;

/**
 * Trend strength, unsigned: 100 x (0.4 adx + 0.3 agreement + 0.3 consistency).
 * adx: ADX14 from 10 (0) to 45 (1). agreement: |mean sign| of three slopes: change of EMA20, change of EMA50, EMA20
 * against EMA50. consistency: Kaufman's efficiency ratio over 20 bars from 0 to 0.6.
 */
export function trendStrength({ indicators }: TimeframeView): number {
  const signs =
    Math.sign(indicators.ema20.change) +
    Math.sign(indicators.ema50.change) +
    Math.sign(indicators.ema20.value - indicators.ema50.value);
  const agreement = Math.abs(signs) / 3;
  const strength = ramp(indicators.adx.value, 10, 45);
  const consistency = ramp(indicators.efficiency.value, 0, 0.6);
  return 100 * (0.4 * strength + 0.3 * agreement + 0.3 * consistency);
}

/** Bars that the touches of `rangeCondition` are counted in; the most that it needs. */
export const RANGE_BARS = 40;
/** A touch comes within this share of the range's height of its edge. */
const EDGE_SHARE = 0.15;
/** Touches on the poorer edge that count in full. */
const FULL_TOUCHES = 3;

/**
 * Range condition: 100 x (0.4 chop + 0.3 narrow + 0.3 touches).
 * chop: choppiness index over 14 bars from 38.2 (0) to 61.8 (1). narrow: width of the Bollinger bands from 9 ATR14 (0)
 * to 3 (1). touches: separate visits to the outer 15 % of the range of the last 40 bars, counted per edge; the
 * smaller count over three.
 */
export function rangeCondition({ bars, indicators }: TimeframeView): number {
  if (bars.size < RANGE_BARS) return Number.NaN;
  const chop = ramp(indicators.choppiness.value, 38.2, 61.8);
  const narrow = ramp((indicators.bands.upper - indicators.bands.lower) / indicators.atr.value, 9, 3);
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  for (let ago = 0; ago < RANGE_BARS; ago++) {
    highest = Math.max(highest, bars.high(ago));
    lowest = Math.min(lowest, bars.low(ago));
  }
  const edge = EDGE_SHARE * (highest - lowest);
  let upper = 0;
  let lower = 0;
  let atUpper = false;
  let atLower = false;
  for (let ago = RANGE_BARS - 1; ago >= 0; ago--) {
    const touchesUpper = bars.high(ago) >= highest - edge;
    const touchesLower = bars.low(ago) <= lowest + edge;
    if (touchesUpper && !atUpper) upper++;
    if (touchesLower && !atLower) lower++;
    atUpper = touchesUpper;
    atLower = touchesLower;
  }
  const touches = Math.min(1, Math.min(upper, lower) / FULL_TOUCHES);
  return 100 * (0.4 * chop + 0.3 * narrow + 0.3 * touches);
}
