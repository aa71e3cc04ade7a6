/** What the families of session features share (FE-15): declarations in bars of 5m, ranges, names of windows. */
import { DAY_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { OPENING_RANGE_MS, SESSION_BAR_MS, SESSION_WINDOWS, type SessionWindowId } from '../sessions/session-clock.ts';
import type { FeatureDefinition, FeatureInput } from './feature.ts';

export const ANY_NUMBER: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
export const NOT_NEGATIVE: readonly [number, number] = [0, Number.POSITIVE_INFINITY];
export const FLAG: readonly [number, number] = [0, 1];
export const SIGN: readonly [number, number] = [-1, 1];

/** Days of a three-day mean. */
export const MEAN_DAYS = 3;

/** Bars of 5m. */
export const BARS_PER_DAY = DAY_MS / SESSION_BAR_MS;
export const OPENING_BARS = OPENING_RANGE_MS / SESSION_BAR_MS;
/** ATR14 on 1h and on 15m. */
export const HOUR_ATR_BARS = 14 * 12;
export const QUARTER_ATR_BARS = 14 * 3;

export const MAIN_SESSIONS = ['asia', 'london', 'ny'] as const;

export const WINDOW_NAMES: Readonly<Record<SessionWindowId, string>> = {
  pre_asia: 'pre-Asian window (22-24 UTC)',
  asia: 'Asian session (00-07 UTC)',
  pre_london: 'pre-London window (06-07 UTC)',
  london: 'London session (07-13 UTC)',
  pre_ny: 'pre-New York window (12-13:30 UTC)',
  ny: 'New York session (13:30-20 UTC)',
  day: 'UTC day',
};

/** `bars` of 5m: with fewer it is missing; how many more it takes depends on the hour at which the history begins. */
export function sessionFeature(
  name: string,
  meaning: string,
  unit: string,
  range: readonly [number, number],
  bars: number,
  compute: (input: FeatureInput) => number,
): FeatureDefinition {
  return { name, version: 1, meaning, unit, range, warmUp: { timeframe: '5m', bars }, compute };
}

/** Bars of 5m in a window. */
export function windowBars(id: SessionWindowId): number {
  const window = SESSION_WINDOWS.find((one) => one.id === id);
  return window === undefined ? 0 : ((window.endMinute - window.startMinute) * MINUTE_MS) / SESSION_BAR_MS;
}

/** ATR14 of 1h. */
export function hourAtr({ hour }: FeatureInput): number {
  return hour.indicators.atr.value;
}
