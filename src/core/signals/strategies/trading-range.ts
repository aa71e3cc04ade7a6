/** Finds the range that the newest bar stands in: two edges, who touched them, and how long it has held. */
import type { BarsView } from '#core/domain/bar-series.ts';
import { timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';

export interface RangeRules {
  /** The newest so many bars before the present one must lie in the range. */
  readonly minimumBars: number;
  /** How far back the range is followed. */
  readonly maximumBars: number;
  readonly minimumWidthAtr: number;
  readonly maximumWidthAtr: number;
  /** A bar within this distance of an edge touches it; older bars may stick out of the range by as much. */
  readonly touchZoneAtr: number;
  /** The present bar may spike through an edge by as much. */
  readonly maximumSpikeAtr: number;
}

/** Between two touches of one edge a close must stand this share of the range's height away from it. */
const TOUCH_RELEASE_SHARE = 0.25;

/**
 * The edges are the extremes of the newest bars, then of older ones as long as those stay within the touch zone of what
 * was found: a range is as old as its last breakout. The present bar's spike moves an edge; its close beyond one is a
 * breakout and no range. A hole in the bars ends the range. Measured anew at each question, so it has no state: the
 * fields are those of the last `measure` that said yes.
 */
export class TradingRange {
  readonly #rules: RangeRules;
  lower = Number.NaN;
  upper = Number.NaN;
  /** Open time of the bar that set the edge. */
  lowerTime: UnixMs = Number.NaN;
  upperTime: UnixMs = Number.NaN;
  /** Open time of the oldest bar. */
  since: UnixMs = Number.NaN;
  /** Bars before the present one. */
  ageBars = 0;
  /** Separate visits to each edge before the present bar's own: one that is still going on does not count. */
  touchesLower = 0;
  touchesUpper = 0;

  constructor(rules: RangeRules) {
    this.#rules = rules;
  }

  get middle(): number {
    return (this.lower + this.upper) / 2;
  }

  get height(): number {
    return this.upper - this.lower;
  }

  /** Whether the newest bar stands in a range. `atr` in price units; NaN (warming up): no range. */
  measure(bars: BarsView, atr: number): boolean {
    const rules = this.#rules;
    const barMs = timeframeMs(bars.timeframe);
    const now = bars.openTime(0);
    // Bars ascend in time: where the count fits the time there is no hole. Too short a history gives NaN.
    if (bars.openTime(rules.minimumBars) !== now - rules.minimumBars * barMs) return false;
    this.#edgesOf(bars, rules.minimumBars);
    if (!(this.height <= rules.maximumWidthAtr * atr)) return false;
    if (!this.#holds(bars, atr)) return false;
    this.#growBack(bars, atr, now, barMs);
    if (!(this.height >= rules.minimumWidthAtr * atr && this.height <= rules.maximumWidthAtr * atr)) return false;
    this.#countTouches(bars, rules.touchZoneAtr * atr);
    return true;
  }

  #edgesOf(bars: BarsView, count: number): void {
    this.lower = Number.POSITIVE_INFINITY;
    this.upper = Number.NEGATIVE_INFINITY;
    for (let ago = count; ago >= 1; ago--) this.#include(bars, ago);
    this.ageBars = count;
    this.since = bars.openTime(count);
  }

  #include(bars: BarsView, ago: number): void {
    const low = bars.low(ago);
    const high = bars.high(ago);
    if (low < this.lower) {
      this.lower = low;
      this.lowerTime = bars.openTime(ago);
    }
    if (high > this.upper) {
      this.upper = high;
      this.upperTime = bars.openTime(ago);
    }
  }

  /** The present bar closes inside and spikes through an edge by little. */
  #holds(bars: BarsView, atr: number): boolean {
    const close = bars.close(0);
    const spike = this.#rules.maximumSpikeAtr * atr;
    if (close < this.lower || close > this.upper) return false;
    if (bars.low(0) < this.lower - spike || bars.high(0) > this.upper + spike) return false;
    this.#include(bars, 0);
    return true;
  }

  #growBack(bars: BarsView, atr: number, now: UnixMs, barMs: number): void {
    const { minimumBars, maximumBars, touchZoneAtr } = this.#rules;
    // The limits stay where the newest bars put them, so that a trend cannot widen the range step by step.
    const lowest = this.lower - touchZoneAtr * atr;
    const highest = this.upper + touchZoneAtr * atr;
    for (let ago = minimumBars + 1; ago <= maximumBars; ago++) {
      if (bars.openTime(ago) !== now - ago * barMs) return;
      if (bars.low(ago) < lowest || bars.high(ago) > highest) return;
      this.#include(bars, ago);
      this.ageBars = ago;
      this.since = bars.openTime(ago);
    }
  }

  #countTouches(bars: BarsView, zone: number): void {
    const lowerZone = this.lower + zone;
    const upperZone = this.upper - zone;
    const lowerRelease = this.lower + TOUCH_RELEASE_SHARE * this.height;
    const upperRelease = this.upper - TOUCH_RELEASE_SHARE * this.height;
    let lower = 0;
    let upper = 0;
    let atLower = false;
    let atUpper = false;
    for (let ago = this.ageBars; ago >= 1; ago--) {
      const close = bars.close(ago);
      if (bars.low(ago) <= lowerZone && !atLower) {
        lower++;
        atLower = true;
      }
      if (bars.high(ago) >= upperZone && !atUpper) {
        upper++;
        atUpper = true;
      }
      if (close >= lowerRelease) atLower = false;
      if (close <= upperRelease) atUpper = false;
    }
    this.touchesLower = atLower ? lower - 1 : lower;
    this.touchesUpper = atUpper ? upper - 1 : upper;
  }
}
