/**
 * Phantoms packed in blocks of 1,024, as columns, for the analysis (PE-14): a block is read at the speed of its bytes,
 * where each cell of a row has its price. Triggers drop a block when any of its phantoms changes; what is not packed is
 * read row by row.
 */
import { Buffer } from 'node:buffer';
import { endianness } from 'node:os';
import { invariant } from '#core/base/invariant.ts';
import { ROW_FIELDS, type RowColumns, rowColumns } from './analysis-columns.ts';
import { type VectorColumns, vectorColumns } from './analysis-vectors.ts';
import type { Connection } from './connection.ts';

// Blocks are laid out as the machine lays out its numbers, like the vectors of features.
invariant(endianness() === 'LE', 'numbers lie in memory with their smallest byte first');

/** The triggers know it, too. */
export const BLOCK_ROWS = 1_024;

/** Features to pack, by set id. */
export type PackedFeatures = Readonly<Record<string, readonly string[]>>;

/** Blocks that hold the same features. */
export interface Packing {
  readonly features: PackedFeatures;
  /** The first number of each block, ascending. */
  readonly firsts: readonly number[];
}

export class AnalysisBlocks {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  packings(): readonly Packing[] {
    const rows = this.#connection.prepare('SELECT block, features FROM phantom_blocks ORDER BY block').all();
    const firsts = new Map<string, number[]>();
    for (const [block, document] of rows) {
      const list = firsts.get(document as string) ?? [];
      list.push((block as number) * BLOCK_ROWS);
      firsts.set(document as string, list);
    }
    return [...firsts].map(([document, list]) => ({ features: JSON.parse(document), firsts: list }));
  }

  rows(first: number): RowColumns {
    const select = 'SELECT columns FROM phantom_blocks WHERE block = ?';
    const bytes = this.#connection.prepare(select).get(first / BLOCK_ROWS)?.[0] as Buffer;
    const [values, length] = doubleColumns(bytes, bytes.length / Float64Array.BYTES_PER_ELEMENT, ROW_FIELDS.length);
    invariant(Number.isInteger(length), 'columns of a block are of one length');
    return Object.fromEntries(ROW_FIELDS.map((name, at) => [name, values[at]])) as unknown as RowColumns;
  }

  /** `width` columns, in the order of `packedNames`; null where no phantom of the block has a vector of the set. */
  vectors(setNo: number, first: number, width: number): VectorColumns | null {
    const select = 'SELECT vectors FROM phantom_block_vectors WHERE block = ? AND set_no = ?';
    const bytes = this.#connection.prepare(select).get(first / BLOCK_ROWS, setNo)?.[0] as Buffer | undefined;
    if (bytes === undefined) return null;
    const rowBytes = width * Float64Array.BYTES_PER_ELEMENT + Uint16Array.BYTES_PER_ELEMENT;
    const count = bytes.length / rowBytes;
    const [columns] = doubleColumns(bytes, count * width, width);
    const begin = bytes.byteOffset + count * width * Float64Array.BYTES_PER_ELEMENT;
    const places = new Uint16Array(bytes.buffer.slice(begin, begin + count * Uint16Array.BYTES_PER_ELEMENT));
    return { places, columns };
  }
}

/** All numbers from `from` to `to` that lie in none of the blocks, as ranges with both ends included. */
export function outsideOf(firsts: readonly number[], from: number, to: number): readonly (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  let next = from;
  for (const first of firsts) {
    const end = Math.min(to, first - 1);
    if (end >= next) ranges.push([next, end]);
    next = Math.max(next, first + BLOCK_ROWS);
  }
  if (to >= next) ranges.push([next, to]);
  return ranges;
}

/** The features of a set that its blocks hold, in the order of the set. */
export function packedNames(names: readonly string[], asked: readonly string[] | undefined): readonly string[] {
  return asked === undefined ? [] : names.filter((name) => asked.includes(name));
}

/**
 * Packs the blocks that are full and not packed, or not with these features: one with each step, some milliseconds. On the
 * connection that writes, in a transaction of `write`. Ends when all are packed.
 */
export function* packBlocks(
  connection: Connection,
  features: PackedFeatures,
  write: (work: () => void) => void,
): Generator<void, void, undefined> {
  const document = JSON.stringify(features);
  const packed = new Set(
    connection
      .prepare('SELECT block FROM phantom_blocks WHERE features = ?')
      .all(document)
      .map(([block]) => block as number),
  );
  const newest = (connection.prepare('SELECT max(no) FROM phantoms').get()?.[0] ?? 0) as number;
  const sets = connection
    .prepare('SELECT no, set_id, features FROM feature_sets')
    .all()
    .map(([no, setId, described]) => {
      const all: readonly { readonly name: string }[] = JSON.parse(described as string);
      const names = all.map(({ name }) => name);
      return { no: no as number, names: packedNames(names, features[setId as string]) };
    })
    .filter(({ names }) => names.length > 0);
  for (let block = 0; (block + 1) * BLOCK_ROWS <= newest; block++) {
    if (packed.has(block)) continue;
    const [from, to] = [block * BLOCK_ROWS, (block + 1) * BLOCK_ROWS - 1];
    write(() => {
      connection.prepare('DELETE FROM phantom_block_vectors WHERE block = ?').run(block);
      for (const { no, names } of sets) {
        const { places, columns } = vectorColumns(connection, no, names, from, to);
        if (places.length === 0) continue;
        const parts = [...columns.map(bytesOf), bytesOf(places)];
        const insert = 'INSERT INTO phantom_block_vectors (set_no, block, vectors) VALUES (?, ?, ?)';
        connection.prepare(insert).run(no, block, Buffer.concat(parts));
      }
      const rows = rowColumns(connection, from, to);
      const columns = Buffer.concat(ROW_FIELDS.map((name) => bytesOf(rows[name])));
      const insert = 'INSERT OR REPLACE INTO phantom_blocks (block, features, columns) VALUES (?, ?, ?)';
      connection.prepare(insert).run(block, document, columns);
    });
    yield;
  }
}

function bytesOf(numbers: Float64Array | Uint16Array): Buffer {
  return Buffer.from(numbers.buffer as ArrayBuffer, numbers.byteOffset, numbers.byteLength);
}

/** The first `count` doubles as columns, in the blob's own memory where that is aligned, and the length of each. */
function doubleColumns(bytes: Buffer, count: number, width: number): [columns: Float64Array[], length: number] {
  const size = count * Float64Array.BYTES_PER_ELEMENT;
  const isAligned = bytes.byteOffset % Float64Array.BYTES_PER_ELEMENT === 0;
  const values = isAligned
    ? new Float64Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, count)
    : new Float64Array((bytes.buffer as ArrayBuffer).slice(bytes.byteOffset, bytes.byteOffset + size));
  const length = count / width;
  return [Array.from({ length: width }, (_, at) => values.subarray(at * length, (at + 1) * length)), length];
}
