/** Grows one tree on binned rows: owns the stopping rules, the order of splitting and the partition of rows. */
import type { Random } from '#core/base/random.ts';
import type { BinnedData } from './bin-mapper.ts';
import type { FlatTreesBuilder } from './flat-trees.ts';
import {
  addRows,
  HistogramPool,
  type NodeStatistics,
  type PackedTotals,
  type Packing,
  pack,
  packingFor,
  SLOT,
  sizeOf,
  subtractHistogram,
} from './histogram.ts';
import { OccupiedBins } from './occupied-bins.ts';
import { createSplitRecord, improveSplit, resetSplit, type SplitRecord, type SplitRules, scoreOf } from './splitter.ts';

export interface GrowRules {
  readonly maxDepth: number;
  /** With a finite number the leaf of the largest gain is split next until there are so many; else all are, by depth. */
  readonly maxLeaves: number;
  /** Smallest leaf, in rows. */
  readonly minLeaf: number;
  /** Smallest node that may be split, in rows. */
  readonly minSplit: number;
  /** A child's sum of hessians must be above this. */
  readonly minHessian: number;
  /** L2 penalty on leaf values. */
  readonly l2: number;
  /** A split must lower the loss by more than this (twice the loss, in units of gradient² / hessian). */
  readonly minGain: number;
  /** Features tried per node, drawn anew at each; the search goes on until one that tells rows apart was tried. */
  readonly columnsPerNode: number;
}

/** How many rows each row stands for, in whole steps of 1 / perRow, so that sums are exact. */
export interface RowSizes {
  readonly steps: Int32Array;
  readonly perRow: number;
}

/** Per row of the data; only the rows that a tree is grown on are read. */
export interface RowStatistics {
  readonly gradient: Float64Array;
  /** What leaf values divide by. */
  readonly hessian: Float64Array;
  /** What the search for splits takes for hessians. */
  readonly curvature: Float64Array;
  /** Weight in covers. */
  readonly weight: Float64Array;
}

/** A leaf of the tree grown last: its node and its rows, rows[start .. end). */
export interface LeafRange {
  readonly node: number;
  readonly start: number;
  readonly end: number;
}

interface Candidate {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly totals: PackedTotals;
  readonly gain: number;
  readonly split: SplitRecord;
  /** Of all features, when histograms are shared with children; null where each node scans its own columns. */
  readonly histogram: Float64Array | null;
}

/** Below this share of the features, scanning the drawn ones beats subtracting histograms of all of them. */
const SCAN_OWN_SHARE = 0.5;

/** Up to so many rows a node that scans its own columns goes without histograms. */
const FEW_ROWS = 96;

/** Sums in different order differ by less than this share. */
const ROUNDING = 1e-9;

export class TreeGrower {
  /** Row indices; the caller fills the front before `grow`, which reorders it so that each leaf's rows are contiguous. */
  readonly rows: Int32Array;
  /** Of the tree grown last. */
  readonly leaves: LeafRange[] = [];

  private readonly data: BinnedData;
  private readonly sizes: RowSizes;
  private readonly rules: GrowRules;
  private readonly splitRules: SplitRules;
  private readonly pool: HistogramPool;
  private readonly ownColumns: Float64Array;
  private readonly occupied = new OccupiedBins();
  private readonly packed: Float64Array;
  private readonly gathered: NodeStatistics;
  private readonly moved: Int32Array;
  /** A permutation of the columns' positions, shuffled from the front. */
  private readonly drawn: Int32Array;
  private readonly tried: Int32Array;

  constructor(data: BinnedData, sizes: RowSizes, rules: GrowRules) {
    this.data = data;
    this.sizes = sizes;
    this.rules = rules;
    this.splitRules = { ...rules, minLeafSteps: rules.minLeaf * sizes.perRow };
    const slots = data.slotOffsets[data.features];
    this.pool = new HistogramPool(slots);
    this.ownColumns = new Float64Array(slots * SLOT);
    this.rows = new Int32Array(data.rows);
    this.moved = new Int32Array(data.rows);
    this.drawn = new Int32Array(data.features);
    this.tried = new Int32Array(data.features);
    this.packed = new Float64Array(data.rows);
    this.gathered = { gradients: new Float64Array(data.rows), packed: new Float64Array(data.rows) };
  }

  /**
   * Adds one tree to `into`, grown on rows[0 .. count). A leaf's value is -sum(gradient) / (sum(hessian) + l2) x scale.
   * `columns` are the features that may be used; `random` is drawn from only when nodes sample their columns.
   */
  grow(
    into: FlatTreesBuilder,
    count: number,
    statistics: RowStatistics,
    columns: Int32Array,
    random: Random,
    scale: number,
  ): void {
    const { rules } = this;
    const sharesHistograms = rules.columnsPerNode > columns.length * SCAN_OWN_SHARE;
    const drawsFrom = rules.columnsPerNode < columns.length ? random : null;
    this.leaves.length = 0;
    // Anew for each tree: a tree must not depend on which trees this grower grew before.
    for (let i = 0; i < columns.length; i++) this.drawn[i] = i;
    const packing = this.packRows(count, statistics);
    const root = into.startTree();
    const open: Candidate[] = [];

    const examine = (
      node: number,
      start: number,
      end: number,
      depth: number,
      totals: PackedTotals,
      shared: Float64Array | null,
    ): void => {
      let histogram = shared;
      if (this.mayGrow(depth, sizeOf(totals.packed, packing))) {
        const parentScore = scoreOf(totals, packing, rules.l2);
        const attainable = histogram === null ? this.gather(start, end, statistics) : Number.POSITIVE_INFINITY;
        if (attainable <= parentScore + rules.minGain + ROUNDING * parentScore) {
          this.closeLeaf(into, node, start, end, statistics, scale);
          return;
        }
        if (histogram === null && sharesHistograms) {
          histogram = this.pool.take();
          addRows(histogram, this.data, columns, columns.length, this.rows, start, end, this.gathered);
        }
        const split = createSplitRecord();
        resetSplit(split, parentScore, this.splitRules);
        this.findSplit(split, histogram, start, end, columns, drawsFrom, totals, packing);
        if (split.feature >= 0) {
          open.push({ node, start, end, depth, totals, gain: split.score - parentScore, split, histogram });
          return;
        }
      }
      if (histogram !== null) this.pool.giveBack(histogram);
      this.closeLeaf(into, node, start, end, statistics, scale);
    };

    examine(root, 0, count, 0, this.totalsOf(count, statistics), null);
    let leafCount = 1;
    while (open.length > 0 && leafCount < rules.maxLeaves) {
      const parent = takeNext(open, Number.isFinite(rules.maxLeaves));
      const { split, start, end, totals } = parent;
      const threshold = this.thresholdOf(split.feature, split.cut);
      const left = into.splitNode(parent.node, split.feature, threshold, split.cut, split.missingLeft, parent.gain);
      const middle = this.partition(start, end, split);
      leafCount++;
      const depth = parent.depth + 1;
      const leftTotals = { gradient: split.leftGradient, packed: split.leftPacked };
      const rightTotals = {
        gradient: totals.gradient - split.leftGradient,
        packed: totals.packed - split.leftPacked,
      };
      let leftHistogram: Float64Array | null = null;
      let rightHistogram: Float64Array | null = null;
      if (parent.histogram !== null) {
        const leftIsSmaller = middle - start <= end - middle;
        const largerTotals = leftIsSmaller ? rightTotals : leftTotals;
        if (this.mayGrow(depth, sizeOf(largerTotals.packed, packing))) {
          const smaller = this.pool.take();
          const from = leftIsSmaller ? start : middle;
          const until = leftIsSmaller ? middle : end;
          this.gather(from, until, statistics);
          addRows(smaller, this.data, columns, columns.length, this.rows, from, until, this.gathered);
          subtractHistogram(parent.histogram, smaller);
          leftHistogram = leftIsSmaller ? smaller : parent.histogram;
          rightHistogram = leftIsSmaller ? parent.histogram : smaller;
        } else {
          this.pool.giveBack(parent.histogram);
        }
      }
      // The right child first: splitting by depth takes the newest, so that the left one comes next.
      examine(left + 1, middle, end, depth, rightTotals, rightHistogram);
      examine(left, start, middle, depth, leftTotals, leftHistogram);
    }
    for (const { node, start, end, histogram } of open) {
      if (histogram !== null) this.pool.giveBack(histogram);
      this.closeLeaf(into, node, start, end, statistics, scale);
    }
    into.sumCovers(root);
  }

  private mayGrow(depth: number, steps: number): boolean {
    const { maxDepth, minSplit, minLeaf } = this.rules;
    return depth < maxDepth && steps >= Math.max(minSplit, 2 * minLeaf) * this.sizes.perRow;
  }

  /** Fills `packed` for this tree's rows. */
  private packRows(count: number, { curvature }: RowStatistics): Packing {
    const { rows, packed } = this;
    const { steps } = this.sizes;
    let hessianSum = 0;
    let sizeSum = 0;
    for (let i = 0; i < count; i++) {
      hessianSum += curvature[rows[i]];
      sizeSum += steps[rows[i]];
    }
    const packing = packingFor(hessianSum, sizeSum);
    for (let i = 0; i < count; i++) packed[rows[i]] = pack(curvature[rows[i]], steps[rows[i]], packing);
    return packing;
  }

  private totalsOf(count: number, { gradient: gradients }: RowStatistics): PackedTotals {
    const { rows, packed: packedRows } = this;
    let gradient = 0;
    let packed = 0;
    for (let i = 0; i < count; i++) {
      gradient += gradients[rows[i]];
      packed += packedRows[rows[i]];
    }
    return { gradient, packed };
  }

  /**
   * Puts the statistics of rows[start .. end) in order, and gives the score that no split of them can pass: each row in a
   * leaf of its own, the sum of g²/h (Cauchy-Schwarz). A pure node reaches it already.
   */
  private gather(start: number, end: number, { gradient, curvature }: RowStatistics): number {
    const { rows, packed } = this;
    const { gradients, packed: packedInOrder } = this.gathered;
    let attainable = 0;
    for (let i = start; i < end; i++) {
      const row = rows[i];
      const g = gradient[row];
      gradients[i - start] = g;
      packedInOrder[i - start] = packed[row];
      attainable += (g * g) / curvature[row];
    }
    return attainable;
  }

  /** `histogram` null: the gathered rows are scanned for the columns tried. `random` null: all columns in order. */
  private findSplit(
    split: SplitRecord,
    histogram: Float64Array | null,
    start: number,
    end: number,
    columns: Int32Array,
    random: Random | null,
    totals: PackedTotals,
    packing: Packing,
  ): void {
    const { data, splitRules, tried, occupied } = this;
    const fewRows = histogram === null && end - start <= FEW_ROWS;
    let done = 0;
    let tellsApart = false;
    let wanted = random === null ? columns.length : this.rules.columnsPerNode;
    while (done < columns.length && !tellsApart) {
      const count = Math.min(wanted, columns.length - done);
      for (let i = 0; i < count; i++)
        tried[i] = columns[random === null ? i : this.draw(done + i, columns.length, random)];
      if (histogram === null && !fewRows) this.scanColumns(count, start, end);
      const from = histogram ?? this.ownColumns;
      for (let i = 0; i < count; i++) {
        const feature = tried[i];
        const valueBins = data.binCounts[feature];
        if (fewRows) occupied.readRows(data.bins, feature * data.rows, this.rows, start, end, this.gathered);
        else occupied.readHistogram(from, data.slotOffsets[feature] * SLOT, valueBins + 1);
        if (improveSplit(split, occupied, valueBins, feature, totals, packing, splitRules)) tellsApart = true;
      }
      done += count;
      wanted = 1;
    }
  }

  /** Builds the histograms of the columns tried, and of no others. */
  private scanColumns(count: number, start: number, end: number): void {
    const { data, tried, ownColumns } = this;
    for (let i = 0; i < count; i++) {
      ownColumns.fill(0, data.slotOffsets[tried[i]] * SLOT, data.slotOffsets[tried[i] + 1] * SLOT);
    }
    addRows(ownColumns, data, tried, count, this.rows, start, end, this.gathered);
  }

  /** The next of a Fisher-Yates shuffle; the array stays a permutation from node to node. */
  private draw(position: number, available: number, random: Random): number {
    const { drawn } = this;
    const other = position + random.integer(available - position);
    const taken = drawn[other];
    drawn[other] = drawn[position];
    drawn[position] = taken;
    return taken;
  }

  /** Moves the rows that go left to the front, keeping order on both sides, and gives where the right ones start. */
  private partition(start: number, end: number, split: SplitRecord): number {
    const { rows, moved, data } = this;
    const { bins } = data;
    const { cut } = split;
    const column = split.feature * data.rows;
    const missing = data.binCounts[split.feature];
    const missingLeft = split.missingLeft;
    let left = start;
    let right = 0;
    for (let i = start; i < end; i++) {
      const row = rows[i];
      const code = bins[column + row];
      if (code === missing ? missingLeft : code <= cut) rows[left++] = row;
      else moved[right++] = row;
    }
    for (let i = 0; i < right; i++) rows[left + i] = moved[i];
    return left;
  }

  private thresholdOf(feature: number, cut: number): number {
    const edges = this.data.edges[feature];
    return cut < edges.length ? edges[cut] : Number.POSITIVE_INFINITY;
  }

  private closeLeaf(
    into: FlatTreesBuilder,
    node: number,
    start: number,
    end: number,
    statistics: RowStatistics,
    scale: number,
  ): void {
    // Summed over the rows once more: histogram differences carry rounding, leaf values should not.
    let gradient = 0;
    let hessian = 0;
    let cover = 0;
    for (let i = start; i < end; i++) {
      const row = this.rows[i];
      gradient += statistics.gradient[row];
      hessian += statistics.hessian[row];
      cover += statistics.weight[row];
    }
    const denominator = hessian + this.rules.l2;
    into.split[node] = denominator > 0 ? ((0 - gradient) / denominator) * scale : 0;
    into.cover[node] = cover;
    this.leaves.push({ node, start, end });
  }
}

/** The newest candidate, or the one of the largest gain (the older of equals). */
function takeNext(open: Candidate[], byGain: boolean): Candidate {
  let best = open.length - 1;
  if (byGain) {
    for (let i = open.length - 2; i >= 0; i--) if (open[i].gain >= open[best].gain) best = i;
  }
  const [taken] = open.splice(best, 1);
  return taken;
}

/** Steps per row where weights above 1 count as repeats. */
const FRACTIONS = 16;

/** Every row is one row. */
export function evenSizes(rows: number): RowSizes {
  return { steps: new Int32Array(rows).fill(1), perRow: 1 };
}

/**
 * A row counts as its weight where that is above 1, so that a row of weight 2 is the row twice; a light row is still a
 * row. `largest` (in rows) is the size above which no rule tells sizes apart: it keeps sums small.
 */
export function sizesByWeight(weight: Float64Array, largest: number): RowSizes {
  const steps = Int32Array.from(weight, (value) => Math.round(Math.min(largest, Math.max(1, value)) * FRACTIONS));
  return { steps, perRow: FRACTIONS };
}
