/** Turns columns of doubles into bytes: up to 255 quantile bins per feature, and a code of its own for missing values. */
import type { Dataset } from '../dataset.ts';

/** 255 value bins and the missing code fit one byte. */
export const MAX_BINS = 255;

/** Longer columns with many distinct values take their quantiles from this many evenly spaced rows. */
const QUANTILE_ROWS = 10_000;

/** Cells of the lookup grid that replaces most of the binary search while binning. */
const GRID_CELLS = 1024;

/** A dataset in bins: what growing trees reads. Value bins of a feature are 0 .. binCounts - 1, missing is binCounts. */
export interface BinnedData {
  readonly rows: number;
  readonly features: number;
  /** Column-major codes: feature * rows + row. */
  readonly bins: Uint8Array;
  /** Value bins per feature; 0 for a column without any value. */
  readonly binCounts: Int32Array;
  /** First histogram slot per feature (binCounts + 1 slots each); one longer than features, the last is the total. */
  readonly slotOffsets: Int32Array;
  /** Per feature the upper edges, ascending: bin b holds edges[b - 1] < value <= edges[b]; the last bin has no edge. */
  readonly edges: readonly Float64Array[];
}

/**
 * Edges for one column. With at most `maxBins` distinct values each has a bin of its own; otherwise bins hold about
 * equal weight, and a value that outweighs its share takes one bin without starving the rest. A row of weight 2 counts
 * as the row twice. NaN is skipped.
 */
export function findBinEdges(column: Float64Array, weight: Float64Array | null, maxBins: number): Float64Array {
  const few = fewDistinctValues(column, maxBins);
  if (few !== null) return midpoints(few);
  const stride = Math.max(1, column.length / QUANTILE_ROWS);
  const sampled = stride === 1 ? column : sample(column, stride);
  const values = present(sampled).sort();
  const heaviness =
    weight === null ? null : weightsOfSorted(values, sampled, stride === 1 ? weight : sample(weight, stride));

  let remainingWeight = heaviness === null ? values.length : sum(heaviness);
  let remainingBins = maxBins;
  let held = 0;
  const edges: number[] = [];
  for (let from = 0; from < values.length; ) {
    const value = values[from];
    let until = from;
    let here = 0;
    while (until < values.length && values[until] === value) {
      here += heaviness === null ? 1 : heaviness[until];
      until++;
    }
    // Closing before this value is better when taking it would overshoot the share by more than leaving it falls short.
    if (held > 0 && remainingBins > 1 && held + here / 2 > remainingWeight / remainingBins) {
      edges.push(between(values[from - 1], value));
      remainingWeight -= held;
      remainingBins--;
      held = 0;
    }
    held += here;
    from = until;
  }
  return Float64Array.from(edges);
}

/** A copy of the values that are there, in order: a loop, which is ten times as fast as `filter`. */
function present(values: Float64Array): Float64Array {
  const found = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) found[count++] = values[i];
  return found.subarray(0, count);
}

/** Bins every column; `weight` null means that all rows count the same. */
export function binData(data: Dataset, weight: Float64Array | null, maxBins: number = MAX_BINS): BinnedData {
  const features = data.columns.length;
  const bins = new Uint8Array(features * data.rows);
  const binCounts = new Int32Array(features);
  const slotOffsets = new Int32Array(features + 1);
  const edges = data.columns.map((column) => findBinEdges(column, weight, maxBins));
  for (let feature = 0; feature < features; feature++) {
    binCounts[feature] = edges[feature].length + 1;
    slotOffsets[feature + 1] = slotOffsets[feature] + binCounts[feature] + 1;
    const codes = bins.subarray(feature * data.rows, (feature + 1) * data.rows);
    binColumn(data.columns[feature], edges[feature], codes);
  }
  return { rows: data.rows, features, bins, binCounts, slotOffsets, edges };
}

/** Writes each value's bin; NaN becomes edges.length + 1. */
export function binColumn(column: Float64Array, edges: Float64Array, codes: Uint8Array): void {
  const missing = edges.length + 1;
  const first = edges.length === 0 ? 0 : edges[0];
  const last = edges.length === 0 ? 0 : edges[edges.length - 1];
  const perCell = GRID_CELLS / (last - first);
  // Not for infinite edges, nor where a cell would be wider than doubles tell apart.
  const useGrid = edges.length > 4 && perCell > 0 && Number.isFinite(perCell) && Number.isFinite(last - first);
  const starts = useGrid ? gridStarts(edges, first, perCell) : null;
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    if (Number.isNaN(value)) {
      codes[row] = missing;
      continue;
    }
    let low = 0;
    let high = edges.length;
    if (starts !== null) {
      if (value <= first) high = 0;
      else if (value > last) low = high;
      else {
        const cell = ((value - first) * perCell) | 0;
        low = starts[cell];
        high = starts[cell + 1];
      }
    }
    // The number of edges below the value.
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (edges[middle] < value) low = middle + 1;
      else high = middle;
    }
    codes[row] = low;
  }
}

/** Per grid cell the first edge a value of that cell can be at or below; rounding is covered by a cell's slack. */
function gridStarts(edges: Float64Array, first: number, perCell: number): Uint8Array {
  const starts = new Uint8Array(GRID_CELLS + 2);
  let edge = 0;
  for (let cell = 0; cell < starts.length; cell++) {
    // An edge belongs to the same cell as its equal value, by the same arithmetic; only lower cells lie surely below.
    while (edge < edges.length && (((edges[edge] - first) * perCell) | 0) < cell) edge++;
    starts[cell] = edge;
  }
  return starts;
}

/** The distinct values, ascending, when there are at most `limit`; else null. */
function fewDistinctValues(column: Float64Array, limit: number): Float64Array | null {
  const seen = new Set<number>();
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    if (Number.isNaN(value)) continue;
    seen.add(value);
    if (seen.size > limit) return null;
  }
  return Float64Array.from(seen).sort();
}

function midpoints(values: Float64Array): Float64Array {
  const edges = new Float64Array(Math.max(0, values.length - 1));
  for (let i = 0; i < edges.length; i++) edges[i] = between(values[i], values[i + 1]);
  return edges;
}

/** A threshold t with low <= t < high, the middle where doubles and infinities allow it. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  return middle >= low && middle < high ? middle : low;
}

function sample(column: Float64Array, stride: number): Float64Array {
  const taken = new Float64Array(QUANTILE_ROWS);
  for (let i = 0; i < taken.length; i++) taken[i] = column[Math.floor(i * stride)];
  return taken;
}

/** Weight per entry of `sorted`: a distinct value's whole weight at its first entry, 0 at the others. */
function weightsOfSorted(sorted: Float64Array, values: Float64Array, weight: Float64Array): Float64Array {
  const weights = new Float64Array(sorted.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (Number.isNaN(value)) continue;
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    weights[low] += weight[row];
  }
  return weights;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
