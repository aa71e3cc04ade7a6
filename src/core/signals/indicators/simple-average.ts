/** Simple moving average over a window; the volume average is one of these. */
import type { Indicator, StateReader, StateWriter } from './indicator.ts';
import { SlidingWindow } from './window.ts';

export class SimpleAverage implements Indicator<number> {
  readonly warmUp: number;
  readonly #window: SlidingWindow;
  #sum = 0;
  #formerSum = 0;

  constructor(period: number) {
    this.warmUp = period;
    this.#window = new SlidingWindow(period);
  }

  get isReady(): boolean {
    return this.#window.isFull;
  }

  get value(): number {
    return this.isReady ? this.#sum / this.warmUp : Number.NaN;
  }

  add(input: number): void {
    this.#formerSum = this.#sum;
    this.#window.push(input);
    this.#step(input);
  }

  replace(input: number): void {
    this.#window.replaceNewest(input);
    this.#step(input);
  }

  save(state: StateWriter): void {
    this.#window.save(state);
    state.put(this.#sum);
    state.put(this.#formerSum);
  }

  load(state: StateReader): void {
    this.#window.load(state);
    this.#sum = state.take();
    this.#formerSum = state.take();
  }

  #step(input: number): void {
    const window = this.#window;
    if (!window.isFull) return;
    if (window.isRefresh) {
      this.#sum = 0;
      for (let ago = this.warmUp - 1; ago >= 0; ago--) this.#sum += window.at(ago);
    } else {
      this.#sum = this.#formerSum + input - window.leaving;
    }
  }
}
