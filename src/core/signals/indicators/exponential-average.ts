/** Exponential moving average (EMA), seeded with the first input. */
import type { Indicator, StateReader, StateWriter } from './indicator.ts';

/** Weight of the newest input 2 / (period + 1); ready after `period` inputs. */
export class ExponentialAverage implements Indicator<number> {
  readonly warmUp: number;
  readonly #weight: number;
  #count = 0;
  #current = 0;
  #former = 0;

  constructor(period: number) {
    this.warmUp = period;
    this.#weight = 2 / (period + 1);
  }

  get isReady(): boolean {
    return this.#count >= this.warmUp;
  }

  get value(): number {
    return this.isReady ? this.#current : Number.NaN;
  }

  /** The newest value minus the one before; NaN until both exist. */
  get change(): number {
    return this.#count > this.warmUp ? this.#current - this.#former : Number.NaN;
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
    this.#current = this.#count === 1 ? input : input * this.#weight + this.#former * (1 - this.#weight);
  }
}
