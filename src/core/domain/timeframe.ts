/** The timeframes of the workstation and their arithmetic. Bars are named by their OPEN time in UTC ms. */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMs = number;

export const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

/** Timeframes in which an instrument's history may be kept as its base (MK-1). */
export type BaseTimeframe = '1m' | '5m';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const DURATION_MS: Readonly<Record<Timeframe, number>> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '4h': 4 * HOUR_MS,
  '1d': DAY_MS,
};

/** Length of one bar in ms. */
export function timeframeMs(timeframe: Timeframe): number {
  return DURATION_MS[timeframe];
}

/** The open time of the bucket that contains `time`. */
export function bucketOpenTime(time: UnixMs, timeframe: Timeframe): UnixMs {
  const duration = DURATION_MS[timeframe];
  return Math.floor(time / duration) * duration;
}

export function isTimeframe(text: string): text is Timeframe {
  return (TIMEFRAMES as readonly string[]).includes(text);
}
