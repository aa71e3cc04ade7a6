/** Average directional index (ADX), 0-100: how one-sided the movement of highs and lows is, whichever way. */
import type { Candle } from '#core/domain/candle.ts';
import type { Indicator, StateReader, StateWriter } from './indicator.ts';
import { trueRange } from './true-range.ts';
import { WilderAverage } from './wilder-average.ts';

/** Source: Wilder (1978). The first bar counts as one without directional movement; ready after 2 x period - 1 bars. */
export class DirectionalIndex implements Indicator<Candle> {
  readonly warmUp: number;
  readonly #up: WilderAverage;
  readonly #down: WilderAverage;
  readonly #range: WilderAverage;
  readonly #index: WilderAverage;
  #high = Number.NaN;
  #low = Number.NaN;
  #close = Number.NaN;
  #formerHigh = Number.NaN;
  #formerLow = Number.NaN;
  #formerClose = Number.NaN;

  constructor(period: number) {
    this.warmUp = 2 * period - 1;
    this.#up = new WilderAverage(period);
    this.#down = new WilderAverage(period);
    this.#range = new WilderAverage(period);
    this.#index = new WilderAverage(period);
  }

  get isReady(): boolean {
    return this.#index.isReady;
  }

  get value(): number {
    return this.#index.value;
  }

  add(bar: Candle): void {
    this.#formerHigh = this.#high;
    this.#formerLow = this.#low;
    this.#formerClose = this.#close;
    this.#keep(bar);
    this.#up.add(this.#upMove(bar));
    this.#down.add(this.#downMove(bar));
    this.#range.add(trueRange(bar, this.#formerClose));
    if (this.#up.isReady) this.#index.add(this.#directionalShare());
  }

  replace(bar: Candle): void {
    this.#keep(bar);
    this.#up.replace(this.#upMove(bar));
    this.#down.replace(this.#downMove(bar));
    this.#range.replace(trueRange(bar, this.#formerClose));
    if (this.#up.isReady) this.#index.replace(this.#directionalShare());
  }

  save(state: StateWriter): void {
    for (const part of this.#parts()) part.save(state);
    state.put(this.#high);
    state.put(this.#low);
    state.put(this.#close);
    state.put(this.#formerHigh);
    state.put(this.#formerLow);
    state.put(this.#formerClose);
  }

  load(state: StateReader): void {
    for (const part of this.#parts()) part.load(state);
    this.#high = state.take();
    this.#low = state.take();
    this.#close = state.take();
    this.#formerHigh = state.take();
    this.#formerLow = state.take();
    this.#formerClose = state.take();
  }

  #parts(): readonly WilderAverage[] {
    return [this.#up, this.#down, this.#range, this.#index];
  }

  #keep(bar: Candle): void {
    this.#high = bar.high;
    this.#low = bar.low;
    this.#close = bar.close;
  }

  /** Only the larger of the two moves counts, and only outward. NaN on the first bar compares false: no move. */
  #upMove(bar: Candle): number {
    const up = bar.high - this.#formerHigh;
    return up > 0 && up >= this.#formerLow - bar.low ? up : 0;
  }

  #downMove(bar: Candle): number {
    const down = this.#formerLow - bar.low;
    return down > 0 && down >= bar.high - this.#formerHigh ? down : 0;
  }

  #directionalShare(): number {
    const range = this.#range.value;
    const plus = this.#up.value / range;
    const minus = this.#down.value / range;
    return plus + minus > 0 ? (100 * Math.abs(plus - minus)) / (plus + minus) : 0;
  }
}
