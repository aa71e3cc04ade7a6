/** Notices a hole in the bars that a strategy is called with: what it followed before the hole says nothing after it. */
import type { StateReader, StateWriter } from '../indicators/indicator.ts';

export class ConsecutiveBars {
  /** Bars of the series seen so far. */
  #seen = 0;

  /** Whether the bar that makes `count` bars of the series follows the one before. */
  follows(count: number): boolean {
    const isNext = count === this.#seen + 1;
    this.#seen = count;
    return isNext;
  }

  save(state: StateWriter): void {
    state.put(this.#seen);
  }

  load(state: StateReader): void {
    this.#seen = state.take();
  }
}
