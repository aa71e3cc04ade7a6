/** Where the newest input stands among the last `capacity` ones, in percent. */
import { RingBuffer } from '#core/base/ring-buffer.ts';
import type { Indicator, StateReader, StateWriter } from './indicator.ts';

/**
 * Mid-rank, the input itself included: 100 x (count below + half of the equal ones) / count, so that a constant
 * series stands at 50. Before the window is full it ranks within what there is, from `warmUp` inputs on. The window
 * is kept sorted: binary search O(log n), and one block move from the place that falls free to the place needed.
 */
export class PercentileRank implements Indicator<number> {
  readonly warmUp: number;
  readonly #capacity: number;
  readonly #inputs: RingBuffer;
  readonly #sorted: Float64Array;
  #size = 0;

  constructor(capacity: number, warmUp: number) {
    this.#capacity = capacity;
    this.warmUp = warmUp;
    this.#inputs = new RingBuffer(capacity + 1);
    this.#sorted = new Float64Array(capacity);
  }

  get isReady(): boolean {
    return this.#size >= this.warmUp;
  }

  get value(): number {
    if (!this.isReady) return Number.NaN;
    const newest = this.#inputs.at(0);
    const below = this.#firstAtLeast(newest);
    let above = below;
    while (above < this.#size && this.#sorted[above] === newest) above++;
    return (100 * (below + (above - below) / 2)) / this.#size;
  }

  /** `input` must be a number, not NaN. */
  add(input: number): void {
    this.#inputs.push(input);
    if (this.#size < this.#capacity) {
      const at = this.#firstAtLeast(input);
      this.#sorted.copyWithin(at + 1, at, this.#size);
      this.#sorted[at] = input;
      this.#size++;
    } else {
      this.#swap(this.#inputs.at(this.#capacity), input);
    }
  }

  replace(input: number): void {
    const wrong = this.#inputs.at(0);
    this.#inputs.replaceNewest(input);
    this.#swap(wrong, input);
  }

  save(state: StateWriter): void {
    state.put(this.#inputs.count);
    state.putAll(this.#inputs.toArray());
  }

  load(state: StateReader): void {
    this.#inputs.refill(state.take(), state.takeAll());
    this.#size = Math.min(this.#inputs.count, this.#capacity);
    for (let i = 0; i < this.#size; i++) this.#sorted[i] = this.#inputs.at(i);
    this.#sorted.subarray(0, this.#size).sort();
  }

  /** Index of the first sorted value that is not below `value`. */
  #firstAtLeast(value: number): number {
    const sorted = this.#sorted;
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #swap(leaving: number, entering: number): void {
    const free = this.#firstAtLeast(leaving);
    const place = this.#firstAtLeast(entering);
    if (place > free) {
      this.#sorted.copyWithin(free, free + 1, place);
      this.#sorted[place - 1] = entering;
    } else {
      this.#sorted.copyWithin(place + 1, place, free);
      this.#sorted[place] = entering;
    }
  }
}
