/** Wilder's smoothed average (RMA, SMMA): the mean of the first `period` inputs, then weight 1 / period. */
import type { Indicator, StateReader, StateWriter } from './indicator.ts';

/** Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978). */
export class WilderAverage implements Indicator<number> {
  readonly warmUp: number;
  #count = 0;
  /** A sum until ready, then the average. */
  #current = 0;
  #former = 0;

  constructor(period: number) {
    this.warmUp = period;
  }

  get isReady(): boolean {
    return this.#count >= this.warmUp;
  }

  get value(): number {
    return this.isReady ? this.#current : Number.NaN;
  }

  add(input: number): void {
    this.#count++;
    this.#former = this.#current;
    this.#step(input);
  }

  replace(input: number): void {
    this.#step(input);
  }

  save(state: StateWriter): void {
    state.put(this.#count);
    state.put(this.#current);
    state.put(this.#former);
  }

  load(state: StateReader): void {
    this.#count = state.take();
    this.#current = state.take();
    this.#former = state.take();
  }

  #step(input: number): void {
    if (this.#count > this.warmUp) this.#current = this.#former + (input - this.#former) / this.warmUp;
    else if (this.#count < this.warmUp) this.#current = this.#former + input;
    else this.#current = (this.#former + input) / this.warmUp;
  }
}
