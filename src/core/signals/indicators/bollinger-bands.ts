/** Bollinger bands: the mean of a window and `multiplier` population standard deviations on either side. */
import type { Indicator, StateReader, StateWriter } from './indicator.ts';
import { SlidingWindow } from './window.ts';

/**
 * Sums run over differences to an anchor inside the window, renewed once per window length: squares of prices near
 * 100,000 would otherwise eat the digits of a spread of a few units. `value` is the middle.
 */
export class BollingerBands implements Indicator<number> {
  readonly warmUp: number;
  readonly #multiplier: number;
  /** 1 / period. */
  readonly #share: number;
  readonly #window: SlidingWindow;
  #anchor = 0;
  #sum = 0;
  #squares = 0;
  #formerAnchor = 0;
  #formerSum = 0;
  #formerSquares = 0;
  /** Derived from the sums; NaN until ready. */
  #middle = Number.NaN;
  #deviation = Number.NaN;

  constructor(period: number, multiplier: number) {
    this.warmUp = period;
    this.#multiplier = multiplier;
    this.#share = 1 / period;
    this.#window = new SlidingWindow(period);
  }

  get isReady(): boolean {
    return this.#window.isFull;
  }

  get value(): number {
    return this.#middle;
  }

  get middle(): number {
    return this.#middle;
  }

  get upper(): number {
    return this.#middle + this.#multiplier * this.#deviation;
  }

  get lower(): number {
    return this.#middle - this.#multiplier * this.#deviation;
  }

  /** Population standard deviation of the window. */
  get deviation(): number {
    return this.#deviation;
  }

  add(price: number): void {
    this.#formerAnchor = this.#anchor;
    this.#formerSum = this.#sum;
    this.#formerSquares = this.#squares;
    this.#window.push(price);
    this.#step(price);
  }

  replace(price: number): void {
    this.#window.replaceNewest(price);
    this.#step(price);
  }

  save(state: StateWriter): void {
    this.#window.save(state);
    state.put(this.#anchor);
    state.put(this.#sum);
    state.put(this.#squares);
    state.put(this.#formerAnchor);
    state.put(this.#formerSum);
    state.put(this.#formerSquares);
  }

  load(state: StateReader): void {
    this.#window.load(state);
    this.#anchor = state.take();
    this.#sum = state.take();
    this.#squares = state.take();
    this.#formerAnchor = state.take();
    this.#formerSum = state.take();
    this.#formerSquares = state.take();
    if (this.#window.isFull) this.#derive();
  }

  #step(price: number): void {
    const window = this.#window;
    if (!window.isFull) return;
    if (window.isRefresh) {
      this.#addUp();
    } else {
      const anchor = this.#formerAnchor;
      const entering = price - anchor;
      const leaving = window.leaving - anchor;
      this.#anchor = anchor;
      this.#sum = this.#formerSum + entering - leaving;
      this.#squares = this.#formerSquares + entering * entering - leaving * leaving;
    }
    this.#derive();
  }

  #derive(): void {
    const average = this.#sum * this.#share;
    const variance = this.#squares * this.#share - average * average;
    this.#middle = this.#anchor + average;
    this.#deviation = variance > 0 ? Math.sqrt(variance) : 0;
  }

  #addUp(): void {
    const anchor = this.#window.at(this.warmUp >> 1);
    let sum = 0;
    let squares = 0;
    for (let ago = this.warmUp - 1; ago >= 0; ago--) {
      const difference = this.#window.at(ago) - anchor;
      sum += difference;
      squares += difference * difference;
    }
    this.#anchor = anchor;
    this.#sum = sum;
    this.#squares = squares;
  }
}
