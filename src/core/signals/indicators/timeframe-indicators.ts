/** The indicators that all strategies and features of one timeframe share, updated once per closed bar. */
import { RingBuffer } from '#core/base/ring-buffer.ts';
import type { Candle } from '#core/domain/candle.ts';
import { AverageTrueRange } from './average-true-range.ts';
import { BollingerBands } from './bollinger-bands.ts';
import { Choppiness } from './choppiness.ts';
import { DirectionalIndex } from './directional-index.ts';
import { EfficiencyRatio } from './efficiency-ratio.ts';
import { ExponentialAverage } from './exponential-average.ts';
import type { Indicator, StateReader, StateWriter } from './indicator.ts';
import { RegressionSlope } from './regression-slope.ts';
import { RelativeStrength } from './relative-strength.ts';
import { SessionAveragePrice } from './session-average-price.ts';
import { SimpleAverage } from './simple-average.ts';
import { TrueStrength } from './true-strength.ts';

/** Bars of RSI and TSI kept, for readings at a pivot that is confirmed some bars later. */
const OSCILLATOR_HISTORY = 64;

/** Prices in quote units; the name carries the period where a rule names one. */
export class TimeframeIndicators {
  readonly ema20 = new ExponentialAverage(20);
  readonly ema50 = new ExponentialAverage(50);
  readonly ema200 = new ExponentialAverage(200);
  readonly atr = new AverageTrueRange(14);
  readonly rsi = new RelativeStrength(14);
  readonly tsi = new TrueStrength(25, 13);
  readonly adx = new DirectionalIndex(14);
  readonly bands = new BollingerBands(20, 2);
  readonly vwap = new SessionAveragePrice();
  readonly volumeAverage = new SimpleAverage(20);
  readonly slope = new RegressionSlope(20);
  readonly choppiness = new Choppiness(14);
  readonly efficiency = new EfficiencyRatio(20);
  readonly rsiHistory = new RingBuffer(OSCILLATOR_HISTORY);
  readonly tsiHistory = new RingBuffer(OSCILLATOR_HISTORY);

  add(bar: Candle): void {
    const { close } = bar;
    this.ema20.add(close);
    this.ema50.add(close);
    this.ema200.add(close);
    this.atr.add(bar);
    this.rsi.add(close);
    this.tsi.add(close);
    this.adx.add(bar);
    this.bands.add(close);
    this.vwap.add(bar);
    this.volumeAverage.add(bar.volume);
    this.slope.add(close);
    this.choppiness.add(bar);
    this.efficiency.add(close);
    this.rsiHistory.push(this.rsi.value);
    this.tsiHistory.push(this.tsi.value);
  }

  /** The forming candle: takes another version of the newest bar. */
  replace(bar: Candle): void {
    const { close } = bar;
    this.ema20.replace(close);
    this.ema50.replace(close);
    this.ema200.replace(close);
    this.atr.replace(bar);
    this.rsi.replace(close);
    this.tsi.replace(close);
    this.adx.replace(bar);
    this.bands.replace(close);
    this.vwap.replace(bar);
    this.volumeAverage.replace(bar.volume);
    this.slope.replace(close);
    this.choppiness.replace(bar);
    this.efficiency.replace(close);
    this.rsiHistory.replaceNewest(this.rsi.value);
    this.tsiHistory.replaceNewest(this.tsi.value);
  }

  /** Values by name, in a fixed order; NaN before warm-up. */
  values(): Record<string, number> {
    return {
      ema20: this.ema20.value,
      ema50: this.ema50.value,
      ema200: this.ema200.value,
      atr14: this.atr.value,
      rsi14: this.rsi.value,
      tsi: this.tsi.value,
      adx14: this.adx.value,
      bb_lower: this.bands.lower,
      bb_middle: this.bands.middle,
      bb_upper: this.bands.upper,
      vwap: this.vwap.value,
      volume20: this.volumeAverage.value,
      slope20: this.slope.value,
      choppiness14: this.choppiness.value,
      efficiency20: this.efficiency.value,
    };
  }

  save(state: StateWriter): void {
    for (const part of this.#parts()) part.save(state);
    for (const history of [this.rsiHistory, this.tsiHistory]) {
      state.put(history.count);
      state.putAll(history.toArray());
    }
  }

  load(state: StateReader): void {
    for (const part of this.#parts()) part.load(state);
    for (const history of [this.rsiHistory, this.tsiHistory]) history.refill(state.take(), state.takeAll());
  }

  #parts(): readonly (Indicator<number> | Indicator<Candle>)[] {
    return [
      this.ema20,
      this.ema50,
      this.ema200,
      this.atr,
      this.rsi,
      this.tsi,
      this.adx,
      this.bands,
      this.vwap,
      this.volumeAverage,
      this.slope,
      this.choppiness,
      this.efficiency,
    ];
  }
}
