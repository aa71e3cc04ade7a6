/** Timeframes as the window offers them, with their lengths. */
import type { Timeframe } from '#core/domain/timeframe.ts';

export const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const satisfies readonly Timeframe[];

const MINUTE_MS = 60_000;

export const TIMEFRAME_MS: Readonly<Record<Timeframe, number>> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '4h': 240 * MINUTE_MS,
  '1d': 1440 * MINUTE_MS,
};

/** The finest timeframe that shows `spanMs` in at most `bars` bars. */
export function timeframeForSpan(spanMs: number, bars: number): Timeframe {
  return TIMEFRAMES.find((timeframe) => spanMs / TIMEFRAME_MS[timeframe] <= bars) ?? '1d';
}
