/** Gates as bit sets, one bit per row: packing, counting, and joint counts of up to ten gates in one pass (PH-44). */
import { invariant } from '#core/base/invariant.ts';

/** Bit `row & 31` of word `row >>> 5`; bits beyond the last row are 0. */
export type BitSet = Uint32Array;

export interface GateBits {
  /** Rows that pass. */
  readonly pass: BitSet;
  /** Rows where the gate is known; null when it is known in all. */
  readonly known: BitSet | null;
}

/** Counts and sums over the rows of one cell. */
export interface CellSums {
  readonly total: number;
  readonly wins: number;
  /** Sum of net R. */
  readonly netR: number;
}

const WORD_BITS = 32;
/** In a float64 of 0, 1 or NaN, bit 29 of the upper half says "not 0", bit 30 "NaN" (IEEE 754: 1 is 0x3FF00000). */
const ONE_BIT = 29;
const NAN_BIT = 30;
/** Is the upper half of a float64 the second 32-bit word? So it is wherever Node and browsers run. */
const UPPER_HALF = new Uint32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1;

function wordsFor(rows: number): number {
  return Math.ceil(rows / WORD_BITS);
}

/**
 * Packs a column of exactly 0, 1 or NaN (missing). Other values give wrong bits: callers check them where they come in.
 * Bits are taken from the numbers' own bits, without a branch per value that the processor would guess wrong.
 */
export function packGate(column: Float64Array): GateBits {
  const rows = column.length;
  const halves = new Int32Array(column.buffer, column.byteOffset, rows * 2);
  const pass = new Uint32Array(wordsFor(rows));
  const known = new Uint32Array(wordsFor(rows));
  let anyMissing = 0;
  const whole = rows >>> 5;
  let at = UPPER_HALF;
  for (let word = 0; word < whole; word++) {
    let passes = 0;
    let gone = 0;
    for (let bit = 0; bit < WORD_BITS; bit += 4, at += 8) {
      const a = halves[at] as number;
      const b = halves[at + 2] as number;
      const c = halves[at + 4] as number;
      const d = halves[at + 6] as number;
      const ones = ((a >>> 29) & 1) | ((b >>> 28) & 2) | ((c >>> 27) & 4) | ((d >>> 26) & 8);
      const nans = ((a >>> 30) & 1) | ((b >>> 29) & 2) | ((c >>> 28) & 4) | ((d >>> 27) & 8);
      passes |= ones << bit;
      gone |= nans << bit;
    }
    pass[word] = passes & ~gone;
    known[word] = ~gone;
    anyMissing |= gone;
  }
  for (let row = whole * WORD_BITS; row < rows; row++, at += 2) {
    const half = halves[at] as number;
    const gone = (half >>> NAN_BIT) & 1;
    const word = row >>> 5;
    pass[word] = (pass[word] as number) | (((half >>> ONE_BIT) & 1 & ~gone) << (row & 31));
    known[word] = (known[word] as number) | ((1 - gone) << (row & 31));
    anyMissing |= gone;
  }
  return { pass, known: anyMissing === 0 ? null : known };
}

/** The rows from `from` up to, not including, `to` that are in both sets; null stands for all rows. */
export function countBoth(left: BitSet, right: BitSet | null, from: number, to: number): number {
  if (to <= from) return 0;
  const first = from >>> 5;
  const last = (to - 1) >>> 5;
  const head = 0xffffffff << (from & 31);
  const tail = 0xffffffff >>> (31 - ((to - 1) & 31));
  let count = 0;
  for (let word = first; word <= last; word++) {
    let bits = left[word] as number;
    if (right !== null) bits &= right[word] as number;
    if (word === first) bits &= head;
    if (word === last) bits &= tail;
    count += populationCount(bits);
  }
  return count;
}

/** Set bits of a word (Warren, Hacker's Delight 5-1). */
function populationCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Words whose partial sums are made together: 16 KiB of them stay in the first-level cache. */
const BLOCK_WORDS = 16;
/** Partial sums per word: eight groups of four rows, 16 sums each. */
const WORD_SUMS = 8 * 16;

/**
 * Sums of `values` over each set at once. Four rows give 16 possible partial sums, made once and then looked up by every
 * set (the method of the Four Russians), which spares most additions when there are many sets.
 */
export function sumOverSets(sets: readonly BitSet[], values: Float64Array): Float64Array {
  const words = wordsFor(values.length);
  const sums = new Float64Array(sets.length);
  const partial = new Float64Array(BLOCK_WORDS * WORD_SUMS);
  for (let first = 0; first < words; first += BLOCK_WORDS) {
    const end = Math.min(first + BLOCK_WORDS, words);
    fillPartialSums(values, first, end, partial);
    for (let set = 0; set < sets.length; set++) {
      sums[set] = (sums[set] as number) + sumOfWords(sets[set] as BitSet, first, end, partial);
    }
  }
  return sums;
}

function fillPartialSums(values: Float64Array, first: number, end: number, partial: Float64Array): void {
  const rows = values.length;
  for (let group = 0; group < (end - first) * 8; group++) {
    const row = first * WORD_BITS + group * 4;
    const a = row < rows ? (values[row] as number) : 0;
    const b = row + 1 < rows ? (values[row + 1] as number) : 0;
    const c = row + 2 < rows ? (values[row + 2] as number) : 0;
    const d = row + 3 < rows ? (values[row + 3] as number) : 0;
    const at = group * 16;
    partial[at + 1] = a;
    partial[at + 2] = b;
    partial[at + 3] = a + b;
    partial[at + 4] = c;
    partial[at + 5] = a + c;
    partial[at + 6] = b + c;
    partial[at + 7] = a + b + c;
    partial[at + 8] = d;
    partial[at + 9] = a + d;
    partial[at + 10] = b + d;
    partial[at + 11] = a + b + d;
    partial[at + 12] = c + d;
    partial[at + 13] = a + c + d;
    partial[at + 14] = b + c + d;
    partial[at + 15] = a + b + c + d;
  }
}

function sumOfWords(bits: BitSet, first: number, end: number, partial: Float64Array): number {
  let sum = 0;
  let at = 0;
  for (let word = first; word < end; word++, at += WORD_SUMS) {
    const set = bits[word] as number;
    sum +=
      (partial[at + (set & 15)] as number) +
      (partial[at + 16 + ((set >>> 4) & 15)] as number) +
      ((partial[at + 32 + ((set >>> 8) & 15)] as number) + (partial[at + 48 + ((set >>> 12) & 15)] as number)) +
      ((partial[at + 64 + ((set >>> 16) & 15)] as number) + (partial[at + 80 + ((set >>> 20) & 15)] as number)) +
      ((partial[at + 96 + ((set >>> 24) & 15)] as number) + (partial[at + 112 + (set >>> 28)] as number));
  }
  return sum;
}

/** The most sets that are counted jointly: 2^10 cells stay in the first-level cache. */
const MOST_JOINT = 10;

/**
 * Counts of every pattern of up to ten sets over the rows of a range: cell `code` holds the rows whose bit `k` of `code`
 * says whether they are in set `k`. One pass over the rows, whatever the number of patterns.
 */
export class JointCounts {
  readonly sets: number;
  readonly #totals: Float64Array;
  readonly #wins: Float64Array;
  readonly #netR: Float64Array;

  constructor(sets: readonly BitSet[], win: BitSet, netR: Float64Array, from: number, to: number) {
    invariant(sets.length <= MOST_JOINT, 'at most ten sets are counted jointly');
    this.sets = sets.length;
    const cells = 1 << sets.length;
    // Code and result together are one index, so that a row touches two cells only.
    const counts = new Uint32Array(cells * 2);
    this.#netR = new Float64Array(cells);
    if (to > from) countPatterns([win, ...sets], netR, from, to, counts, this.#netR);
    this.#totals = new Float64Array(cells);
    this.#wins = new Float64Array(cells);
    for (let code = 0; code < cells; code++) {
      this.#totals[code] = (counts[code * 2] as number) + (counts[code * 2 + 1] as number);
      this.#wins[code] = counts[code * 2 + 1] as number;
    }
  }

  /** Rows of exactly this pattern. */
  exactly(code: number): CellSums {
    return {
      total: this.#totals[code] as number,
      wins: this.#wins[code] as number,
      netR: this.#netR[code] as number,
    };
  }

  /** Rows that are in all sets of `code`, whatever the others say. */
  atLeast(code: number): CellSums {
    let total = 0;
    let wins = 0;
    let netR = 0;
    for (let cell = 0; cell < this.#totals.length; cell++) {
      if ((cell & code) !== code) continue;
      total += this.#totals[cell] as number;
      wins += this.#wins[cell] as number;
      netR += this.#netR[cell] as number;
    }
    return { total, wins, netR };
  }
}

/** Bit `i` of a nibble as the lowest bit of byte `i`. */
const SPREAD = Uint32Array.from(
  { length: 16 },
  (_, nibble) => ((nibble & 1) | ((nibble & 2) << 7) | ((nibble & 4) << 14) | ((nibble & 8) << 21)) >>> 0,
);

/** `sets[0]` is the lowest bit of the index into `counts`; the others make the index into `netSums`. */
function countPatterns(
  sets: readonly BitSet[],
  netR: Float64Array,
  from: number,
  to: number,
  counts: Uint32Array,
  netSums: Float64Array,
): void {
  const words = new Int32Array(sets.length);
  const low = Math.min(sets.length, 8);
  for (let base = from & ~31; base < to; base += WORD_BITS) {
    for (let set = 0; set < words.length; set++) words[set] = (sets[set] as BitSet)[base >>> 5] as number;
    for (let group = 0; group < WORD_BITS; group += 4) {
      // Four rows at once: one byte per row, one bit per set.
      let lower = 0;
      let upper = 0;
      for (let set = 0; set < low; set++) {
        lower |= (SPREAD[((words[set] as number) >>> group) & 15] as number) << set;
      }
      for (let set = 8; set < words.length; set++) {
        upper |= (SPREAD[((words[set] as number) >>> group) & 15] as number) << (set - 8);
      }
      for (let byte = 0; byte < 4; byte++) {
        const row = base + group + byte;
        const index = (lower & 255) | ((upper & 255) << 8);
        lower >>>= 8;
        upper >>>= 8;
        if (row < from || row >= to) continue;
        counts[index] = (counts[index] as number) + 1;
        netSums[index >>> 1] = (netSums[index >>> 1] as number) + (netR[row] as number);
      }
    }
  }
}

/** The rows in both. */
export function intersection(left: BitSet, right: BitSet): BitSet {
  return left.map((word, at) => word & (right[at] as number));
}
