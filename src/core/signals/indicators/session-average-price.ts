/** Session VWAP: volume-weighted mean of the typical price since the session began; the session is the UTC day. */
import type { Candle } from '#core/domain/candle.ts';
import { DAY_MS } from '#core/domain/timeframe.ts';
import type { Indicator, StateReader, StateWriter } from './indicator.ts';

/** Starts anew at 00:00 UTC. Not ready before it has seen the start of a session, nor before anything traded in it. */
export class SessionAveragePrice implements Indicator<Candle> {
  readonly warmUp = 1;
  #day = Number.NaN;
  /** NaN while the session's beginning is unknown. */
  #turnover = Number.NaN;
  #volume = 0;
  #formerDay = Number.NaN;
  #formerTurnover = Number.NaN;
  #formerVolume = 0;

  get isReady(): boolean {
    return this.#volume > 0 && !Number.isNaN(this.#turnover);
  }

  get value(): number {
    return this.isReady ? this.#turnover / this.#volume : Number.NaN;
  }

  add(bar: Candle): void {
    this.#formerDay = this.#day;
    this.#formerTurnover = this.#turnover;
    this.#formerVolume = this.#volume;
    this.#step(bar);
  }

  replace(bar: Candle): void {
    this.#step(bar);
  }

  save(state: StateWriter): void {
    state.put(this.#day);
    state.put(this.#turnover);
    state.put(this.#volume);
    state.put(this.#formerDay);
    state.put(this.#formerTurnover);
    state.put(this.#formerVolume);
  }

  load(state: StateReader): void {
    this.#day = state.take();
    this.#turnover = state.take();
    this.#volume = state.take();
    this.#formerDay = state.take();
    this.#formerTurnover = state.take();
    this.#formerVolume = state.take();
  }

  #step(bar: Candle): void {
    const day = Math.floor(bar.openTime / DAY_MS);
    let turnover = this.#formerTurnover;
    let volume = this.#formerVolume;
    if (day !== this.#formerDay) {
      const startSeen = !Number.isNaN(this.#formerDay) || bar.openTime === day * DAY_MS;
      turnover = startSeen ? 0 : Number.NaN;
      volume = 0;
    }
    this.#day = day;
    this.#turnover = turnover + ((bar.high + bar.low + bar.close) / 3) * bar.volume;
    this.#volume = volume + bar.volume;
  }
}
