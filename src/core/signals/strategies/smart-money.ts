/** Follows one side of the market through the three patterns of `structure`; knows patterns, not stops or scores. */
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { LiquiditySweep, type PatternBar, type ReclaimedLevel } from './liquidity-sweep.ts';
import { PriceZones, type RetestedZone } from './price-zones.ts';

export interface SmartMoneyRules {
  readonly levelBars: number;
  readonly minimumSweepAtr: number;
  readonly maximumSweepAtr: number;
  readonly reclaimBars: number;
  readonly zoneBars: number;
  /** Rise from the block's low to the breaking close that makes it a block. */
  readonly impulseAtr: number;
  /** Bars from the block to the breaking close. */
  readonly impulseBars: number;
  readonly minimumGapAtr: number;
  /** Share of the gap that must be filled. */
  readonly gapFill: number;
}

/** What one close completed, in mirrored prices; at least one of the three is there. */
export interface FoundPatterns {
  readonly sweep: ReclaimedLevel | null;
  readonly block: RetestedZone | null;
  readonly gap: RetestedZone | null;
  /** Of the three patterns, those completed or still standing where price turned. */
  readonly count: number;
}

/**
 * In mirrored prices, as seen by a long:
 * Sweep: see `LiquiditySweep`. Block: the last down candle before an up candle that closes above the newest swing high
 * within `impulseBars` bars and far enough from the block's low; its range is the zone. Gap: the low of a bar lies above
 * the high two bars before, with an up candle between; what no bar traded twice is the zone.
 */
export class SmartMoney {
  readonly #rules: SmartMoneyRules;
  readonly #sweeps: LiquiditySweep;
  readonly #blocks: PriceZones;
  readonly #gaps: PriceZones;
  #bar = 0;
  /** The newest swing high that no close has broken yet; NaN: none. */
  #swingHigh = Number.NaN;
  /** The last down candle; bar NaN: none yet. */
  #downHigh = Number.NaN;
  #downLow = Number.NaN;
  #downTime = Number.NaN;
  #downBar = Number.NaN;
  /** The two bars before: high of the older one; open time and body of the newer one. */
  #olderHigh = Number.NaN;
  #formerHigh = Number.NaN;
  #formerTime = Number.NaN;
  #formerBody = Number.NaN;

  constructor(rules: SmartMoneyRules) {
    const { zoneBars, reclaimBars } = rules;
    this.#rules = rules;
    this.#sweeps = new LiquiditySweep(rules);
    this.#blocks = new PriceZones({ zoneBars, depth: 0, confirmBars: reclaimBars });
    this.#gaps = new PriceZones({ zoneBars, depth: rules.gapFill, confirmBars: reclaimBars });
  }

  /** Takes the next bar; then, of the same bar, `onSwingLow` and `onSwingHigh`. */
  onBar(bar: PatternBar): FoundPatterns | null {
    this.#bar++;
    const sweep = this.#sweeps.onBar(bar);
    const block = this.#blocks.onBar(bar);
    const gap = this.#gaps.onBar(bar);
    const found = sweep === null && block === null && gap === null ? null : this.#found(sweep, block, gap);
    this.#findBlock(bar);
    this.#findGap(bar);
    this.#remember(bar);
    return found;
  }

  /** A swing low was confirmed by the newest bar: stops rest below it. */
  onSwingLow(price: number, openTime: number): void {
    this.#sweeps.onLevel(price, openTime);
  }

  /** A swing high was confirmed by the newest bar: a close above it breaks the structure. */
  onSwingHigh(price: number): void {
    this.#swingHigh = price;
  }

  save(state: StateWriter): void {
    for (const part of [this.#sweeps, this.#blocks, this.#gaps]) part.save(state);
    for (const value of [
      this.#bar,
      this.#swingHigh,
      this.#downHigh,
      this.#downLow,
      this.#downTime,
      this.#downBar,
      this.#olderHigh,
      this.#formerHigh,
      this.#formerTime,
      this.#formerBody,
    ]) {
      state.put(value);
    }
  }

  load(state: StateReader): void {
    for (const part of [this.#sweeps, this.#blocks, this.#gaps]) part.load(state);
    this.#bar = state.take();
    this.#swingHigh = state.take();
    this.#downHigh = state.take();
    this.#downLow = state.take();
    this.#downTime = state.take();
    this.#downBar = state.take();
    this.#olderHigh = state.take();
    this.#formerHigh = state.take();
    this.#formerTime = state.take();
    this.#formerBody = state.take();
  }

  /** A zone that was not left yet but holds the turning point counts as well: the patterns meet there. */
  #found(sweep: ReclaimedLevel | null, block: RetestedZone | null, gap: RetestedZone | null): FoundPatterns {
    const turn = (sweep ?? block ?? gap)?.extreme ?? Number.NaN;
    const inBlock = block !== null || this.#blocks.holds(turn);
    const inGap = gap !== null || this.#gaps.holds(turn);
    return { sweep, block, gap, count: (sweep === null ? 0 : 1) + (inBlock ? 1 : 0) + (inGap ? 1 : 0) };
  }

  #findBlock(bar: PatternBar): void {
    if (!(bar.close > this.#swingHigh)) return;
    // The structure is broken, whether or not the break leaves a block behind.
    this.#swingHigh = Number.NaN;
    const strength = (bar.close - this.#downLow) / bar.atr;
    const isBlock =
      bar.close > bar.open &&
      bar.close > this.#downHigh &&
      this.#bar - this.#downBar <= this.#rules.impulseBars &&
      strength >= this.#rules.impulseAtr;
    if (isBlock) this.#blocks.onZone(this.#downHigh, this.#downLow, this.#downTime, strength);
  }

  #findGap(bar: PatternBar): void {
    const height = (bar.low - this.#olderHigh) / bar.atr;
    if (!(height >= this.#rules.minimumGapAtr) || !(this.#formerBody > 0)) return;
    this.#gaps.onZone(bar.low, this.#olderHigh, this.#formerTime, height);
  }

  #remember(bar: PatternBar): void {
    if (bar.close < bar.open) {
      this.#downHigh = bar.high;
      this.#downLow = bar.low;
      this.#downTime = bar.openTime;
      this.#downBar = this.#bar;
    }
    this.#olderHigh = this.#formerHigh;
    this.#formerHigh = bar.high;
    this.#formerTime = bar.openTime;
    this.#formerBody = bar.close - bar.open;
  }
}
