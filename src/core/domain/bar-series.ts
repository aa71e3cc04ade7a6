/** The newest closed bars of one timeframe in columns: what strategies and features may look at (PL-5). */
import { invariant } from '#core/base/invariant.ts';
import type { Candle } from './candle.ts';
import type { Timeframe, UnixMs } from './timeframe.ts';

/** Read side. `ago` counts back from the newest closed bar (0) and must be below `size`. */
export interface BarsView {
  readonly timeframe: Timeframe;
  /** Bars held now, at most the capacity. */
  readonly size: number;
  /** Bars ever pushed. */
  readonly count: number;
  openTime(ago: number): UnixMs;
  open(ago: number): number;
  high(ago: number): number;
  low(ago: number): number;
  close(ago: number): number;
  volume(ago: number): number;
  /** False when a base candle was missing inside the bar (MK-1). */
  complete(ago: number): boolean;
  /** What the bars from `ago` back to the last that opened at or after `since` span; one walk over the rows. */
  span(ago: number, since: UnixMs): BarsSpan;
}

export interface BarsSpan {
  readonly count: number;
  /** -Infinity and Infinity where there is no bar. */
  readonly highest: number;
  readonly lowest: number;
}

export interface BarSeriesSnapshot {
  readonly count: number;
  /** Rows of 7: openTime, open, high, low, close, volume, complete (1/0), oldest first. */
  readonly rows: Float64Array;
}

const WIDTH = 7;

/** A bounded ring of bars; pushing beyond the capacity forgets the oldest. One flat array: a row is one cache line. */
export class BarSeries implements BarsView {
  readonly timeframe: Timeframe;
  readonly #mask: number;
  readonly #rows: Float64Array;
  #count = 0;

  /** `capacity` is rounded up to a power of two. */
  constructor(timeframe: Timeframe, capacity: number) {
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(2, capacity)));
    this.timeframe = timeframe;
    this.#mask = rounded - 1;
    this.#rows = new Float64Array(rounded * WIDTH);
  }

  get size(): number {
    return Math.min(this.#count, this.#mask + 1);
  }

  get count(): number {
    return this.#count;
  }

  push(bar: Candle, complete: boolean): void {
    const at = (this.#count & this.#mask) * WIDTH;
    const rows = this.#rows;
    rows[at] = bar.openTime;
    rows[at + 1] = bar.open;
    rows[at + 2] = bar.high;
    rows[at + 3] = bar.low;
    rows[at + 4] = bar.close;
    rows[at + 5] = bar.volume;
    rows[at + 6] = complete ? 1 : 0;
    this.#count++;
  }

  openTime(ago: number): UnixMs {
    return this.#at(ago, 0);
  }
  open(ago: number): number {
    return this.#at(ago, 1);
  }
  high(ago: number): number {
    return this.#at(ago, 2);
  }
  low(ago: number): number {
    return this.#at(ago, 3);
  }
  close(ago: number): number {
    return this.#at(ago, 4);
  }
  volume(ago: number): number {
    return this.#at(ago, 5);
  }
  complete(ago: number): boolean {
    return this.#at(ago, 6) === 1;
  }

  span(ago: number, since: UnixMs): BarsSpan {
    const rows = this.#rows;
    const size = this.size;
    let highest = Number.NEGATIVE_INFINITY;
    let lowest = Number.POSITIVE_INFINITY;
    let at = ago;
    for (; at < size; at++) {
      const row = ((this.#count - 1 - at) & this.#mask) * WIDTH;
      if ((rows[row] as number) < since) break;
      const high = rows[row + 2] as number;
      const low = rows[row + 3] as number;
      if (high > highest) highest = high;
      if (low < lowest) lowest = low;
    }
    return { count: at - ago, highest, lowest };
  }

  snapshot(): BarSeriesSnapshot {
    const size = this.size;
    const rows = new Float64Array(size * WIDTH);
    for (let i = 0; i < size; i++) {
      const at = ((this.#count - size + i) & this.#mask) * WIDTH;
      rows.set(this.#rows.subarray(at, at + WIDTH), i * WIDTH);
    }
    return { count: this.#count, rows };
  }

  restore(snapshot: BarSeriesSnapshot): void {
    const size = snapshot.rows.length / WIDTH;
    invariant(size <= this.#mask + 1, 'a bar series snapshot fits the series it is restored into');
    for (let i = 0; i < size; i++) {
      const at = ((snapshot.count - size + i) & this.#mask) * WIDTH;
      this.#rows.set(snapshot.rows.subarray(i * WIDTH, (i + 1) * WIDTH), at);
    }
    this.#count = snapshot.count;
  }

  #at(ago: number, column: number): number {
    if (ago < 0 || ago >= this.#count || ago > this.#mask) return Number.NaN;
    return this.#rows[((this.#count - 1 - ago) & this.#mask) * WIDTH + column] as number;
  }
}
