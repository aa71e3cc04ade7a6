/** Follows one side of the market through impulse and pullback; knows structure, not candles, stops or scores. */
import type { BarsView } from '#core/domain/bar-series.ts';
import { type Side, sideSign } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import type { TimeframeIndicators } from '../indicators/timeframe-indicators.ts';

export interface ImpulseRules {
  readonly impulseAtr: number;
  readonly impulseVolume: number;
  /** Bars after the impulse began within which the pullback must end. */
  readonly setupBars: number;
  readonly touchAtr: number;
  /** Share of the way from the origin to the furthest point that a pullback may take back. */
  readonly maximumRetrace: number;
}

/** The bars whose closes make an impulse: the newest against the one three before (FE-12). */
const IMPULSE_BARS = 3;

/**
 * Prices are mirrored for shorts (times -1, high and low swapped), so that one set of rules serves both sides.
 * 1. An impulse is a run of bars whose close lies far beyond the close three bars before, on volume; its first bar
 * starts a setup and replaces an older one. The lowest low of those four bars is the origin. 2. The pullback is measured
 * from the highest high since; a new high starts it anew. 3. It comes to value when a candle dips to EMA20 or the VWAP
 * of the day and closes above that line. A retrace too deep, or age, ends the setup; so does `finish`.
 */
export class ImpulseStructure {
  readonly #rules: ImpulseRules;
  readonly #side: Side;
  readonly #sign: 1 | -1;
  #bar = 0;
  #wasImpulse = false;
  /** NaN: no setup. */
  #time: UnixMs = Number.NaN;
  #setupBar = 0;
  #origin = 0;
  #sizeAtr = 0;
  #volumeRatio = 0;
  #top = 0;
  #topTime: UnixMs = 0;
  /** NaN: no pullback yet. */
  #low = Number.NaN;
  #lowTime: UnixMs = 0;
  #lowBar = 0;
  #touchedAverage = false;
  #touchedVwap = false;

  constructor(side: Side, rules: ImpulseRules) {
    this.#rules = rules;
    this.#side = side;
    this.#sign = sideSign(side);
  }

  /** Open time of the impulse's first bar; NaN while there is no setup. */
  get impulseTime(): UnixMs {
    return this.#time;
  }

  /** Largest run of closes in the impulse, over ATR. */
  get impulseAtr(): number {
    return this.#sizeAtr;
  }

  /** Largest mean volume of three bars in the impulse over the mean of 20. */
  get volumeRatio(): number {
    return this.#volumeRatio;
  }

  /** Prices as they are in the market, not mirrored. */
  get originPrice(): number {
    return this.#sign * this.#origin;
  }

  get topPrice(): number {
    return this.#sign * this.#top;
  }

  get topTime(): UnixMs {
    return this.#topTime;
  }

  /** Extreme of the pullback; NaN before it began. */
  get pullbackPrice(): number {
    return this.#sign * this.#low;
  }

  get pullbackTime(): UnixMs {
    return this.#lowTime;
  }

  get touchedAverage(): boolean {
    return this.#touchedAverage;
  }

  get touchedVwap(): boolean {
    return this.#touchedVwap;
  }

  /** Share of the impulse that the pullback took back, 0-1. */
  get retraceShare(): number {
    return (this.#top - this.#low) / (this.#top - this.#origin);
  }

  /** The pullback came to value, and its extreme is the newest bar's or the one's before. */
  get isAtValue(): boolean {
    return !Number.isNaN(this.#time) && (this.#touchedAverage || this.#touchedVwap) && this.#bar - this.#lowBar <= 1;
  }

  /** Takes the newest bar. Indicators that are not ready (NaN) start no impulse and touch nothing. */
  onBar(bars: BarsView, indicators: TimeframeIndicators): void {
    this.#bar++;
    const long = this.#side === 'long';
    const high = long ? bars.high(0) : -bars.low(0);
    const low = long ? bars.low(0) : -bars.high(0);
    const atr = indicators.atr.value;
    const size = (this.#sign * (bars.close(0) - bars.close(IMPULSE_BARS))) / atr;
    const volume = (bars.volume(0) + bars.volume(1) + bars.volume(2)) / IMPULSE_BARS / indicators.volumeAverage.value;
    const isImpulse = size >= this.#rules.impulseAtr && volume >= this.#rules.impulseVolume;
    if (isImpulse && !this.#wasImpulse) this.#start(bars, high, size, volume);
    else if (!Number.isNaN(this.#time)) this.#follow(bars, indicators, high, low, atr);
    if (isImpulse) {
      if (size > this.#sizeAtr) this.#sizeAtr = size;
      if (volume > this.#volumeRatio) this.#volumeRatio = volume;
    }
    this.#wasImpulse = isImpulse;
  }

  /** The setup is used up: the next one needs another impulse (ST-3). */
  finish(): void {
    this.#time = Number.NaN;
  }

  /** As new: for a hole in the bars. */
  clear(): void {
    this.#bar = 0;
    this.#wasImpulse = false;
    this.#time = Number.NaN;
  }

  save(state: StateWriter): void {
    state.put(this.#bar);
    state.put(this.#wasImpulse ? 1 : 0);
    state.put(this.#time);
    state.put(this.#setupBar);
    state.put(this.#origin);
    state.put(this.#sizeAtr);
    state.put(this.#volumeRatio);
    state.put(this.#top);
    state.put(this.#topTime);
    state.put(this.#low);
    state.put(this.#lowTime);
    state.put(this.#lowBar);
    state.put(this.#touchedAverage ? 1 : 0);
    state.put(this.#touchedVwap ? 1 : 0);
  }

  load(state: StateReader): void {
    this.#bar = state.take();
    this.#wasImpulse = state.take() === 1;
    this.#time = state.take();
    this.#setupBar = state.take();
    this.#origin = state.take();
    this.#sizeAtr = state.take();
    this.#volumeRatio = state.take();
    this.#top = state.take();
    this.#topTime = state.take();
    this.#low = state.take();
    this.#lowTime = state.take();
    this.#lowBar = state.take();
    this.#touchedAverage = state.take() === 1;
    this.#touchedVwap = state.take() === 1;
  }

  #start(bars: BarsView, high: number, size: number, volume: number): void {
    const long = this.#side === 'long';
    let origin = Number.POSITIVE_INFINITY;
    for (let ago = 0; ago <= IMPULSE_BARS; ago++) origin = Math.min(origin, long ? bars.low(ago) : -bars.high(ago));
    this.#time = bars.openTime(0);
    this.#setupBar = this.#bar;
    this.#origin = origin;
    this.#sizeAtr = size;
    this.#volumeRatio = volume;
    this.#newTop(high, bars.openTime(0));
  }

  #follow(bars: BarsView, indicators: TimeframeIndicators, high: number, low: number, atr: number): void {
    if (high > this.#top) {
      this.#newTop(high, bars.openTime(0));
    } else {
      if (!(low >= this.#low)) {
        this.#low = low;
        this.#lowTime = bars.openTime(0);
        this.#lowBar = this.#bar;
      }
      const close = this.#sign * bars.close(0);
      const reach = low - this.#rules.touchAtr * atr;
      const average = this.#sign * indicators.ema20.value;
      const vwap = this.#sign * indicators.vwap.value;
      if (reach <= average && close > average) this.#touchedAverage = true;
      if (reach <= vwap && close > vwap) this.#touchedVwap = true;
    }
    const isOld = this.#bar - this.#setupBar > this.#rules.setupBars;
    if (isOld || this.retraceShare > this.#rules.maximumRetrace) this.#time = Number.NaN;
  }

  #newTop(high: number, time: UnixMs): void {
    this.#top = high;
    this.#topTime = time;
    this.#low = Number.NaN;
    this.#touchedAverage = false;
    this.#touchedVwap = false;
  }
}
