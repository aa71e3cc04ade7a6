/** The opening ranges of the newest days: the first 15 minutes of each open, and what became of them in 12 hours. */
import { DAY_MS, MINUTE_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { dayOf, OPENING_RANGE_MS, OPENING_WATCH_MS, SESSION_BAR_MS, SESSION_OPENS } from './session-clock.ts';

/** A finished opening range. Prices in quote units. */
export interface Opening {
  /** Minute of the UTC day of its open. */
  readonly minute: number;
  readonly openTime: UnixMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Close time of the first 5m bar that closed above the range; NaN: none so far that is known of. */
  readonly firstAbove: UnixMs;
  /** The same below it. */
  readonly firstBelow: UnixMs;
  /** Extremes after the range; NaN before the first bar after it. */
  readonly highest: number;
  readonly lowest: number;
  /** Close time up to which every bar after the range came. */
  readonly watchedUntil: UnixMs;
  /** True while no bar was missing from its end until now, or until the watch was over. */
  readonly isWatched: boolean;
  /** True once the 12 hours are over. */
  readonly isOver: boolean;
}

/** Occurrences kept per open, a power of two. */
const KEPT_DAYS = 8;
const WIDTH = 11;
/** Columns of a row. */
const OPEN_TIME = 0;
const OPEN = 1;
const HIGH = 2;
const LOW = 3;
const CLOSE = 4;
const COUNTED = 5;
const WATCHED_UNTIL = 6;
const FIRST_ABOVE = 7;
const FIRST_BELOW = 8;
const HIGHEST = 9;
const LOWEST = 10;

const BARS_OF_RANGE = OPENING_RANGE_MS / SESSION_BAR_MS;
const OPENS_MS = SESSION_OPENS.map((minute) => minute * MINUTE_MS);

/**
 * A range counts only when its three bars came and were complete. After a missing bar nothing more is learned of what
 * followed the range, because the first close outside might have been in the hole. O(1) per bar, without allocation.
 */
export class OpeningRanges {
  readonly #rows = new Float64Array(OPENS_MS.length * KEPT_DAYS * WIDTH).fill(Number.NaN);
  /** Close time of the newest bar. */
  #now: UnixMs = Number.NaN;
  #brokenAbove = 0;
  #brokenBelow = 0;

  /** Opens, one bit per place in `SESSION_OPENS`, whose range the newest bar was the first to close above. */
  get brokenAbove(): number {
    return this.#brokenAbove;
  }

  /** The same below. */
  get brokenBelow(): number {
    return this.#brokenBelow;
  }

  /** One closed 5m bar; ascending time. Incomplete bars only move the time. */
  add(openTime: UnixMs, open: number, high: number, low: number, close: number, complete: boolean): void {
    this.#now = openTime + SESSION_BAR_MS;
    this.#brokenAbove = 0;
    this.#brokenBelow = 0;
    if (!complete) return;
    for (let index = 0; index < OPENS_MS.length; index++) {
      const day = dayOf(openTime - (OPENS_MS[index] as number));
      const opened = day * DAY_MS + (OPENS_MS[index] as number);
      const elapsed = openTime - opened;
      if (elapsed >= OPENING_RANGE_MS + OPENING_WATCH_MS) continue;
      const at = rowOf(index, day);
      if (elapsed >= OPENING_RANGE_MS) this.#watch(index, at, openTime, high, low, close, opened);
      else if (elapsed === 0) this.#begin(at, openTime, open, high, low, close);
      else this.#grow(at, elapsed, high, low, close, opened);
    }
  }

  /** The newest finished range of the open at this place in `SESSION_OPENS`, or the one `ago` days before; null: missing. */
  finished(index: number, ago = 0): Opening | null {
    const day = dayOf(this.#now - (OPENS_MS[index] as number) - OPENING_RANGE_MS) - ago;
    return this.#opening(index, day);
  }

  /** `finished` of the open at this minute of the day; null for a minute at which none opens, too. */
  ofMinute(minute: number, ago = 0): Opening | null {
    const index = SESSION_OPENS.indexOf(minute);
    return index < 0 ? null : this.finished(index, ago);
  }

  /** The open before the newest finished one of this minute: for 07:00 that of 01:00, for 00:00 that of 14:30 the day before. */
  before(minute: number): Opening | null {
    const index = SESSION_OPENS.indexOf(minute);
    const current = this.ofMinute(minute);
    if (index < 0 || current === null) return null;
    const previous = (index + SESSION_OPENS.length - 1) % SESSION_OPENS.length;
    return this.#opening(previous, dayOf(current.openTime) - (index === 0 ? 1 : 0));
  }

  /** The range that opened at exactly this time; null: missing, unfinished or forgotten. */
  at(openTime: UnixMs): Opening | null {
    const day = dayOf(openTime);
    const index = OPENS_MS.indexOf(openTime - day * DAY_MS);
    return index < 0 ? null : this.#opening(index, day);
  }

  /** What the newest bar broke is of that bar only and not saved. */
  save(state: StateWriter): void {
    state.put(this.#now);
    state.putAll(this.#rows);
  }

  load(state: StateReader): void {
    this.#now = state.take();
    this.#rows.set(state.takeAll());
  }

  #begin(at: number, openTime: UnixMs, open: number, high: number, low: number, close: number): void {
    const rows = this.#rows;
    rows.fill(Number.NaN, at, at + WIDTH);
    rows[at + OPEN_TIME] = openTime;
    rows[at + OPEN] = open;
    rows[at + HIGH] = high;
    rows[at + LOW] = low;
    rows[at + CLOSE] = close;
    rows[at + COUNTED] = 1;
    rows[at + WATCHED_UNTIL] = openTime + OPENING_RANGE_MS;
  }

  #grow(at: number, elapsed: number, high: number, low: number, close: number, opened: UnixMs): void {
    const rows = this.#rows;
    if (rows[at + OPEN_TIME] !== opened || (rows[at + COUNTED] as number) * SESSION_BAR_MS !== elapsed) return;
    if (high > (rows[at + HIGH] as number)) rows[at + HIGH] = high;
    if (low < (rows[at + LOW] as number)) rows[at + LOW] = low;
    rows[at + CLOSE] = close;
    (rows[at + COUNTED] as number)++;
  }

  #watch(index: number, at: number, openTime: UnixMs, high: number, low: number, close: number, opened: UnixMs): void {
    const rows = this.#rows;
    const isFinished = rows[at + OPEN_TIME] === opened && rows[at + COUNTED] === BARS_OF_RANGE;
    if (!isFinished || rows[at + WATCHED_UNTIL] !== openTime) return;
    const closeTime = openTime + SESSION_BAR_MS;
    rows[at + WATCHED_UNTIL] = closeTime;
    // NaN, the first bar after the range, compares false.
    if (!(high <= (rows[at + HIGHEST] as number))) rows[at + HIGHEST] = high;
    if (!(low >= (rows[at + LOWEST] as number))) rows[at + LOWEST] = low;
    if (close > (rows[at + HIGH] as number) && Number.isNaN(rows[at + FIRST_ABOVE] as number)) {
      rows[at + FIRST_ABOVE] = closeTime;
      this.#brokenAbove |= 1 << index;
    }
    if (close < (rows[at + LOW] as number) && Number.isNaN(rows[at + FIRST_BELOW] as number)) {
      rows[at + FIRST_BELOW] = closeTime;
      this.#brokenBelow |= 1 << index;
    }
  }

  #opening(index: number, day: number): Opening | null {
    if (Number.isNaN(day)) return null;
    const rows = this.#rows;
    const at = rowOf(index, day);
    const openTime = day * DAY_MS + (OPENS_MS[index] as number);
    if (rows[at + OPEN_TIME] !== openTime || rows[at + COUNTED] !== BARS_OF_RANGE) return null;
    const watchEnds = openTime + OPENING_RANGE_MS + OPENING_WATCH_MS;
    const watchedUntil = rows[at + WATCHED_UNTIL] as number;
    return {
      minute: SESSION_OPENS[index] as number,
      openTime,
      open: rows[at + OPEN] as number,
      high: rows[at + HIGH] as number,
      low: rows[at + LOW] as number,
      close: rows[at + CLOSE] as number,
      firstAbove: rows[at + FIRST_ABOVE] as number,
      firstBelow: rows[at + FIRST_BELOW] as number,
      highest: rows[at + HIGHEST] as number,
      lowest: rows[at + LOWEST] as number,
      watchedUntil,
      isWatched: watchedUntil >= Math.min(this.#now, watchEnds),
      isOver: this.#now >= watchEnds,
    };
  }
}

/**
 * The side of the first close outside: 1 above, -1 below, 0 none (so far). NaN when a bar was missing before any, so
 * that it is not known.
 */
export function firstSide({ firstAbove, firstBelow, isWatched }: Opening): number {
  if (Number.isNaN(firstAbove) && Number.isNaN(firstBelow)) return isWatched ? 0 : Number.NaN;
  return Number.isNaN(firstBelow) || firstAbove < firstBelow ? 1 : -1;
}

/**
 * How far price went beyond the edge that broke first, in ranges: 0 when none broke. NaN when a bar is missing or the
 * range has no height.
 */
export function extension(opening: Opening): number {
  const side = firstSide(opening);
  const height = opening.high - opening.low;
  if (!opening.isWatched || !(height > 0)) return Number.NaN;
  if (side === 0) return 0;
  return side > 0 ? (opening.highest - opening.high) / height : (opening.low - opening.lowest) / height;
}

function rowOf(index: number, day: number): number {
  return (index * KEPT_DAYS + (day & (KEPT_DAYS - 1))) * WIDTH;
}
