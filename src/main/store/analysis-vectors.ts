/**
 * Features out of many vectors: they come as one hexadecimal text per page, because a row, a buffer and a decoder's call per
 * vector would cost more than the vectors (PE-14).
 */
import { Buffer } from 'node:buffer';
import type { Connection } from './connection.ts';

/** Where a feature stands in the vectors, and where its values go. */
export interface FeaturePlace {
  readonly column: Float64Array;
  readonly place: number;
}

/** Vectors per statement. */
const PAGE = 20_000;
const BYTES = Float64Array.BYTES_PER_ELEMENT;

/**
 * Fills the columns from the vectors that phantoms `from` to `to`, both included, have of a set, be it their own or
 * recorded beside; `rowOf` gives the row of a phantom's number, -1 for none.
 */
export function eachVector(
  connection: Connection,
  setNo: number,
  wanted: readonly FeaturePlace[],
  from: number,
  to: number,
  rowOf: (no: number) => number,
): void {
  // Only what lies between the first and the last of them is read.
  const places = wanted.map(({ place }) => place);
  const begin = Math.min(...places);
  const width = Math.max(...places) + 1 - begin;
  const part = `substr(vector, ${begin * BYTES + 1}, ${width * BYTES})`;
  for (const table of ['phantom_features', 'phantom_beside']) {
    const within = `(SELECT phantom_no, ${part} AS part FROM ${table} WHERE phantom_no BETWEEN ? AND ? AND set_no = ?
      ORDER BY phantom_no)`;
    const statement = connection.prepare(
      `SELECT count(*), min(phantom_no), max(phantom_no), group_concat(hex(part), '') FROM ${within}`,
    );
    const numbersOf = connection.prepare(`SELECT phantom_no FROM ${within}`);
    for (let first = from; first <= to; first += PAGE) {
      const range = [first, Math.min(to, first + PAGE - 1), setNo] as const;
      const [count, least, greatest, text] = statement.get(...range) ?? [];
      if (typeof count !== 'number' || typeof least !== 'number' || typeof text !== 'string') continue;
      // Most pages have no gap: then the numbers need not be read.
      const isWhole = (greatest as number) - least + 1 === count;
      const numbers = isWhole ? null : numbersOf.all(...range);
      const bytes = Buffer.from(text, 'hex');
      const values = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let vector = 0; vector < count; vector++) {
        const row = rowOf(numbers === null ? least + vector : (numbers[vector]?.[0] as number));
        if (row < 0) continue;
        const at = vector * width;
        for (const { column, place } of wanted) column[row] = values.getFloat64((at + place - begin) * BYTES, true);
      }
    }
  }
}

/** Phantoms that have a vector of one set: how far each lies behind the first, and a column per feature. */
export interface VectorColumns {
  readonly places: Uint16Array;
  readonly columns: readonly Float64Array[];
}

/** The named features of the vectors that phantoms `from` to `to`, both included, have of the set. */
export function vectorColumns(
  connection: Connection,
  setNo: number,
  names: readonly string[],
  from: number,
  to: number,
): VectorColumns {
  const has = new Uint8Array(to - from + 1);
  const inSet = featuresOfSet(connection, setNo);
  const wanted = names.map((name) => ({ column: new Float64Array(has.length), place: inSet.indexOf(name) }));
  eachVector(connection, setNo, wanted, from, to, (no) => {
    has[no - from] = 1;
    return no - from;
  });
  const places = Uint16Array.from(has.keys()).filter((place) => has[place] === 1);
  return { places, columns: wanted.map(({ column }) => Float64Array.from(places, (at) => column[at] as number)) };
}

/** Names in the order of the set's vectors. */
export function featuresOfSet(connection: Connection, setNo: number): readonly string[] {
  const found = connection.prepare('SELECT features FROM feature_sets WHERE no = ?').get(setNo);
  const features: readonly { readonly name: string }[] = JSON.parse(found?.[0] as string);
  return features.map(({ name }) => name);
}
