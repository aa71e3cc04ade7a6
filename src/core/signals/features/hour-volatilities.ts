/** Realised volatility of each hour of the last 30 days, as the model of volatility forecasts it (DE-20, FE-16). */
import { RingBuffer } from '#core/base/ring-buffer.ts';
import { median } from '#core/base/statistics.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';

const WINDOW_MS = 30 * DAY_MS;
/** Hours of 30 days. */
const HOURS = 720;

export class HourVolatilities {
  readonly #times = new RingBuffer(HOURS);
  readonly #values = new RingBuffer(HOURS);

  /** The hour that ended at `time`, percent; NaN (bars are missing) is left out. Ascending times. */
  add(time: UnixMs, volatility: number): void {
    if (Number.isNaN(volatility)) return;
    this.#times.push(time);
    this.#values.push(volatility);
  }

  /** Over the hours of the 30 days before `now` that are known, and how many those are. */
  median(now: UnixMs): { readonly value: number; readonly hours: number } {
    const known: number[] = [];
    for (let ago = 0; this.#times.at(ago) > now - WINDOW_MS; ago++) known.push(this.#values.at(ago));
    return { value: median(known), hours: known.length };
  }

  save(state: StateWriter): void {
    for (const ring of [this.#times, this.#values]) {
      state.put(ring.count);
      state.putAll(ring.toArray());
    }
  }

  load(state: StateReader): void {
    for (const ring of [this.#times, this.#values]) ring.refill(state.take(), state.takeAll());
  }
}
