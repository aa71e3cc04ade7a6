/** Import of a candle file (MK-30): every row checked, sorted once, and stored in one transaction or not at all. */

import type { ImportReport } from '#contract/areas/imports.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import { instrumentId } from '#core/domain/instrument.ts';
import { TIMEFRAMES, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { checkCandle, sameCandle } from '#core/market/candle-gate.ts';
import { GapFinder } from '#core/market/gaps.ts';
import type { CandleFileBatch } from '#main/files/candle-csv.ts';
import type { FileFault } from '#main/files/file-fault.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import { type CandleFolder, importedInstrument } from './research/stored-market.ts';

export interface CandleImportTarget {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** For the record of imports. */
  readonly fileName: string;
}

export interface CandleImportOptions {
  readonly store: CandleFolder;
  readonly target: CandleImportTarget;
  /** The file's rows as `main/files` reads them. */
  readonly rows: AsyncIterable<Result<CandleFileBatch, FileFault>>;
  /** Wall time of the import, UTC ms. */
  readonly now: UnixMs;
  /** Aborting it before the transaction leaves everything as it was (MK-31). */
  readonly signal?: AbortSignal;
  /** After each piece of the file. */
  readonly progress?: (rowsRead: number) => void;
}

export type CandleImportFault = FileFault | StoreFault | Fault<'wrong-timeframe' | 'bad-target' | 'cancelled'>;

type Rejected = ImportReport['rejected'][number];

/**
 * Accepted rows go in sorted; of rows for one time the first in the file counts, the others are reported. Importing a
 * file again changes nothing; a row that differs from the stored candle replaces it, the old one kept as a revision.
 */
export async function importCandles(options: CandleImportOptions): Promise<Result<ImportReport, CandleImportFault>> {
  const { store, target, rows, now, signal, progress } = options;
  const bad = badTarget(target);
  if (bad !== null) return err(bad);
  const intake = new RowIntake(target.timeframe);
  for await (const batch of rows) {
    if (!batch.ok) return batch;
    if (signal?.aborted === true) return err(cancelled());
    intake.take(batch.value);
    progress?.(intake.rowsRead);
  }
  const spacing = intake.foreignSpacing();
  if (spacing !== null) return err(wrongTimeframe(target.timeframe, spacing));
  const { candles, rejected, gaps } = intake.finish();
  const report: ImportReport = { rowsRead: intake.rowsRead, accepted: candles.length, rejected, gaps };
  const stored = storeAll(store, target, candles, report, now);
  return stored.ok ? ok(report) : stored;
}

/** Checks rows as they come; what is kept is sorted and freed of duplicates at the end (MK-3). */
class RowIntake {
  rowsRead = 0;
  readonly #timeframe: Timeframe;
  readonly #durationMs: number;
  readonly #candles: Candle[] = [];
  /** Line of each candle. */
  readonly #lines: number[] = [];
  readonly #rejected: Rejected[] = [];
  /** How often which distance lies between rows that follow each other. */
  readonly #spacings = new Map<number, number>();
  #last = Number.NaN;
  #ascending = true;

  constructor(timeframe: Timeframe) {
    this.#timeframe = timeframe;
    this.#durationMs = timeframeMs(timeframe);
  }

  take(batch: CandleFileBatch): void {
    for (const row of batch) {
      this.rowsRead++;
      if ('reason' in row) {
        this.#rejected.push(row);
        continue;
      }
      const { openTime, open, high, low, close, volume } = row.candle;
      this.#measure(openTime);
      const checked = checkCandle([openTime, open, high, low, close, volume], this.#timeframe);
      if (typeof checked === 'string') {
        this.#rejected.push({ line: row.line, reason: checked });
        continue;
      }
      const previous = this.#candles.at(-1);
      if (previous !== undefined && openTime <= previous.openTime) this.#ascending = false;
      this.#candles.push(checked);
      this.#lines.push(row.line);
    }
  }

  /** The distance of most rows when it is not the timeframe's: the file then holds other bars than was said. Else null. */
  foreignSpacing(): number | null {
    let most = 0;
    let rows = 0;
    let spacing = this.#durationMs;
    for (const [distance, count] of this.#spacings) {
      rows += count;
      if (count > most) [most, spacing] = [count, distance];
    }
    return rows >= ENOUGH_SPACINGS && most * 2 > rows && spacing !== this.#durationMs ? spacing : null;
  }

  finish(): Pick<ImportReport, 'rejected' | 'gaps'> & { readonly candles: readonly Candle[] } {
    const candles = this.#ascending ? this.#candles : this.#sorted();
    const gaps = new GapFinder(this.#durationMs);
    for (const { openTime } of candles) gaps.add(openTime);
    return {
      candles,
      rejected: this.#rejected.sort((a, b) => a.line - b.line),
      gaps: gaps.gaps.map(({ from, to, missing }) => ({ from: iso(from), to: iso(to), missing })),
    };
  }

  #measure(openTime: UnixMs): void {
    const distance = openTime - this.#last;
    if (distance > 0) this.#spacings.set(distance, (this.#spacings.get(distance) ?? 0) + 1);
    this.#last = openTime;
  }

  #sorted(): readonly Candle[] {
    const candles = this.#candles;
    const order = Array.from(candles.keys()).sort((a, b) => openTimeAt(candles, a) - openTimeAt(candles, b) || a - b);
    const kept: Candle[] = [];
    let firstLine = 0;
    for (const index of order) {
      const candle = candles[index] as Candle;
      const line = this.#lines[index] as number;
      const previous = kept.at(-1);
      if (previous?.openTime !== candle.openTime) {
        kept.push(candle);
        firstLine = line;
        continue;
      }
      const reason = sameCandle(previous, candle)
        ? `duplicate of line ${firstLine}`
        : `same time as line ${firstLine} with other numbers`;
      this.#rejected.push({ line, reason });
    }
    return kept;
  }
}

/** Rows from which on the distance between them says what they are. */
const ENOUGH_SPACINGS = 10;

function storeAll(
  { candles, notes }: CandleFolder,
  target: CandleImportTarget,
  accepted: readonly Candle[],
  report: ImportReport,
  now: UnixMs,
): Result<void, StoreFault> {
  const { exchange, symbol, timeframe, fileName } = target;
  const id = instrumentId(exchange, symbol);
  let failed: StoreFault | null = null;
  const check = (step: Result<unknown, StoreFault>) => {
    if (step.ok) return;
    failed = step.error;
    throw new TransactionEnded();
  };
  try {
    const all = candles.transaction(() => {
      if (accepted.length > 0) {
        check(candles.write(id, timeframe, accepted, now));
        const base = timeframe === '1m' ? '1m' : '5m';
        if (notes.instrument(id) === null) check(notes.putInstruments([importedInstrument(exchange, symbol, base)]));
      }
      const { rowsRead, rejected, gaps } = report;
      const counts = { rowsRead, accepted: accepted.length, rejected: rejected.length, gaps: gaps.length };
      check(notes.noteImport({ fileName, instrumentId: id, timeframe, importedAt: now, ...counts }));
    });
    return all.ok ? ok(undefined) : all;
  } catch (error) {
    if (error instanceof TransactionEnded && failed !== null) return err(failed);
    throw error;
  }
}

/** Leaves the transaction so that it is rolled back whole. */
class TransactionEnded extends Error {}

function openTimeAt(candles: readonly Candle[], index: number): UnixMs {
  return (candles[index] as Candle).openTime;
}

function badTarget({ exchange, symbol }: CandleImportTarget): Fault<'bad-target'> | null {
  if (!/^[a-z0-9]{2,40}$/i.test(exchange)) {
    const message = `"${exchange}" is not the id of an exchange.`;
    return { kind: 'bad-target', message, remedy: 'Give the id that ccxt uses, e.g. binance.' };
  }
  if (!/^[^\s/:]+\/[^\s/:]+(:[^\s/:]+)?$/.test(symbol)) {
    const message = `"${symbol}" is not a symbol.`;
    return {
      kind: 'bad-target',
      message,
      remedy: 'Write it as ccxt does, e.g. BTC/USDT, or BTC/USDT:USDT for a swap.',
    };
  }
  return null;
}

function wrongTimeframe(timeframe: Timeframe, spacing: number): Fault<'wrong-timeframe'> {
  const right = TIMEFRAMES.find((candidate) => timeframeMs(candidate) === spacing);
  return {
    kind: 'wrong-timeframe',
    message: `The rows of this file are ${spacing / 60_000} minutes apart: these are not ${timeframe} candles. Nothing was imported.`,
    remedy:
      right === undefined
        ? `Only these timeframes are kept: ${TIMEFRAMES.join(', ')}.`
        : `Import it with the timeframe ${right}.`,
  };
}

function cancelled(): Fault<'cancelled'> {
  return { kind: 'cancelled', message: 'The import was cancelled. Nothing was imported.', remedy: 'Start it again.' };
}

function iso(time: UnixMs): string {
  return new Date(time).toISOString();
}
