/** A canonical binary form of plain values, written into one buffer: what an event hash is taken over (PL-6). */

/** Room beyond which the buffer is emptied; a value may pass it, then the buffer grows. */
const CHUNK_BYTES = 1 << 16;
/** Most bytes of UTF-8 for one character of a string. */
const BYTES_PER_CHARACTER = 3;
const SHORT_TEXT = 24;
const LAST_ASCII = 0x7f;

const TAG = { missing: 0, null: 1, false: 2, true: 3, number: 4, text: 5, list: 6, numbers: 7, fields: 8 } as const;

/**
 * Equal values give equal bytes: keys are written in sorted order, so the order in which code fills an object does not
 * show, and a field that is undefined is not written. Numbers are their eight bytes, every NaN the same ones, so that a
 * missing number differs from null and no digits are formatted. Each part carries its kind and length: no two different
 * values give the same bytes.
 */
export class CanonicalBytes {
  readonly #take: (bytes: Uint8Array) => void;
  readonly #shapes = new ShapeNode();
  #bytes = Buffer.allocUnsafe(2 * CHUNK_BYTES);
  #view = viewOf(this.#bytes);
  #size = 0;

  /** `take` is handed the bytes in order; they are good only during the call. */
  constructor(take: (bytes: Uint8Array) => void) {
    this.#take = take;
  }

  /** One value whole. Throws on what has no such form: functions, symbols, big integers. */
  add(value: unknown): void {
    this.#write(value);
    if (this.#size >= CHUNK_BYTES) this.flush();
  }

  flush(): void {
    this.#take(this.#bytes.subarray(0, this.#size));
    this.#size = 0;
  }

  #write(value: unknown): void {
    switch (typeof value) {
      case 'number':
        this.#tag(TAG.number);
        this.#number(value);
        return;
      case 'string':
        this.#tag(TAG.text);
        this.#text(value);
        return;
      case 'boolean':
        this.#tag(value ? TAG.true : TAG.false);
        return;
      case 'undefined':
        this.#tag(TAG.missing);
        return;
      case 'object':
        if (value === null) this.#tag(TAG.null);
        else if (value instanceof Float64Array) this.#numbers(value);
        else if (Array.isArray(value)) this.#list(value);
        else this.#fields(value as Readonly<Record<string, unknown>>);
        return;
      default:
        throw new TypeError(`a ${typeof value} has no canonical form`);
    }
  }

  #tag(tag: number): void {
    this.#reserve(1);
    this.#bytes[this.#size++] = tag;
  }

  #count(count: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#size, count, true);
    this.#size += 4;
  }

  #number(value: number): void {
    this.#reserve(8);
    this.#put(value);
  }

  #put(value: number): void {
    // A NaN's bits are the machine's business, and 0 and -0 are told apart by nothing that is decided here.
    if (Number.isNaN(value)) this.#view.setBigUint64(this.#size, NAN_BITS, true);
    else this.#view.setFloat64(this.#size, value + 0, true);
    this.#size += 8;
  }

  #text(value: string): void {
    this.#reserve(4 + BYTES_PER_CHARACTER * value.length);
    const length = this.#ascii(value) ?? this.#bytes.write(value, this.#size + 4);
    this.#view.setUint32(this.#size, length, true);
    this.#size += 4 + length;
  }

  /** Short plain text, as most is, costs less here than the way into the platform; null where it is neither. */
  #ascii(value: string): number | null {
    const { length } = value;
    if (length > SHORT_TEXT) return null;
    const bytes = this.#bytes;
    const at = this.#size + 4;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code > LAST_ASCII) return null;
      bytes[at + index] = code;
    }
    return length;
  }

  #numbers(values: Float64Array): void {
    this.#tag(TAG.numbers);
    this.#count(values.length);
    this.#reserve(8 * values.length);
    for (let index = 0; index < values.length; index++) this.#put(values[index] as number);
  }

  #list(values: readonly unknown[]): void {
    this.#tag(TAG.list);
    this.#count(values.length);
    for (const value of values) this.#write(value);
  }

  #fields(fields: Readonly<Record<string, unknown>>): void {
    let shape = this.#shapes;
    let present = 0;
    for (const name in fields) {
      shape = shape.child(name);
      if (fields[name] !== undefined) present++;
    }
    this.#tag(TAG.fields);
    this.#count(present);
    for (const name of shape.sortedNames) {
      const value = fields[name];
      if (value === undefined) continue;
      this.#text(name);
      this.#write(value);
    }
  }

  #reserve(bytes: number): void {
    if (this.#size + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(2 * (this.#size + bytes));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}

const NAN_BITS = 0x7ff8000000000000n;

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The names of an object in the order in which it holds them, as a path: events have a few dozen shapes, sorted once each. */
class ShapeNode {
  readonly #names: readonly string[];
  readonly #children = new Map<string, ShapeNode>();
  #sorted: readonly string[] | null = null;

  constructor(names: readonly string[] = []) {
    this.#names = names;
  }

  child(name: string): ShapeNode {
    let child = this.#children.get(name);
    if (child === undefined) {
      child = new ShapeNode([...this.#names, name]);
      this.#children.set(name, child);
    }
    return child;
  }

  get sortedNames(): readonly string[] {
    this.#sorted ??= [...this.#names].sort();
    return this.#sorted;
  }
}
