/** The newest numbers of an endless stream: a fixed ring that forgets the oldest. */
import { invariant } from './invariant.ts';

export class RingBuffer {
  readonly #mask: number;
  readonly #values: Float64Array;
  #count = 0;

  /** Holds at least `capacity` values; rounded up to a power of two, so that an index is one bit mask. */
  constructor(capacity: number) {
    invariant(Number.isInteger(capacity) && capacity >= 1, 'a ring buffer holds at least one value');
    const rounded = 2 ** Math.ceil(Math.log2(capacity));
    this.#mask = rounded - 1;
    this.#values = new Float64Array(rounded);
  }

  get capacity(): number {
    return this.#mask + 1;
  }

  /** Values ever pushed. */
  get count(): number {
    return this.#count;
  }

  /** Values held now. */
  get size(): number {
    return Math.min(this.#count, this.#mask + 1);
  }

  push(value: number): void {
    this.#values[this.#count++ & this.#mask] = value;
  }

  /** Overwrites the newest value; there must be one. */
  replaceNewest(value: number): void {
    this.#values[(this.#count - 1) & this.#mask] = value;
  }

  /** The value `ago` pushes before the newest (0); NaN when it was never pushed or is forgotten. */
  at(ago: number): number {
    if (ago < 0 || ago >= this.#count || ago > this.#mask) return Number.NaN;
    return this.#values[(this.#count - 1 - ago) & this.#mask] as number;
  }

  /** The values held, oldest first, as a new array. */
  toArray(): Float64Array {
    const size = this.size;
    const values = new Float64Array(size);
    for (let i = 0; i < size; i++) values[i] = this.at(size - 1 - i);
    return values;
  }

  /** Becomes what a ring with these newest values (oldest first) and this count would be. */
  refill(count: number, newest: ArrayLike<number>): void {
    invariant(newest.length === Math.min(count, this.capacity), 'a ring buffer is refilled with exactly what it held');
    this.#values.fill(0);
    this.#count = count - newest.length;
    for (let i = 0; i < newest.length; i++) this.push(newest[i] as number);
  }
}
