/** Swing pivots of one series and, for longs and for shorts, what follows them: the state that two strategies keep alike. */
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { SwingPivots } from '../indicators/swing-pivots.ts';
import { ConsecutiveBars } from './consecutive-bars.ts';

/** One side of the market in mirrored prices. */
interface Half {
  save(state: StateWriter): void;
  load(state: StateReader): void;
}

export interface PivotRules {
  /** Bars on each side that a pivot must stand out from. */
  readonly pivotLeft: number;
  readonly pivotRight: number;
}

export class TwoSidedPivots<Side extends Half> {
  readonly #rules: PivotRules;
  readonly #newHalf: () => Side;
  #pivots: SwingPivots;
  #long: Side;
  #short: Side;
  readonly #calls = new ConsecutiveBars();

  constructor(rules: PivotRules, newHalf: () => Side) {
    this.#rules = rules;
    this.#newHalf = newHalf;
    this.#pivots = new SwingPivots(rules.pivotLeft, rules.pivotRight);
    this.#long = newHalf();
    this.#short = newHalf();
  }

  get pivots(): SwingPivots {
    return this.#pivots;
  }

  get long(): Side {
    return this.#long;
  }

  get short(): Side {
    return this.#short;
  }

  /** Before the series' newest bar is given; `count`: its bars so far. A hole in the calls starts everything anew. */
  follow(count: number): void {
    if (this.#calls.follows(count)) return;
    this.#pivots = new SwingPivots(this.#rules.pivotLeft, this.#rules.pivotRight);
    this.#long = this.#newHalf();
    this.#short = this.#newHalf();
  }

  save(state: StateWriter): void {
    for (const part of [this.#calls, this.#pivots, this.#long, this.#short]) part.save(state);
  }

  load(state: StateReader): void {
    for (const part of [this.#calls, this.#pivots, this.#long, this.#short]) part.load(state);
  }
}
