/** The inputs of a sliding window, kept so that the newest can be replaced and the whole saved. */
import { invariant } from '#core/base/invariant.ts';
import type { StateReader, StateWriter } from './indicator.ts';

/** Like a ring buffer, but without its guards: it is asked for places in the window only, in the hottest loop. */
export class SlidingWindow {
  readonly length: number;
  readonly #mask: number;
  readonly #values: Float64Array;
  #count = 0;
  /** Inputs since the last refresh: `count` modulo `length` without a division. */
  #phase = 0;

  constructor(length: number) {
    const capacity = 2 ** Math.ceil(Math.log2(length + 1));
    this.length = length;
    this.#mask = capacity - 1;
    this.#values = new Float64Array(capacity);
  }

  get isFull(): boolean {
    return this.#count >= this.length;
  }

  /** True once per `length` inputs, first when full: the moment to add sums up anew. */
  get isRefresh(): boolean {
    return this.#phase === 0;
  }

  /** The input that the newest one pushed out; only meaningful when the window was full before. */
  get leaving(): number {
    return this.#values[(this.#count - 1 - this.length) & this.#mask] as number;
  }

  push(value: number): void {
    this.#values[this.#count & this.#mask] = value;
    this.#count++;
    this.#phase = this.#phase + 1 === this.length ? 0 : this.#phase + 1;
  }

  replaceNewest(value: number): void {
    this.#values[(this.#count - 1) & this.#mask] = value;
  }

  /** `ago` from 0 (the newest) to length - 1; there must have been such an input. */
  at(ago: number): number {
    return this.#values[(this.#count - 1 - ago) & this.#mask] as number;
  }

  save(state: StateWriter): void {
    state.put(this.#count);
    state.putAll(this.#values);
  }

  load(state: StateReader): void {
    this.#count = state.take();
    this.#phase = this.#count % this.length;
    const values = state.takeAll();
    invariant(values.length === this.#values.length, 'a snapshot holds a window of the same length');
    this.#values.set(values);
  }
}
