/** Bootstrap over blocks of time: signals of one time share their fate, so whole days are drawn, never single signals (PH-32). */
import { blockWidening } from '#core/base/intervals.ts';
import type { Bounds } from '#core/base/proportions.ts';
import { createRandom } from '#core/base/random.ts';
import { quantile } from '#core/base/statistics.ts';
import type { Bootstrap } from '#core/domain/result-figures.ts';
import { DAY_MS, HOUR_MS } from '#core/domain/timeframe.ts';

const RESAMPLES = 1_000;
const LEVEL = 0.95;
/** Fewer blocks say too little of how blocks differ. */
const ENOUGH_BLOCKS = 20;
/** A group that lives in fewer blocks than this has no interval: drawing them again shows only themselves. */
export const ENOUGH_OWN_BLOCKS = 5;

/** Sums of one group by block. */
export interface BlockSums {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

export class BlockBootstrap {
  readonly facts: Bootstrap;
  /** Block of each row. */
  readonly blockOf: Int32Array;
  readonly #seed: string;
  #draws: Uint16Array | null = null;

  /** `openedAt` (UTC ms) of the rows; the same rows and seed give the same intervals. */
  constructor(openedAt: Float64Array, seed = 'analysis') {
    this.#seed = seed;
    const days = numbered(openedAt, DAY_MS);
    const enoughDays = days.count >= ENOUGH_BLOCKS;
    const chosen = enoughDays ? days : numbered(openedAt, HOUR_MS);
    const unit = enoughDays ? 'day' : chosen.count >= ENOUGH_BLOCKS ? 'hour' : 'none';
    this.blockOf = chosen.of;
    this.facts = { unit, blocks: chosen.count, resamples: unit === 'none' ? 0 : RESAMPLES };
  }

  /** 95 % interval of a group's sum; null with too few blocks. */
  sumInterval({ sums, counts }: BlockSums): Bounds | null {
    if (!this.#enough(counts)) return null;
    let sum = 0;
    for (const value of sums) sum += value;
    return this.#interval(sum, this.facts.blocks, (draw) => weighted(sums, draw));
  }

  /** 95 % interval of a group's mean, sum / count; null with too few blocks. */
  meanInterval(group: BlockSums): Bounds | null {
    if (!this.#enough(group.counts)) return null;
    return this.#interval(meanOf(group), occupied(group.counts), (draw) => drawnMean(group, draw));
  }

  /** 95 % interval of mean a - mean b, both drawn from the same blocks; null where one has too few. */
  differenceInterval(a: BlockSums, b: BlockSums): Bounds | null {
    if (!this.#enough(a.counts) || !this.#enough(b.counts)) return null;
    const blocks = Math.min(occupied(a.counts), occupied(b.counts));
    return this.#interval(meanOf(a) - meanOf(b), blocks, (draw) => drawnMean(a, draw) - drawnMean(b, draw));
  }

  #enough(counts: Float64Array): boolean {
    return this.facts.unit !== 'none' && occupied(counts) >= ENOUGH_OWN_BLOCKS;
  }

  #interval(value: number, blocks: number, figure: (draw: Uint16Array) => number): Bounds | null {
    const size = this.facts.blocks;
    const draws = this.#drawn();
    const drawn: number[] = [];
    for (let at = 0; at < draws.length; at += size) {
      const one = figure(draws.subarray(at, at + size));
      // A resample may hold none of a group.
      if (!Number.isNaN(one)) drawn.push(one);
    }
    if (drawn.length * 2 < this.facts.resamples) return null;
    const widen = blockWidening(blocks, LEVEL);
    const tail = (1 - LEVEL) / 2;
    const bound = (share: number) => value + (quantile(drawn, share) - value) * widen;
    return [bound(tail), bound(1 - tail)];
  }

  /** How often each resample draws each block, one resample after the other. */
  #drawn(): Uint16Array {
    if (this.#draws !== null) return this.#draws;
    const size = this.facts.blocks;
    const random = createRandom(this.#seed);
    const draws = new Uint16Array(size * this.facts.resamples);
    for (let at = 0; at < draws.length; at += size) {
      for (let drawn = 0; drawn < size; drawn++) {
        const place = at + random.integer(size);
        draws[place] = (draws[place] as number) + 1;
      }
    }
    this.#draws = draws;
    return draws;
  }
}

function weighted(values: Float64Array, draw: Uint16Array): number {
  let sum = 0;
  for (let block = 0; block < draw.length; block++) sum += (values[block] as number) * (draw[block] as number);
  return sum;
}

function drawnMean({ sums, counts }: BlockSums, draw: Uint16Array): number {
  return weighted(sums, draw) / weighted(counts, draw);
}

export function meanOf({ sums, counts }: BlockSums): number {
  let sum = 0;
  let count = 0;
  for (let block = 0; block < sums.length; block++) {
    sum += sums[block] as number;
    count += counts[block] as number;
  }
  return sum / count;
}

/** Blocks that hold something of a group. */
export function occupied(counts: Float64Array): number {
  let blocks = 0;
  for (const count of counts) if (count > 0) blocks++;
  return blocks;
}

/** Blocks of `lengthMs` that hold a row, numbered as they are met. */
function numbered(openedAt: Float64Array, lengthMs: number): { readonly of: Int32Array; readonly count: number } {
  const numbers = new Map<number, number>();
  let last = Number.NaN;
  let lastNumber = 0;
  const of = new Int32Array(openedAt.length);
  for (let row = 0; row < openedAt.length; row++) {
    const key = Math.floor((openedAt[row] as number) / lengthMs);
    if (key !== last) {
      lastNumber = numbers.get(key) ?? numbers.size;
      if (lastNumber === numbers.size) numbers.set(key, lastNumber);
      last = key;
    }
    of[row] = lastNumber;
  }
  return { of, count: numbers.size };
}
