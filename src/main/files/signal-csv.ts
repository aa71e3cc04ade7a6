/** Signals from a CSV file (ST-20): one line, one signal; which values fit is for the contract to say. */
import { createReadStream } from 'node:fs';
import { err, ok, type Result } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { parseTime } from './candle-layout.ts';
import { plainText } from './csv-cells.ts';
import type { FileFault } from './file-fault.ts';
import { headedLines } from './headed-lines.ts';
import { readTextFile } from './text-file.ts';

/** A line of the file, counted from 1 with the header: its cells by column, or why it is none. */
export type SignalFileRow =
  | { readonly line: number; readonly time: UnixMs; readonly fields: Readonly<Record<string, string>> }
  | { readonly line: number; readonly reason: string };

const TIME_NAMES = ['time', 'timestamp', 'datetime', 'date'];

export function readSignalFile(path: string): Promise<Result<readonly SignalFileRow[], FileFault>> {
  return readSignals(createReadStream(path));
}

/** Plain, gzip or zip. */
export async function readSignals(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Result<readonly SignalFileRow[], FileFault>> {
  const text = await readTextFile(bytes);
  return text.ok ? parseSignals(text.value) : text;
}

export function parseSignals(text: string): Result<readonly SignalFileRow[], FileFault> {
  const file = headedLines(text);
  if (file === null) return err(badHeader('The file holds no signals: it is empty.'));
  const { columns, lines } = file;
  const timeColumn = columns.findIndex((column) => TIME_NAMES.includes(column));
  if (timeColumn === -1) return err(badHeader('The header names no time.'));
  const twice = columns.find((column, index) => column !== '' && columns.indexOf(column) !== index);
  if (twice !== undefined) return err(badHeader(`The header names ${twice} twice.`));
  const rows: SignalFileRow[] = [];
  for (const { line, cells } of lines) rows.push(rowOf(cells, line, columns, timeColumn));
  return ok(rows);
}

function rowOf(cells: readonly string[], line: number, columns: readonly string[], timeColumn: number): SignalFileRow {
  if (cells.length > columns.length)
    return { line, reason: `it has ${cells.length} cells, the header ${columns.length}` };
  const time = parseTime((cells[timeColumn] ?? '').trim(), 'by-magnitude');
  if (typeof time === 'string') return { line, reason: time };
  const given = columns.flatMap((column, index): [string, string][] => {
    const cell = plainText((cells[index] ?? '').trim());
    return index === timeColumn || column === '' || cell === '' ? [] : [[column, cell]];
  });
  return { line, time, fields: Object.fromEntries(given) };
}

function badHeader(message: string): FileFault {
  const remedy =
    'Its first line must name time, symbol, side, stop and target; also known: id, entry, tp1, timeout_minutes, timeframe, reasons.';
  return { kind: 'unknown-format', message, remedy };
}
