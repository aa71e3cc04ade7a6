/** Trees as flat arrays: how they are gathered while growing, stored in an artefact, and walked by a predictor. */
import { invariant } from '#core/base/invariant.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ModelArtefact } from '../dataset.ts';

/**
 * All trees of a model, node after node, tree after tree. Children follow their parent and stand side by side: the left
 * one at `left`, the right one at `left + 1`. Thresholds are values, not bins: prediction needs no bin mapper.
 */
export interface FlatTrees {
  /** Feature of an inner node; -1 for a leaf. */
  readonly feature: Int32Array;
  /** Inner node: values <= split go left. Leaf: its value. */
  readonly split: Float64Array;
  /** Index of the left child; 0 for a leaf. */
  readonly left: Int32Array;
  /** Inner node: 1 when a missing value goes left. */
  readonly missingLeft: Uint8Array;
  /** Sum of the sample weights that reached the node in training. */
  readonly cover: Float64Array;
  /** Loss reduction of the split; 0 for a leaf. */
  readonly gain: Float32Array;
  /** First node of each tree. */
  readonly roots: Int32Array;
}

export type TreesFault = Fault<'bad-trees'>;

/** Raised when the same arrays would be read differently. */
export const TREES_FORMAT = 1;

/** Gathers nodes while trees grow; also remembers cuts in bins, so that rows in bins can be walked during training. */
export class FlatTreesBuilder {
  readonly feature: number[] = [];
  readonly split: number[] = [];
  readonly left: number[] = [];
  readonly missingLeft: number[] = [];
  readonly cover: number[] = [];
  readonly gain: number[] = [];
  readonly roots: number[] = [];
  readonly cut: number[] = [];

  get nodes(): number {
    return this.feature.length;
  }

  /** Adds a tree's root, a leaf for now, and gives its index. */
  startTree(): number {
    this.roots.push(this.nodes);
    return this.addLeaf();
  }

  /** Makes a leaf an inner node and gives the index of its left child. */
  splitNode(node: number, feature: number, threshold: number, cut: number, missingLeft: boolean, gain: number): number {
    const left = this.addLeaf();
    this.addLeaf();
    this.feature[node] = feature;
    this.split[node] = threshold;
    this.cut[node] = cut;
    this.left[node] = left;
    this.missingLeft[node] = missingLeft ? 1 : 0;
    this.gain[node] = gain;
    return left;
  }

  /** Drops the trees from `count` on. */
  truncate(count: number): void {
    if (count >= this.roots.length) return;
    const nodes = this.roots[count];
    this.roots.length = count;
    for (const list of [this.feature, this.split, this.left, this.missingLeft, this.cover, this.gain, this.cut]) {
      list.length = nodes;
    }
  }

  /** Sums covers of inner nodes from their leaves, for the nodes from `root` on. */
  sumCovers(root: number): void {
    for (let node = this.nodes - 1; node >= root; node--) {
      if (this.feature[node] >= 0) this.cover[node] = this.cover[this.left[node]] + this.cover[this.left[node] + 1];
    }
  }

  /** The leaf that a row in bins reaches from `root`. */
  leafOfBinned(root: number, bins: Uint8Array, stride: number, binCounts: Int32Array, row: number): number {
    let node = root;
    for (let feature = this.feature[node]; feature >= 0; feature = this.feature[node]) {
      const code = bins[feature * stride + row];
      const goesLeft = code === binCounts[feature] ? this.missingLeft[node] === 1 : code <= this.cut[node];
      node = goesLeft ? this.left[node] : this.left[node] + 1;
    }
    return node;
  }

  build(): FlatTrees {
    return {
      feature: Int32Array.from(this.feature),
      split: Float64Array.from(this.split),
      left: Int32Array.from(this.left),
      missingLeft: Uint8Array.from(this.missingLeft),
      cover: Float64Array.from(this.cover),
      gain: Float32Array.from(this.gain),
      roots: Int32Array.from(this.roots),
    };
  }

  private addLeaf(): number {
    const node = this.feature.length;
    this.feature.push(-1);
    this.split.push(0);
    this.left.push(0);
    this.missingLeft.push(0);
    this.cover.push(0);
    this.gain.push(0);
    this.cut.push(0);
    return node;
  }
}

/** The arrays of an artefact, as they are stored. */
export function treeArrays(trees: FlatTrees): ModelArtefact['arrays'] {
  return { ...trees };
}

/** Several models' trees as one, in that order. */
export function joinTrees(parts: readonly FlatTrees[]): FlatTrees {
  const joined = new FlatTreesBuilder();
  for (const part of parts) {
    const offset = joined.nodes;
    for (const root of part.roots) joined.roots.push(root + offset);
    for (let node = 0; node < part.feature.length; node++) {
      joined.feature.push(part.feature[node]);
      joined.split.push(part.split[node]);
      joined.left.push(part.feature[node] < 0 ? 0 : part.left[node] + offset);
      joined.missingLeft.push(part.missingLeft[node]);
      joined.cover.push(part.cover[node]);
      joined.gain.push(part.gain[node]);
    }
  }
  return joined.build();
}

/**
 * Reads and checks trees from wherever they came: lengths fit, children follow their parents within their tree (a walk
 * always ends), features exist, numbers are finite (a threshold may be +infinity: only missing goes right).
 */
export function readTrees(artefact: ModelArtefact): Result<FlatTrees, TreesFault> {
  const { arrays, header, names, kind } = artefact;
  if (kind !== 'forest' && kind !== 'boosting') return refused(`it is a ${kind}`);
  if (header.treesFormat !== TREES_FORMAT) return refused('its format is of another version');
  const { feature, split, left, missingLeft, cover, gain, roots } = arrays;
  if (
    !(feature instanceof Int32Array) ||
    !(split instanceof Float64Array) ||
    !(left instanceof Int32Array) ||
    !(missingLeft instanceof Uint8Array) ||
    !(cover instanceof Float64Array) ||
    !(gain instanceof Float32Array) ||
    !(roots instanceof Int32Array)
  ) {
    return refused('an array is absent or of another type');
  }
  const nodes = feature.length;
  if ([split, left, missingLeft, cover, gain].some((array) => array.length !== nodes)) {
    return refused('its arrays differ in length');
  }
  if (roots.length === 0 ? nodes > 0 : roots[0] !== 0) return refused('its trees do not start at the first node');
  for (let tree = 0; tree < roots.length; tree++) {
    const root = roots[tree];
    const end = tree + 1 < roots.length ? roots[tree + 1] : nodes;
    if (end <= root || end > nodes) return refused(`tree ${tree} has no nodes`);
    for (let node = root; node < end; node++) {
      if (!(cover[node] > 0) || cover[node] === Number.POSITIVE_INFINITY) return refused(`node ${node} has no cover`);
      const isLeaf = feature[node] === -1;
      if (isLeaf ? !Number.isFinite(split[node]) : Number.isNaN(split[node]))
        return refused(`node ${node} has no value`);
      if (isLeaf) continue;
      if (feature[node] < 0 || feature[node] >= names.length) return refused(`node ${node} reads an unknown feature`);
      if (left[node] <= node || left[node] + 1 >= end) return refused(`node ${node} has its children outside its tree`);
    }
  }
  return ok({ feature, split, left, missingLeft, cover, gain, roots });
}

/** As `readTrees`, for an artefact that was checked before. */
export function requireTrees(artefact: ModelArtefact): FlatTrees {
  const read = readTrees(artefact);
  invariant(read.ok, read.ok ? '' : `${read.error.message} (check with readTrees first)`);
  return read.value;
}

/** Depth of the deepest leaf; 0 for single leaves. */
export function depthOf(trees: FlatTrees): number {
  const depths = new Int32Array(trees.feature.length);
  let deepest = 0;
  for (let node = 0; node < depths.length; node++) {
    if (trees.feature[node] < 0) continue;
    const below = depths[node] + 1;
    depths[trees.left[node]] = below;
    depths[trees.left[node] + 1] = below;
    if (below > deepest) deepest = below;
  }
  return deepest;
}

/** Share of the whole loss reduction per feature; adds up to 1, or all 0 when nothing was ever split. */
export function gainImportance(trees: FlatTrees, features: number): Float64Array {
  const shares = new Float64Array(features);
  let total = 0;
  for (let node = 0; node < trees.feature.length; node++) {
    if (trees.feature[node] < 0) continue;
    shares[trees.feature[node]] += trees.gain[node];
    total += trees.gain[node];
  }
  if (total > 0) for (let feature = 0; feature < features; feature++) shares[feature] /= total;
  return shares;
}

/**
 * Walks rows through trees. A node lies in 16 bytes, so that a step touches one line of the cache: the threshold or leaf
 * value as a double, then 2 x feature + missingLeft (-1 in a leaf) and the left child as 32-bit integers.
 */
export class TreeWalker {
  readonly roots: Int32Array;
  private readonly values: Float64Array;
  private readonly links: Int32Array;

  constructor(trees: FlatTrees) {
    const nodes = trees.feature.length;
    const memory = new ArrayBuffer(nodes * 16);
    this.roots = trees.roots;
    this.values = new Float64Array(memory);
    this.links = new Int32Array(memory);
    for (let node = 0; node < nodes; node++) {
      this.values[2 * node] = trees.split[node];
      this.links[4 * node + 2] = trees.feature[node] < 0 ? -1 : 2 * trees.feature[node] + trees.missingLeft[node];
      this.links[4 * node + 3] = trees.left[node];
    }
  }

  /**
   * The value of the leaf that a row reaches in one tree. Features that the way there asks for are marked in `asked` at
   * feature x trees + tree, unless it is null.
   */
  leafValue(row: Float64Array, tree: number, asked: Uint8Array | null = null): number {
    const { roots, values, links } = this;
    let node = roots[tree];
    for (let code = links[4 * node + 2]; code >= 0; code = links[4 * node + 2]) {
      const feature = code >> 1;
      if (asked !== null) asked[feature * roots.length + tree] = 1;
      node = links[4 * node + 3] + stepRight(row[feature], values[2 * node], code);
    }
    return values[2 * node];
  }

  /** Adds up leaf values of the trees first, first + step, ..., in that order. */
  sum(row: Float64Array, first: number, step: number): number {
    const { roots, values, links } = this;
    let total = 0;
    let tree = first;
    // Two trees at a time: a step waits for memory and for the one before it, and the other tree's step fills the wait.
    for (; tree + step < roots.length; tree += 2 * step) {
      let one = roots[tree];
      let other = roots[tree + step];
      let oneCode = links[4 * one + 2];
      let otherCode = links[4 * other + 2];
      while (oneCode >= 0 && otherCode >= 0) {
        one = links[4 * one + 3] + stepRight(row[oneCode >> 1], values[2 * one], oneCode);
        other = links[4 * other + 3] + stepRight(row[otherCode >> 1], values[2 * other], otherCode);
        oneCode = links[4 * one + 2];
        otherCode = links[4 * other + 2];
      }
      total += this.leafFrom(one, row);
      total += this.leafFrom(other, row);
    }
    return tree < roots.length ? total + this.leafFrom(roots[tree], row) : total;
  }

  private leafFrom(start: number, row: Float64Array): number {
    const { values, links } = this;
    let node = start;
    for (let code = links[4 * node + 2]; code >= 0; code = links[4 * node + 2]) {
      node = links[4 * node + 3] + stepRight(row[code >> 1], values[2 * node], code);
    }
    return values[2 * node];
  }
}

/**
 * 1 when a value goes right, 0 when left; `code` is odd where missing goes left. Without a branch: which way a row goes
 * cannot be predicted, and a wrong guess of the processor costs more than the step.
 */
function stepRight(value: number, threshold: number, code: number): number {
  return Number(value > threshold) | (Number(Number.isNaN(value)) & ~code & 1);
}

function refused(why: string): Result<never, TreesFault> {
  const remedy = 'Train the model again, or go back to an older version of it.';
  return err({ kind: 'bad-trees', message: `The trees cannot be used: ${why}.`, remedy });
}
