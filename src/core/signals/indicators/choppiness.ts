/** Choppiness index, 0-100: the path travelled against the ground covered; high in ranges, low in trends. */
import type { Candle } from '#core/domain/candle.ts';
import type { Indicator, StateReader, StateWriter } from './indicator.ts';
import { SlidingWindow } from './window.ts';

/**
 * Source: E. W. Dreiss. 100 x log10(sum of true ranges / (highest true high - lowest true low)) / log10(period).
 * Taking a bar is O(1); reading the value looks through the window once. No movement at all is 100.
 */
export class Choppiness implements Indicator<Candle> {
  readonly warmUp: number;
  readonly #period: number;
  readonly #highs: SlidingWindow;
  readonly #lows: SlidingWindow;
  #close = Number.NaN;
  #formerClose = Number.NaN;

  constructor(period: number) {
    this.#period = period;
    this.warmUp = period + 1;
    this.#highs = new SlidingWindow(period);
    this.#lows = new SlidingWindow(period);
  }

  get isReady(): boolean {
    return this.#highs.isFull;
  }

  get value(): number {
    if (!this.isReady) return Number.NaN;
    let path = 0;
    let highest = Number.NEGATIVE_INFINITY;
    let lowest = Number.POSITIVE_INFINITY;
    for (let ago = this.#period - 1; ago >= 0; ago--) {
      const high = this.#highs.at(ago);
      const low = this.#lows.at(ago);
      path += high - low;
      if (high > highest) highest = high;
      if (low < lowest) lowest = low;
    }
    return highest > lowest ? (100 * Math.log10(path / (highest - lowest))) / Math.log10(this.#period) : 100;
  }

  add(bar: Candle): void {
    this.#formerClose = this.#close;
    this.#close = bar.close;
    if (Number.isNaN(this.#formerClose)) return;
    this.#highs.push(Math.max(bar.high, this.#formerClose));
    this.#lows.push(Math.min(bar.low, this.#formerClose));
  }

  replace(bar: Candle): void {
    this.#close = bar.close;
    if (Number.isNaN(this.#formerClose)) return;
    this.#highs.replaceNewest(Math.max(bar.high, this.#formerClose));
    this.#lows.replaceNewest(Math.min(bar.low, this.#formerClose));
  }

  save(state: StateWriter): void {
    this.#highs.save(state);
    this.#lows.save(state);
    state.put(this.#close);
    state.put(this.#formerClose);
  }

  load(state: StateReader): void {
    this.#highs.load(state);
    this.#lows.load(state);
    this.#close = state.take();
    this.#formerClose = state.take();
  }
}
