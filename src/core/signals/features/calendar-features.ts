/** Features of the clock: hour and weekday of the signal on circles, so that midnight and Monday have neighbours. */
import { DAY_MS, HOUR_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { FeatureDefinition } from './feature.ts';

/** 1970-01-01 was a Thursday; Monday is 0. */
const WEEKDAY_OF_EPOCH = 3;

export const CALENDAR_FEATURES: readonly FeatureDefinition[] = [
  cyclic('hour_sin', 'Sine of the hour of the day (UTC, minutes included), one turn per day.', hourTurn, Math.sin),
  cyclic('hour_cos', 'Cosine of the hour of the day (UTC, minutes included), one turn per day.', hourTurn, Math.cos),
  cyclic('weekday_sin', 'Sine of the weekday (UTC, Monday 0), one turn per week.', weekdayTurn, Math.sin),
  cyclic('weekday_cos', 'Cosine of the weekday (UTC, Monday 0), one turn per week.', weekdayTurn, Math.cos),
];

function cyclic(
  name: string,
  meaning: string,
  turn: (time: UnixMs) => number,
  wave: (angle: number) => number,
): FeatureDefinition {
  return {
    name,
    version: 1,
    meaning,
    unit: 'cyclic',
    range: [-1, 1],
    warmUp: null,
    compute: ({ subject }) => wave(2 * Math.PI * turn(subject.time)),
  };
}

function hourTurn(time: UnixMs): number {
  return (time % DAY_MS) / (24 * HOUR_MS);
}

function weekdayTurn(time: UnixMs): number {
  return ((Math.floor(time / DAY_MS) + WEEKDAY_OF_EPOCH) % 7) / 7;
}
