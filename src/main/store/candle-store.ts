/** Stored candles by instrument and timeframe: written with revisions kept (MK-3), read as a stream or in columns (MK-4). */
import { invariant } from '#core/base/invariant.ts';
import type { Result } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import { isTimeframe, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import {
  BLOCK_SLOTS,
  type BlockPrices,
  barNumber,
  blockKey,
  blockOfKey,
  candleAt,
  decodeBlock,
  emptyBlock,
  encodeBlock,
  equalsCandle,
  holds,
  putCandle,
  seriesKeys,
} from './candle-blocks.ts';
import { type CandleColumns, copyBlock, copySlots, cutColumns, emptyColumns } from './candle-columns.ts';
import type { Connection } from './connection.ts';
import { attempt, type StoreFault } from './store-fault.ts';

export interface PriceRevision {
  /** Ascending in the order of their report. */
  readonly sequence: number;
  readonly instrumentId: InstrumentId;
  readonly timeframe: Timeframe;
  readonly openTime: UnixMs;
}

export interface CandleRevision {
  readonly before: Candle;
  readonly after: Candle;
}

export interface CandleWriteReport {
  /** Open times that had no candle before. */
  readonly added: number;
  /** Candles that were there already, to the last digit. */
  readonly unchanged: number;
  readonly revisions: readonly CandleRevision[];
}

/** A hole: its first and last missing open time. */
export interface CandleGap {
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly missing: number;
}

export interface StoredSeries {
  readonly instrumentId: InstrumentId;
  readonly timeframe: Timeframe;
  readonly bars: number;
  readonly first: UnixMs;
  readonly last: UnixMs;
}

/** Blocks fetched at once by a stream: no statement stays open between them, so writing goes on meanwhile. */
const BLOCKS_PER_FETCH = 64;
const END_OF_TIME = 8.64e15;

interface OpenBlock {
  readonly key: number;
  readonly prices: BlockPrices;
  bars: number;
  readonly isNew: boolean;
  changed: boolean;
}

export class CandleStore {
  readonly #connection: Connection;
  readonly #seriesNumbers = new Map<string, number>();

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.onRollback(() => this.#seriesNumbers.clear());
  }

  /** All or nothing: everything written inside stands or falls together, e.g. one imported file (MK-30). */
  transaction<T>(work: () => T): Result<T, StoreFault> {
    return attempt(() => this.#connection.transaction(work));
  }

  /**
   * Stores candles that the gate has accepted, in any order (ascending is fastest). A candle that differs from the
   * stored one replaces it; the old one is kept as a revision and reported. `recordedAt`: exchange time of the report.
   */
  write(
    instrumentId: InstrumentId,
    timeframe: Timeframe,
    candles: Iterable<Candle>,
    recordedAt: UnixMs,
  ): Result<CandleWriteReport, StoreFault> {
    return attempt(() =>
      this.#connection.transaction(() => this.#writeAll(instrumentId, timeframe, candles, recordedAt)),
    );
  }

  /** Candles with `from <= openTime < to`, ascending. */
  *read(
    instrumentId: InstrumentId,
    timeframe: Timeframe,
    from: UnixMs = 0,
    to: UnixMs = END_OF_TIME,
  ): Generator<Candle, void, undefined> {
    const seriesNo = this.#findSeries(instrumentId, timeframe);
    if (seriesNo === null) return;
    const duration = timeframeMs(timeframe);
    const range = keyRange(seriesNo, duration, from, to);
    const fetch = this.#connection.prepare(
      'SELECT key, prices FROM candle_blocks WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?',
    );
    let next = range.first;
    for (;;) {
      const blocks = fetch.all(next, range.last, BLOCKS_PER_FETCH);
      for (const [key, blob] of blocks) {
        const prices = decodeBlock(blob as Buffer);
        const blockTime = blockOfKey(key as number) * BLOCK_SLOTS * duration;
        for (let slot = 0; slot < BLOCK_SLOTS; slot++) {
          const openTime = blockTime + slot * duration;
          if (openTime >= from && openTime < to && holds(prices, slot)) yield candleAt(prices, slot, openTime);
        }
      }
      if (blocks.length < BLOCKS_PER_FETCH) return;
      next = (blocks.at(-1)?.[0] as number) + 1;
    }
  }

  /** The same candles as `read`, in columns: a year of 1m candles in milliseconds. */
  readColumns(
    instrumentId: InstrumentId,
    timeframe: Timeframe,
    from: UnixMs = 0,
    to: UnixMs = END_OF_TIME,
  ): CandleColumns {
    const seriesNo = this.#findSeries(instrumentId, timeframe);
    if (seriesNo === null) return emptyColumns(0);
    const duration = timeframeMs(timeframe);
    const { first, last } = keyRange(seriesNo, duration, from, to);
    const room = this.#connection
      .prepare('SELECT coalesce(sum(bars), 0) FROM candle_blocks WHERE key BETWEEN ? AND ?')
      .get(first, last)?.[0] as number;
    const target = emptyColumns(room);
    let length = 0;
    const blocks = this.#connection
      .prepare('SELECT key, bars, prices FROM candle_blocks WHERE key BETWEEN ? AND ? ORDER BY key')
      .iterate(first, last);
    for (const [key, bars, blob] of blocks) {
      const blockTime = blockOfKey(key as number) * BLOCK_SLOTS * duration;
      const whole = bars === BLOCK_SLOTS && blockTime >= from && blockTime + BLOCK_SLOTS * duration <= to;
      const prices = decodeBlock(blob as Buffer);
      length += whole
        ? copyBlock(prices, target, length, blockTime, duration)
        : copySlots(prices, target, length, blockTime, duration, from, to);
    }
    return cutColumns(target, length);
  }

  first(instrumentId: InstrumentId, timeframe: Timeframe): Candle | null {
    return this.#edge(instrumentId, timeframe, 'ASC');
  }

  last(instrumentId: InstrumentId, timeframe: Timeframe): Candle | null {
    return this.#edge(instrumentId, timeframe, 'DESC');
  }

  /** Candles stored in the whole series. */
  count(instrumentId: InstrumentId, timeframe: Timeframe): number {
    const row = this.#connection
      .prepare('SELECT bars FROM candle_series WHERE instrument_id = ? AND timeframe = ?')
      .get(instrumentId, timeframe);
    return (row?.[0] as number | undefined) ?? 0;
  }

  /** Every hole among the open times in [from, to), also before the first and after the last candle. */
  gaps(instrumentId: InstrumentId, timeframe: Timeframe, from: UnixMs, to: UnixMs): readonly CandleGap[] {
    const duration = timeframeMs(timeframe);
    const gaps: CandleGap[] = [];
    let expected = Math.ceil(from / duration) * duration;
    const close = (until: UnixMs) => {
      if (until > expected) {
        gaps.push({ from: expected, to: until - duration, missing: (until - expected) / duration });
      }
    };
    const { openTime } = this.readColumns(instrumentId, timeframe, from, to);
    for (const time of openTime) {
      close(time);
      expected = time + duration;
    }
    close(Math.ceil(to / duration) * duration);
    return gaps;
  }

  /** Every series that holds a candle, by instrument id, then timeframe. */
  series(): readonly StoredSeries[] {
    return this.#connection
      .prepare('SELECT instrument_id, timeframe, bars FROM candle_series WHERE bars > 0 ORDER BY 1, 2')
      .all()
      .map(([id, timeframe, bars]) => {
        const instrumentId = id as string;
        invariant(typeof timeframe === 'string' && isTimeframe(timeframe), 'a stored series has a known timeframe');
        const first = this.first(instrumentId, timeframe);
        const last = this.last(instrumentId, timeframe);
        invariant(first !== null && last !== null, 'a series with bars has a first and a last one');
        return { instrumentId, timeframe, bars: bars as number, first: first.openTime, last: last.openTime };
      });
  }

  /** MK-3: changes of closed candles, oldest first. */
  revisions(instrumentId: InstrumentId, timeframe: Timeframe): readonly (CandleRevision & { recordedAt: UnixMs })[] {
    const seriesNo = this.#findSeries(instrumentId, timeframe);
    if (seriesNo === null) return [];
    return this.#connection
      .prepare(
        `SELECT open_time, recorded_at, old_open, old_high, old_low, old_close, old_volume,
           new_open, new_high, new_low, new_close, new_volume
         FROM candle_revisions WHERE series_no = ? ORDER BY sequence`,
      )
      .all(seriesNo)
      .map((row) => {
        const [openTime, recordedAt, ...values] = row as readonly number[];
        return {
          before: candleOf(openTime as number, values.slice(0, 5)),
          after: candleOf(openTime as number, values.slice(5)),
          recordedAt: recordedAt as number,
        };
      });
  }

  /** MK-3: every change of a closed candle's prices, oldest first; one of its volume alone decides nothing. */
  priceRevisions(): readonly PriceRevision[] {
    return this.#connection
      .prepare(
        `SELECT r.sequence, s.instrument_id, s.timeframe, r.open_time
         FROM candle_revisions r JOIN candle_series s ON s.no = r.series_no
         WHERE (old_open, old_high, old_low, old_close) <> (new_open, new_high, new_low, new_close) ORDER BY r.sequence`,
      )
      .all()
      .map(([sequence, instrumentId, timeframe, openTime]) => ({
        sequence: sequence as number,
        instrumentId: instrumentId as string,
        timeframe: timeframe as Timeframe,
        openTime: openTime as number,
      }));
  }

  #writeAll(
    instrumentId: InstrumentId,
    timeframe: Timeframe,
    candles: Iterable<Candle>,
    recordedAt: UnixMs,
  ): CandleWriteReport {
    const seriesNo = this.#openSeries(instrumentId, timeframe);
    const duration = timeframeMs(timeframe);
    const revisions: CandleRevision[] = [];
    let added = 0;
    let unchanged = 0;
    let block: OpenBlock | null = null;
    for (const candle of candles) {
      invariant(!Number.isNaN(candle.open), 'a stored candle has prices: the gate checks them first');
      const bar = barNumber(candle.openTime, duration);
      const key = blockKey(seriesNo, Math.floor(bar / BLOCK_SLOTS));
      if (block === null || block.key !== key) {
        this.#saveBlock(block);
        block = this.#loadBlock(key);
      }
      const slot = bar % BLOCK_SLOTS;
      if (!holds(block.prices, slot)) {
        added++;
        block.bars++;
      } else if (equalsCandle(block.prices, slot, candle)) {
        unchanged++;
        continue;
      } else {
        const before = candleAt(block.prices, slot, candle.openTime);
        revisions.push({ before, after: candle });
        this.#keepRevision(seriesNo, before, candle, recordedAt);
      }
      putCandle(block.prices, slot, candle);
      block.changed = true;
    }
    this.#saveBlock(block);
    if (added > 0) {
      this.#connection.prepare('UPDATE candle_series SET bars = bars + ? WHERE no = ?').run(added, seriesNo);
    }
    return { added, unchanged, revisions };
  }

  #loadBlock(key: number): OpenBlock {
    const row = this.#connection.prepare('SELECT bars, prices FROM candle_blocks WHERE key = ?').get(key);
    if (row === undefined) return { key, prices: emptyBlock(), bars: 0, isNew: true, changed: false };
    return { key, prices: decodeBlock(row[1] as Buffer), bars: row[0] as number, isNew: false, changed: false };
  }

  #saveBlock(block: OpenBlock | null): void {
    if (block === null || !block.changed) return;
    const blob = encodeBlock(block.prices);
    if (block.isNew) {
      this.#connection.prepare('INSERT INTO candle_blocks VALUES (?, ?, ?)').run(block.key, block.bars, blob);
    } else {
      this.#connection
        .prepare('UPDATE candle_blocks SET bars = ?, prices = ? WHERE key = ?')
        .run(block.bars, blob, block.key);
    }
  }

  #keepRevision(seriesNo: number, before: Candle, after: Candle, recordedAt: UnixMs): void {
    this.#connection
      .prepare('INSERT INTO candle_revisions VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(seriesNo, before.openTime, recordedAt, ...pricesOf(before), ...pricesOf(after));
  }

  #edge(instrumentId: InstrumentId, timeframe: Timeframe, order: 'ASC' | 'DESC'): Candle | null {
    const seriesNo = this.#findSeries(instrumentId, timeframe);
    if (seriesNo === null) return null;
    const { first, last } = seriesKeys(seriesNo);
    const row = this.#connection
      .prepare(`SELECT key, prices FROM candle_blocks WHERE key BETWEEN ? AND ? ORDER BY key ${order} LIMIT 1`)
      .get(first, last);
    if (row === undefined) return null;
    const prices = decodeBlock(row[1] as Buffer);
    const opens = prices.subarray(0, BLOCK_SLOTS);
    const slot = order === 'ASC' ? opens.findIndex(isNumber) : opens.findLastIndex(isNumber);
    const bar = blockOfKey(row[0] as number) * BLOCK_SLOTS + slot;
    return candleAt(prices, slot, bar * timeframeMs(timeframe));
  }

  #findSeries(instrumentId: InstrumentId, timeframe: Timeframe): number | null {
    const name = `${timeframe}|${instrumentId}`;
    const known = this.#seriesNumbers.get(name);
    if (known !== undefined) return known;
    const row = this.#connection
      .prepare('SELECT no FROM candle_series WHERE instrument_id = ? AND timeframe = ?')
      .get(instrumentId, timeframe);
    if (row === undefined) return null;
    this.#seriesNumbers.set(name, row[0] as number);
    return row[0] as number;
  }

  #openSeries(instrumentId: InstrumentId, timeframe: Timeframe): number {
    const known = this.#findSeries(instrumentId, timeframe);
    if (known !== null) return known;
    this.#connection
      .prepare('INSERT INTO candle_series (instrument_id, timeframe) VALUES (?, ?)')
      .run(instrumentId, timeframe);
    const added = this.#findSeries(instrumentId, timeframe);
    invariant(added !== null, 'a series is there after it was inserted');
    return added;
  }
}

function isNumber(value: number): boolean {
  return !Number.isNaN(value);
}

function keyRange(seriesNo: number, durationMs: number, from: UnixMs, to: UnixMs) {
  const span = durationMs * BLOCK_SLOTS;
  const whole = seriesKeys(seriesNo);
  return {
    first: Math.max(whole.first, blockKey(seriesNo, Math.floor(Math.max(0, from) / span))),
    last: Math.min(whole.last, blockKey(seriesNo, Math.floor(Math.max(0, to) / span))),
  };
}

function pricesOf(candle: Candle): readonly number[] {
  return [candle.open, candle.high, candle.low, candle.close, candle.volume];
}

function candleOf(openTime: UnixMs, values: readonly number[]): Candle {
  const [open, high, low, close, volume] = values as [number, number, number, number, number];
  return { openTime, open, high, low, close, volume };
}
