/** The bins of one feature that hold rows of a node, in order: what a search for a split walks over. */
import { MAX_BINS } from './bin-mapper.ts';
import { type NodeStatistics, SLOT } from './histogram.ts';

/** Value bins and the missing one. */
const MOST_CODES = MAX_BINS + 1;
const WORD_BITS = 32;

/** Reused from feature to feature; entries from `count` on are left over. */
export class OccupiedBins {
  count = 0;
  readonly codes = new Int32Array(MOST_CODES);
  readonly gradients = new Float64Array(MOST_CODES);
  readonly packed = new Float64Array(MOST_CODES);
  private readonly gradientOf = new Float64Array(MOST_CODES);
  private readonly packedOf = new Float64Array(MOST_CODES);
  /** One bit per code; all 0 between calls. */
  private readonly held = new Int32Array(MOST_CODES / WORD_BITS);

  /** From a histogram whose slots of the feature start at `base` (in doubles); `slots` counts the missing one too. */
  readHistogram(histogram: Float64Array, base: number, slots: number): void {
    const { codes, gradients, packed } = this;
    let count = 0;
    for (let code = 0, slot = base; code < slots; code++, slot += SLOT) {
      const here = histogram[slot + 1];
      if (here === 0) continue;
      codes[count] = code;
      gradients[count] = histogram[slot];
      packed[count] = here;
      count++;
    }
    this.count = count;
  }

  /**
   * From few rows, without a histogram: neither clearing nor walking over empty bins, which is most of the work where a
   * node has fewer rows than there are bins. Sums run in the order of rows, as a histogram's do.
   */
  readRows(bins: Uint8Array, column: number, rows: Int32Array, start: number, end: number, node: NodeStatistics): void {
    const { codes, gradients, packed, gradientOf, packedOf, held } = this;
    for (let i = start; i < end; i++) {
      const code = bins[column + rows[i]];
      const bit = 1 << (code & 31);
      const word = held[code >> 5];
      if ((word & bit) === 0) {
        held[code >> 5] = word | bit;
        gradientOf[code] = node.gradients[i - start];
        packedOf[code] = node.packed[i - start];
      } else {
        gradientOf[code] += node.gradients[i - start];
        packedOf[code] += node.packed[i - start];
      }
    }
    let count = 0;
    for (let at = 0; at < held.length; at++) {
      let word = held[at];
      if (word === 0) continue;
      held[at] = 0;
      while (word !== 0) {
        const lowest = word & -word;
        const code = at * WORD_BITS + 31 - Math.clz32(lowest);
        codes[count] = code;
        gradients[count] = gradientOf[code];
        packed[count] = packedOf[code];
        count++;
        word ^= lowest;
      }
    }
    this.count = count;
  }
}
