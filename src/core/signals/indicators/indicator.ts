/** What an indicator is: a streaming number with a warm-up, a replaceable newest input and an exact snapshot. */
import { invariant } from '#core/base/invariant.ts';

/**
 * How to write one (`exponential-average.ts` is the shortest example): keep the state *before* the newest input beside
 * the current one and compute the current state from the former only. Then `add` first makes the current state the
 * former, `replace` does not, and both go on in the same `#step`. A window keeps its inputs in a `RingBuffer` that is
 * one longer than the window, so that the value which left it survives a replace. Sums over a window are added up
 * anew once per window length: rounding errors never grow with history. Every indicator passes
 * `test/conformance/indicator.test.ts`: add it to the list there.
 */
export interface Indicator<Input> {
  /** Inputs before the first value; more where the data decides (a pivot, the start of a session). */
  readonly warmUp: number;
  readonly isReady: boolean;
  /** The newest value; NaN until ready. */
  readonly value: number;
  /** Takes the next input. Amortised O(1). */
  add(input: Input): void;
  /** Takes another input in place of the newest one (a forming candle); there must be one. Exact: no trace is left. */
  replace(input: Input): void;
  /** Writes the whole state. */
  save(state: StateWriter): void;
  /** Reads what `save` of an equally configured indicator wrote; goes on bit for bit as the other would have. */
  load(state: StateReader): void;
}

/** Collects a state as one flat list of numbers: cheap to clone, to compare and to store. */
export class StateWriter {
  readonly #numbers: number[] = [];

  put(value: number): void {
    this.#numbers.push(value);
  }

  /** With its length, so that `StateReader.takeAll` knows where it ends. */
  putAll(values: ArrayLike<number>): void {
    this.#numbers.push(values.length);
    for (let i = 0; i < values.length; i++) this.#numbers.push(values[i] as number);
  }

  toArray(): Float64Array {
    return Float64Array.from(this.#numbers);
  }
}

export class StateReader {
  readonly #numbers: Float64Array;
  #at = 0;

  constructor(numbers: Float64Array) {
    this.#numbers = numbers;
  }

  take(): number {
    invariant(this.#at < this.#numbers.length, 'a snapshot holds all that is read from it');
    return this.#numbers[this.#at++] as number;
  }

  takeAll(): Float64Array {
    const length = this.take();
    invariant(this.#at + length <= this.#numbers.length, 'a snapshot holds all that is read from it');
    this.#at += length;
    return this.#numbers.slice(this.#at - length, this.#at);
  }

  /** Throws when something is left: the snapshot belongs to another layout. */
  finish(): void {
    invariant(this.#at === this.#numbers.length, 'a snapshot holds no more than is read from it');
  }
}

/** The state of anything that can save itself. */
export function snapshotOf(source: { save(state: StateWriter): void }): Float64Array {
  const writer = new StateWriter();
  source.save(writer);
  return writer.toArray();
}

/** Restores what `snapshotOf` took. */
export function restoreInto(target: { load(state: StateReader): void }, snapshot: Float64Array): void {
  const reader = new StateReader(snapshot);
  target.load(reader);
  reader.finish();
}
