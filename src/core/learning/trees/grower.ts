/** Grows one tree on binned rows: owns the stopping rules, the order of splitting and the partition of rows. */
import type { Random } from '#core/base/random.ts';
import type { BinnedData } from './bin-mapper.ts';
import type { FlatTreesBuilder } from './flat-trees.ts';
import { addRows, addRowsOfOne, HistogramPool, type NodeStatistics, SLOT, subtractHistogram } from './histogram.ts';
import { createSplitRecord, improveSplit, resetSplit, type SplitRecord, type SplitRules } from './splitter.ts';

export interface GrowRules extends SplitRules {
  readonly maxDepth: number;
  /** With a finite number the leaf of the largest gain is split next until there are so many; else all are, by depth. */
  readonly maxLeaves: number;
  /** Smallest size of a node that may be split. */
  readonly minSplit: number;
  /** Features tried per node, drawn anew at each; at least one that can split the node is tried if there is any. */
  readonly columnsPerNode: number;
}

/** Per row of the data; only the rows that a tree is grown on are read. */
export interface RowStatistics {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  /** How many rows a row stands for, see `rowSizes`. */
  readonly size: Float64Array;
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
  readonly gradient: number;
  readonly hessian: number;
  readonly size: number;
  readonly split: SplitRecord;
  /** Of all features, when histograms are shared with children; null where each node scans its own columns. */
  readonly histogram: Float64Array | null;
}

/** Below this share of the features, scanning the drawn ones beats subtracting histograms of all of them. */
const SCAN_OWN_SHARE = 0.5;

export class TreeGrower {
  /** Row indices; the caller fills the front before `grow`, which reorders it so that each leaf's rows are contiguous. */
  readonly rows: Int32Array;
  readonly leaves: LeafRange[] = [];

  private readonly data: BinnedData;
  private readonly rules: GrowRules;
  private readonly pool: HistogramPool;
  private readonly oneFeature: Float64Array;
  private readonly gathered: NodeStatistics;
  private readonly moved: Int32Array;
  private readonly drawn: Int32Array;

  constructor(data: BinnedData, rules: GrowRules) {
    this.data = data;
    this.rules = rules;
    this.pool = new HistogramPool(data.slotOffsets[data.features]);
    this.oneFeature = new Float64Array(256 * SLOT);
    this.rows = new Int32Array(data.rows);
    this.moved = new Int32Array(data.rows);
    this.drawn = new Int32Array(data.features);
    this.gathered = {
      gradients: new Float64Array(data.rows),
      hessians: new Float64Array(data.rows),
      sizes: new Float64Array(data.rows),
    };
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
    const samplesColumns = rules.columnsPerNode < columns.length;
    this.leaves.length = 0;
    // Anew for each tree: a tree must not depend on which trees this grower grew before.
    for (let i = 0; i < columns.length; i++) this.drawn[i] = i;
    const root = into.startTree();
    const open: Candidate[] = [];

    const examine = (node: number, start: number, end: number, depth: number, ready: Float64Array | null): void => {
      const totals = this.totalsOf(start, end, statistics);
      const mayGrow = this.mayGrow(depth, totals.size);
      let histogram = ready;
      const split = createSplitRecord();
      resetSplit(split, rules);
      if (mayGrow) {
        if (sharesHistograms && histogram === null) {
          histogram = this.pool.take();
          this.gather(start, end, statistics);
          addRows(histogram, this.data, columns, this.rows, start, end, this.gathered);
        }
        if (!sharesHistograms) this.gather(start, end, statistics);
        this.findSplit(split, histogram, start, end, columns, samplesColumns ? random : null, totals);
      }
      if (split.feature >= 0) {
        open.push({ node, start, end, depth, ...totals, split, histogram });
      } else {
        if (histogram !== null) this.pool.giveBack(histogram);
        this.closeLeaf(into, node, start, end, statistics, scale);
      }
    };

    examine(root, 0, count, 0, null);
    let leafCount = 1;
    while (open.length > 0 && leafCount < rules.maxLeaves) {
      const parent = takeNext(open, Number.isFinite(rules.maxLeaves));
      const { split, start, end } = parent;
      const threshold = this.thresholdOf(split.feature, split.cut);
      const left = into.splitNode(parent.node, split.feature, threshold, split.cut, split.missingLeft, split.gain);
      const middle = this.partition(start, end, split);
      leafCount++;
      const depth = parent.depth + 1;
      let leftHistogram: Float64Array | null = null;
      let rightHistogram: Float64Array | null = null;
      if (parent.histogram !== null) {
        const leftGrows = this.mayGrow(depth, split.leftSize);
        const rightGrows = this.mayGrow(depth, parent.size - split.leftSize);
        const leftIsSmaller = middle - start <= end - middle;
        if (leftIsSmaller ? rightGrows : leftGrows) {
          const smaller = this.pool.take();
          const from = leftIsSmaller ? start : middle;
          const until = leftIsSmaller ? middle : end;
          this.gather(from, until, statistics);
          addRows(smaller, this.data, columns, this.rows, from, until, this.gathered);
          subtractHistogram(parent.histogram, smaller);
          leftHistogram = leftIsSmaller ? smaller : parent.histogram;
          rightHistogram = leftIsSmaller ? parent.histogram : smaller;
        } else {
          this.pool.giveBack(parent.histogram);
        }
      }
      // The right child first: splitting by depth takes the newest, so that the left one comes next.
      examine(left + 1, middle, end, depth, rightHistogram);
      examine(left, start, middle, depth, leftHistogram);
    }
    for (const { node, start, end, histogram } of open) {
      if (histogram !== null) this.pool.giveBack(histogram);
      this.closeLeaf(into, node, start, end, statistics, scale);
    }
    into.sumCovers(root);
  }

  private mayGrow(depth: number, size: number): boolean {
    const { maxDepth, minSplit, minLeaf } = this.rules;
    return depth < maxDepth && size >= minSplit && size >= 2 * minLeaf;
  }

  private totalsOf(start: number, end: number, statistics: RowStatistics) {
    const { gradient: gradients, hessian: hessians, size: sizes } = statistics;
    let gradient = 0;
    let hessian = 0;
    let size = 0;
    for (let i = start; i < end; i++) {
      const row = this.rows[i];
      gradient += gradients[row];
      hessian += hessians[row];
      size += sizes[row];
    }
    return { gradient, hessian, size };
  }

  private gather(start: number, end: number, statistics: RowStatistics): void {
    const { rows } = this;
    const { gradient, hessian, size } = statistics;
    const { gradients, hessians, sizes } = this.gathered;
    for (let i = start; i < end; i++) {
      const row = rows[i];
      gradients[i - start] = gradient[row];
      hessians[i - start] = hessian[row];
      sizes[i - start] = size[row];
    }
  }

  /** `random` null: all columns in order. */
  private findSplit(
    split: SplitRecord,
    histogram: Float64Array | null,
    start: number,
    end: number,
    columns: Int32Array,
    random: Random | null,
    totals: { readonly gradient: number; readonly hessian: number; readonly size: number },
  ): void {
    const { data, rules, drawn, oneFeature } = this;
    const available = columns.length;
    let splittable = false;
    for (let tried = 0; tried < available; tried++) {
      if (random !== null && tried >= rules.columnsPerNode && splittable) break;
      let position = tried;
      if (random !== null) {
        // The next of a Fisher-Yates shuffle; the array stays a permutation from node to node.
        const other = tried + random.integer(available - tried);
        position = drawn[other];
        drawn[other] = drawn[tried];
        drawn[tried] = position;
      }
      const feature = columns[position];
      const valueBins = data.binCounts[feature];
      if (valueBins === 0) continue;
      let from = oneFeature;
      let base = 0;
      if (histogram === null) {
        oneFeature.fill(0, 0, (valueBins + 1) * SLOT);
        addRowsOfOne(oneFeature, 0, data.bins, feature * data.rows, this.rows, start, end, this.gathered);
      } else {
        from = histogram;
        base = data.slotOffsets[feature] * SLOT;
      }
      if (improveSplit(split, from, base, valueBins, feature, totals, rules)) splittable = true;
    }
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
    into.split[node] = denominator > 0 ? (-gradient / denominator) * scale : 0;
    into.cover[node] = cover;
    this.leaves.push({ node, start, end });
  }
}

/** The newest candidate, or the one of the largest gain (the older of equals). */
function takeNext(open: Candidate[], byGain: boolean): Candidate {
  let best = open.length - 1;
  if (byGain) {
    for (let i = open.length - 2; i >= 0; i--) if (open[i].split.gain >= open[best].split.gain) best = i;
  }
  const [taken] = open.splice(best, 1);
  return taken;
}

/**
 * How many rows each row stands for when leaves are measured: its weight where that is above 1, so that a row of weight 2
 * counts as the row twice; a light row is still a row. In steps of 1/1024, so that sums and differences are exact.
 */
export function rowSizes(weight: Float64Array): Float64Array {
  return weight.map((value) => (value > 1 ? Math.round(value * 1024) / 1024 : 1));
}
