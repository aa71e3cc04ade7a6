/** Swing levels under which stops rest: which were swept and taken back (the first of the three patterns of `structure`). */
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { PatternSlots } from './pattern-slots.ts';

/** Prices are mirrored for shorts (times -1, high and low swapped): a "low" is what a sweep pierces. */
export interface PatternBar {
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** ATR14 at this bar, in price units; NaN while warming up: then nothing is found. */
  atr: number;
}

export interface SweepRules {
  /** Bars after which a level is forgotten. */
  readonly levelBars: number;
  readonly minimumSweepAtr: number;
  readonly maximumSweepAtr: number;
  /** Bars within which a swept level must be reclaimed, the sweeping bar included. */
  readonly reclaimBars: number;
}

/** A level that was swept and reclaimed at this bar's close, in mirrored prices. */
export interface ReclaimedLevel {
  readonly price: number;
  readonly time: number;
  /** The lowest low of the sweep, and its bar. */
  readonly extreme: number;
  readonly extremeTime: number;
  readonly ageBars: number;
  /** Levels reclaimed by the same close, this one included: the lowest is told. */
  readonly levels: number;
}

const WIDTH = 6;
/** Columns; price NaN: free, swept NaN: untouched. */
const PRICE = 0;
const TIME = 1;
const BORN = 2;
const SWEPT = 3;
const EXTREME = 4;
const EXTREME_TIME = 5;

/**
 * 1. A confirmed swing low is a level. 2. A bar that trades below it sweeps it. 3. An up candle that closes above it
 * within some bars reclaims it, when the sweep went deep enough. Too deep, too slow or too old ends the level; a close
 * back above without depth was a touch and leaves it as it was.
 */
export class LiquiditySweep {
  readonly #rules: SweepRules;
  readonly #slots = new PatternSlots({ width: WIDTH, key: PRICE, born: BORN });

  constructor(rules: SweepRules) {
    this.#rules = rules;
  }

  /** A swing low was confirmed by the newest bar; after `onBar` for that bar. */
  onLevel(price: number, openTime: number): void {
    this.#slots.put([price, openTime, this.#slots.bar, Number.NaN, Number.NaN, Number.NaN]);
  }

  onBar(bar: PatternBar): ReclaimedLevel | null {
    this.#slots.bar++;
    const slots = this.#slots.values;
    let reclaimed = -1;
    let levels = 0;
    for (let at = 0; at < slots.length; at += WIDTH) {
      if (!this.#slots.follows(at, this.#rules.levelBars)) continue;
      const price = slots[at + PRICE] as number;
      if (!this.#followsLevel(at, price, bar)) continue;
      levels++;
      if (reclaimed < 0 || price < (slots[reclaimed + PRICE] as number)) reclaimed = at;
    }
    if (reclaimed < 0) return null;
    const found = this.#result(reclaimed, levels);
    this.#forgetReclaimed(bar);
    return found;
  }

  save(state: StateWriter): void {
    this.#slots.save(state);
  }

  load(state: StateReader): void {
    this.#slots.load(state);
  }

  /** True when this bar reclaims the level. NaN (no ATR yet) makes every comparison with it false. */
  #followsLevel(at: number, price: number, bar: PatternBar): boolean {
    const slots = this.#slots.values;
    const rules = this.#rules;
    if (Number.isNaN(slots[at + SWEPT] as number)) {
      if (bar.low >= price) return false;
      slots[at + SWEPT] = this.#slots.bar;
      slots[at + EXTREME] = Number.POSITIVE_INFINITY;
    }
    if (bar.low < (slots[at + EXTREME] as number)) {
      slots[at + EXTREME] = bar.low;
      slots[at + EXTREME_TIME] = bar.openTime;
    }
    const depth = price - (slots[at + EXTREME] as number);
    if (depth > rules.maximumSweepAtr * bar.atr) {
      slots[at + PRICE] = Number.NaN;
      return false;
    }
    if (bar.close > price) {
      if (depth < rules.minimumSweepAtr * bar.atr) {
        slots[at + SWEPT] = Number.NaN;
        return false;
      }
      if (bar.close > bar.open && depth >= rules.minimumSweepAtr * bar.atr) return true;
    }
    if (this.#slots.bar - (slots[at + SWEPT] as number) + 1 >= rules.reclaimBars) slots[at + PRICE] = Number.NaN;
    return false;
  }

  #result(at: number, levels: number): ReclaimedLevel {
    const slots = this.#slots.values;
    return {
      price: slots[at + PRICE] as number,
      time: slots[at + TIME] as number,
      extreme: slots[at + EXTREME] as number,
      extremeTime: slots[at + EXTREME_TIME] as number,
      ageBars: this.#slots.ageBars(at),
      levels,
    };
  }

  /** Every level that this close took back is used up. */
  #forgetReclaimed(bar: PatternBar): void {
    const slots = this.#slots.values;
    for (let at = 0; at < slots.length; at += WIDTH) {
      const isSwept = !Number.isNaN(slots[at + SWEPT] as number);
      if (isSwept && bar.close > (slots[at + PRICE] as number)) slots[at + PRICE] = Number.NaN;
    }
  }
}
