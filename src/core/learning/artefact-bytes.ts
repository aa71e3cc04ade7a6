/**
 * Artefacts as bytes, for the registry and for files (ML-40): canonical, so that equal models have equal bytes and one
 * SHA-256, and read without trust (RE-40).
 *
 * Layout, little-endian: magic (8 bytes), version (u32), length of the header (u32), the header as JSON in ASCII with
 * sorted keys, zeros to a multiple of 8, then each array in the order of the header, each followed by zeros likewise.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { invariant } from '#core/base/invariant.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type ModelArtefact, TASKS } from './dataset.ts';

export type ArtefactFault = Fault<'bad-artefact'>;

type ArtefactArray = ModelArtefact['arrays'][string];
type ArrayType = keyof typeof ARRAY_TYPES;

const ARRAY_TYPES = { f64: Float64Array, f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;
const KINDS: readonly ModelArtefact['kind'][] = [
  ...(['forest', 'boosting', 'network'] as const),
  ...(['ensemble', 'classes', 'values'] as const),
];

/** "SHDWMODL" */
const MAGIC = [0x53, 0x48, 0x44, 0x57, 0x4d, 0x4f, 0x44, 0x4c] as const;
const VERSION = 1;
const PREFIX_BYTES = 16;
const ALIGNMENT = 8;
/** JSON of a header nests a few levels; a hostile one must not exhaust the stack. */
const DEEPEST_HEADER = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ARRAY_NAME = /^[A-Za-z][\w.:-]{0,63}$/;

/** The canonical bytes of an artefact. Throws on a header that is not plain JSON: that is a bug of its trainer. */
export function artefactBytes(artefact: ModelArtefact): Uint8Array {
  invariant(isLittleEndian(), 'artefacts are written in the byte order of the machine, which must be little-endian');
  const arrays = Object.entries(artefact.arrays).sort(([left], [right]) => (left < right ? -1 : 1));
  const listed = arrays.map(([name, array]) => {
    invariant(ARRAY_NAME.test(name), `${name} is no name for an array of an artefact`);
    return { name, type: typeOf(array), length: array.length };
  });
  const { kind, task, names, header } = artefact;
  const text = canonicalJson({ kind, task, names, header, arrays: listed }, 0);
  let total = aligned(PREFIX_BYTES + text.length);
  for (const [, array] of arrays) total += aligned(array.byteLength);

  const bytes = new Uint8Array(total);
  bytes.set(MAGIC);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, text.length, true);
  for (let index = 0; index < text.length; index++) bytes[PREFIX_BYTES + index] = text.charCodeAt(index);
  let at = aligned(PREFIX_BYTES + text.length);
  for (const [, array] of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  return bytes;
}

/** The id of an artefact: SHA-256 of its bytes, in hexadecimal. */
export function artefactId(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** Reads stored bytes whose id is known: any changed bit is refused, whatever it says (RE-40). */
export function openArtefact(bytes: Uint8Array, id: string): Result<ModelArtefact, ArtefactFault> {
  if (artefactId(bytes) !== id) return refused('its SHA-256 is not the recorded one');
  return parseArtefact(bytes);
}

/**
 * Reads bytes of unknown origin. Accepts only what `artefactBytes` writes, to the byte; never throws. It says nothing
 * about the arrays' meaning: each kind's reader checks that.
 */
export function parseArtefact(bytes: Uint8Array): Result<ModelArtefact, ArtefactFault> {
  invariant(isLittleEndian(), 'artefacts are read in the byte order of the machine, which must be little-endian');
  if (bytes.length < PREFIX_BYTES || MAGIC.some((byte, index) => bytes[index] !== byte)) {
    return refused('it does not begin as one');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(8, true);
  if (version !== VERSION) return refused(`its format is version ${version}, this is version ${VERSION}`);
  const headerLength = view.getUint32(12, true);
  const headerEnd = PREFIX_BYTES + headerLength;
  if (aligned(headerEnd) > bytes.length) return refused('it ends within its header');
  const read = readHeader(bytes.subarray(PREFIX_BYTES, headerEnd));
  if (read === null) return refused('its header is not readable');
  if (!areZeros(bytes, headerEnd, aligned(headerEnd))) return refused('it has bytes where there should be none');

  const arrays: Record<string, ArtefactArray> = {};
  let at = aligned(headerEnd);
  for (const { name, type, length } of read.listed) {
    const end = at + length * ARRAY_TYPES[type].BYTES_PER_ELEMENT;
    if (aligned(end) > bytes.length) return refused('it ends within its arrays');
    // A copy: aligned, and independent of what happens to `bytes`. (`slice` of a Node Buffer would be a view.)
    arrays[name] = new ARRAY_TYPES[type](new Uint8Array(bytes.subarray(at, end)).buffer);
    if (!areZeros(bytes, end, aligned(end))) return refused('it has bytes where there should be none');
    at = aligned(end);
  }
  if (at !== bytes.length) return refused('it goes on after its end');
  return ok({ ...read.fixed, arrays });
}

interface ReadHeader {
  readonly fixed: Omit<ModelArtefact, 'arrays'>;
  readonly listed: readonly { readonly name: string; readonly type: ArrayType; readonly length: number }[];
}

function readHeader(bytes: Uint8Array): ReadHeader | null {
  const parsed = parseAscii(bytes);
  if (parsed === null) return null;
  const { text, value } = parsed;
  if (!isRecord(value) || Object.keys(value).length !== 5) return null;
  const kind = KINDS.find((known) => known === value.kind);
  const task = TASKS.find((known) => known === value.task);
  const { names, header, arrays } = value;
  if (kind === undefined || task === undefined || !isRecord(header)) return null;
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return null;
  if (!Array.isArray(arrays)) return null;
  const listed: { name: string; type: ArrayType; length: number }[] = [];
  for (const entry of arrays as unknown[]) {
    if (!isRecord(entry)) return null;
    const { name, type, length } = entry;
    if (typeof name !== 'string' || !ARRAY_NAME.test(name)) return null;
    if (typeof type !== 'string' || !isArrayType(type)) return null;
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0 || length > 2 ** 31) return null;
    const before = listed[listed.length - 1];
    if (before !== undefined && before.name >= name) return null;
    listed.push({ name, type, length });
  }
  // Spelled any other way it would be the same model under a second id.
  if (canonicalJson(value, 0) !== text) return null;
  return { fixed: { kind, task, names: names as string[], header }, listed };
}

function parseAscii(bytes: Uint8Array): { readonly text: string; readonly value: unknown } | null {
  const parts: string[] = [];
  const chunk = 4096;
  for (let at = 0; at < bytes.length; at += chunk) {
    const part = bytes.subarray(at, at + chunk);
    if (part.some((byte) => byte >= 0x7f || byte < 0x20)) return null;
    parts.push(String.fromCharCode(...part));
  }
  const text = parts.join('');
  if (bracketDepth(text) > DEEPEST_HEADER) return null;
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** How deep the JSON nests, read before anything recursive runs; the insides of texts do not count. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (inText) {
      if (unit === BACKSLASH) index++;
      else if (unit === QUOTE) inText = false;
    } else if (unit === QUOTE) inText = true;
    else if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return deepest;
}

/** JSON with sorted keys, no spaces and everything beyond printable ASCII escaped. */
function canonicalJson(value: unknown, depth: number): string {
  invariant(depth <= DEEPEST_HEADER, 'the header of an artefact is nested too deeply');
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    invariant(Number.isFinite(value), 'the header of an artefact holds a number that JSON cannot carry');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') return asciiText(value);
  if (Array.isArray(value)) return `[${value.map((part) => canonicalJson(part, depth + 1)).join(',')}]`;
  invariant(isRecord(value), `the header of an artefact holds a ${typeof value}`);
  const entries = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${asciiText(key)}:${canonicalJson(value[key], depth + 1)}`);
  return `{${entries.join(',')}}`;
}

function asciiText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function typeOf(array: ArtefactArray): ArrayType {
  if (array instanceof Float64Array) return 'f64';
  if (array instanceof Float32Array) return 'f32';
  return array instanceof Int32Array ? 'i32' : 'u8';
}

function isArrayType(type: string): type is ArrayType {
  return Object.hasOwn(ARRAY_TYPES, type);
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function areZeros(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false;
  return true;
}

function isLittleEndian(): boolean {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}

function refused(why: string): Result<never, ArtefactFault> {
  const remedy = 'The last good model stays in use; train again or import the model anew.';
  return err({ kind: 'bad-artefact', message: `The stored model is damaged or none of ours: ${why}.`, remedy });
}
