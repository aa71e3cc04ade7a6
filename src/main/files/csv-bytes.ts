/** Cells of a CSV file as bytes: the same text as `csv-cells.ts` gives, written without a string per cell. */
import { booleanCell, textCell } from './csv-cells.ts';
import { LONGEST_NUMBER, putFour, putNumber, type Sheet } from './number-bytes.ts';

const COMMA = 44;
const POINT = 46;
const COLON = 58;
const DAY_MS = 86_400_000;
/** Times from 1970 to the end of 9999 have years of four digits. */
const LAST_TIME = 253_402_300_800_000;
/** Days and repeated texts that are remembered; then all are forgotten, so that memory does not grow. */
const REMEMBERED = 20_000;
/** Longer than any time. */
const LONGEST_TIME = 32;

const ENCODER = new TextEncoder();
const TRUE = ENCODER.encode(booleanCell(true));
const FALSE = ENCODER.encode(booleanCell(false));

/** ASCII that needs neither quotes nor an apostrophe wherever it stands but at the beginning of a cell. */
const PLAIN = new Uint8Array(128);
/** The same at the beginning. */
const PLAIN_START = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  PLAIN[code] = Number(textCell(`a${character}`) === `a${character}`);
  PLAIN_START[code] = Number(textCell(character) === character && character !== "'");
}

export class CsvBytes implements Sheet {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  /** Where the next byte goes. */
  at = 0;
  readonly #days = new Map<number, Uint8Array>();
  readonly #texts = new Map<string, Uint8Array>();

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Goes on in `next`, from its beginning; gives what was written and the memory that holds it. */
  take(next: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const written = this.bytes.subarray(0, this.at);
    this.#use(next);
    this.at = 0;
    return written;
  }

  /** Sees to so many bytes after `at`. */
  room(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.at + count));
    larger.set(this.bytes.subarray(0, this.at));
    this.#use(larger);
  }

  comma(): void {
    this.room(1);
    this.bytes[this.at++] = COMMA;
  }

  /** Text as it stands, without a look at what it means to a spreadsheet. */
  raw(text: string): void {
    this.room(3 * text.length);
    this.at += ENCODER.encodeInto(text, this.bytes.subarray(this.at)).written;
  }

  /** Nothing where there is no finite number. */
  number(value: number | null): void {
    if (value === null || value - value !== 0) return;
    this.room(LONGEST_NUMBER);
    this.at = putNumber(this, this.at, value);
  }

  /** A cell for each value, with its comma before it. */
  numbers(values: Float64Array): void {
    this.room(values.length * (1 + LONGEST_NUMBER));
    const { bytes } = this;
    let { at } = this;
    for (let index = 0; index < values.length; index++) {
      bytes[at++] = COMMA;
      const value = values[index] as number;
      if (value - value === 0) at = putNumber(this, at, value);
    }
    this.at = at;
  }

  /** Text that hardly any other row has. */
  text(text: string): void {
    const { length } = text;
    this.room(length);
    const { bytes } = this;
    let { at } = this;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      // Codes beyond ASCII find undefined.
      if ((index === 0 ? PLAIN_START : PLAIN)[code] !== 1) {
        this.raw(textCell(text));
        return;
      }
      bytes[at++] = code;
    }
    this.at = at;
  }

  /** Text that many rows share: its cell is made once. */
  shared(text: string): void {
    let cell = this.#texts.get(text);
    if (cell === undefined) {
      cell = ENCODER.encode(textCell(text));
      if (this.#texts.size >= REMEMBERED) this.#texts.clear();
      this.#texts.set(text, cell);
    }
    this.room(cell.length);
    this.#put(cell);
  }

  flag(value: boolean): void {
    const cell = value ? TRUE : FALSE;
    this.room(cell.length);
    this.#put(cell);
  }

  /** ISO 8601 in UTC, with milliseconds; nothing where there is no time. */
  time(time: number | null): void {
    if (time === null) return;
    if (!(time >= 0 && time < LAST_TIME)) {
      this.raw(new Date(time).toISOString());
      return;
    }
    this.room(LONGEST_TIME);
    const day = Math.floor(time / DAY_MS);
    const rest = Math.floor(time - day * DAY_MS) | 0;
    const seconds = (rest / 1_000) | 0;
    const minutes = (seconds / 60) | 0;
    const hours = (minutes / 60) | 0;
    this.#put(this.#dayText(day));
    // Each group of digits is written four wide from the right end on, so that the next covers what stands before it.
    const { bytes, at } = this;
    putFour(this, at + 8, rest - seconds * 1_000);
    bytes[at + 8] = POINT;
    putFour(this, at + 4, seconds - minutes * 60);
    bytes[at + 5] = COLON;
    putFour(this, at + 1, minutes - hours * 60);
    bytes[at + 2] = COLON;
    bytes[at] = 48 + ((hours / 10) | 0);
    bytes[at + 1] = 48 + (hours % 10);
    bytes[at + 12] = 90;
    this.at = at + 13;
  }

  #dayText(day: number): Uint8Array {
    let text = this.#days.get(day);
    if (text === undefined) {
      text = ENCODER.encode(new Date(day * DAY_MS).toISOString().slice(0, 11));
      if (this.#days.size >= REMEMBERED) this.#days.clear();
      this.#days.set(day, text);
    }
    return text;
  }

  /** Short: a loop is faster than a call of `set`. */
  #put(text: Uint8Array): void {
    const { bytes, at } = this;
    for (let index = 0; index < text.length; index++) bytes[at + index] = text[index] as number;
    this.at = at + text.length;
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}
