/**
 * Numbers as ASCII digits straight into memory: the same characters as `String(value)`, without making a string.
 *
 * A string per number costs three times as much and leaves garbage; a large export writes a hundred million of them.
 */

/** No number is longer: sign, 17 digits, point, and the zeros of 0.000001 or the exponent. */
export const LONGEST_NUMBER = 28;

const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** The four digits of 0 to 9,999 as they lie in memory, little-endian. */
const FOUR_DIGITS = Uint32Array.from({ length: 10_000 }, (_, value) => {
  const [a, b, c, d] = Array.from(String(value).padStart(4, '0'), Number) as [number, number, number, number];
  return a + b * 0x100 + c * 0x1_0000 + d * 0x100_0000 + 0x30_30_30_30;
});

/** 2^27 + 1 splits a double into halves whose products are exact (Dekker 1971). */
const SPLITTER = 134_217_729;

const SMALLEST = 1e-6;
const LARGEST = 1e17;
/** In units of the 17th digit: what is nearer to a boundary or a tie is left to `String`. */
const DOUBT = 1e-3;

/**
 * What scaling needs, by the binary exponent of the magnitude, in one table because every table costs a look-up. First
 * the power of ten that lies between the doubles with this exponent; then, for those below it and for those from it on:
 * the decimal exponent, the power of ten that makes 17 digits of it, that power's two halves, and half the distance
 * between neighbouring doubles, scaled by it. Powers up to 10^22 are doubles.
 */
const SCALES = new Float64Array(16 * 80);
const FIRST_EXPONENT = 1_023 - 20;
const BELOW = 1;
const FROM = 8;
for (let exponent = -20; exponent <= 57; exponent++) {
  const row = 16 * (exponent + 20);
  const decimal = Number((2 ** exponent).toExponential().split('e')[1]);
  SCALES[row] = Number(`1e${decimal + 1}`);
  for (const [offset, digit] of [
    [BELOW, decimal],
    [FROM, decimal + 1],
  ] as const) {
    const power = Number(`1e${16 - digit}`);
    const high = power * SPLITTER - (power * SPLITTER - power);
    SCALES.set([digit, power, high, power - high, 2 ** (exponent - 53) * power], row + offset);
  }
}

const SHARED = new Float64Array(1);
const SHARED_WORDS = new Uint32Array(SHARED.buffer);

/** Memory to write into, with room for `LONGEST_NUMBER` bytes after the place that is written at. */
export interface Sheet {
  readonly bytes: Uint8Array;
  /** Over the same memory. */
  readonly view: DataView;
}

/** Writes a number at `at` and gives where it ends. */
export function putNumber(sheet: Sheet, at: number, value: number): number {
  const integer = value | 0;
  if (integer === value && integer > -2_147_483_648) {
    if (integer >= 0) return putInteger(sheet, at, integer);
    sheet.bytes[at] = MINUS;
    return putInteger(sheet, at + 1, -integer);
  }
  const magnitude = Math.abs(value);
  if (!(magnitude >= SMALLEST && magnitude < LARGEST)) return putAscii(sheet, at, String(value));
  let start = at;
  if (value < 0) sheet.bytes[start++] = MINUS;
  const end = putShortest(sheet, start, magnitude);
  return end === UNDECIDED ? putAscii(sheet, at, String(value)) : end;
}

/** A non-negative 32-bit integer. */
function putInteger({ bytes }: Sheet, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = ZERO + value;
    return at + 1;
  }
  let digits = 2;
  for (let limit = 100; value >= limit; limit *= 10) digits++;
  let rest = value;
  for (let place = at + digits - 1; place >= at; place--) {
    const tenth = (rest / 10) | 0;
    bytes[place] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return at + digits;
}

/** Text of ASCII characters alone. */
function putAscii({ bytes }: Sheet, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}

/** Four digits of 0 to 9,999. */
export function putFour({ view }: Sheet, at: number, value: number): void {
  view.setUint32(at, FOUR_DIGITS[value] as number, true);
}

/** Eight digits of 0 to 99,999,999. */
function putEight(sheet: Sheet, at: number, value: number): void {
  const high = (value / 10_000) | 0;
  putFour(sheet, at, high);
  putFour(sheet, at + 4, value - high * 10_000);
}

const UNDECIDED = -1;

/**
 * The shortest digits that no other double has, and of those the nearest (Steele and White 1990), or `UNDECIDED` in the
 * few cases that hang on a tie or a boundary. Scaled by a power of ten the magnitude has 17 digits before the point. The
 * power is a double, so Dekker's product gives this number, and the interval of its double, without any error.
 */
function putShortest(sheet: Sheet, at: number, magnitude: number): number {
  SHARED[0] = magnitude;
  const high = SHARED_WORDS[1] as number;
  const row = ((high >>> 20) - FIRST_EXPONENT) << 4;
  const scale = magnitude < (SCALES[row] as number) ? row + BELOW : row + FROM;
  const exponent = SCALES[scale] as number;
  const factor = SCALES[scale + 1] as number;
  const factorHigh = SCALES[scale + 2] as number;
  const factorLow = SCALES[scale + 3] as number;
  const half = SCALES[scale + 4] as number;
  const product = magnitude * factor;
  const split = magnitude * SPLITTER;
  const upper = split - (split - magnitude);
  const lower = magnitude - upper;
  const remainder = upper * factorHigh - product + upper * factorLow + lower * factorHigh + lower * factorLow;
  // The digits in two parts that integers hold: nine, then eight with what lies behind them.
  let front = Math.floor(product * 1e-8);
  const back = product - front * 1e8 + remainder;
  // Below a power of two the doubles lie twice as close: only what is well within both sides is decided.
  const isPower = (high & 0xfffff) === 0 && SHARED_WORDS[0] === 0;
  const inside = (isPower ? half / 2 : half) - DOUBT;
  let digits = Math.floor(back * 0.1 + 0.5) * 10;
  let distance = Math.abs(back - digits);
  if (distance > inside) {
    if (isPower || distance < half + DOUBT) return UNDECIDED;
    digits = Math.floor(back + 0.5);
    if (Math.abs(back - digits) > 0.5 - DOUBT) return UNDECIDED;
  } else {
    const tie = distance > 5 - DOUBT;
    const shorter = Math.floor(back * 0.01 + 0.5) * 100;
    distance = Math.abs(back - shorter);
    // A double has at most one name of 15 digits: without its zeros it is the shortest.
    if (distance <= inside) digits = shorter;
    else if (tie || isPower || distance < half + DOUBT) return UNDECIDED;
  }
  if (digits < 0) {
    front--;
    digits += 1e8;
  } else if (digits >= 1e8) {
    front++;
    digits -= 1e8;
  }
  if (front < 1e8 || front >= 1e9) return UNDECIDED;
  return putDigits(sheet, at, front | 0, digits | 0, exponent | 0);
}

/** Nine digits and eight, the first one worth 10^exponent. */
function putDigits(sheet: Sheet, at: number, front: number, back: number, exponent: number): number {
  const { bytes } = sheet;
  const first = (front / 100_000_000) | 0;
  if (exponent < 0) {
    const point = at + 1;
    // 0.0000 and over them the digits, of which the first stands for 10^-1 to 10^-6.
    bytes[at] = ZERO;
    putFour(sheet, point, 0);
    putFour(sheet, point + 3, 0);
    bytes[point] = POINT;
    const start = point - exponent;
    bytes[start] = ZERO + first;
    putEight(sheet, start + 1, front - first * 100_000_000);
    putEight(sheet, start + 9, back);
    return withoutZeros(bytes, point, start + 17);
  }
  bytes[at] = ZERO + first;
  putEight(sheet, at + 2, front - first * 100_000_000);
  putEight(sheet, at + 10, back);
  const point = at + 1 + exponent;
  for (let place = at + 1; place < point; place++) bytes[place] = bytes[place + 1] as number;
  bytes[point] = POINT;
  return withoutZeros(bytes, point, at + 18);
}

/** Decimals end with their last digit that is not zero; without any there is no point. */
function withoutZeros(bytes: Uint8Array, point: number, end: number): number {
  let last = end - 1;
  while (bytes[last] === ZERO) last--;
  return last === point ? point : last + 1;
}
