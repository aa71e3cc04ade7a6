/**
 * Candle files in (MK-30): Binance's public kline files and any CSV whose header names its columns, plain, gzip or zip.
 * Reads as a stream and only parses: whether a candle is valid (MK-2) is for the gate of `core/market`.
 */
import { createReadStream } from 'node:fs';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import { type CandleLayout, isNumeric, layoutOf, parseTime, quote, splitLine } from './candle-layout.ts';
import type { FileFault } from './file-fault.ts';
import { type ByteChunks, UnpackFailure, unpack } from './unpack.ts';

/** A line of the file, counted from 1 with the header; either a candle or why there is none. */
export type CandleFileRow =
  | { readonly line: number; readonly candle: Candle }
  | { readonly line: number; readonly reason: string };

/** Rows in the order of the file, some thousands at a time. */
export type CandleFileBatch = readonly CandleFileRow[];

const CHUNK_BYTES = 256 * 1024;
/** Far beyond any candle; a file without line breaks is not gathered in memory. */
const LONGEST_LINE = 64 * 1024;

export function readCandleFile(path: string): AsyncGenerator<Result<CandleFileBatch, FileFault>, void, undefined> {
  return readCandles(createReadStream(path, { highWaterMark: CHUNK_BYTES }));
}

/** Ends after the first fault; never throws for what the bytes hold. */
export async function* readCandles(
  bytes: ByteChunks,
): AsyncGenerator<Result<CandleFileBatch, FileFault>, void, undefined> {
  const parser = new CandleCsvParser();
  try {
    const decoder = new TextDecoder('utf-8');
    for await (const chunk of unpack(bytes)) {
      const rows = parser.push(decoder.decode(chunk, { stream: true }));
      if (!rows.ok) return yield rows;
      if (rows.value.length > 0) yield rows;
    }
    yield parser.finish(decoder.decode());
  } catch (error) {
    yield err(faultOf(error));
  }
}

/** The parser itself: text in pieces of any size, rows out. */
export class CandleCsvParser {
  #layout: CandleLayout | null = null;
  #rest = '';
  #line = 0;

  push(text: string): Result<CandleFileBatch, FileFault> {
    const all = this.#rest + text;
    const end = all.lastIndexOf('\n');
    this.#rest = all.slice(end + 1);
    if (this.#rest.length > LONGEST_LINE) return err(notText());
    return end === -1 ? ok([]) : this.#parse(all.slice(0, end));
  }

  /** The last line may lack its line break. */
  finish(text = ''): Result<CandleFileBatch, FileFault> {
    const rows = this.#parse(this.#rest + text);
    this.#rest = '';
    if (rows.ok && this.#layout === null) return err(noCandles());
    return rows;
  }

  #parse(text: string): Result<CandleFileBatch, FileFault> {
    const rows: CandleFileRow[] = [];
    let start = 0;
    while (start <= text.length) {
      const lineBreak = text.indexOf('\n', start);
      const end = lineBreak === -1 ? text.length : lineBreak;
      const line = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
      start = end + 1;
      this.#line++;
      if (line.trim() === '') continue;
      if (this.#layout === null) {
        const layout = layoutOf(line.replace(/^\uFEFF/, ''));
        if (!layout.ok) return layout;
        this.#layout = layout.value;
        if (layout.value.hasHeader) continue;
      }
      rows.push(parseRow(line, this.#line, this.#layout));
    }
    return ok(rows);
  }
}

const RADIX_PREFIX = /[xbo]/i;
const PRICE_NAMES = ['open', 'high', 'low', 'close', 'volume'] as const;

function parseRow(text: string, line: number, { delimiter, columns, timeUnit }: CandleLayout): CandleFileRow {
  const cells = splitLine(text, delimiter);
  const openTime = parseTime(cells[columns[0]] ?? '', timeUnit);
  if (typeof openTime === 'string') return { line, reason: openTime };
  const open = Number(cells[columns[1]]);
  const high = Number(cells[columns[2]]);
  const low = Number(cells[columns[3]]);
  const close = Number(cells[columns[4]]);
  const volume = Number(cells[columns[5]]);
  // One test for the common case: a zero may be an empty cell, infinity or NaN show in the sum, and `Number` would also
  // read 0x10, 0b1 and 0o7.
  const plain = open !== 0 && high !== 0 && low !== 0 && close !== 0 && volume !== 0;
  if (!plain || RADIX_PREFIX.test(text) || !Number.isFinite(open + high + low + close + volume)) {
    for (const [index, name] of PRICE_NAMES.entries()) {
      const reason = numberProblem(name, cells[columns[index + 1] as number]);
      if (reason !== null) return { line, reason };
    }
  }
  return { line, candle: { openTime, open, high, low, close, volume } };
}

function numberProblem(name: string, cell: string | undefined): string | null {
  if (cell === undefined) return `${name} is missing: the line is too short`;
  if (cell.trim() === '') return `${name} is empty`;
  if (!isNumeric(cell)) return `${name} is not a number: ${quote(cell)}`;
  return Number.isFinite(Number(cell)) ? null : `${name} is too large: ${quote(cell)}`;
}

function faultOf(error: unknown): FileFault {
  if (error instanceof UnpackFailure) return error.fault;
  const isSystems = error instanceof Error && 'syscall' in error;
  if (!isSystems) throw error;
  return {
    kind: 'unreadable',
    message: `The file cannot be read: ${error.message}.`,
    remedy: 'Check the path and that your account may read the file.',
  };
}

function notText(): FileFault {
  return {
    kind: 'unknown-format',
    message: 'This is not a candle file: it has no line breaks where rows should end.',
    remedy: 'Give a CSV file, or one packed with gzip or zip.',
  };
}

function noCandles(): FileFault {
  return {
    kind: 'unknown-format',
    message: 'The file holds no candles: it is empty.',
    remedy: 'Download the file again, or choose another one.',
  };
}
