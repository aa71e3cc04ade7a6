/** Log returns of 1h bars by their hour, and volumes, brought forward with each new bar: several features read the same ones. */
import { SortedValues } from '#core/base/sorted-values.ts';
import type { BarsView } from '#core/domain/bar-series.ts';
import { HOUR_MS } from '#core/domain/timeframe.ts';

/** Hours held: more than the 30 days that the longest feature looks back. A power of two. */
const HOURS_HELD = 1024;
const DAY_HOURS = 24;
const WEEK_HOURS = 168;
const PERCENT = 100;

/**
 * What is kept is derived from the bars alone and is checked against them: a series that was restored, or from which bars
 * were missed in between, is read anew. So it is a memo, never a state.
 */
export class HourReturns {
  /** Number of the hour that a place holds. */
  readonly #hours = new Float64Array(HOURS_HELD).fill(Number.NaN);
  readonly #returns = new Float64Array(HOURS_HELD);
  readonly #found = new Float64Array(HOURS_HELD);
  /** Absolute values of the newest week's. */
  readonly #weekSizes = new SortedValues(WEEK_HOURS);
  /** Count and sum of squares of the day that ends with an hour, and the number of that hour. */
  readonly #days = new Float64Array(HOURS_HELD).fill(Number.NaN);
  readonly #dayCounts = new Float64Array(HOURS_HELD);
  readonly #daySums = new Float64Array(HOURS_HELD);
  /** By the number of the bar; a bar's row is long, and of these only volumes are read. */
  readonly #volumes = new Float64Array(HOURS_HELD);
  #count = 0;
  #newestHour = Number.NaN;
  #newestClose = Number.NaN;

  static of(bars: BarsView): HourReturns {
    let returns = MEMO.get(bars);
    if (returns === undefined) {
      returns = new HourReturns();
      MEMO.set(bars, returns);
    }
    returns.#follow(bars);
    return returns;
  }

  /**
   * In percent: those of the newest `count` hours, newest first; hours without a bar, or without one just before it, are left out. The view is good until the next call.
   */
  last(count: number): Float64Array {
    const found = this.#found;
    let size = 0;
    for (let ago = 0; ago < count; ago++) {
      const hour = this.#newestHour - ago;
      const place = hour & (HOURS_HELD - 1);
      if (this.#hours[place] === hour) found[size++] = this.#returns[place] as number;
    }
    return found.subarray(0, size);
  }

  /** Volumes of the newest `count` bars, newest first. The view is good until the next call. */
  volumes(count: number): Float64Array {
    const found = this.#found;
    for (let ago = 0; ago < count; ago++) {
      found[ago] = this.#volumes[(this.#count - 1 - ago) & (HOURS_HELD - 1)] as number;
    }
    return found.subarray(0, count);
  }

  /** Of the `count` hours that end `skip` hours before the newest bar: how many are there, and the sum of their squares, percent^2, newest first. */
  squares(count: number, skip: number): { readonly count: number; readonly sum: number } {
    const end = this.#newestHour - skip;
    if (count !== DAY_HOURS) return this.#squaresUpTo(end, count);
    // No hour of a day that is over changes any more: many windows ask for the same days.
    const place = end & (HOURS_HELD - 1);
    if (this.#days[place] !== end) {
      const day = this.#squaresUpTo(end, count);
      this.#days[place] = end;
      this.#dayCounts[place] = day.count;
      this.#daySums[place] = day.sum;
    }
    return { count: this.#dayCounts[place] as number, sum: this.#daySums[place] as number };
  }

  #squaresUpTo(end: number, count: number): { readonly count: number; readonly sum: number } {
    let found = 0;
    let sum = 0;
    for (let hour = end; hour > end - count; hour--) {
      const place = hour & (HOURS_HELD - 1);
      if (this.#hours[place] !== hour) continue;
      const value = this.#returns[place] as number;
      sum += value * value;
      found++;
    }
    return { count: found, sum };
  }

  /** Absolute values of the returns of the newest 168 hours: how many are there, and their median in percent. */
  weekSizes(): { readonly count: number; readonly median: number } {
    return { count: this.#weekSizes.size, median: this.#weekSizes.quantile(0.5) };
  }

  #follow(bars: BarsView): void {
    if (bars.count === this.#count && this.#isNewest(bars, 0)) return;
    const isNext = bars.count === this.#count + 1 && this.#isNewest(bars, 1);
    const before = this.#newestHour;
    this.#newestHour = bars.openTime(0) / HOUR_MS;
    if (isNext && this.#newestHour - before < WEEK_HOURS) {
      for (let hour = before; hour < this.#newestHour; hour++) this.#forget(hour - WEEK_HOURS + 1);
      this.#put(bars, 0);
      this.#volumes[(bars.count - 1) & (HOURS_HELD - 1)] = bars.volume(0);
    } else {
      this.#hours.fill(Number.NaN);
      this.#days.fill(Number.NaN);
      for (let ago = Math.min(bars.size, HOURS_HELD) - 1; ago >= 0; ago--) {
        this.#volumes[(bars.count - 1 - ago) & (HOURS_HELD - 1)] = bars.volume(ago);
      }
      this.#weekSizes.clear();
      for (let ago = Math.min(bars.size, HOURS_HELD) - 2; ago >= 0; ago--) this.#put(bars, ago);
    }
    this.#count = bars.count;
    this.#newestClose = bars.close(0);
  }

  #put(bars: BarsView, ago: number): void {
    const openTime = bars.openTime(ago);
    if (openTime - bars.openTime(ago + 1) !== HOUR_MS) return;
    const hour = openTime / HOUR_MS;
    this.#hours[hour & (HOURS_HELD - 1)] = hour;
    const value = PERCENT * Math.log(bars.close(ago) / bars.close(ago + 1));
    this.#returns[hour & (HOURS_HELD - 1)] = value;
    if (hour > this.#newestHour - WEEK_HOURS) this.#weekSizes.add(Math.abs(value));
  }

  /** An hour that is a week old leaves the week's sizes. */
  #forget(hour: number): void {
    const place = hour & (HOURS_HELD - 1);
    if (this.#hours[place] === hour) this.#weekSizes.remove(Math.abs(this.#returns[place] as number));
  }

  #isNewest(bars: BarsView, ago: number): boolean {
    return bars.openTime(ago) / HOUR_MS === this.#newestHour && bars.close(ago) === this.#newestClose;
  }
}

const MEMO = new WeakMap<BarsView, HourReturns>();
