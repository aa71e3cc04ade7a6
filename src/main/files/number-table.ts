/** Tables of numbers for research: CSV with a header, or NDJSON, plain or gzip; an empty cell is a missing value (FE-4). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import Papa from 'papaparse';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { parseNumberLines } from './number-lines.ts';

export interface NumberTable {
  /** As it was named, for complaints. */
  readonly file: string;
  readonly names: readonly string[];
  /** One column per name, each `rows` long; NaN where the cell is empty. */
  readonly columns: readonly Float64Array[];
  readonly rows: number;
  /** Line of each row in the file, from 1 with the header. */
  readonly lines: Int32Array;
}

export type TableFault = Fault<'unreadable' | 'damaged' | 'bad-table'>;

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
/** This column may also hold ISO 8601 times, UTC where no zone is given; they are read as UTC ms. */
const TIME = 'time';
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[-+]\d\d:?\d\d)?)?$/i;
const FACTS = /^#\s*\{/;
const MISSING = /^(?:nan)?$/i;
const SEPARATORS = [',', ';', '\t'] as const;
/** Of a wrong cell, this much is shown. */
const QUOTED_LENGTH = 40;

export function readNumberTable(file: string): Result<NumberTable, TableFault> {
  const text = readText(file);
  return text.ok ? parseNumberTable(text.value, file) : text;
}

/**
 * The text of a table; the first fault ends it, named by line and column. Blank lines are passed over, and so are lines
 * of facts above the header (`# {...}`, as training sets have). A text that begins with `{` is NDJSON.
 */
export function parseNumberTable(whole: string, file: string): Result<NumberTable, TableFault> {
  const text = whole.replace(/^\uFEFF/, '');
  if (/^\s*\{/.test(text)) {
    const parsed = parseNumberLines(text, file);
    return parsed.ok ? ok({ file, ...parsed.value }) : parsed;
  }
  const lines = text.split(/\r\n|\n|\r/);
  const first = lines.findIndex((line) => line.trim() !== '' && !FACTS.test(line));
  if (first === -1) return bad(`${file} is empty`, 'Give a CSV file with a header and one row per line.');
  const header = lines[first] as string;
  const separator = SEPARATORS.find((candidate) => header.includes(candidate)) ?? ',';
  const names = cellsOf(header, separator).map((name) => name.trim());
  const unnamed = headerFault(file, first + 1, names);
  if (unnamed !== null) return unnamed;
  const columns = names.map(() => new Float64Array(lines.length - first - 1));
  const numbers = new Int32Array(lines.length - first - 1);
  let rows = 0;
  for (let index = first + 1; index < lines.length; index++) {
    const line = lines[index] as string;
    // In a table of one column an empty line could be a missing value; pandas reads it as no row too.
    if (line.trim() === '') continue;
    const cells = cellsOf(line, separator);
    if (cells.length !== names.length) {
      const remedy = 'Each line has one cell per name of the header; a missing value is an empty cell.';
      return bad(`${file}, line ${index + 1}: ${cells.length} cells under a header of ${names.length}`, remedy);
    }
    for (let at = 0; at < cells.length; at++) {
      const value = numberOf(cells[at] as string) ?? (names[at] === TIME ? timeOf(cells[at] as string) : null);
      if (value === null) return notANumber(file, index + 1, names[at] as string, cells[at] as string);
      (columns[at] as Float64Array)[rows] = value;
    }
    numbers[rows++] = index + 1;
  }
  if (rows === 0) return bad(`${file} has a header and no rows`, 'Give at least one row below the header.');
  return ok({
    file,
    names,
    columns: columns.map((column) => column.slice(0, rows)),
    rows,
    lines: numbers.slice(0, rows),
  });
}

/** The column of that name; a fault names those that are there. */
export function columnNamed(table: NumberTable, name: string): Result<Float64Array, TableFault> {
  const column = table.columns[table.names.indexOf(name)];
  if (column !== undefined) return ok(column);
  const remedy = `Name one of its columns: ${table.names.join(', ')}.`;
  return bad(`${table.file} has no column "${name}"`, remedy);
}

/** A complaint about one cell. */
export function cellFault(table: NumberTable, row: number, name: string, complaint: string, remedy: string) {
  return bad(`${table.file}, line ${table.lines[row]}, column "${name}": ${complaint}`, remedy);
}

function readText(file: string): Result<string, TableFault> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const message = `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    return err({ kind: 'unreadable', message, remedy: 'Give the path of a CSV file that you may read.' });
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return ok(bytes.toString('utf8'));
  try {
    return ok(gunzipSync(bytes).toString('utf8'));
  } catch (error) {
    const message = `${file} is damaged gzip: ${error instanceof Error ? error.message : String(error)}.`;
    return err({ kind: 'damaged', message, remedy: 'Make the file again, or give it unpacked.' });
  }
}

function cellsOf(line: string, separator: string): readonly string[] {
  if (!line.includes('"')) return line.split(separator);
  return (Papa.parse(line, { delimiter: separator }).data[0] ?? []) as string[];
}

function headerFault(file: string, line: number, names: readonly string[]): Result<never, TableFault> | null {
  const remedy = 'Give every column a name of its own in the first line.';
  const empty = names.indexOf('');
  if (empty !== -1) return bad(`${file}, line ${line}: column ${empty + 1} has no name`, remedy);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return bad(`${file}, line ${line}: two columns are named "${twice}"`, remedy);
  if (names.every((name) => NUMBER.test(name))) {
    return bad(`${file}, line ${line}: the header holds numbers only`, remedy);
  }
  return null;
}

/** Null: no finite number. */
function numberOf(cell: string): number | null {
  const text = cell.trim();
  if (NUMBER.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : null;
  }
  return MISSING.test(text) ? Number.NaN : null;
}

/** Null: no time. */
function timeOf(cell: string): number | null {
  const text = cell.trim();
  const match = ISO_TIME.exec(text);
  if (match === null) return null;
  const zoned = text.length > 10 && match[1] === undefined ? `${text}Z` : text;
  const time = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(time) ? null : time;
}

function notANumber(file: string, line: number, name: string, cell: string): Result<never, TableFault> {
  const shown = cell.length > QUOTED_LENGTH ? `${cell.slice(0, QUOTED_LENGTH)}...` : cell;
  const remedy = 'Write finite numbers with a point, and nothing at all where a value is missing.';
  return bad(`${file}, line ${line}, column "${name}": "${shown}" is not a finite number`, remedy);
}

function bad(complaint: string, remedy: string): Result<never, TableFault> {
  return err({ kind: 'bad-table', message: `${complaint}.`, remedy });
}
