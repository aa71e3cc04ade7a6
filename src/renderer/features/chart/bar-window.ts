/** The bars a chart holds: at most a fixed number, extended to the past by pages, live at the right end while nothing was dropped there. */
import type { CandleTuple } from '#contract/areas/market.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

/** A page of older bars rebuilds the series, and every bar of it costs: no more than a view of usual width needs (PE-16). */
export const MOST_BARS = 6_000;

/** What a change means for the series: the last bar only, or everything anew. */
export type BarChange = 'last' | 'all' | 'none';

export class BarWindow {
  #most: number;
  #bars: CandleTuple[] = [];
  #hasOlder = false;
  #isLive = true;
  /** The newest bar the stream told, also while the window is elsewhere. */
  #newest: CandleTuple | null = null;

  constructor(most: number = MOST_BARS) {
    this.#most = most;
  }

  get bars(): readonly CandleTuple[] {
    return this.#bars;
  }

  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** The right end is the newest bar of the market. */
  get isLive(): boolean {
    return this.#isLive;
  }

  get firstTime(): UnixMs | null {
    return this.#bars[0]?.[0] ?? null;
  }

  get lastTime(): UnixMs | null {
    return this.#bars.at(-1)?.[0] ?? null;
  }

  /** From the next change on; a wider view needs more. */
  set most(most: number) {
    this.#most = most;
  }

  /** `forming` is the newest bar, not yet closed; it comes after the closed ones, or is the last of them. */
  reset(candles: readonly CandleTuple[], forming: CandleTuple | null, hasMore: boolean): void {
    const last = candles.at(-1);
    const bars =
      forming !== null && (last === undefined || forming[0] > last[0]) ? [...candles, forming] : [...candles];
    if (forming !== null && last !== undefined && forming[0] === last[0]) bars[bars.length - 1] = forming;
    this.#hasOlder = hasMore || bars.length > this.#most;
    this.#bars = bars.slice(-this.#most);
    this.#isLive = true;
    this.#newest = this.#bars.at(-1) ?? null;
  }

  /** A bar of the live stream: replaces the one with its time, or follows the last one. */
  apply(candle: CandleTuple): BarChange {
    if (this.#newest === null || candle[0] >= this.#newest[0]) this.#newest = candle;
    if (!this.#isLive) return 'none';
    const last = this.#bars.at(-1);
    if (last === undefined || candle[0] > last[0]) {
      this.#bars.push(candle);
      if (this.#bars.length <= this.#most) return 'last';
      // Dropping one bar per new bar would rebuild the series each time: drop a tenth at once.
      this.#bars = this.#bars.slice(-Math.floor(this.#most * 0.9));
      this.#hasOlder = true;
      return 'all';
    }
    if (candle[0] === last[0]) {
      this.#bars[this.#bars.length - 1] = candle;
      return 'last';
    }
    // A revision of an older bar, or a repetition.
    const at = this.#bars.findIndex((bar) => bar[0] === candle[0]);
    if (at === -1) return 'none';
    this.#bars[at] = candle;
    return 'all';
  }

  /** A page of older bars; where there are too many now, the newest leave and the window is no longer live. */
  prepend(page: readonly CandleTuple[], hasMore: boolean): BarChange {
    this.#hasOlder = hasMore;
    const first = this.firstTime;
    const older = first === null ? [...page] : page.filter((bar) => bar[0] < first);
    if (older.length === 0) return 'none';
    const joined = [...older, ...this.#bars];
    if (joined.length > this.#most) {
      this.#bars = joined.slice(0, this.#most);
      this.#isLive = false;
    } else {
      this.#bars = joined;
    }
    return 'all';
  }

  /** A page of newer bars while the window is not live; it is live again once the page reaches the newest bar. */
  append(page: readonly CandleTuple[]): BarChange {
    const last = this.lastTime;
    const newer = last === null ? [...page] : page.filter((bar) => bar[0] > last);
    const newest = this.#newest;
    const end = newer.at(-1)?.[0] ?? last;
    if (newest !== null && (end === null || end >= newest[0] || newer.length === 0)) {
      // The page may have been read before the newest tick.
      const kept = newer.filter((bar) => bar[0] < newest[0]);
      const tail = last !== null && newest[0] <= last ? [] : [newest];
      this.#replaceTail([...kept, ...tail]);
      this.#isLive = true;
      return 'all';
    }
    if (newer.length === 0) return 'none';
    this.#replaceTail(newer);
    return 'all';
  }

  /** A page from elsewhere in place of everything; live where it reaches the newest bar. */
  jump(page: readonly CandleTuple[], hasMore: boolean): BarChange {
    if (page.length === 0) return 'none';
    this.#bars = [];
    this.#isLive = false;
    this.#hasOlder = hasMore;
    return this.append(page);
  }

  #replaceTail(newer: readonly CandleTuple[]): void {
    const joined = [...this.#bars, ...newer];
    if (joined.length > this.#most) this.#hasOlder = true;
    this.#bars = joined.slice(-this.#most);
  }
}
