/**
 * Gradient boosting (Friedman 2001): splits fit the gradients by least squares, leaves take a Newton step with L2 (Chen and
 * Guestrin 2016, equation 5).
 */
import { createRandom, type Random } from '#core/base/random.ts';
import { ok, type Result } from '#core/base/result.ts';
import type { Dataset, ModelArtefact } from '../dataset.ts';
import { type BinnedData, binData, MAX_BINS } from './bin-mapper.ts';
import { FlatTreesBuilder, TREES_FORMAT, treeArrays } from './flat-trees.ts';
import { evenSizes, type RowSizes, type RowStatistics, sizesByWeight, TreeGrower } from './grower.ts';
import { type Loss, lossFor } from './losses.ts';
import {
  cancelled,
  checkTrainingData,
  type TrainingFault,
  type TrainingOptions,
  type TreeParameters,
} from './tree-training.ts';

export interface BoostingParameters extends TreeParameters {
  readonly rounds?: number;
  readonly maxDepth?: number;
  /** With a number, trees grow by largest gain up to so many leaves, within maxDepth. */
  readonly maxLeaves?: number;
  /** Shrinkage of every leaf. */
  readonly learningRate?: number;
  /** Smallest leaf in rows; a row of weight 2 counts as two. */
  readonly minLeaf?: number;
  /** Penalty on leaf values, in units of summed hessians. */
  readonly l2?: number;
  readonly minGain?: number;
  /** Share of rows per round, drawn without replacement. */
  readonly rowSample?: number;
  /** Share of features per tree. */
  readonly columnSample?: number;
  /**
   * Rounds without a better loss on the newest fifth before it stops; 0 or false: never; true: 20. The model is then
   * fitted again on all rows with the best number of rounds.
   */
  readonly earlyStopping?: number | boolean;
  /** Fewer rounds and shallower trees below 1,000 rows, see `sizeForRows`. */
  readonly sizeToData?: boolean;
}

/** ML-1, trend; L2 and the smallest leaf are ours. */
export const BOOSTING_DEFAULTS = {
  rounds: 150,
  maxDepth: 3,
  maxLeaves: Number.POSITIVE_INFINITY,
  learningRate: 0.08,
  minLeaf: 5,
  l2: 1,
  minGain: 0,
  rowSample: 1,
  columnSample: 1,
} as const;

/** Below 255 bins per feature where rows are few: bins hold about a smallest leaf, but are no coarser than so many. */
const COARSEST_BINS = 63;

const DEFAULT_PATIENCE = 20;
const LATER_BLOCK = 0.2;
/** A later block shorter than this judges nothing: early stopping is off, and the header says so. */
const LEAST_LATER_ROWS = 10;
const MIN_SPLIT = 2;
const LEAST_HESSIAN = 1e-6;

/**
 * Rounds and depth that so many rows can carry: a leaf of a full tree sees about 20 rows, and rounds fall with the root
 * of the rows, from 1,000 rows down to no fewer than 20.
 */
export function sizeForRows(rows: number, rounds: number, maxDepth: number): { rounds: number; maxDepth: number } {
  const depth = Math.max(1, Math.floor(Math.log2(rows / 20)));
  const share = Math.min(1, Math.sqrt(rows / 1000));
  return { rounds: Math.min(rounds, Math.max(20, Math.round(rounds * share))), maxDepth: Math.min(maxDepth, depth) };
}

/** Trains boosted trees; the same data, parameters and seed give the same bytes. Rows must be oldest first. */
export function trainBoosting(
  data: Dataset,
  parameters: BoostingParameters,
  seed: string | number,
  options: TrainingOptions = {},
): Result<ModelArtefact, TrainingFault> {
  const checked = checkTrainingData(data, parameters);
  if (!checked.ok) return checked;
  const { rows, outputs, lossWeight, unevenWeight } = checked.value;
  const given = { ...BOOSTING_DEFAULTS, ...parameters };
  const chosen = parameters.sizeToData
    ? { ...given, ...sizeForRows(rows.length, given.rounds, given.maxDepth) }
    : given;
  const sizes =
    unevenWeight === null ? evenSizes(data.rows) : sizesByWeight(unevenWeight, Math.max(2 * chosen.minLeaf, MIN_SPLIT));
  const job: BoostingJob = {
    data,
    binned: binData(data, unevenWeight, binsFor(sizes, chosen.minLeaf)),
    loss: lossFor(parameters.task, outputs),
    lossWeight,
    sizes,
    settings: chosen,
    random: createRandom(String(seed)).fork('boosting'),
  };

  const patience = parameters.earlyStopping === true ? DEFAULT_PATIENCE : Number(parameters.earlyStopping ?? 0);
  const laterRows = Math.round(rows.length * LATER_BLOCK);
  const stopsEarly = patience > 0 && laterRows >= LEAST_LATER_ROWS;
  let rounds = chosen.rounds;
  if (stopsEarly) {
    const split = rows.length - laterRows;
    const trial = boost(
      job,
      rows.subarray(0, split),
      rounds,
      { rows: rows.subarray(split), patience },
      {
        ...options,
        onProgress: (done, total) => options.onProgress?.(done, total * 2),
      },
    );
    if (trial === null) return cancelled();
    rounds = trial.bestRounds;
  }
  const final = boost(job, rows, rounds, null, {
    ...options,
    onProgress: (done, total) =>
      stopsEarly
        ? options.onProgress?.(2 * chosen.rounds - (total - done), 2 * chosen.rounds)
        : options.onProgress?.(done, total),
  });
  if (final === null) return cancelled();
  return ok({
    kind: 'boosting',
    task: parameters.task,
    names: data.names,
    header: {
      treesFormat: TREES_FORMAT,
      outputs,
      // JSON has no infinity: an absent maxLeaves means no limit.
      parameters: { ...chosen, maxLeaves: Number.isFinite(chosen.maxLeaves) ? chosen.maxLeaves : null, patience },
      rounds,
      stoppedEarly: stopsEarly,
      seed: String(seed),
      rows: rows.length,
    },
    arrays: { ...treeArrays(final.trees.build()), base: final.base },
  });
}

function binsFor({ steps, perRow }: RowSizes, minLeaf: number): number {
  const rows = steps.reduce((sum, size) => sum + size, 0) / perRow;
  return Math.min(MAX_BINS, Math.max(COARSEST_BINS, Math.ceil(rows / Math.max(1, minLeaf))));
}

interface BoostingJob {
  readonly data: Dataset;
  readonly binned: BinnedData;
  readonly loss: Loss;
  readonly lossWeight: Float64Array;
  readonly sizes: RowSizes;
  readonly settings: {
    readonly maxDepth: number;
    readonly maxLeaves: number;
    readonly learningRate: number;
    readonly minLeaf: number;
    readonly l2: number;
    readonly minGain: number;
    readonly rowSample: number;
    readonly columnSample: number;
  };
  readonly random: Random;
}

interface LaterBlock {
  readonly rows: Int32Array;
  readonly patience: number;
}

interface Boosted {
  readonly trees: FlatTreesBuilder;
  readonly base: Float64Array;
  /** With a later block the number of rounds with the least loss there. */
  readonly bestRounds: number;
}

/** Null when it was told to stop. */
function boost(
  job: BoostingJob,
  rows: Int32Array,
  rounds: number,
  later: LaterBlock | null,
  options: TrainingOptions,
): Boosted | null {
  const { data, binned, loss, lossWeight, settings } = job;
  const features = data.columns.length;
  const grower = new TreeGrower(binned, job.sizes, {
    ...settings,
    minSplit: MIN_SPLIT,
    minHessian: LEAST_HESSIAN,
    columnsPerNode: Math.max(1, features),
  });
  const base = loss.base(data.target, lossWeight, rows);
  // Splits weigh all rows of a weight alike, with the curvature at the start: that is Friedman's least squares. Weighed by
  // their own curvature (as xgboost does), rows that are nearly decided hardly count, and trees of a fixed size find less.
  const statistics = Array.from(
    { length: loss.outputs },
    (_, output): RowStatistics => ({
      gradient: new Float64Array(data.rows),
      hessian: new Float64Array(data.rows),
      curvature: lossWeight.map((weight) => weight * loss.curvature(base, output)),
      weight: data.weight,
    }),
  );
  const raw = new Float64Array(loss.outputs * data.rows);
  for (let output = 0; output < loss.outputs; output++) {
    raw.fill(base[output], output * data.rows, (output + 1) * data.rows);
  }
  // All classes of a round start from the same scores.
  const before = loss.outputs === 1 ? raw : new Float64Array(raw.length);
  const trees = new FlatTreesBuilder();
  let bestRounds = 0;
  let bestLoss = later === null ? 0 : loss.mean(raw, data.target, lossWeight, later.rows);

  for (let round = 0; round < rounds; round++) {
    if (options.shouldStop?.()) return null;
    const random = job.random.fork(`round ${round}`);
    const columns = sampleColumns(features, settings.columnSample, random);
    const taken = sampleRows(rows, settings.rowSample, random);
    if (before !== raw) before.set(raw);
    for (const [output, ofOutput] of statistics.entries()) {
      loss.differentiate(output, before, data.target, lossWeight, taken, ofOutput.gradient, ofOutput.hessian);
      grower.rows.set(taken);
      const root = trees.nodes;
      grower.grow(trees, taken.length, ofOutput, columns, random, settings.learningRate);
      const offset = output * data.rows;
      for (const { node, start, end } of grower.leaves) {
        const value = trees.split[node];
        for (let i = start; i < end; i++) raw[offset + grower.rows[i]] += value;
      }
      if (taken !== rows) addUnseen(raw, offset, trees, root, binned, rows, taken);
      if (later !== null) {
        for (const row of later.rows) raw[offset + row] += leafValue(trees, root, binned, row);
      }
    }
    options.onProgress?.(round + 1, rounds);
    if (later !== null) {
      const now = loss.mean(raw, data.target, lossWeight, later.rows);
      if (now < bestLoss) {
        bestLoss = now;
        bestRounds = round + 1;
      } else if (round + 1 - bestRounds >= later.patience) break;
    }
  }
  return { trees, base, bestRounds };
}

/** Adds a tree's values for the rows of `all` that are not in `taken`; both ascend. */
function addUnseen(
  raw: Float64Array,
  offset: number,
  trees: FlatTreesBuilder,
  root: number,
  binned: BinnedData,
  all: Int32Array,
  taken: Int32Array,
): void {
  let next = 0;
  for (let i = 0; i < all.length; i++) {
    if (next < taken.length && taken[next] === all[i]) next++;
    else raw[offset + all[i]] += leafValue(trees, root, binned, all[i]);
  }
}

function leafValue(trees: FlatTreesBuilder, root: number, binned: BinnedData, row: number): number {
  return trees.split[trees.leafOfBinned(root, binned.bins, binned.rows, binned.binCounts, row)];
}

/** Each row with probability `share`, in order; all rows, the same array, when nothing is left out. */
function sampleRows(rows: Int32Array, share: number, random: Random): Int32Array {
  if (share >= 1) return rows;
  const stream = random.fork('rows');
  const taken = rows.filter(() => stream.next() < share);
  return taken.length > 0 ? taken : rows;
}

/** A share of the features, at least one, ascending. */
function sampleColumns(features: number, share: number, random: Random): Int32Array {
  const all = Int32Array.from({ length: features }, (_, feature) => feature);
  if (share >= 1 || features === 0) return all;
  const count = Math.max(1, Math.round(features * share));
  const stream = random.fork('columns');
  for (let i = 0; i < count; i++) {
    const other = i + stream.integer(features - i);
    const drawn = all[other];
    all[other] = all[i];
    all[i] = drawn;
  }
  return all.slice(0, count).sort();
}
