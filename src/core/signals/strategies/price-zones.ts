/** Zones that price left in a hurry, and the first time it comes back to them: order blocks and fair-value gaps. */
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import type { PatternBar } from './liquidity-sweep.ts';
import { PatternSlots } from './pattern-slots.ts';

export interface ZoneRules {
  /** Bars after which a zone is forgotten. */
  readonly zoneBars: number;
  /** How deep price must come back, as a share of the zone's height from its near edge: 0 touches it. */
  readonly depth: number;
  /** Bars within which the return must be confirmed, the touching bar included. */
  readonly confirmBars: number;
}

/** A zone that price came back to and left again at this bar's close, in mirrored prices. */
export interface RetestedZone {
  readonly top: number;
  readonly bottom: number;
  /** Open time of the bar that names it. */
  readonly time: number;
  /** Of the move that made it, in ATR. */
  readonly strength: number;
  /** The lower one of the zone's bottom and the lowest low of the return, and the time of that low. */
  readonly extreme: number;
  readonly extremeTime: number;
  readonly ageBars: number;
}

const WIDTH = 8;
/** Columns; top NaN: free, touched NaN: price has not come back. */
const TOP = 0;
const BOTTOM = 1;
const TIME = 2;
const STRENGTH = 3;
const BORN = 4;
const TOUCHED = 5;
const EXTREME = 6;
const EXTREME_TIME = 7;

/**
 * A zone lives until price has come back to it once: an up candle that closes above its middle confirms; a close below
 * its bottom, too many bars or age ends it. Zones do not influence each other.
 */
export class PriceZones {
  readonly #rules: ZoneRules;
  readonly #slots = new PatternSlots({ width: WIDTH, key: TOP, born: BORN });

  constructor(rules: ZoneRules) {
    this.#rules = rules;
  }

  /** The newest bar made a zone; after `onBar` for that bar. Takes the place of the oldest when there is no room. */
  onZone(top: number, bottom: number, openTime: number, strength: number): void {
    this.#slots.put([top, bottom, openTime, strength, this.#slots.bar, Number.NaN, Number.NaN, Number.NaN]);
  }

  /** Of several zones confirmed by one close the newest is told; all of them are used up. */
  onBar(bar: PatternBar): RetestedZone | null {
    this.#slots.bar++;
    const slots = this.#slots.values;
    let newest = -1;
    for (let at = 0; at < slots.length; at += WIDTH) {
      if (!this.#slots.follows(at, this.#rules.zoneBars)) continue;
      if (!this.#confirms(at, bar)) continue;
      if (newest < 0 || (slots[at + BORN] as number) > (slots[newest + BORN] as number)) {
        if (newest >= 0) slots[newest + TOP] = Number.NaN;
        newest = at;
      } else slots[at + TOP] = Number.NaN;
    }
    if (newest < 0) return null;
    const found = this.#result(newest);
    slots[newest + TOP] = Number.NaN;
    return found;
  }

  /** Whether a zone that is still followed holds this price. */
  holds(price: number): boolean {
    const slots = this.#slots.values;
    for (let at = 0; at < slots.length; at += WIDTH) {
      if (price <= (slots[at + TOP] as number) && price >= (slots[at + BOTTOM] as number)) return true;
    }
    return false;
  }

  save(state: StateWriter): void {
    this.#slots.save(state);
  }

  load(state: StateReader): void {
    this.#slots.load(state);
  }

  #confirms(at: number, bar: PatternBar): boolean {
    const slots = this.#slots.values;
    const top = slots[at + TOP] as number;
    const bottom = slots[at + BOTTOM] as number;
    if (Number.isNaN(slots[at + TOUCHED] as number)) {
      if (bar.low > top - this.#rules.depth * (top - bottom)) return false;
      slots[at + TOUCHED] = this.#slots.bar;
      slots[at + EXTREME] = bottom;
    }
    if (!(bar.low >= (slots[at + EXTREME] as number)) || Number.isNaN(slots[at + EXTREME_TIME] as number)) {
      slots[at + EXTREME] = Math.min(bottom, bar.low);
      slots[at + EXTREME_TIME] = bar.openTime;
    }
    if (bar.close < bottom) {
      slots[at + TOP] = Number.NaN;
      return false;
    }
    if (bar.close > bar.open && bar.close > (top + bottom) / 2) return true;
    if (this.#slots.bar - (slots[at + TOUCHED] as number) + 1 >= this.#rules.confirmBars) slots[at + TOP] = Number.NaN;
    return false;
  }

  #result(at: number): RetestedZone {
    const slots = this.#slots.values;
    return {
      top: slots[at + TOP] as number,
      bottom: slots[at + BOTTOM] as number,
      time: slots[at + TIME] as number,
      strength: slots[at + STRENGTH] as number,
      extreme: slots[at + EXTREME] as number,
      extremeTime: slots[at + EXTREME_TIME] as number,
      ageBars: this.#slots.ageBars(at),
    };
  }
}
