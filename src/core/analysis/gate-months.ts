/** Cuts rows in the order of time into UTC months, for the trend of each gate (PH-43). */
import type { GateMonth, SideCounts } from '#core/domain/gate-findings.ts';
import { deltaOf, isSufficient } from './gate-figures.ts';

export interface MonthRange {
  /** E.g. `2026-11`. */
  readonly month: string;
  /** The first row after it. */
  readonly end: number;
}

/** `times` in UTC ms, ascending; months without a row are left out. */
export function monthRanges(times: Float64Array): readonly MonthRange[] {
  const ranges: MonthRange[] = [];
  for (let row = 0; row < times.length; ) {
    const date = new Date(times[row] as number);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    const end = firstFrom(times, Date.UTC(year, month + 1, 1), row + 1);
    ranges.push({ month: `${year}-${String(month + 1).padStart(2, '0')}`, end });
    row = end;
  }
  return ranges;
}

export function monthFigures(month: string, counts: SideCounts): GateMonth {
  return { month, ...counts, delta: isSufficient(counts) ? deltaOf(counts) : null };
}

/** The first row at or after `time`, by bisection. */
function firstFrom(times: Float64Array, time: number, from: number): number {
  let low = from;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
