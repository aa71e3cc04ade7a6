/** A seeded random-walk market for the window's development: minute bars per instrument, rolled up on demand. */
import type { CandleTuple } from '#contract/areas/market.ts';
import type { StreamSink } from '#contract/service.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';

export const MINUTE = 60_000;

/** mulberry32: enough for pictures. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface FakeInstrument {
  readonly symbol: string;
  readonly price: number;
  readonly decimals: number;
  /** Standard deviation of a minute's return. */
  readonly volatility: number;
  readonly volume: number;
}

export const FAKE_INSTRUMENTS: readonly FakeInstrument[] = [
  { symbol: 'BTC/USDT', price: 67_250, decimals: 2, volatility: 0.00065, volume: 14 },
  { symbol: 'ETH/USDT', price: 3_480, decimals: 2, volatility: 0.0008, volume: 180 },
  { symbol: 'SOL/USDT', price: 182, decimals: 2, volatility: 0.0012, volume: 2_400 },
  { symbol: 'BNB/USDT', price: 611, decimals: 1, volatility: 0.0007, volume: 420 },
  { symbol: 'XRP/USDT', price: 1.42, decimals: 4, volatility: 0.0011, volume: 310_000 },
  { symbol: 'DOGE/USDT', price: 0.1884, decimals: 5, volatility: 0.0014, volume: 2_100_000 },
];

type Bar = [UnixMs, number, number, number, number, number];

/** One instrument's minutes up to `now`; the last one may still be forming. */
export class FakeSeries {
  readonly instrument: FakeInstrument;
  readonly bars: Bar[] = [];
  readonly #random: () => number;
  #drift = 0;
  #heat = 1;
  #price: number;

  constructor(instrument: FakeInstrument, seed: number, from: UnixMs, to: UnixMs) {
    this.instrument = instrument;
    this.#random = seededRandom(seed);
    this.#price = instrument.price;
    for (let time = from; time < to; time += MINUTE) this.advanceTo(time + MINUTE - 1, 1);
  }

  get price(): number {
    return this.#price;
  }

  #step(minutes: number): number {
    const random = this.#random;
    if (random() < 0.004 * minutes) this.#drift = (random() - 0.5) * 0.35 * this.instrument.volatility;
    if (random() < 0.006 * minutes) this.#heat = 0.55 + random() * 1.6;
    const normal = random() + random() + random() + random() - 2;
    const pull = Math.log(this.instrument.price / this.#price) * 0.0006;
    const size = this.instrument.volatility * this.#heat * Math.sqrt(minutes);
    this.#price *= Math.exp(this.#drift * minutes + pull * minutes + normal * 1.75 * size);
    return this.#price;
  }

  /** Moves the price inside, or into, the minute that contains `time`. */
  advanceTo(time: UnixMs, minutes: number): Bar {
    const openTime = Math.floor(time / MINUTE) * MINUTE;
    const last = this.bars.at(-1);
    let bar = last;
    if (bar === undefined || bar[0] < openTime) {
      const open = this.#price;
      bar = [openTime, open, open, open, open, 0];
      this.bars.push(bar);
    }
    const steps = minutes >= 1 ? 4 : 1;
    for (let k = 0; k < steps; k++) {
      const price = round(this.#step(minutes / steps), this.instrument.decimals);
      bar[2] = Math.max(bar[2], price);
      bar[3] = Math.min(bar[3], price);
      bar[4] = price;
      bar[5] += (this.instrument.volume * this.#heat * (0.3 + this.#random() * 1.4) * minutes) / steps;
    }
    return bar;
  }

  /** Bars of `timeframe` that open before `before`, at most `limit`, ascending; the last may be forming. */
  rolled(timeframe: Timeframe, before: UnixMs, limit: number): { candles: CandleTuple[]; hasMore: boolean } {
    const length = timeframeMs(timeframe);
    const candles: Bar[] = [];
    let at = this.bars.length - 1;
    while (at >= 0 && (this.bars[at]?.[0] ?? 0) >= before) at--;
    for (; at >= 0; at--) {
      const bar = this.bars[at] as Bar;
      const bucket = Math.floor(bar[0] / length) * length;
      const newest = candles.at(-1);
      if (newest !== undefined && newest[0] === bucket) {
        newest[1] = bar[1];
        newest[2] = Math.max(newest[2], bar[2]);
        newest[3] = Math.min(newest[3], bar[3]);
        newest[5] += bar[5];
      } else {
        if (candles.length === limit) break;
        candles.push([bucket, bar[1], bar[2], bar[3], bar[4], bar[5]]);
      }
    }
    return { candles: candles.reverse(), hasMore: at >= 0 };
  }
}

export function round(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}

/** Bars that a window watches. */
export interface BarWatch {
  readonly series: FakeSeries;
  readonly timeframe: Parameters<FakeSeries['rolled']>[0];
  lastOpen: UnixMs;
  readonly sink: StreamSink<{ candle: CandleTuple; closed: boolean }>;
}
