/** Tables of numbers as Parquet: one column of doubles per name, null where a value is missing (ML-46). */
import { readFileSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type ColumnData, parquetMetadata, parquetRead } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
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

/** The whole file. Equal tables give equal bytes. */
export function numberParquet({ names, columns, facts }: ParquetTable): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: names.map((name, index) => ({
        name,
        type: 'DOUBLE',
        nullable: true,
        data: Array.from(columns[index], (value) => (Number.isNaN(value) ? null : value)),
      })),
      kvMetadata: Object.entries(facts).map(([key, value]) => ({ key, value })),
      createdBy: 'shadowdesk',
    }),
  );
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
