/** Examples as the parts of a blob and back: a small JSON header, then the columns as they lie in memory. */
import { err, ok, type Result } from '#core/base/result.ts';
import type { Dataset } from '#core/learning/dataset.ts';

/** Length of the header (u32), 4 zeros, the header padded with spaces to 8 bytes; target, weights, columns as doubles. */
const PREFIX_BYTES = 8;

/** Views of the dataset, not copies: `rows` doubles each for target, weight and every column. */
export function datasetParts(data: Dataset): Uint8Array[] {
  const text = new TextEncoder().encode(JSON.stringify({ names: data.names, rows: data.rows }));
  const header = new Uint8Array(PREFIX_BYTES + Math.ceil(text.length / 8) * 8).fill(0x20, PREFIX_BYTES);
  header.set(text, PREFIX_BYTES);
  new DataView(header.buffer).setUint32(0, header.length - PREFIX_BYTES, true);
  return [header, ...[data.target, data.weight, ...data.columns].map(bytesOf)];
}

/** The dataset as views of `bytes`, which must not change afterwards. */
export function readDataset(bytes: Uint8Array<ArrayBuffer>): Result<Dataset, string> {
  const headerLength =
    bytes.length < PREFIX_BYTES ? Number.POSITIVE_INFINITY : new DataView(bytes.buffer).getUint32(0, true);
  const start = PREFIX_BYTES + headerLength;
  if (start > bytes.length || start % 8 !== 0) return err('the examples end within their header');
  const header = readHeader(new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, start)));
  if (header === null) return err('the header of the examples is not readable');
  const { names, rows } = header;
  if (start + (names.length + 2) * rows * 8 !== bytes.length)
    return err('the examples have another size than they say');
  const column = (index: number) => new Float64Array(bytes.buffer, start + index * rows * 8, rows);
  const columns = names.map((_, index) => column(index + 2));
  return ok({ names, rows, target: column(0), weight: column(1), columns });
}

export function bytesOf(array: Float64Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function readHeader(text: string): { readonly names: string[]; readonly rows: number } | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('names' in value) || !('rows' in value)) return null;
    const { names, rows } = value;
    if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return null;
    return typeof rows === 'number' && Number.isSafeInteger(rows) && rows >= 0 ? { names, rows } : null;
  } catch {
    return null;
  }
}
