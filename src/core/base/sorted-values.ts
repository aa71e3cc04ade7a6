/** Numbers kept in ascending order while single ones come and go: rank and quantiles without sorting anew. */
import { clamp } from './statistics.ts';

/** Binary search O(log n), and one block move from the place that falls free to the place needed. NaN may not enter. */
export class SortedValues {
  readonly #values: Float64Array;
  #size = 0;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** The one of `rank`, 0 the smallest; it must be below `size`. */
  at(rank: number): number {
    return this.#values[rank] as number;
  }

  clear(): void {
    this.#size = 0;
  }

  /** There must be room. */
  add(value: number): void {
    const at = this.firstAtLeast(value);
    this.#values.copyWithin(at + 1, at, this.#size);
    this.#values[at] = value;
    this.#size++;
  }

  /** `value` must be among them. */
  remove(value: number): void {
    const at = this.firstAtLeast(value);
    this.#values.copyWithin(at, at + 1, this.#size);
    this.#size--;
  }

  /** `leaving` must be among them. */
  replace(leaving: number, entering: number): void {
    const values = this.#values;
    const free = this.firstAtLeast(leaving);
    const place = this.firstAtLeast(entering);
    if (place > free) {
      values.copyWithin(free, free + 1, place);
      values[place - 1] = entering;
    } else {
      values.copyWithin(place + 1, place, free);
      values[place] = entering;
    }
  }

  /** At most as many as there is room for. */
  refill(values: ArrayLike<number>): void {
    this.#size = values.length;
    this.#values.set(values);
    this.#values.subarray(0, this.#size).sort();
  }

  /** Rank of the first that is not below `value`; `size` where all are. */
  firstAtLeast(value: number): number {
    const values = this.#values;
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** As `quantile` of statistics.ts, to the bit. */
  quantile(share: number): number {
    if (this.#size === 0) return Number.NaN;
    const at = clamp(share, 0, 1) * (this.#size - 1);
    const below = Math.floor(at);
    const low = this.at(below);
    return at === below ? low : low + (this.at(below + 1) - low) * (at - below);
  }
}
