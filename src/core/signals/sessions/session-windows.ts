/** The windows of the newest UTC days, followed bar by bar: what a finished or a running session has traded. */
import { DAY_MS, MINUTE_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { dayOf, SESSION_BAR_MS, SESSION_WINDOWS, type SessionWindowId } from './session-clock.ts';

/** What a window traded; all NaN where a bar of it is missing (FE-4). */
export interface SessionSpan {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** A window that is missing. */
export const NO_SPAN: SessionSpan = { open: Number.NaN, high: Number.NaN, low: Number.NaN, close: Number.NaN };

/** Days kept per window, a power of two: the running one, and seven finished. */
const KEPT_DAYS = 8;
/** A row: day, open, high, low, close, bars counted. */
const WIDTH = 6;
const COUNTED = 5;

const BARS_PER_DAY = DAY_MS / SESSION_BAR_MS;
/** Bars of a window, in the order of the windows. */
const EXPECTED = SESSION_WINDOWS.map(
  ({ startMinute, endMinute }) => ((endMinute - startMinute) * MINUTE_MS) / SESSION_BAR_MS,
);
/** For each 5m slot of the day, the windows that contain it, one bit each. */
const WINDOWS_OF_SLOT = Uint8Array.from({ length: BARS_PER_DAY }, (_, slot) => {
  const minute = (slot * SESSION_BAR_MS) / MINUTE_MS;
  return SESSION_WINDOWS.reduce(
    (mask, { startMinute, endMinute }, index) =>
      minute >= startMinute && minute < endMinute ? mask | (1 << index) : mask,
    0,
  );
});

/**
 * A window of a day counts only when every bar of it came and was complete: one whose count falls short of its length
 * is missing, so a hole never leaves a wrong range behind. O(1) per bar, without allocation.
 */
export class SessionWindows {
  readonly #rows = new Float64Array(SESSION_WINDOWS.length * KEPT_DAYS * WIDTH).fill(Number.NaN);
  /** Close time of the newest bar. */
  #now: UnixMs = Number.NaN;

  /** One closed 5m bar; ascending time. Incomplete bars only move the time. */
  add(openTime: UnixMs, open: number, high: number, low: number, close: number, complete: boolean): void {
    this.#now = openTime + SESSION_BAR_MS;
    if (!complete) return;
    const day = dayOf(openTime);
    const mask = WINDOWS_OF_SLOT[(openTime - day * DAY_MS) / SESSION_BAR_MS] as number;
    const rows = this.#rows;
    for (let index = 0; index < SESSION_WINDOWS.length; index++) {
      if ((mask & (1 << index)) === 0) continue;
      const at = rowOf(index, day);
      if (rows[at] !== day) {
        rows[at] = day;
        rows[at + 1] = open;
        rows[at + 2] = high;
        rows[at + 3] = low;
        rows[at + COUNTED] = 0;
      } else {
        if (high > (rows[at + 2] as number)) rows[at + 2] = high;
        if (low < (rows[at + 3] as number)) rows[at + 3] = low;
      }
      rows[at + 4] = close;
      (rows[at + COUNTED] as number)++;
    }
  }

  /** The newest finished window of this name (`ago` 0), or the one `ago` days before it, at most 6. */
  finished(id: SessionWindowId, ago = 0): SessionSpan {
    const index = indexOf(id);
    const end = (SESSION_WINDOWS[index] as (typeof SESSION_WINDOWS)[number]).endMinute * MINUTE_MS;
    const day = dayOf(this.#now - end) - ago;
    return this.#span(index, day, EXPECTED[index] as number);
  }

  /** The running UTC day up to the newest close; missing when a bar of it is missing, and at midnight itself. */
  today(): SessionSpan {
    const day = dayOf(this.#now);
    return this.#span(indexOf('day'), day, (this.#now - day * DAY_MS) / SESSION_BAR_MS);
  }

  save(state: StateWriter): void {
    state.put(this.#now);
    state.putAll(this.#rows);
  }

  load(state: StateReader): void {
    this.#now = state.take();
    this.#rows.set(state.takeAll());
  }

  #span(index: number, day: number, expected: number): SessionSpan {
    if (Number.isNaN(day)) return NO_SPAN;
    const rows = this.#rows;
    const at = rowOf(index, day);
    if (rows[at] !== day || rows[at + COUNTED] !== expected) return NO_SPAN;
    return {
      open: rows[at + 1] as number,
      high: rows[at + 2] as number,
      low: rows[at + 3] as number,
      close: rows[at + 4] as number,
    };
  }
}

function indexOf(id: SessionWindowId): number {
  return SESSION_WINDOWS.findIndex((window) => window.id === id);
}

function rowOf(index: number, day: number): number {
  return (index * KEPT_DAYS + (day & (KEPT_DAYS - 1))) * WIDTH;
}
