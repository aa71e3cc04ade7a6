/** FE-15: the windows of the trading day and the moments at which sessions open, in UTC. */
import { DAY_MS, HOUR_MS, MINUTE_MS, timeframeMs } from '#core/domain/timeframe.ts';

export interface SessionWindow {
  readonly id: string;
  /** Minute of the UTC day; the end is not part of it. */
  readonly startMinute: number;
  readonly endMinute: number;
}

/** `pre_asia` is of the evening before the Asian session that follows it; `day` is the whole UTC day. */
export const SESSION_WINDOWS = [
  { id: 'pre_asia', startMinute: 22 * 60, endMinute: 24 * 60 },
  { id: 'asia', startMinute: 0, endMinute: 7 * 60 },
  { id: 'pre_london', startMinute: 6 * 60, endMinute: 7 * 60 },
  { id: 'london', startMinute: 7 * 60, endMinute: 13 * 60 },
  { id: 'pre_ny', startMinute: 12 * 60, endMinute: 13 * 60 + 30 },
  { id: 'ny', startMinute: 13 * 60 + 30, endMinute: 20 * 60 },
  { id: 'day', startMinute: 0, endMinute: 24 * 60 },
] as const satisfies readonly SessionWindow[];

export type SessionWindowId = (typeof SESSION_WINDOWS)[number]['id'];

/** Minutes of the UTC day at which a session opens, in order: 00:00, 01:00, 07:00, 08:00, 13:30, 14:30. */
export const SESSION_OPENS: readonly number[] = [0, 60, 7 * 60, 8 * 60, 13 * 60 + 30, 14 * 60 + 30];

/** Sessions are followed on closed 5m bars. */
export const SESSION_BAR_MS = timeframeMs('5m');

/** The opening range: the first 15 minutes. */
export const OPENING_RANGE_MS = 15 * MINUTE_MS;

/** How long after its end an opening range is watched for a close outside (ML-3). */
export const OPENING_WATCH_MS = 12 * HOUR_MS;

/** `13:30` for minute 810. */
export function clockText(minuteOfDay: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}

/** Whole UTC days since 1970 at `time`. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}
