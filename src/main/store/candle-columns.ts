/** Candles in parallel columns, filled block by block: how years of them are loaded (MK-4). */
import type { UnixMs } from '#core/domain/timeframe.ts';
import { BLOCK_SLOTS, type BlockPrices, CLOSE, HIGH, holds, LOW, VOLUME } from './candle-blocks.ts';

/** Parallel columns, ascending by open time. */
export interface CandleColumns {
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export function emptyColumns(length: number): CandleColumns {
  const column = () => new Float64Array(length);
  return { openTime: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

/** The first `length` candles, without copying. */
export function cutColumns(from: CandleColumns, length: number): CandleColumns {
  if (from.openTime.length === length) return from;
  return {
    openTime: from.openTime.subarray(0, length),
    open: from.open.subarray(0, length),
    high: from.high.subarray(0, length),
    low: from.low.subarray(0, length),
    close: from.close.subarray(0, length),
    volume: from.volume.subarray(0, length),
  };
}

/** Copies a full block; returns the candles copied. */
export function copyBlock(
  prices: BlockPrices,
  target: CandleColumns,
  at: number,
  blockTime: UnixMs,
  durationMs: number,
) {
  for (let slot = 0; slot < BLOCK_SLOTS; slot++) target.openTime[at + slot] = blockTime + slot * durationMs;
  target.open.set(prices.subarray(0, HIGH), at);
  target.high.set(prices.subarray(HIGH, LOW), at);
  target.low.set(prices.subarray(LOW, CLOSE), at);
  target.close.set(prices.subarray(CLOSE, VOLUME), at);
  target.volume.set(prices.subarray(VOLUME), at);
  return BLOCK_SLOTS;
}

/** Copies the candles of a block that lie in [from, to); returns how many. */
export function copySlots(
  prices: BlockPrices,
  target: CandleColumns,
  at: number,
  blockTime: UnixMs,
  durationMs: number,
  from: UnixMs,
  to: UnixMs,
): number {
  let copied = 0;
  for (let slot = 0; slot < BLOCK_SLOTS; slot++) {
    const openTime = blockTime + slot * durationMs;
    if (openTime < from || openTime >= to || !holds(prices, slot)) continue;
    const index = at + copied++;
    target.openTime[index] = openTime;
    target.open[index] = prices[slot] as number;
    target.high[index] = prices[slot + HIGH] as number;
    target.low[index] = prices[slot + LOW] as number;
    target.close[index] = prices[slot + CLOSE] as number;
    target.volume[index] = prices[slot + VOLUME] as number;
  }
  return copied;
}
