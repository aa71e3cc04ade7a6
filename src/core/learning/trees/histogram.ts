/** Sums of gradients, hessians and sizes per bin: built by scanning rows, or as parent minus sibling. */
import type { BinnedData } from './bin-mapper.ts';

/** Doubles per slot: sum of gradients, sum of hessians, size (rows, or their repeats). */
export const SLOT = 3;

/** Gathered statistics of a node's rows: position i belongs to the node's i-th row, so scans read them in order. */
export interface NodeStatistics {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  readonly sizes: Float64Array;
}

/** Adds the rows rows[start .. end) to the slots of `features`; `histogram` spans all features of `data`. */
export function addRows(
  histogram: Float64Array,
  data: BinnedData,
  features: Int32Array,
  rows: Int32Array,
  start: number,
  end: number,
  statistics: NodeStatistics,
): void {
  const { bins, slotOffsets, rows: stride } = data;
  const count = features.length;
  let next = 0;
  // Four features per pass: row index and statistics are loaded once, and four independent sums hide each other's wait.
  for (; next + 4 <= count; next += 4) {
    const f0 = features[next];
    const f1 = features[next + 1];
    const f2 = features[next + 2];
    const f3 = features[next + 3];
    addRowsOfFour(
      histogram,
      bins,
      rows,
      start,
      end,
      statistics.gradients,
      statistics.hessians,
      statistics.sizes,
      f0 * stride,
      f1 * stride,
      f2 * stride,
      f3 * stride,
      slotOffsets[f0] * SLOT,
      slotOffsets[f1] * SLOT,
      slotOffsets[f2] * SLOT,
      slotOffsets[f3] * SLOT,
    );
  }
  for (; next < count; next++) {
    const feature = features[next];
    addRowsOfOne(histogram, slotOffsets[feature] * SLOT, bins, feature * stride, rows, start, end, statistics);
  }
}

/** Adds rows to one feature's slots, the first of which is at `base`. */
export function addRowsOfOne(
  histogram: Float64Array,
  base: number,
  bins: Uint8Array,
  column: number,
  rows: Int32Array,
  start: number,
  end: number,
  statistics: NodeStatistics,
): void {
  const { gradients, hessians, sizes } = statistics;
  for (let i = start; i < end; i++) {
    const slot = base + bins[column + rows[i]] * SLOT;
    histogram[slot] += gradients[i - start];
    histogram[slot + 1] += hessians[i - start];
    histogram[slot + 2] += sizes[i - start];
  }
}

function addRowsOfFour(
  histogram: Float64Array,
  bins: Uint8Array,
  rows: Int32Array,
  start: number,
  end: number,
  gradients: Float64Array,
  hessians: Float64Array,
  sizes: Float64Array,
  column0: number,
  column1: number,
  column2: number,
  column3: number,
  base0: number,
  base1: number,
  base2: number,
  base3: number,
): void {
  for (let i = start; i < end; i++) {
    const row = rows[i];
    const gradient = gradients[i - start];
    const hessian = hessians[i - start];
    const size = sizes[i - start];
    const slot0 = base0 + bins[column0 + row] * SLOT;
    const slot1 = base1 + bins[column1 + row] * SLOT;
    const slot2 = base2 + bins[column2 + row] * SLOT;
    const slot3 = base3 + bins[column3 + row] * SLOT;
    histogram[slot0] += gradient;
    histogram[slot0 + 1] += hessian;
    histogram[slot0 + 2] += size;
    histogram[slot1] += gradient;
    histogram[slot1 + 1] += hessian;
    histogram[slot1 + 2] += size;
    histogram[slot2] += gradient;
    histogram[slot2 + 1] += hessian;
    histogram[slot2 + 2] += size;
    histogram[slot3] += gradient;
    histogram[slot3 + 1] += hessian;
    histogram[slot3 + 2] += size;
  }
}

/** parent -= child, slot by slot: what is left is the sibling's histogram. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i] -= child[i];
}

/** Histograms to reuse: a tree needs about as many at once as it is deep, a forest thousands one after another. */
export class HistogramPool {
  private readonly length: number;
  private readonly free: Float64Array[] = [];

  /** `slots`: bins of all features together, missing bins included. */
  constructor(slots: number) {
    this.length = slots * SLOT;
  }

  /** A histogram of zeros. */
  take(): Float64Array {
    const histogram = this.free.pop();
    return histogram === undefined ? new Float64Array(this.length) : histogram.fill(0);
  }

  giveBack(histogram: Float64Array): void {
    this.free.push(histogram);
  }
}
