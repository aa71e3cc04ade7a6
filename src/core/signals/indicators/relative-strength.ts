/** Relative strength index (RSI), 0-100: Wilder's averages of gains against losses. */
import type { Indicator, StateReader, StateWriter } from './indicator.ts';
import { WilderAverage } from './wilder-average.ts';

/** Ready after `period` changes, that is `period + 1` inputs. A price that never moved has no strength: 50. */
export class RelativeStrength implements Indicator<number> {
  readonly warmUp: number;
  readonly #gain: WilderAverage;
  readonly #loss: WilderAverage;
  #price = Number.NaN;
  #formerPrice = Number.NaN;

  constructor(period: number) {
    this.warmUp = period + 1;
    this.#gain = new WilderAverage(period);
    this.#loss = new WilderAverage(period);
  }

  get isReady(): boolean {
    return this.#gain.isReady;
  }

  get value(): number {
    if (!this.isReady) return Number.NaN;
    const gain = this.#gain.value;
    const loss = this.#loss.value;
    return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
  }

  add(price: number): void {
    this.#formerPrice = this.#price;
    this.#price = price;
    const change = price - this.#formerPrice;
    if (Number.isNaN(change)) return;
    this.#gain.add(change > 0 ? change : 0);
    this.#loss.add(change < 0 ? -change : 0);
  }

  replace(price: number): void {
    this.#price = price;
    const change = price - this.#formerPrice;
    if (Number.isNaN(change)) return;
    this.#gain.replace(change > 0 ? change : 0);
    this.#loss.replace(change < 0 ? -change : 0);
  }

  save(state: StateWriter): void {
    this.#gain.save(state);
    this.#loss.save(state);
    state.put(this.#price);
    state.put(this.#formerPrice);
  }

  load(state: StateReader): void {
    this.#gain.load(state);
    this.#loss.load(state);
    this.#price = state.take();
    this.#formerPrice = state.take();
  }
}
