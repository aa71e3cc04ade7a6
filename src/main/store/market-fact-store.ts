/**
 * Market facts per base bar (MK-15), in blocks of 100 consecutive open times: four columns of 100 little-endian floats
 * (spread, imbalance, large-trade share, funding), NaN where missing. 16 bytes a bar; facts are rounded to floats before
 * the engine sees them, so that what is read back is what was decided on. Times of funding, which only swaps have, lie in
 * blocks of their own: two columns of 100 little-endian doubles (next payment, interval; ms).
 */
import type { Result } from '#core/base/result.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import { isUnknown, type MarketFacts } from '#core/domain/market-facts.ts';
import { type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { BLOCK_SLOTS, barNumber, blockKey, blockOfKey, seriesKeys } from './candle-blocks.ts';
import type { Connection } from './connection.ts';
import { attempt, type StoreFault } from './store-fault.ts';

export interface FactsOfBar {
  readonly instrumentId: InstrumentId;
  readonly timeframe: Timeframe;
  readonly openTime: UnixMs;
  readonly facts: MarketFacts;
}

const BLOCK_VALUES = BLOCK_SLOTS * 4;
const IMBALANCE = BLOCK_SLOTS;
const LARGE_TRADES = BLOCK_SLOTS * 2;
const FUNDING = BLOCK_SLOTS * 3;
const TIME_VALUES = BLOCK_SLOTS * 2;
const INTERVAL = BLOCK_SLOTS;

export class MarketFactStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** All or none; facts that are unknown altogether are not kept. A bar's facts are written once: later ones replace them. */
  write(batch: readonly FactsOfBar[]): Result<void, StoreFault> {
    const known = batch.filter(({ facts }) => !isUnknown(facts));
    return attempt(() => {
      if (known.length === 0) return;
      this.#connection.transaction(() => {
        for (const one of known) this.#writeOne(one);
      });
    });
  }

  /** Facts of bars with `from <= openTime < to`, ascending. */
  *read(
    instrumentId: InstrumentId,
    timeframe: Timeframe,
    from: UnixMs,
    to: UnixMs,
  ): Generator<Omit<FactsOfBar, 'instrumentId' | 'timeframe'>, void, undefined> {
    const series = this.#series(instrumentId, timeframe);
    if (series === null) return;
    const durationMs = timeframeMs(timeframe);
    const { first, last } = seriesKeys(series);
    const select = this.#connection.prepare(
      'SELECT key, facts FROM market_blocks WHERE key BETWEEN ? AND ? ORDER BY key LIMIT 1',
    );
    let next = Math.max(first, blockKey(series, Math.floor(Math.max(0, from) / (durationMs * BLOCK_SLOTS))));
    for (;;) {
      const row = select.get(next, last);
      if (row === undefined) return;
      const key = row[0] as number;
      const block = decode(row[1] as Buffer);
      const times = this.#timesOf(key);
      for (let slot = 0; slot < BLOCK_SLOTS; slot++) {
        const openTime = (blockOfKey(key) * BLOCK_SLOTS + slot) * durationMs;
        if (openTime < from) continue;
        if (openTime >= to) return;
        const facts = factsAt(block, times, slot);
        if (!isUnknown(facts)) yield { openTime, facts };
      }
      next = key + 1;
    }
  }

  #writeOne({ instrumentId, timeframe, openTime, facts }: FactsOfBar): void {
    this.#connection
      .prepare('INSERT INTO candle_series (instrument_id, timeframe) VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(instrumentId, timeframe);
    const bar = barNumber(openTime, timeframeMs(timeframe));
    const key = blockKey(this.#series(instrumentId, timeframe) as number, Math.floor(bar / BLOCK_SLOTS));
    const row = this.#connection.prepare('SELECT facts FROM market_blocks WHERE key = ?').get(key);
    const block = row === undefined ? new Float32Array(BLOCK_VALUES).fill(Number.NaN) : decode(row[0] as Buffer);
    const slot = bar % BLOCK_SLOTS;
    block[slot] = facts.spreadBps;
    block[slot + IMBALANCE] = facts.bookImbalance;
    block[slot + LARGE_TRADES] = facts.largeTradeShare;
    block[slot + FUNDING] = facts.fundingRate;
    this.#connection
      .prepare('INSERT INTO market_blocks VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET facts = excluded.facts')
      .run(key, bytesOf(block));
    this.#writeTimes(key, slot, facts);
  }

  #writeTimes(key: number, slot: number, { fundingTimes }: MarketFacts): void {
    const stored = this.#timesOf(key);
    if (stored === null && fundingTimes === undefined) return;
    const times = stored ?? new Float64Array(TIME_VALUES).fill(Number.NaN);
    times[slot] = fundingTimes?.next ?? Number.NaN;
    times[slot + INTERVAL] = fundingTimes?.intervalMs ?? Number.NaN;
    this.#connection
      .prepare('INSERT INTO funding_blocks VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET times = excluded.times')
      .run(key, bytesOf(times));
  }

  #timesOf(key: number): Float64Array<ArrayBuffer> | null {
    const row = this.#connection.prepare('SELECT times FROM funding_blocks WHERE key = ?').get(key);
    if (row === undefined) return null;
    const copy = new Float64Array(TIME_VALUES);
    new Uint8Array(copy.buffer).set(row[0] as Buffer);
    return copy;
  }

  #series(instrumentId: InstrumentId, timeframe: Timeframe): number | null {
    const row = this.#connection
      .prepare('SELECT no FROM candle_series WHERE instrument_id = ? AND timeframe = ?')
      .get(instrumentId, timeframe);
    return (row?.[0] as number | undefined) ?? null;
  }
}

function factsAt(block: Float32Array, times: Float64Array | null, slot: number): MarketFacts {
  const next = times?.[slot] ?? Number.NaN;
  const intervalMs = times?.[slot + INTERVAL] ?? Number.NaN;
  return {
    ...(Number.isNaN(next) ? {} : { fundingTimes: { next, intervalMs } }),
    spreadBps: block[slot] as number,
    bookImbalance: block[slot + IMBALANCE] as number,
    largeTradeShare: block[slot + LARGE_TRADES] as number,
    fundingRate: block[slot + FUNDING] as number,
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** A copy: the database's own memory is not ours to change, and need not be aligned. */
function decode(blob: Buffer): Float32Array<ArrayBuffer> {
  const copy = new Float32Array(BLOCK_VALUES);
  new Uint8Array(copy.buffer).set(blob);
  return copy;
}
