/** Efficiency ratio, 0-1: net change over the path travelled by closes; 1 is a straight line, near 0 is noise. */
import type { Indicator, StateReader, StateWriter } from './indicator.ts';
import { SlidingWindow } from './window.ts';

/** Source: P. Kaufman. Over `period` changes. Taking a price is O(1), reading the value looks through the window once. */
export class EfficiencyRatio implements Indicator<number> {
  readonly warmUp: number;
  readonly #prices: SlidingWindow;

  constructor(period: number) {
    this.warmUp = period + 1;
    this.#prices = new SlidingWindow(period + 1);
  }

  get isReady(): boolean {
    return this.#prices.isFull;
  }

  get value(): number {
    if (!this.isReady) return Number.NaN;
    let path = 0;
    for (let ago = this.warmUp - 2; ago >= 0; ago--) path += Math.abs(this.#prices.at(ago) - this.#prices.at(ago + 1));
    return path > 0 ? Math.abs(this.#prices.at(0) - this.#prices.at(this.warmUp - 1)) / path : 0;
  }

  add(price: number): void {
    this.#prices.push(price);
  }

  replace(price: number): void {
    this.#prices.replaceNewest(price);
  }

  save(state: StateWriter): void {
    this.#prices.save(state);
  }

  load(state: StateReader): void {
    this.#prices.load(state);
  }
}
