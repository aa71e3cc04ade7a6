/** Sums of gradients, hessians and row sizes per bin: built by scanning rows, or as parent minus sibling. */
import type { BinnedData } from './bin-mapper.ts';

/**
 * Doubles per slot: the sum of gradients, and one double that holds size and hessian together (`Packing`). Two sums per
 * row and feature instead of three is most of the speed of training.
 */
export const SLOT = 2;

/**
 * How a hessian h and a size s (a whole number of steps) share a double: s x unit + h, with h rounded to a multiple of
 * the quantum. The unit is above any sum of hessians, so that floor(sum / unit) is the sum of sizes; and sums stay within
 * 53 bits of quanta, so that adding and subtracting are exact in any order. At 50,000 rows of weight 1 the quantum is
 * 2^-22 for logistic loss: far below what moves a gain.
 */
export interface Packing {
  readonly unit: number;
  readonly quantum: number;
}

/** What a node's rows add up to, or a side of a split. */
export interface PackedTotals {
  readonly gradient: number;
  readonly packed: number;
}

/** Gathered statistics of a node's rows: position i belongs to the node's i-th row, so scans read them in order. */
export interface NodeStatistics {
  readonly gradients: Float64Array;
  readonly packed: Float64Array;
}

/** A packing for rows whose hessians and sizes sum up to no more than this. */
export function packingFor(hessianSum: number, sizeSum: number): Packing {
  // Rounding up each hessian may add half a quantum per row: one bit more is ample.
  const unit = 2 ** (Math.ceil(Math.log2(Math.max(hessianSum, Number.MIN_VALUE))) + 1);
  const quantum = unit * 2 ** (Math.ceil(Math.log2(sizeSum + 1)) - 52);
  return { unit, quantum };
}

export function pack(hessian: number, size: number, { unit, quantum }: Packing): number {
  return size * unit + Math.round(hessian / quantum) * quantum;
}

export function sizeOf(packed: number, { unit }: Packing): number {
  return Math.floor(packed / unit);
}

/** Adds the rows rows[start .. end) to the slots of `features`; `histogram` spans all features of `data`. */
export function addRows(
  histogram: Float64Array,
  data: BinnedData,
  features: Int32Array,
  featureCount: number,
  rows: Int32Array,
  start: number,
  end: number,
  { gradients, packed }: NodeStatistics,
): void {
  const { bins, slotOffsets, rows: stride } = data;
  // Four features per pass: row index and statistics are loaded once, and independent sums hide each other's wait. The
  // last pass may have fewer, then the rest of the four are scanned one by one.
  let next = 0;
  for (; next + 4 <= featureCount; next += 4) {
    const f0 = features[next];
    const f1 = features[next + 1];
    const f2 = features[next + 2];
    const f3 = features[next + 3];
    const columns = [f0 * stride, f1 * stride, f2 * stride, f3 * stride] as const;
    const bases = [
      slotOffsets[f0] * SLOT,
      slotOffsets[f1] * SLOT,
      slotOffsets[f2] * SLOT,
      slotOffsets[f3] * SLOT,
    ] as const;
    addRowsOfFour(histogram, bins, rows, start, end, gradients, packed, columns, bases);
  }
  for (; next < featureCount; next++) {
    const feature = features[next];
    addRowsOfOne(histogram, bins, rows, start, end, gradients, packed, feature * stride, slotOffsets[feature] * SLOT);
  }
}

function addRowsOfOne(
  histogram: Float64Array,
  bins: Uint8Array,
  rows: Int32Array,
  start: number,
  end: number,
  gradients: Float64Array,
  packed: Float64Array,
  column: number,
  base: number,
): void {
  for (let i = start; i < end; i++) {
    const slot = base + bins[column + rows[i]] * SLOT;
    histogram[slot] += gradients[i - start];
    histogram[slot + 1] += packed[i - start];
  }
}

function addRowsOfFour(
  histogram: Float64Array,
  bins: Uint8Array,
  rows: Int32Array,
  start: number,
  end: number,
  gradients: Float64Array,
  packed: Float64Array,
  [column0, column1, column2, column3]: readonly [number, number, number, number],
  [base0, base1, base2, base3]: readonly [number, number, number, number],
): void {
  for (let i = start; i < end; i++) {
    const row = rows[i];
    const gradient = gradients[i - start];
    const weighing = packed[i - start];
    const slot0 = base0 + bins[column0 + row] * SLOT;
    const slot1 = base1 + bins[column1 + row] * SLOT;
    const slot2 = base2 + bins[column2 + row] * SLOT;
    const slot3 = base3 + bins[column3 + row] * SLOT;
    histogram[slot0] += gradient;
    histogram[slot0 + 1] += weighing;
    histogram[slot1] += gradient;
    histogram[slot1 + 1] += weighing;
    histogram[slot2] += gradient;
    histogram[slot2 + 1] += weighing;
    histogram[slot3] += gradient;
    histogram[slot3 + 1] += weighing;
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
