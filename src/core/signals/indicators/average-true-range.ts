/** Average true range (ATR): Wilder's average of the true range, in price units. */
import type { Candle } from '#core/domain/candle.ts';
import type { Indicator, StateReader, StateWriter } from './indicator.ts';
import { trueRange } from './true-range.ts';
import { WilderAverage } from './wilder-average.ts';

export class AverageTrueRange implements Indicator<Candle> {
  readonly warmUp: number;
  readonly #average: WilderAverage;
  #close = Number.NaN;
  #formerClose = Number.NaN;

  constructor(period: number) {
    this.warmUp = period;
    this.#average = new WilderAverage(period);
  }

  get isReady(): boolean {
    return this.#average.isReady;
  }

  get value(): number {
    return this.#average.value;
  }

  add(bar: Candle): void {
    this.#formerClose = this.#close;
    this.#close = bar.close;
    this.#average.add(trueRange(bar, this.#formerClose));
  }

  replace(bar: Candle): void {
    this.#close = bar.close;
    this.#average.replace(trueRange(bar, this.#formerClose));
  }

  save(state: StateWriter): void {
    this.#average.save(state);
    state.put(this.#close);
    state.put(this.#formerClose);
  }

  load(state: StateReader): void {
    this.#average.load(state);
    this.#close = state.take();
    this.#formerClose = state.take();
  }
}
