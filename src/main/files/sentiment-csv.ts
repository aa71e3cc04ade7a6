/** A sentiment index from a CSV file (FE-13): one line, one value 0-100 at the time of its publication, of a scope. */
import { err, ok, type Result } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { isNumeric, parseTime, quote, type TimeUnit } from './candle-layout.ts';
import type { FileFault } from './file-fault.ts';
import { headedLines } from './headed-lines.ts';
import { readTextFile } from './text-file.ts';
import type { ByteChunks } from './unpack.ts';

/** A line of the file, counted from 1 with the header: its value, or why it has none. */
export type SentimentFileRow =
  | { readonly line: number; readonly scope: string; readonly time: UnixMs; readonly value: number }
  | { readonly line: number; readonly reason: string };

const TIME_UNITS: Readonly<Record<string, TimeUnit>> = {
  time: 'by-magnitude',
  timestamp: 'by-magnitude',
  datetime: 'by-magnitude',
  date: 'by-magnitude',
  time_s: 's',
  timestamp_s: 's',
  time_ms: 'ms',
  timestamp_ms: 'ms',
};
const VALUE_NAMES = ['value', 'sentiment', 'index', 'score'];
/** The narrowest first: the first that a line fills is its scope. */
const SCOPE_NAMES = ['instrument', 'symbol', 'quote', 'scope'];
const GREATEST = 100;

/** Plain, gzip or zip. `scope`: of lines that name none themselves. */
export async function readSentiment(
  bytes: ByteChunks,
  scope: string,
): Promise<Result<readonly SentimentFileRow[], FileFault>> {
  const text = await readTextFile(bytes);
  return text.ok ? parseSentiment(text.value, scope) : text;
}

export function parseSentiment(text: string, scope: string): Result<readonly SentimentFileRow[], FileFault> {
  const file = headedLines(text);
  if (file === null) return err(badHeader('The file holds no index: it is empty.'));
  const { header, columns, lines } = file;
  const timeColumn = columns.findIndex((column) => Object.hasOwn(TIME_UNITS, column));
  const valueColumn = columns.findIndex((column) => VALUE_NAMES.includes(column));
  if (timeColumn === -1 || valueColumn === -1) {
    const missing = [timeColumn === -1 ? 'time' : null, valueColumn === -1 ? 'value' : null].filter(Boolean);
    return err(badHeader(`The header names no ${missing.join(' and no ')}: ${quote(header)}.`));
  }
  const scopeColumns = SCOPE_NAMES.map((name) => columns.indexOf(name)).filter((column) => column !== -1);
  const unit = TIME_UNITS[columns[timeColumn] as string] ?? 'by-magnitude';
  const rows: SentimentFileRow[] = [];
  for (const { line, cells } of lines) {
    const given = cells.map((cell) => cell.trim());
    const named = scopeColumns.map((column) => given[column] ?? '').find((cell) => cell !== '');
    rows.push(rowOf(line, given[timeColumn] ?? '', given[valueColumn] ?? '', named ?? scope, unit));
  }
  return ok(rows);
}

/** A quote (`USDT`), a symbol (`BTC/USDT`, `BTC/USDT:USDT`), or an id (`binance:BTC/USDT`); empty: everything. */
export function isScope(text: string): boolean {
  return text === '' || /^(?:[^\s/:,]+:)?[^\s/:,]+\/[^\s/:,]+(?::[^\s/:,]+)?$|^[^\s/:,]+$/.test(text);
}

function rowOf(line: number, time: string, value: string, scope: string, unit: TimeUnit): SentimentFileRow {
  const parsed = parseTime(time, unit);
  if (typeof parsed === 'string') return { line, reason: parsed };
  if (value === '') return { line, reason: 'value is empty' };
  if (!isNumeric(value)) return { line, reason: `value is no number: ${quote(value)}` };
  const number = Number(value);
  if (!(number >= 0 && number <= GREATEST)) return { line, reason: `value is not within 0 to 100: ${quote(value)}` };
  if (!isScope(scope)) return { line, reason: `no instrument, symbol or quote: ${quote(scope)}` };
  return { line, scope, time: parsed, value: number };
}

function badHeader(message: string): FileFault {
  const remedy = 'Its first line must name time and value (0 to 100); also known: instrument, symbol, quote.';
  return { kind: 'unknown-format', message, remedy };
}
