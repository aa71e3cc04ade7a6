/** How far the averages of one timeframe agree with a side: a part of the grade of several strategies. */
import { type Side, sideSign } from '#core/domain/signal.ts';
import type { TimeframeView } from '../strategy.ts';

/**
 * Share of three signs that agree with the side: close against EMA20, EMA20 against EMA50, change of EMA20. NaN while
 * EMA50 is warming up.
 */
export function trendAgreement({ bars, indicators }: TimeframeView, side: Side): number {
  const ema20 = indicators.ema20.value;
  const ema50 = indicators.ema50.value;
  const change = indicators.ema20.change;
  if (Number.isNaN(ema50) || Number.isNaN(change)) return Number.NaN;
  const sign = sideSign(side);
  let votes = 0;
  if (sign * (bars.close(0) - ema20) > 0) votes++;
  if (sign * (ema20 - ema50) > 0) votes++;
  if (sign * change > 0) votes++;
  return votes / 3;
}
