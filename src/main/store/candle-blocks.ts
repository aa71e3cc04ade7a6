/**
 * How candles lie on the disk: blocks of 100 consecutive open times, each a blob of five columns of 100 little-endian
 * doubles (open, high, low, close, volume); a slot without a candle is NaN in every column.
 *
 * 4,000 bytes fill one page of the database, so a live bar rewrites one page, as a row of its own would; a year of 1m
 * candles is 5,256 pages (21.5 MB) and loads by copying columns (MK-4, PE-12).
 */
import { invariant } from '#core/base/invariant.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

export const BLOCK_SLOTS = 100;
const BLOCK_VALUES = BLOCK_SLOTS * 5;

/** Room for the block number in a key: 2^28 blocks of 1m reach beyond the year 5000. */
const BLOCKS_PER_SERIES = 2 ** 28;

export const HIGH = BLOCK_SLOTS;
export const LOW = BLOCK_SLOTS * 2;
export const CLOSE = BLOCK_SLOTS * 3;
export const VOLUME = BLOCK_SLOTS * 4;

export type BlockPrices = Float64Array<ArrayBuffer>;

export function blockKey(seriesNo: number, block: number): number {
  return seriesNo * BLOCKS_PER_SERIES + block;
}

export function blockOfKey(key: number): number {
  return key % BLOCKS_PER_SERIES;
}

/** Keys of all blocks of a series lie in [first, last]. */
export function seriesKeys(seriesNo: number): { readonly first: number; readonly last: number } {
  return { first: blockKey(seriesNo, 0), last: blockKey(seriesNo, BLOCKS_PER_SERIES - 1) };
}

/** The number of the bar that opens at `openTime`, counted from 1970 in bars of `durationMs`. */
export function barNumber(openTime: UnixMs, durationMs: number): number {
  const bar = openTime / durationMs;
  invariant(Number.isInteger(bar) && bar >= 0, 'a stored candle opens on a multiple of its timeframe, after 1970');
  invariant(bar < BLOCKS_PER_SERIES * BLOCK_SLOTS, 'a stored candle opens before the year 5000');
  return bar;
}

export function emptyBlock(): BlockPrices {
  return new Float64Array(BLOCK_VALUES).fill(Number.NaN);
}

/** A block as it came from the database; copied only where its memory is not aligned for doubles. */
export function decodeBlock(blob: Buffer): BlockPrices {
  const buffer = blob.buffer as ArrayBuffer;
  if (blob.byteOffset % 8 === 0) return new Float64Array(buffer, blob.byteOffset, BLOCK_VALUES);
  return new Float64Array(buffer.slice(blob.byteOffset, blob.byteOffset + blob.byteLength));
}

export function encodeBlock(prices: BlockPrices): Buffer {
  return Buffer.from(prices.buffer, prices.byteOffset, prices.byteLength);
}

export function holds(prices: BlockPrices, slot: number): boolean {
  return !Number.isNaN(prices[slot]);
}

export function candleAt(prices: BlockPrices, slot: number, openTime: UnixMs): Candle {
  return {
    openTime,
    open: prices[slot] as number,
    high: prices[slot + HIGH] as number,
    low: prices[slot + LOW] as number,
    close: prices[slot + CLOSE] as number,
    volume: prices[slot + VOLUME] as number,
  };
}

export function putCandle(prices: BlockPrices, slot: number, candle: Candle): void {
  prices[slot] = candle.open;
  prices[slot + HIGH] = candle.high;
  prices[slot + LOW] = candle.low;
  prices[slot + CLOSE] = candle.close;
  prices[slot + VOLUME] = candle.volume;
}

export function equalsCandle(prices: BlockPrices, slot: number, candle: Candle): boolean {
  return (
    prices[slot] === candle.open &&
    prices[slot + HIGH] === candle.high &&
    prices[slot + LOW] === candle.low &&
    prices[slot + CLOSE] === candle.close &&
    prices[slot + VOLUME] === candle.volume
  );
}
