/** From features to network inputs: median imputation with missing flags (FE-4), one-hot codes, standardisation. */
import type { Dataset, ModelArtefact } from '../dataset.ts';

/** What an input of the network shows of its feature. */
export const INPUT_KINDS = { value: 0, missing: 1, code: 2 } as const;

/** Standardised inputs are held within this many deviations, so that no outlier can drown or overflow the sums (RE-41). */
export const INPUT_LIMIT = 10;

/** A code with more different values than this is no code: it would make more inputs than there are examples to fit them. */
const MOST_CODES = 32;

/** One entry per input of the network, in flat arrays: they go into the artefact as they are. */
export interface InputEncoding {
  /** Index of the feature that the input reads. */
  readonly feature: Int32Array;
  /** One of `INPUT_KINDS`. */
  readonly kind: Uint8Array;
  /** `value`: the training median, put in place of a missing value. `code`: the code that makes the input 1. */
  readonly fill: Float64Array;
  /** Training mean of the input, subtracted: the encoded zero is the average example. */
  readonly centre: Float64Array;
  /** `value`: the training deviation (1 where the feature did not vary). Flags and codes keep their own scale of 1. */
  readonly scale: Float64Array;
}

/** Writes the encoded `row` into `out`; `offset` is where it starts. Allocates nothing. Never writes NaN. */
export function encodeRow(
  encoding: InputEncoding,
  row: Float64Array,
  out: Float64Array | Float32Array,
  offset = 0,
): void {
  const { feature } = encoding;
  for (let input = 0; input < feature.length; input++)
    out[offset + input] = encodeInput(encoding, input, row[feature[input]]);
}

/** One input, from the value of the feature that it reads. */
export function encodeInput({ kind, fill, centre, scale }: InputEncoding, input: number, value: number): number {
  const missing = Number.isNaN(value);
  const how = kind[input];
  let raw: number;
  if (how === INPUT_KINDS.value) raw = missing ? fill[input] : value;
  else if (how === INPUT_KINDS.missing) raw = missing ? 1 : 0;
  else raw = value === fill[input] ? 1 : 0;
  const standard = (raw - centre[input]) / scale[input];
  return standard > INPUT_LIMIT ? INPUT_LIMIT : standard < -INPUT_LIMIT ? -INPUT_LIMIT : standard;
}

/**
 * Learns the encoding from the first `rows` examples. A feature gets a missing flag only where both its presence and
 * its absence were seen; a feature named in `coded` becomes one input per code that was seen (an unseen code: all 0).
 * Infinite values count as missing here; in scoring they are held at the limit.
 */
export function fitInputEncoding(data: Dataset, rows: number, coded: ReadonlySet<string>): InputEncoding {
  const feature: number[] = [];
  const kind: number[] = [];
  const fill: number[] = [];
  const centre: number[] = [];
  const scale: number[] = [];
  const add = (of: number, how: number, filled: number, middle: number, width: number) => {
    feature.push(of);
    kind.push(how);
    fill.push(filled);
    centre.push(middle);
    scale.push(width);
  };
  for (let index = 0; index < data.columns.length; index++) {
    const present = finiteSorted(data.columns[index] as Float64Array, rows);
    // Never seen: it cannot be learned, and must not disturb when it comes.
    if (present.length === 0) continue;
    const codes = coded.has(data.names[index] as string) ? countDistinct(present) : null;
    if (codes !== null) {
      for (const [code, count] of codes) add(index, INPUT_KINDS.code, code, count / rows, 1);
    } else {
      const fillWith = middleOf(present);
      const { mean, deviation } = momentsWithFill(present, rows, fillWith);
      add(index, INPUT_KINDS.value, fillWith, mean, deviation);
    }
    if (present.length < rows) add(index, INPUT_KINDS.missing, 0, 1 - present.length / rows, 1);
  }
  return {
    feature: Int32Array.from(feature),
    kind: Uint8Array.from(kind),
    fill: Float64Array.from(fill),
    centre: Float64Array.from(centre),
    scale: Float64Array.from(scale),
  };
}

/** The encoding as arrays of an artefact, and back. */
export function encodingArrays(encoding: InputEncoding): ModelArtefact['arrays'] {
  return {
    inputFeature: encoding.feature,
    inputKind: encoding.kind,
    inputFill: encoding.fill,
    inputCentre: encoding.centre,
    inputScale: encoding.scale,
  };
}

/** The finite ones of the first `rows` values, ascending. */
function finiteSorted(column: Float64Array, rows: number): Float64Array {
  const present = new Float64Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const value = column[row] as number;
    if (Number.isFinite(value)) present[count++] = value;
  }
  return present.subarray(0, count).sort();
}

/** Codes in ascending order with their counts; null when there are too many to be codes. */
function countDistinct(sorted: Float64Array): ReadonlyMap<number, number> | null {
  const counts = new Map<number, number>();
  for (const value of sorted) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size > MOST_CODES) return null;
  }
  return counts;
}

function middleOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : upper / 2 + (sorted[half - 1] as number) / 2;
}

/** Mean and deviation of the imputed column, held within what a double can square. */
function momentsWithFill(present: Float64Array, rows: number, fill: number): { mean: number; deviation: number } {
  const missing = rows - present.length;
  const largest = Math.max(Math.abs(present[0] as number), Math.abs(present[present.length - 1] as number));
  // Summed in units of the largest value: 1e300 neither overflows here nor turns into Infinity when squared.
  const unit = largest > 1e100 ? largest : 1;
  let sum = (missing * fill) / unit;
  for (const value of present) sum += value / unit;
  const mean = sum / rows;
  let squares = missing * (fill / unit - mean) ** 2;
  for (const value of present) squares += (value / unit - mean) ** 2;
  const deviation = Math.sqrt(squares / rows) * unit;
  // Below this the column is a constant with rounding noise.
  const floor = 1e-12 * largest;
  return { mean: mean * unit, deviation: deviation > floor && Number.isFinite(deviation) ? deviation : 1 };
}
