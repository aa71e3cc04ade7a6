/** Scores rows with a forest or boosted trees: one walk per tree, no allocation. */
import { invariant } from '#core/base/invariant.ts';
import type { HeldRow, ModelArtefact, Predictor, Task } from '../dataset.ts';
import { gainImportance, requireTrees, TreeWalker } from './flat-trees.ts';
import { sigmoid, softmaxInPlace } from './losses.ts';

export interface TreePredictor extends Predictor {
  /** Trees per output. */
  readonly trees: number;
  /** Only the trees that ask for the feature on the row's way are walked again; the answers are equal to the bit. */
  holdRow(): HeldRow;
}

/** The predictor of a checked artefact (`readTrees`). Probabilities lie in [0, 1] and several classes add up to 1. */
export function createTreePredictor(artefact: ModelArtefact): TreePredictor {
  const base = baseOf(artefact);
  const walker = new TreeWalker(requireTrees(artefact));
  const finish =
    artefact.kind === 'forest'
      ? forestFinish(artefact, walker.roots.length / base.length, base)
      : boostingFinish(artefact, base);
  return new TreesPredictor(artefact, walker, base.length, finish);
}

/** Share of the loss reduction per feature, in the order of names; adds up to 1, all 0 for trees without a split. */
export function treeImportance(artefact: ModelArtefact): Float64Array {
  return gainImportance(requireTrees(artefact), artefact.names.length);
}

/**
 * Standard deviation over the trees' own answers for a row, in the unit of the output: how far a forest disagrees with
 * itself. For forests of one output.
 */
export function createForestSpread(artefact: ModelArtefact): (row: Float64Array) => number {
  invariant(artefact.kind === 'forest' && baseOf(artefact).length === 1, 'spread is for forests of one output');
  const walker = new TreeWalker(requireTrees(artefact));
  const trees = walker.roots.length;
  return (row) => {
    if (trees < 2) return 0;
    const mean = walker.sum(row, 0, 1) / trees;
    let squares = 0;
    for (let tree = 0; tree < trees; tree++) squares += (walker.leafValue(row, tree) - mean) ** 2;
    return Math.sqrt(squares / (trees - 1));
  };
}

/** Start scores per output. */
export function baseOf(artefact: ModelArtefact): Float64Array {
  const { base } = artefact.arrays;
  invariant(
    base instanceof Float64Array && base.length > 0 && base.every(Number.isFinite),
    'trees without start scores',
  );
  invariant(base.length === 1 || artefact.task === 'multiclass', 'only several classes have several outputs');
  return base;
}

/** Turns sums of leaf values per output into the model's answer. */
type Finish = (sums: Float64Array, out: Float64Array) => void;

class HeldTreeRow implements HeldRow {
  private readonly walker: TreeWalker;
  private readonly finish: Finish;
  private readonly row: Float64Array;
  private readonly sums: Float64Array;
  /** Per tree. */
  private readonly leafValues: Float64Array;
  /** Per tree: the sum of its output's leaf values before it, added up in that order. */
  private readonly before: Float64Array;
  /** The sums of the row as it is. */
  private readonly totals: Float64Array;
  /** feature x trees + tree: does the row's way through the tree ask for the feature? */
  private readonly asked: Uint8Array;

  constructor(walker: TreeWalker, features: number, outputs: number, finish: Finish) {
    this.walker = walker;
    this.finish = finish;
    this.row = new Float64Array(features);
    this.sums = new Float64Array(outputs);
    this.leafValues = new Float64Array(walker.roots.length);
    this.before = new Float64Array(walker.roots.length);
    this.totals = new Float64Array(outputs);
    this.asked = new Uint8Array(features * walker.roots.length);
  }

  hold(row: Float64Array): void {
    const { walker, leafValues, before, totals, asked } = this;
    this.row.set(row);
    asked.fill(0);
    totals.fill(0);
    for (let tree = 0; tree < leafValues.length; tree++) {
      const output = tree % totals.length;
      leafValues[tree] = walker.leafValue(row, tree, asked);
      before[tree] = totals[output];
      totals[output] += leafValues[tree];
    }
  }

  predictWith(feature: number, value: number, out: Float64Array): void {
    const { walker, row, sums, totals, leafValues, before, asked } = this;
    const held = row[feature];
    const first = feature * leafValues.length;
    const step = sums.length;
    row[feature] = value;
    for (let output = 0; output < step; output++) {
      let tree = output;
      // Up to the first tree that asks for the feature nothing changes, and for a value that stays nothing at all.
      if (Object.is(value, held)) tree = leafValues.length;
      while (tree < leafValues.length && asked[first + tree] === 0) tree += step;
      let total = tree < leafValues.length ? before[tree] : totals[output];
      for (; tree < leafValues.length; tree += step) {
        total += asked[first + tree] === 1 ? walker.leafValue(row, tree) : leafValues[tree];
      }
      sums[output] = total;
    }
    row[feature] = held;
    this.finish(sums, out);
  }
}

class TreesPredictor implements TreePredictor {
  readonly task: Task;
  readonly names: readonly string[];
  readonly outputs: number;
  readonly trees: number;
  private readonly walker: TreeWalker;
  private readonly sums: Float64Array;
  private readonly finish: Finish;

  constructor({ task, names }: ModelArtefact, walker: TreeWalker, outputs: number, finish: Finish) {
    this.task = task;
    this.names = names;
    this.outputs = outputs;
    this.walker = walker;
    this.trees = walker.roots.length / outputs;
    this.sums = new Float64Array(outputs);
    this.finish = finish;
  }

  predict(row: Float64Array, out: Float64Array): void {
    const { outputs, sums } = this;
    for (let output = 0; output < outputs; output++) sums[output] = this.walker.sum(row, output, outputs);
    this.finish(sums, out);
  }

  holdRow(): HeldRow {
    return new HeldTreeRow(this.walker, this.names.length, this.outputs, this.finish);
  }
}

/** Means over the trees on top of the base; several classes are normalised. */
function forestFinish({ task }: ModelArtefact, trees: number, base: Float64Array): Finish {
  const outputs = base.length;
  // Sums of means may leave [0, 1] by a rounding.
  const lowest = task === 'regress' ? Number.NEGATIVE_INFINITY : 0;
  const highest = task === 'regress' ? Number.POSITIVE_INFINITY : 1;
  return (sums, out) => {
    let total = 0;
    for (let output = 0; output < outputs; output++) {
      const mean = trees === 0 ? 0 : sums[output] / trees;
      out[output] = Math.min(highest, Math.max(lowest, base[output] + mean));
      total += out[output];
    }
    if (outputs === 1) return;
    for (let output = 0; output < outputs; output++) out[output] = total > 0 ? out[output] / total : 1 / outputs;
  };
}

/** The sums on top of the base, as probabilities where it is about classes. */
function boostingFinish({ task }: ModelArtefact, base: Float64Array): Finish {
  const outputs = base.length;
  const scores = new Float64Array(outputs);
  return (sums, out) => {
    for (let output = 0; output < outputs; output++) scores[output] = base[output] + sums[output];
    if (task === 'multiclass') softmaxInPlace(scores);
    else if (task === 'classify') scores[0] = sigmoid(scores[0]);
    for (let output = 0; output < outputs; output++) out[output] = scores[output];
  };
}
