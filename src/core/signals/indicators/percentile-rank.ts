/** Where the newest input stands among the last `capacity` ones, in percent. */
import { RingBuffer } from '#core/base/ring-buffer.ts';
import { SortedValues } from '#core/base/sorted-values.ts';
import type { Indicator, StateReader, StateWriter } from './indicator.ts';

/**
 * Mid-rank, the input itself included: 100 x (count below + half of the equal ones) / count, so that a constant
 * series stands at 50. Before the window is full it ranks within what there is, from `warmUp` inputs on.
 */
export class PercentileRank implements Indicator<number> {
  readonly warmUp: number;
  readonly #capacity: number;
  readonly #inputs: RingBuffer;
  readonly #sorted: SortedValues;

  constructor(capacity: number, warmUp: number) {
    this.#capacity = capacity;
    this.warmUp = warmUp;
    this.#inputs = new RingBuffer(capacity + 1);
    this.#sorted = new SortedValues(capacity);
  }

  get isReady(): boolean {
    return this.#sorted.size >= this.warmUp;
  }

  get value(): number {
    if (!this.isReady) return Number.NaN;
    const newest = this.#inputs.at(0);
    const { size } = this.#sorted;
    const below = this.#sorted.firstAtLeast(newest);
    let above = below;
    while (above < size && this.#sorted.at(above) === newest) above++;
    return (100 * (below + (above - below) / 2)) / size;
  }

  /** `input` must be a number, not NaN. */
  add(input: number): void {
    this.#inputs.push(input);
    if (this.#sorted.size < this.#capacity) this.#sorted.add(input);
    else this.#sorted.replace(this.#inputs.at(this.#capacity), input);
  }

  replace(input: number): void {
    const wrong = this.#inputs.at(0);
    this.#inputs.replaceNewest(input);
    this.#sorted.replace(wrong, input);
  }

  save(state: StateWriter): void {
    state.put(this.#inputs.count);
    state.putAll(this.#inputs.toArray());
  }

  load(state: StateReader): void {
    this.#inputs.refill(state.take(), state.takeAll());
    const size = Math.min(this.#inputs.count, this.#capacity);
    this.#sorted.refill(Float64Array.from({ length: size }, (_, ago) => this.#inputs.at(ago)));
  }
}
