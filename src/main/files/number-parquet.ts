/** Tables of numbers as Parquet: one column of doubles per name, null where a value is missing (ML-46). */
import { readFileSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type ColumnData, parquetMetadata, parquetRead, type RowGroup } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type NumberTable, readNumberTable, type TableFault } from './number-table.ts';

/** First and last bytes of every Parquet file. */
const MAGIC = 'PAR1';

export interface ParquetTable {
  readonly names: readonly string[];
  /** Equally long; NaN is missing. */
  readonly columns: readonly Float64Array[];
  /** Kept as text in the file's own metadata. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Cells written at a time: a few milliseconds of work, so that whoever asks for a piece is not held up for long. */
const CELLS_PER_PIECE = 20_000;

export interface ParquetPiece {
  readonly bytes: Uint8Array;
  /** Rows that are complete with it. */
  readonly rows: number;
}

/**
 * The file in pieces of a few columns each. Equal tables give equal bytes. Row groups are as long as one column of a
 * piece may be: each adds to what the last piece has to say of all of them.
 */
export function* numberParquet({ names, columns, facts }: ParquetTable): Generator<ParquetPiece, void, undefined> {
  const buffer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer: buffer,
    schema: schemaFromColumnData({ columnData: names.map((name) => columnOf(name, [])) }),
    kvMetadata: Object.entries(facts).map(([key, value]) => ({ key, value })),
    createdBy: 'shadowdesk',
  });
  const all = names.map((name, index) => ({ name, values: columns[index] ?? new Float64Array(0) }));
  const rows = columns[0]?.length ?? 0;
  for (let from = 0; from < rows; from += CELLS_PER_PIECE) {
    const to = Math.min(rows, from + CELLS_PER_PIECE);
    const groupsBefore = parquet.row_groups.length;
    const columnsPerPiece = Math.max(1, Math.floor(CELLS_PER_PIECE / (to - from)));
    for (let at = 0; at < all.length; at += columnsPerPiece) {
      const some = all.slice(at, at + columnsPerPiece);
      parquet.write({
        columnData: some.map(({ name, values }) => columnOf(name, values.subarray(from, to))),
        rowGroupSize: to - from,
      });
      const isLast = at + columnsPerPiece >= all.length;
      if (isLast) joinGroups(parquet, groupsBefore, to);
      yield { bytes: taken(buffer), rows: isLast ? to - from : 0 };
    }
  }
  parquet.finish();
  yield { bytes: taken(buffer), rows: 0 };
}

function columnOf(name: string, values: ArrayLike<number>): ColumnSource {
  const data = new Array<number | null>(values.length);
  // A function per value takes many times as long.
  for (let at = 0; at < data.length; at++) {
    const value = values[at] as number;
    data[at] = Number.isNaN(value) ? null : value;
  }
  return { name, type: 'DOUBLE', nullable: true, data };
}

/** The library takes what is written in one call for a row group: those from a number on are one, of all columns. */
function joinGroups(parquet: ParquetWriter, from: number, rowsSoFar: number): void {
  const parts = parquet.row_groups.splice(from);
  const [first] = parts;
  if (first === undefined) return;
  const sum = (of: (part: RowGroup) => bigint | undefined) =>
    parts.reduce((total, part) => total + (of(part) ?? 0n), 0n);
  parquet.row_groups.push({
    columns: parts.flatMap((part) => part.columns),
    total_byte_size: sum((part) => part.total_byte_size),
    num_rows: first.num_rows,
    total_compressed_size: sum((part) => part.total_compressed_size),
  });
  parquet.num_rows = BigInt(rowsSoFar);
}

/** What was written since it was asked last; places in the file count on. */
function taken(buffer: ByteWriter): Uint8Array {
  const bytes = buffer.getBytes().slice();
  buffer.index = 0;
  return bytes;
}

/** A table of numbers in any of its formats; what the first bytes say decides, not the name. */
export async function readNumberFile(file: string): Promise<Result<NumberTable, TableFault>> {
  const bytes = readStart(file);
  // A file that cannot be read is complained of by the reader of text.
  return bytes === null ? readNumberTable(file) : parseNumberParquet(bytes, file);
}

/** Whole numbers and truth values are read as numbers; a column of anything else is refused by name. */
export async function parseNumberParquet(bytes: Uint8Array, file: string): Promise<Result<NumberTable, TableFault>> {
  const buffer = new Uint8Array(bytes).buffer;
  const chunks: ColumnData[] = [];
  let rows: number;
  let names: string[];
  try {
    const metadata = parquetMetadata(buffer);
    rows = Number(metadata.num_rows);
    const [, ...columns] = metadata.schema;
    const nested = columns.find((column) => (column.num_children ?? 0) > 0 || column.repetition_type === 'REPEATED');
    if (nested !== undefined) return bad(`${file}, column "${nested.name}": it holds lists or records`, REMEDY);
    names = columns.map(({ name }) => name);
    await parquetRead({ file: buffer, metadata, compressors: COMPRESSORS, onChunk: (chunk) => chunks.push(chunk) });
  } catch (error) {
    const message = `${file} is no Parquet file that can be read: ${error instanceof Error ? error.message : String(error)}.`;
    return err({ kind: 'damaged', message, remedy: 'Make the file again, with snappy, gzip, zstd or no compression.' });
  }
  if (rows === 0) return bad(`${file} has no rows`, 'Give at least one row.');
  const columns = names.map(() => new Float64Array(rows).fill(Number.NaN));
  for (const { columnName, columnData, rowStart } of chunks) {
    const column = columns[names.indexOf(columnName)];
    for (let at = 0; at < columnData.length; at++) {
      const value = numberOf(columnData[at]);
      if (value === null) {
        const place = `${file}, row ${rowStart + at + 1}, column "${columnName}"`;
        return bad(`${place}: this is not a finite number`, REMEDY);
      }
      column[rowStart + at] = value;
    }
  }
  return ok({ file, names, columns, rows, lines: Int32Array.from({ length: rows }, (_, row) => row + 1) });
}

const REMEDY = 'Write columns of finite numbers, and null where a value is missing.';

/** Beside snappy and none, which the library knows. */
const COMPRESSORS = {
  GZIP: (packed: Uint8Array) => new Uint8Array(gunzipSync(packed)),
  ZSTD: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)),
};

/** Null: no finite number. */
function numberOf(value: unknown): number | null {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && (Number.isFinite(value) || Number.isNaN(value)) ? value : null;
}

/** The bytes of a Parquet file; null for any other, or none. */
function readStart(file: string): Uint8Array | null {
  try {
    const bytes = readFileSync(file);
    return bytes.toString('latin1', 0, MAGIC.length) === MAGIC ? bytes : null;
  } catch {
    return null;
  }
}

function bad(complaint: string, remedy: string): Result<never, Fault<'bad-table'>> {
  return err({ kind: 'bad-table', message: `${complaint}.`, remedy });
}
