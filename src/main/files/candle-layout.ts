/** Where the columns of a candle file are, and how its times are written: from its header or, without one, its first row. */
import { err, ok, type Result } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { FileFault } from './file-fault.ts';

export type TimeUnit = 's' | 'ms' | 'us' | 'ns' | 'by-magnitude';

export interface CandleLayout {
  readonly delimiter: string;
  /** The first line is a header. */
  readonly hasHeader: boolean;
  readonly timeUnit: TimeUnit;
  /** Column numbers of time, open, high, low, close, volume. */
  readonly columns: readonly [number, number, number, number, number, number];
}

const FIELDS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/** Accepted names per field, best first, compared in lower case with everything but letters and digits as `_`. */
const TIME_NAMES: readonly (readonly [name: string, unit: TimeUnit])[] = [
  ['open_time', 'by-magnitude'],
  ['opentime', 'by-magnitude'],
  ['open_time_ms', 'ms'],
  ['timestamp_ms', 'ms'],
  ['time_ms', 'ms'],
  ['timestamp_us', 'us'],
  ['time_us', 'us'],
  ['timestamp_s', 's'],
  ['time_s', 's'],
  ['timestamp', 'by-magnitude'],
  ['unix', 'by-magnitude'],
  ['unix_timestamp', 'by-magnitude'],
  ['time', 'by-magnitude'],
  ['datetime', 'by-magnitude'],
  ['date', 'by-magnitude'],
];
const VOLUME_NAMES = ['volume', 'base_volume', 'volume_base', 'vol'] as const;

/** Binance's public kline files have no header in most years, and begin with these six columns. */
const BINANCE_COLUMNS = [0, 1, 2, 3, 4, 5] as const;
const BINANCE_WIDTH = 6;

export function layoutOf(firstLine: string): Result<CandleLayout, FileFault> {
  const delimiter = [',', ';', '\t'].find((candidate) => firstLine.includes(candidate)) ?? ',';
  const cells = splitLine(firstLine, delimiter);
  if (isNumeric(cells[0] ?? '')) return headerless(cells.length, delimiter);
  const names = cells.map((cell) =>
    cell
      .trim()
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^_|_$/g, ''),
  );
  const time = TIME_NAMES.find(([name]) => names.includes(name));
  const volume = VOLUME_NAMES.find((name) => names.includes(name)) ?? names.find((name) => name.startsWith('volume_'));
  const wanted = [time?.[0], 'open', 'high', 'low', 'close', volume];
  const columns = wanted.map((name) => (name === undefined ? -1 : names.indexOf(name)));
  const missing = FIELDS.filter((_, index) => columns[index] === -1);
  if (time === undefined || missing.length > 0) return err(unknownFormat(missing, firstLine));
  return ok({ delimiter, hasHeader: true, timeUnit: time[1], columns: columns as unknown as CandleLayout['columns'] });
}

function headerless(width: number, delimiter: string): Result<CandleLayout, FileFault> {
  if (width < BINANCE_WIDTH) return err(unknownFormat(FIELDS, ''));
  return ok({ delimiter, hasHeader: false, timeUnit: 'by-magnitude', columns: BINANCE_COLUMNS });
}

function unknownFormat(missing: readonly string[], header: string): FileFault {
  const seen = header === '' ? '' : `; its first line is: ${quote(header)}`;
  return {
    kind: 'unknown-format',
    message: `This is not a candle file: no column for ${missing.join(', ')} was found${seen}.`,
    remedy: 'Give it a header with time, open, high, low, close and volume, or use a public kline file of Binance.',
  };
}

/** Cells of a line; quotes around a cell are taken off, and a doubled quote inside stands for one. */
export function splitLine(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index] as string;
    if (character === '"') {
      if (quoted && line[index + 1] === '"') {
        cell += '"';
        index++;
      } else quoted = !quoted;
    } else if (character === delimiter && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += character;
  }
  cells.push(cell);
  return cells;
}

const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

export function isNumeric(cell: string): boolean {
  return DECIMAL.test(cell);
}

/** Above these a number of whole units since 1970 can only be the finer unit: all four limits mean the year 5138. */
const SECONDS_BELOW = 1e11;
const MILLISECONDS_BELOW = 1e14;
const MICROSECONDS_BELOW = 1e17;

/** Time of a cell in UTC ms; text says why there is none. */
export function parseTime(cell: string, unit: TimeUnit): UnixMs | string {
  const number = Number(cell);
  if (cell.trim() === '') return 'time is empty';
  if (Number.isNaN(number)) return parseIsoTime(cell.trim());
  const milliseconds = toMilliseconds(number, unit);
  if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) return `time is no whole millisecond: ${quote(cell)}`;
  return milliseconds;
}

function toMilliseconds(number: number, unit: TimeUnit): number {
  switch (unit) {
    case 's':
      return number * 1000;
    case 'ms':
      return number;
    case 'us':
      return number / 1000;
    case 'ns':
      return number / 1e6;
    case 'by-magnitude':
      if (number < SECONDS_BELOW) return number * 1000;
      if (number < MILLISECONDS_BELOW) return number;
      return number < MICROSECONDS_BELOW ? number / 1000 : number / 1e6;
  }
}

/** ISO 8601; a time without a zone is UTC whatever the machine's zone is. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

function parseIsoTime(text: string): UnixMs | string {
  const match = ISO.exec(text);
  if (match === null) return `time is neither a number nor ISO 8601: ${quote(text)}`;
  const [, date, minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match;
  const offset = /^(z|utc)$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const time = Date.parse(`${date}T${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`);
  // The round trip refuses days that do not exist, which Date.parse moves to the next month.
  const exists = !Number.isNaN(time) && new Date(Date.parse(`${date}T00:00:00Z`)).toISOString().startsWith(`${date}T`);
  return exists ? time : `time does not exist: ${quote(text)}`;
}

/** A value of the file as it may stand in a message: short, and without control characters. */
export function quote(text: string): string {
  const printable = text.replaceAll(/\p{C}/gu, '?');
  return `"${printable.length > 40 ? `${printable.slice(0, 40)}...` : printable}"`;
}
