/** Patterns that are followed at once, as rows of one typed array: what levels and zones share. */
import type { StateReader, StateWriter } from '../indicators/indicator.ts';

/** Patterns followed at once; a new one takes the place of the oldest. */
const SLOTS = 8;

export interface SlotColumns {
  readonly width: number;
  /** NaN: the row is free. */
  readonly key: number;
  /** The bar, by `PatternSlots.bar`, in which the pattern was born. */
  readonly born: number;
}

export class PatternSlots {
  /** Row by row, `width` columns each; rows begin at multiples of it. */
  readonly values: Float64Array;
  /** Bars seen so far; a pattern that the newest bar made is born in it. */
  bar = 0;
  readonly #columns: SlotColumns;

  constructor(columns: SlotColumns) {
    this.#columns = columns;
    this.values = new Float64Array(SLOTS * columns.width).fill(Number.NaN);
  }

  /** A new pattern, in the first free row; else in that of the oldest, which is given up. */
  put(row: readonly number[]): void {
    this.values.set(row, this.#placeForNew());
  }

  /** Whether the row at this offset holds a pattern; one that is older than so many bars is forgotten first. */
  follows(at: number, longestBars: number): boolean {
    const { key } = this.#columns;
    if (Number.isNaN(this.values[at + key] as number)) return false;
    if (this.ageBars(at) <= longestBars) return true;
    this.values[at + key] = Number.NaN;
    return false;
  }

  ageBars(at: number): number {
    return this.bar - (this.values[at + this.#columns.born] as number);
  }

  save(state: StateWriter): void {
    state.put(this.bar);
    state.putAll(this.values);
  }

  load(state: StateReader): void {
    this.bar = state.take();
    this.values.set(state.takeAll());
  }

  #placeForNew(): number {
    const { width, key, born } = this.#columns;
    const { values } = this;
    let place = 0;
    for (let at = 0; at < values.length; at += width) {
      if (Number.isNaN(values[at + key] as number)) return at;
      if ((values[at + born] as number) < (values[place + born] as number)) place = at;
    }
    return place;
  }
}
