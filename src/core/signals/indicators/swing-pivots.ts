/** Confirmed swing pivots: a high above its neighbours, a low below them, known only `right` bars later. */
import type { Candle } from '#core/domain/candle.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Indicator, StateReader, StateWriter } from './indicator.ts';
import { SlidingWindow } from './window.ts';

/** A confirmed swing point. */
export interface Pivot {
  readonly price: number;
  /** Open time of the pivot's bar. */
  readonly openTime: UnixMs;
}

interface PivotState {
  price: number;
  openTime: UnixMs;
  /** Confirmed by the newest bar. */
  fresh: boolean;
}

/**
 * A high is a pivot when it lies above the highs of `left` bars before and not below those of `right` bars after it:
 * of equal highs the first counts. Lows mirrored. `value` is the price of the newest confirmed pivot of either kind.
 */
export class SwingPivots implements Indicator<Candle> {
  readonly warmUp: number;
  readonly #left: number;
  readonly #right: number;
  readonly #highs: SlidingWindow;
  readonly #lows: SlidingWindow;
  readonly #times: SlidingWindow;
  readonly #high: PivotState = { price: Number.NaN, openTime: Number.NaN, fresh: false };
  readonly #low: PivotState = { price: Number.NaN, openTime: Number.NaN, fresh: false };
  readonly #formerHigh: PivotState = { price: Number.NaN, openTime: Number.NaN, fresh: false };
  readonly #formerLow: PivotState = { price: Number.NaN, openTime: Number.NaN, fresh: false };

  constructor(left: number, right: number) {
    this.#left = left;
    this.#right = right;
    this.warmUp = left + right + 1;
    this.#highs = new SlidingWindow(this.warmUp);
    this.#lows = new SlidingWindow(this.warmUp);
    this.#times = new SlidingWindow(this.warmUp);
  }

  /** Ready when a pivot of either kind is confirmed. */
  get isReady(): boolean {
    return !Number.isNaN(this.value);
  }

  get value(): number {
    if (Number.isNaN(this.#high.price)) return this.#low.price;
    if (Number.isNaN(this.#low.price)) return this.#high.price;
    return this.#high.openTime > this.#low.openTime ? this.#high.price : this.#low.price;
  }

  /** The newest confirmed pivot high; its price is NaN while there is none. */
  get high(): Pivot {
    return this.#high;
  }

  /** The newest confirmed pivot low; its price is NaN while there is none. */
  get low(): Pivot {
    return this.#low;
  }

  /** True when the newest bar confirmed a pivot high. */
  get highConfirmed(): boolean {
    return this.#high.fresh;
  }

  /** True when the newest bar confirmed a pivot low. */
  get lowConfirmed(): boolean {
    return this.#low.fresh;
  }

  add(bar: Candle): void {
    copyPivot(this.#high, this.#formerHigh);
    copyPivot(this.#low, this.#formerLow);
    this.#highs.push(bar.high);
    this.#lows.push(bar.low);
    this.#times.push(bar.openTime);
    this.#step();
  }

  replace(bar: Candle): void {
    copyPivot(this.#formerHigh, this.#high);
    copyPivot(this.#formerLow, this.#low);
    this.#highs.replaceNewest(bar.high);
    this.#lows.replaceNewest(bar.low);
    this.#times.replaceNewest(bar.openTime);
    this.#step();
  }

  save(state: StateWriter): void {
    for (const window of [this.#highs, this.#lows, this.#times]) window.save(state);
    for (const pivot of [this.#high, this.#low, this.#formerHigh, this.#formerLow]) {
      state.put(pivot.price);
      state.put(pivot.openTime);
      state.put(pivot.fresh ? 1 : 0);
    }
  }

  load(state: StateReader): void {
    for (const window of [this.#highs, this.#lows, this.#times]) window.load(state);
    for (const pivot of [this.#high, this.#low, this.#formerHigh, this.#formerLow]) {
      pivot.price = state.take();
      pivot.openTime = state.take();
      pivot.fresh = state.take() === 1;
    }
  }

  #step(): void {
    this.#high.fresh = false;
    this.#low.fresh = false;
    if (!this.#highs.isFull) return;
    this.#confirm(this.#highs, 1, this.#high);
    this.#confirm(this.#lows, -1, this.#low);
  }

  #confirm(prices: SlidingWindow, sign: 1 | -1, pivot: PivotState): void {
    const right = this.#right;
    const candidate = sign * prices.at(right);
    for (let ago = 0; ago < right; ago++) if (sign * prices.at(ago) > candidate) return;
    for (let ago = right + 1; ago <= right + this.#left; ago++) if (sign * prices.at(ago) >= candidate) return;
    pivot.price = sign * candidate;
    pivot.openTime = this.#times.at(right);
    pivot.fresh = true;
  }
}

function copyPivot(from: PivotState, to: PivotState): void {
  to.price = from.price;
  to.openTime = from.openTime;
  to.fresh = from.fresh;
}
