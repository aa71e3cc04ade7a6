/**
 * Rolls base bars up into 5m, 15m, 1h, 4h and 1d (MK-1). Each level is fed by the one below it, so a base bar costs one
 * update; prices are exactly associative, volumes to rounding.
 */
import type { Candle } from '#core/domain/candle.ts';
import { type BaseTimeframe, TIMEFRAMES, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';

/** Receives closed bars, of one close time the smaller timeframe first. An incomplete bar misses base bars inside it. */
export type RollUpSink = (timeframe: Timeframe, bar: Candle, complete: boolean) => void;

/** One bucket being filled: openTime, open, high, low, close, volume, base bars counted; openTime -1 when empty. */
export type BucketSnapshot = readonly number[];

export interface RollUpSnapshot {
  readonly buckets: readonly BucketSnapshot[];
}

interface Bucket {
  readonly timeframe: Timeframe;
  readonly durationMs: number;
  /** Base bars in a complete bucket. */
  readonly expected: number;
  openTime: UnixMs;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  counted: number;
}

export class RollUp {
  readonly base: BaseTimeframe;
  readonly #baseMs: number;
  readonly #buckets: readonly Bucket[];
  readonly #sink: RollUpSink;
  #nextOpenTime: UnixMs = -1;

  constructor(base: BaseTimeframe, sink: RollUpSink) {
    this.base = base;
    this.#baseMs = timeframeMs(base);
    this.#sink = sink;
    this.#buckets = TIMEFRAMES.filter((timeframe) => timeframeMs(timeframe) > this.#baseMs).map((timeframe) => ({
      timeframe,
      durationMs: timeframeMs(timeframe),
      expected: timeframeMs(timeframe) / this.#baseMs,
      openTime: -1,
      open: 0,
      high: 0,
      low: 0,
      close: 0,
      volume: 0,
      counted: 0,
    }));
  }

  /** Adds one base bar; base bars ascend. Buckets that a gap left behind are closed incomplete first. */
  onBar(bar: Candle): void {
    // Only a bar that does not continue its predecessor can leave buckets behind.
    if (bar.openTime !== this.#nextOpenTime) this.#closeBehind(bar.openTime);
    this.#nextOpenTime = bar.openTime + this.#baseMs;
    this.#add(0, bar.openTime, bar.open, bar.high, bar.low, bar.close, bar.volume, 1, bar.openTime + this.#baseMs);
  }

  snapshot(): RollUpSnapshot {
    return {
      buckets: this.#buckets.map((b) => [b.openTime, b.open, b.high, b.low, b.close, b.volume, b.counted]),
    };
  }

  restore(snapshot: RollUpSnapshot): void {
    this.#buckets.forEach((bucket, index) => {
      const saved = snapshot.buckets[index];
      if (saved === undefined) return;
      [bucket.openTime, bucket.open, bucket.high, bucket.low, bucket.close, bucket.volume, bucket.counted] = saved as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
    });
  }

  #add(
    level: number,
    openTime: UnixMs,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    counted: number,
    closeTime: UnixMs,
  ): void {
    const bucket = this.#buckets[level];
    if (bucket === undefined) return;
    if (bucket.openTime < 0) {
      bucket.openTime = openTime - (openTime % bucket.durationMs);
      bucket.open = open;
      bucket.high = high;
      bucket.low = low;
      bucket.volume = volume;
      bucket.counted = counted;
    } else {
      if (high > bucket.high) bucket.high = high;
      if (low < bucket.low) bucket.low = low;
      bucket.volume += volume;
      bucket.counted += counted;
    }
    bucket.close = close;
    if (closeTime >= bucket.openTime + bucket.durationMs) this.#close(level, bucket);
  }

  #close(level: number, bucket: Bucket): void {
    const { openTime, open, high, low, close, volume, counted } = bucket;
    bucket.openTime = -1;
    this.#sink(bucket.timeframe, { openTime, open, high, low, close, volume }, counted === bucket.expected);
    this.#add(level + 1, openTime, open, high, low, close, volume, counted, openTime + bucket.durationMs);
  }

  /** Closes, lowest first, every bucket that ended at or before `openTime`. */
  #closeBehind(openTime: UnixMs): void {
    for (let level = 0; level < this.#buckets.length; level++) {
      const bucket = this.#buckets[level] as Bucket;
      if (bucket.openTime >= 0 && openTime >= bucket.openTime + bucket.durationMs) this.#close(level, bucket);
    }
  }
}
