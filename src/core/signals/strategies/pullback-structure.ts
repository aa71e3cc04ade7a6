/** Follows one side of the market through break, pullback and confirmation; knows structure, not stops or scores. */
import type { StateReader, StateWriter } from '../indicators/indicator.ts';

/**
 * Prices are mirrored for shorts (times -1, high and low swapped), so that one set of rules serves both sides: a
 * "high" is what the side wants broken, a "low" what has to hold.
 */
export interface MirroredBar {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** ATR14 at this bar, in price units. */
  readonly atr: number;
  readonly rsi: number;
  readonly tsi: number;
}

/** A low of the structure and the oscillators at its bar. */
export interface StructurePoint {
  readonly price: number;
  readonly openTime: number;
  readonly rsi: number;
  readonly tsi: number;
}

export interface PullbackRules {
  /** Bars after which a broken level is no longer waited on. */
  readonly setupBars: number;
  readonly minimumBreakAtr: number;
  readonly minimumRetraceAtr: number;
  readonly maximumRetraceAtr: number;
  readonly confirmingCandles: number;
}

/** A finished structure, in mirrored prices. */
export interface ConfirmedPullback {
  readonly levelPrice: number;
  readonly levelTime: number;
  /** The lowest low between the level's pivot and its break. */
  readonly origin: StructurePoint;
  /** Furthest close beyond the level since the break. */
  readonly furthestClose: number;
  /** Highest high since the break, and its bar. */
  readonly topPrice: number;
  readonly topTime: number;
  /** The higher low that protects the trade. */
  readonly pullback: StructurePoint;
  /** Confirming candles in a row, the newest included. */
  readonly confirmations: number;
}

const NO_POINT: StructurePoint = { price: Number.NaN, openTime: Number.NaN, rsi: Number.NaN, tsi: Number.NaN };

/**
 * 1. The newest confirmed swing high is the level; the lowest low since is the origin. 2. A close above the level
 * starts a setup; a newer break replaces it. 3. The pullback is measured from the highest high since the break; a new
 * high starts it anew. 4. A run of candles that close up and above the close before confirms, when the low came no
 * later than the first of them. Touching the origin, a retrace that is too deep, or age ends the setup; so does a draft.
 */
export class PullbackStructure {
  readonly #rules: PullbackRules;
  #bar = 0;
  #formerClose = Number.NaN;
  #confirmations = 0;
  /** NaN price: no level. */
  #levelPrice = Number.NaN;
  #levelTime = Number.NaN;
  #origin = NO_POINT;
  /** NaN price: no setup. */
  #setupPrice = Number.NaN;
  #setupTime = Number.NaN;
  #setupOrigin = NO_POINT;
  #setupBar = 0;
  #furthestClose = 0;
  #topPrice = 0;
  #topTime = 0;
  #pullback = NO_POINT;
  #pullbackBar = 0;

  constructor(rules: PullbackRules) {
    this.#rules = rules;
  }

  /** A swing high was confirmed by this bar; `origin` is the lowest low of the bars after the pivot, this one included. */
  onLevel(price: number, openTime: number, origin: StructurePoint): void {
    this.#levelPrice = price;
    this.#levelTime = openTime;
    this.#origin = origin;
  }

  /** Takes the next bar, before `onLevel` for the same bar. `atr` NaN: follows the structure, confirms nothing. */
  onBar(bar: MirroredBar): ConfirmedPullback | null {
    this.#bar++;
    // NaN on the first bar compares false.
    const confirming = bar.close > bar.open && bar.close > this.#formerClose;
    this.#confirmations = confirming ? this.#confirmations + 1 : 0;
    this.#formerClose = bar.close;
    const found = this.#followSetup(bar);
    this.#followLevel(bar);
    return found;
  }

  save(state: StateWriter): void {
    for (const value of [
      this.#bar,
      this.#formerClose,
      this.#confirmations,
      this.#levelPrice,
      this.#levelTime,
      this.#setupPrice,
      this.#setupTime,
      this.#setupBar,
      this.#furthestClose,
      this.#topPrice,
      this.#topTime,
      this.#pullbackBar,
    ]) {
      state.put(value);
    }
    for (const point of [this.#origin, this.#setupOrigin, this.#pullback]) {
      state.put(point.price);
      state.put(point.openTime);
      state.put(point.rsi);
      state.put(point.tsi);
    }
  }

  load(state: StateReader): void {
    this.#bar = state.take();
    this.#formerClose = state.take();
    this.#confirmations = state.take();
    this.#levelPrice = state.take();
    this.#levelTime = state.take();
    this.#setupPrice = state.take();
    this.#setupTime = state.take();
    this.#setupBar = state.take();
    this.#furthestClose = state.take();
    this.#topPrice = state.take();
    this.#topTime = state.take();
    this.#pullbackBar = state.take();
    this.#origin = takePoint(state);
    this.#setupOrigin = takePoint(state);
    this.#pullback = takePoint(state);
  }

  #followLevel(bar: MirroredBar): void {
    if (Number.isNaN(this.#levelPrice)) return;
    if (bar.low < this.#origin.price) this.#origin = pointOf(bar);
    if (bar.close <= this.#levelPrice) return;
    this.#setupPrice = this.#levelPrice;
    this.#setupTime = this.#levelTime;
    this.#setupOrigin = this.#origin;
    this.#setupBar = this.#bar;
    this.#furthestClose = bar.close;
    this.#topPrice = bar.high;
    this.#topTime = bar.openTime;
    this.#pullback = NO_POINT;
    this.#levelPrice = Number.NaN;
  }

  #followSetup(bar: MirroredBar): ConfirmedPullback | null {
    if (Number.isNaN(this.#setupPrice)) return null;
    if (bar.close > this.#furthestClose) this.#furthestClose = bar.close;
    const isNewTop = bar.high > this.#topPrice;
    if (!isNewTop && !(bar.low >= this.#pullback.price)) {
      this.#pullback = pointOf(bar);
      this.#pullbackBar = this.#bar;
    }
    const depth = this.#topPrice - this.#pullback.price;
    const failed =
      bar.low <= this.#setupOrigin.price ||
      this.#bar - this.#setupBar > this.#rules.setupBars ||
      depth > this.#rules.maximumRetraceAtr * bar.atr;
    if (failed) {
      this.#setupPrice = Number.NaN;
      return null;
    }
    const found = this.#confirmed(bar, depth) ? this.#result() : null;
    if (found !== null) this.#setupPrice = Number.NaN;
    if (isNewTop) {
      this.#topPrice = bar.high;
      this.#topTime = bar.openTime;
      this.#pullback = NO_POINT;
    }
    return found;
  }

  /** NaN (no pullback yet, no ATR yet) makes every comparison false. */
  #confirmed(bar: MirroredBar, depth: number): boolean {
    const rules = this.#rules;
    return (
      this.#confirmations >= rules.confirmingCandles &&
      this.#pullbackBar <= this.#bar - rules.confirmingCandles + 1 &&
      bar.low >= this.#pullback.price &&
      depth >= rules.minimumRetraceAtr * bar.atr &&
      this.#furthestClose - this.#setupPrice >= rules.minimumBreakAtr * bar.atr
    );
  }

  #result(): ConfirmedPullback {
    return {
      levelPrice: this.#setupPrice,
      levelTime: this.#setupTime,
      origin: this.#setupOrigin,
      furthestClose: this.#furthestClose,
      topPrice: this.#topPrice,
      topTime: this.#topTime,
      pullback: this.#pullback,
      confirmations: this.#confirmations,
    };
  }
}

function pointOf(bar: MirroredBar): StructurePoint {
  return { price: bar.low, openTime: bar.openTime, rsi: bar.rsi, tsi: bar.tsi };
}

function takePoint(state: StateReader): StructurePoint {
  return { price: state.take(), openTime: state.take(), rsi: state.take(), tsi: state.take() };
}
