/** Slope of the least-squares line through the newest inputs, in input units per bar. */
import type { Indicator, StateReader, StateWriter } from './indicator.ts';
import { SlidingWindow } from './window.ts';

/** With x = 0 for the oldest of n inputs: slope = (sum(x y) - (n - 1) / 2 sum(y)) / (n (n^2 - 1) / 12). */
export class RegressionSlope implements Indicator<number> {
  readonly warmUp: number;
  readonly #window: SlidingWindow;
  /** Sums over differences to an anchor, renewed once per window length (see bollinger-bands.ts). */
  #anchor = 0;
  #sum = 0;
  #products = 0;
  #formerAnchor = 0;
  #formerSum = 0;
  #formerProducts = 0;

  constructor(period: number) {
    this.warmUp = period;
    this.#window = new SlidingWindow(period);
  }

  get isReady(): boolean {
    return this.#window.isFull;
  }

  get value(): number {
    if (!this.isReady) return Number.NaN;
    const n = this.warmUp;
    return (this.#products - ((n - 1) / 2) * this.#sum) / ((n * (n * n - 1)) / 12);
  }

  add(input: number): void {
    this.#formerAnchor = this.#anchor;
    this.#formerSum = this.#sum;
    this.#formerProducts = this.#products;
    this.#window.push(input);
    this.#step(input);
  }

  replace(input: number): void {
    this.#window.replaceNewest(input);
    this.#step(input);
  }

  save(state: StateWriter): void {
    this.#window.save(state);
    state.put(this.#anchor);
    state.put(this.#sum);
    state.put(this.#products);
    state.put(this.#formerAnchor);
    state.put(this.#formerSum);
    state.put(this.#formerProducts);
  }

  load(state: StateReader): void {
    this.#window.load(state);
    this.#anchor = state.take();
    this.#sum = state.take();
    this.#products = state.take();
    this.#formerAnchor = state.take();
    this.#formerSum = state.take();
    this.#formerProducts = state.take();
  }

  #step(input: number): void {
    const window = this.#window;
    if (!window.isFull) return;
    if (window.isRefresh) {
      this.#addUp();
      return;
    }
    const entering = input - this.#formerAnchor;
    const staying = this.#formerSum - (window.leaving - this.#formerAnchor);
    this.#anchor = this.#formerAnchor;
    // Every staying input moves one place towards x = 0.
    this.#products = this.#formerProducts - staying + (this.warmUp - 1) * entering;
    this.#sum = staying + entering;
  }

  #addUp(): void {
    const anchor = this.#window.at(this.warmUp >> 1);
    let sum = 0;
    let products = 0;
    for (let x = 0; x < this.warmUp; x++) {
      const difference = this.#window.at(this.warmUp - 1 - x) - anchor;
      sum += difference;
      products += x * difference;
    }
    this.#anchor = anchor;
    this.#sum = sum;
    this.#products = products;
  }
}
