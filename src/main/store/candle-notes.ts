/** What is known about candles beside their prices: instruments, quarantined candles, late bars, imports, market facts, sentiment. */
import type { Result } from '#core/base/result.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import type { Connection, Row } from './connection.ts';
import { MarketFactStore } from './market-fact-store.ts';
import { SentimentStore } from './sentiment-store.ts';
import { attempt, type StoreFault } from './store-fault.ts';

/** A candle that the gate turned away (MK-2). */
export interface RejectedCandle {
  readonly instrumentId: InstrumentId;
  readonly timeframe: Timeframe;
  readonly recordedAt: UnixMs;
  readonly reason: string;
  /** As it came, as text; cut to 500 characters. */
  readonly raw: string;
}

export interface QuarantineCount {
  readonly instrumentId: InstrumentId;
  readonly timeframe: Timeframe;
  readonly reason: string;
  readonly count: number;
  readonly lastAt: UnixMs;
}

/** A bar worked in a batch of its own, after the batch that closed at `processedAfterCloseTime` (PL-4). */
export interface LateBar {
  readonly instrumentId: InstrumentId;
  readonly openTime: UnixMs;
  readonly processedAfterCloseTime: UnixMs;
}

export interface ImportEntry {
  readonly fileName: string;
  readonly instrumentId: InstrumentId;
  readonly timeframe: Timeframe;
  readonly importedAt: UnixMs;
  readonly rowsRead: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly gaps: number;
}

/** Rejected candles kept to look at; the counts are never cut. */
const QUARANTINE_KEPT = 10_000;
const RAW_LENGTH = 500;

export class CandleNotes {
  /** What the exchange told of each live bar beside its prices (MK-15). */
  readonly facts: MarketFactStore;
  /** An imported index (FE-13). */
  readonly sentiment: SentimentStore;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.facts = new MarketFactStore(connection);
    this.sentiment = new SentimentStore(connection);
  }

  putInstruments(instruments: readonly Instrument[]): Result<void, StoreFault> {
    return this.#write(() => {
      const put = this.#connection.prepare(
        `INSERT INTO instruments (id, exchange, document) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET document = excluded.document WHERE document <> excluded.document`,
      );
      for (const instrument of instruments) put.run(instrument.id, instrument.exchange, JSON.stringify(instrument));
    });
  }

  instrument(id: InstrumentId): Instrument | null {
    const row = this.#connection.prepare('SELECT document FROM instruments WHERE id = ?').get(id);
    return row === undefined ? null : instrumentOf(row);
  }

  /** All, or those of one exchange, by id. */
  instruments(exchange: string | null = null): readonly Instrument[] {
    return this.#connection
      .prepare('SELECT document FROM instruments WHERE ? IS NULL OR exchange = ? ORDER BY id')
      .all(exchange, exchange)
      .map(instrumentOf);
  }

  quarantine(rejected: readonly RejectedCandle[]): Result<void, StoreFault> {
    return this.#write(() => {
      const count = this.#connection.prepare(
        `INSERT INTO quarantine_counts VALUES (?, ?, ?, 1, ?)
         ON CONFLICT DO UPDATE SET count = count + 1, last_at = max(last_at, excluded.last_at)`,
      );
      const keep = this.#connection.prepare('INSERT INTO quarantine VALUES (NULL, ?, ?, ?, ?, ?)');
      for (const { instrumentId, timeframe, recordedAt, reason, raw } of rejected) {
        count.run(instrumentId, timeframe, reason, recordedAt);
        keep.run(instrumentId, timeframe, recordedAt, reason, raw.slice(0, RAW_LENGTH));
      }
      this.#connection
        .prepare('DELETE FROM quarantine WHERE sequence <= (SELECT max(sequence) FROM quarantine) - ?')
        .run(QUARANTINE_KEPT);
    });
  }

  quarantineCounts(): readonly QuarantineCount[] {
    return this.#connection
      .prepare('SELECT * FROM quarantine_counts')
      .all()
      .map(([instrumentId, timeframe, reason, count, lastAt]) => ({
        instrumentId: instrumentId as string,
        timeframe: timeframe as Timeframe,
        reason: reason as string,
        count: count as number,
        lastAt: lastAt as number,
      }));
  }

  /** The newest rejected candles, newest first. */
  quarantined(limit: number): readonly RejectedCandle[] {
    return this.#connection
      .prepare('SELECT * FROM quarantine ORDER BY sequence DESC LIMIT ?')
      .all(limit)
      .map(([, instrumentId, timeframe, recordedAt, reason, raw]) => ({
        instrumentId: instrumentId as string,
        timeframe: timeframe as Timeframe,
        recordedAt: recordedAt as number,
        reason: reason as string,
        raw: raw as string,
      }));
  }

  noteLateBar(late: LateBar): Result<void, StoreFault> {
    return this.#write(() =>
      this.#connection
        .prepare('INSERT INTO late_bars VALUES (NULL, ?, ?, ?)')
        .run(late.instrumentId, late.openTime, late.processedAfterCloseTime),
    );
  }

  /** Late bars with `from <= processedAfterCloseTime < to`, in the order in which they were worked. */
  lateBars(from: UnixMs, to: UnixMs): readonly LateBar[] {
    return this.#connection
      .prepare(
        `SELECT instrument_id, open_time, processed_after FROM late_bars
         WHERE processed_after >= ? AND processed_after < ? ORDER BY processed_after, sequence`,
      )
      .all(from, to)
      .map(([instrumentId, openTime, processedAfter]) => ({
        instrumentId: instrumentId as string,
        openTime: openTime as number,
        processedAfterCloseTime: processedAfter as number,
      }));
  }

  noteImport(entry: ImportEntry): Result<void, StoreFault> {
    return this.#write(() =>
      this.#connection
        .prepare('INSERT INTO imports VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(
          entry.fileName,
          entry.instrumentId,
          entry.timeframe,
          entry.importedAt,
          entry.rowsRead,
          entry.accepted,
          entry.rejected,
          entry.gaps,
        ),
    );
  }

  /** Newest first. */
  imports(limit: number): readonly ImportEntry[] {
    return this.#connection
      .prepare('SELECT * FROM imports ORDER BY no DESC LIMIT ?')
      .all(limit)
      .map(([, fileName, instrumentId, timeframe, importedAt, rowsRead, accepted, rejected, gaps]) => ({
        fileName: fileName as string,
        instrumentId: instrumentId as string,
        timeframe: timeframe as Timeframe,
        importedAt: importedAt as number,
        rowsRead: rowsRead as number,
        accepted: accepted as number,
        rejected: rejected as number,
        gaps: gaps as number,
      }));
  }

  #write(work: () => void): Result<void, StoreFault> {
    return attempt(() => this.#connection.transaction(work));
  }
}

function instrumentOf(row: Row): Instrument {
  return JSON.parse(row[0] as string);
}
