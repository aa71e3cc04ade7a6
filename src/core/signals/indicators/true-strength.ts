/** True strength index (TSI), -100 to 100: doubly smoothed momentum against its doubly smoothed size. */
import { ExponentialAverage } from './exponential-average.ts';
import type { Indicator, StateReader, StateWriter } from './indicator.ts';

/** Source: W. Blau, True Strength Index (1991). The short average starts when the long one is ready. */
export class TrueStrength implements Indicator<number> {
  readonly warmUp: number;
  readonly #longMomentum: ExponentialAverage;
  readonly #longSize: ExponentialAverage;
  readonly #shortMomentum: ExponentialAverage;
  readonly #shortSize: ExponentialAverage;
  #price = Number.NaN;
  #formerPrice = Number.NaN;

  constructor(longPeriod: number, shortPeriod: number) {
    this.warmUp = longPeriod + shortPeriod;
    this.#longMomentum = new ExponentialAverage(longPeriod);
    this.#longSize = new ExponentialAverage(longPeriod);
    this.#shortMomentum = new ExponentialAverage(shortPeriod);
    this.#shortSize = new ExponentialAverage(shortPeriod);
  }

  get isReady(): boolean {
    return this.#shortMomentum.isReady;
  }

  get value(): number {
    if (!this.isReady) return Number.NaN;
    const size = this.#shortSize.value;
    return size === 0 ? 0 : (100 * this.#shortMomentum.value) / size;
  }

  add(price: number): void {
    this.#formerPrice = this.#price;
    this.#price = price;
    const momentum = price - this.#formerPrice;
    if (Number.isNaN(momentum)) return;
    this.#longMomentum.add(momentum);
    this.#longSize.add(Math.abs(momentum));
    if (!this.#longMomentum.isReady) return;
    this.#shortMomentum.add(this.#longMomentum.value);
    this.#shortSize.add(this.#longSize.value);
  }

  replace(price: number): void {
    this.#price = price;
    const momentum = price - this.#formerPrice;
    if (Number.isNaN(momentum)) return;
    this.#longMomentum.replace(momentum);
    this.#longSize.replace(Math.abs(momentum));
    if (!this.#longMomentum.isReady) return;
    this.#shortMomentum.replace(this.#longMomentum.value);
    this.#shortSize.replace(this.#longSize.value);
  }

  save(state: StateWriter): void {
    for (const part of this.#parts()) part.save(state);
    state.put(this.#price);
    state.put(this.#formerPrice);
  }

  load(state: StateReader): void {
    for (const part of this.#parts()) part.load(state);
    this.#price = state.take();
    this.#formerPrice = state.take();
  }

  #parts(): readonly ExponentialAverage[] {
    return [this.#longMomentum, this.#longSize, this.#shortMomentum, this.#shortSize];
  }
}
