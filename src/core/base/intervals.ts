/** Bootstrap intervals for figures of dependent rows: circular blocks, seeded, percentile bounds. */
import { normalQuantile, studentQuantile } from './distributions.ts';
import { invariant } from './invariant.ts';
import { createRandom, type Random } from './random.ts';
import { mean, quantile } from './statistics.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly seed: string;
  readonly resamples: number;
  /** Rows drawn together, to keep the dependence of neighbours; 1 is the plain bootstrap. */
  readonly blockLength: number;
  /** Two-sided coverage, e.g. 0.95. */
  readonly level: number;
}

/**
 * Fills `counts` with how often each row is drawn: circular blocks of `blockLength` (Politis and Romano 1992), the last
 * one cut, so that the counts always add up to the number of rows.
 */
export function drawBlocks(random: Random, blockLength: number, counts: Float64Array): void {
  const rows = counts.length;
  counts.fill(0);
  for (let drawn = 0; drawn < rows; ) {
    const start = random.integer(rows);
    const length = Math.min(blockLength, rows - drawn);
    for (let offset = 0; offset < length; offset++) {
      const row = (start + offset) % rows;
      counts[row] = (counts[row] as number) + 1;
    }
    drawn += length;
  }
}

/**
 * Percentile intervals of several figures at once: `figures(counts)` computes them for rows that count `counts[row]`
 * times. A resample in which a figure is NaN (no row to compute it from) is left out for that figure; a figure that is
 * NaN in most of them gets a NaN interval.
 */
export function bootstrapIntervals(
  rows: number,
  figures: (counts: Float64Array) => readonly number[],
  options: BootstrapOptions,
): Interval[] {
  const random = createRandom(options.seed);
  const counts = new Float64Array(rows);
  const drawn: number[][] = [];
  for (let resample = 0; resample < options.resamples; resample++) {
    drawBlocks(random, options.blockLength, counts);
    figures(counts).forEach((value, index) => {
      let values = drawn[index];
      if (values === undefined) {
        values = [];
        drawn[index] = values;
      }
      if (!Number.isNaN(value)) values.push(value);
    });
  }
  const tail = (1 - options.level) / 2;
  return drawn.map((values) =>
    values.length * 2 < options.resamples
      ? { low: Number.NaN, high: Number.NaN }
      : { low: quantile(values, tail), high: quantile(values, 1 - tail) },
  );
}

/**
 * Interval of the mean of dependent values by block bootstrap, widened by `blockWidening`, which matters at 40
 * rows. Infinite below two blocks.
 */
export function meanInterval(values: Float64Array, options: BootstrapOptions): Interval {
  const middle = mean(values);
  const [drawn] = bootstrapIntervals(
    values.length,
    (counts) => {
      let sum = 0;
      for (let row = 0; row < values.length; row++) sum += (counts[row] as number) * (values[row] as number);
      return [sum / values.length];
    },
    options,
  );
  invariant(drawn !== undefined, 'a bootstrap needs at least one resample');
  const blocks = values.length / options.blockLength;
  const widen = blockWidening(blocks, options.level);
  // All values equal: nothing to widen, and infinity times zero would be no number.
  if (drawn.low === drawn.high && values.every((value) => value === values[0])) return drawn;
  return { low: middle + (drawn.low - middle) * widen, high: middle + (drawn.high - middle) * widen };
}

/**
 * By how much the deviations of a bootstrap of `blocks` blocks are widened: sqrt(b / (b - 1)), by which resampling
 * understates the spread, times Student's over the normal quantile with b - 1 degrees of freedom. Infinite below two.
 */
export function blockWidening(blocks: number, level: number): number {
  if (blocks < 2) return Number.POSITIVE_INFINITY;
  const upper = (1 + level) / 2;
  return (Math.sqrt(blocks / (blocks - 1)) * studentQuantile(upper, blocks - 1)) / normalQuantile(upper);
}

/**
 * One-sided Student bound, from above, for the mean of weighted values whose weights add up to the number of independent
 * rows. NaN below two such rows.
 */
export function studentUpperBound(values: Float64Array, weight: Float64Array, level: number): number {
  let mass = 0;
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    mass += weight[row] as number;
    sum += (weight[row] as number) * (values[row] as number);
  }
  if (mass < 2) return Number.NaN;
  const middle = sum / mass;
  let squares = 0;
  for (let row = 0; row < values.length; row++) {
    squares += (weight[row] as number) * ((values[row] as number) - middle) ** 2;
  }
  return middle + studentQuantile(level, mass - 1) * Math.sqrt(squares / (mass - 1) / mass);
}
