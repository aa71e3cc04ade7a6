/** Random forest (Breiman 2001): bootstrap rows, columns drawn per node, leaves that hold weighted means. */
import { createRandom, type Random } from '#core/base/random.ts';
import { ok, type Result } from '#core/base/result.ts';
import type { Dataset, ModelArtefact } from '../dataset.ts';
import { binData } from './bin-mapper.ts';
import { FlatTreesBuilder, joinTrees, requireTrees, TREES_FORMAT, treeArrays } from './flat-trees.ts';
import { evenSizes, type RowStatistics, sizesByWeight, TreeGrower } from './grower.ts';
import {
  cancelled,
  checkTrainingData,
  type TrainingFault,
  type TrainingOptions,
  type TreeParameters,
} from './tree-training.ts';

export interface ForestParameters extends TreeParameters {
  readonly trees?: number;
  readonly maxDepth?: number;
  /** Smallest leaf in rows (a row of weight 2 counts as two where there is no bootstrap). */
  readonly minLeaf?: number;
  /** Smallest node that may be split, in rows. */
  readonly minSplit?: number;
  /** Features tried per node: the root of their number (default, but for regression: all), or so many. */
  readonly columns?: 'sqrt' | 'all' | number;
  /** false grows every tree on all rows: then only column sampling tells trees apart. */
  readonly bootstrap?: boolean;
}

export interface ForestOptions extends TrainingOptions {
  /** Grow only the trees from .. until - 1, for several workers; `joinForests` of the parts equals the whole. */
  readonly part?: { readonly from: number; readonly until: number };
}

/** ML-1, trend. */
export const FOREST_DEFAULTS = { trees: 200, maxDepth: 8, minLeaf: 5, minSplit: 2 } as const;

/** Many random trees average out what finer bins would add, and each node walks over its bins. */
const FOREST_BINS = 63;

/**
 * Trains a forest; the same data, parameters and seed give the same bytes, whatever the parts. A split minimises the
 * weighted variance, which for 0/1 targets is the Gini impurity. With several classes each tree is one per class on a
 * shared bootstrap, and the outputs are normalised. Leaves keep at least `minLeaf` distinct rows of the bootstrap.
 */
export function trainForest(
  data: Dataset,
  parameters: ForestParameters,
  seed: string | number,
  options: ForestOptions = {},
): Result<ModelArtefact, TrainingFault> {
  const checked = checkTrainingData(data, parameters);
  if (!checked.ok) return checked;
  const { rows, outputs, lossWeight, unevenWeight } = checked.value;
  const chosen = { ...FOREST_DEFAULTS, ...parameters };
  const bootstrap = parameters.bootstrap ?? true;
  const columnsPerNode = columnCount(parameters, data.columns.length);
  const binned = binData(data, unevenWeight, FOREST_BINS);
  // Rows of a bootstrap sample are counted once, however often they were drawn.
  const sizes =
    bootstrap || unevenWeight === null
      ? evenSizes(data.rows)
      : sizesByWeight(unevenWeight, Math.max(2 * chosen.minLeaf, chosen.minSplit));
  const grower = new TreeGrower(binned, sizes, {
    maxDepth: chosen.maxDepth,
    maxLeaves: Number.POSITIVE_INFINITY,
    minLeaf: chosen.minLeaf,
    minSplit: chosen.minSplit,
    minHessian: 0,
    minGain: 0,
    l2: 0,
    columnsPerNode,
  });
  const columns = Int32Array.from({ length: data.columns.length }, (_, feature) => feature);
  const centre = parameters.task === 'regress' ? weightedMean(data.target, lossWeight, rows) : 0;
  const targets = Array.from({ length: outputs }, (_, output) =>
    outputs === 1 ? data.target.map((y) => y - centre) : data.target.map((y) => (y === output ? 1 : 0)),
  );
  const gradient = new Float64Array(data.rows);
  const hessian = new Float64Array(data.rows);
  const statistics: RowStatistics = { gradient, hessian, curvature: hessian, weight: hessian };
  const random = createRandom(String(seed)).fork('forest');
  const counts = new Uint16Array(rows.length);
  const builder = new FlatTreesBuilder();
  const from = options.part?.from ?? 0;
  const until = Math.min(chosen.trees, options.part?.until ?? chosen.trees);

  for (let tree = from; tree < until; tree++) {
    if (options.shouldStop?.()) return cancelled();
    const treeRandom = random.fork(`tree ${tree}`);
    if (bootstrap) drawBootstrap(counts, treeRandom.fork('rows'));
    else counts.fill(1);
    for (const [output, target] of targets.entries()) {
      let held = 0;
      for (let i = 0; i < rows.length; i++) {
        if (counts[i] === 0) continue;
        const row = rows[i];
        const weight = counts[i] * lossWeight[row];
        gradient[row] = -weight * target[row];
        hessian[row] = weight;
        grower.rows[held++] = row;
      }
      grower.grow(builder, held, statistics, columns, treeRandom.fork(`columns ${output}`), 1);
    }
    options.onProgress?.(tree + 1 - from, until - from);
  }
  return ok({
    kind: 'forest',
    task: parameters.task,
    names: data.names,
    header: {
      treesFormat: TREES_FORMAT,
      outputs,
      parameters: { ...chosen, bootstrap, columnsPerNode },
      seed: String(seed),
      rows: rows.length,
    },
    arrays: { ...treeArrays(builder.build()), base: new Float64Array(outputs).fill(centre) },
  });
}

/** Joins parts of one training, in the order of their trees. */
export function joinForests(parts: readonly [ModelArtefact, ...ModelArtefact[]]): ModelArtefact {
  const [first] = parts;
  const trees = joinTrees(parts.map(requireTrees));
  return { ...first, arrays: { ...treeArrays(trees), base: first.arrays.base } };
}

function columnCount(parameters: ForestParameters, features: number): number {
  const wanted = parameters.columns ?? (parameters.task === 'regress' ? 'all' : 'sqrt');
  if (wanted === 'all') return Math.max(1, features);
  const count = wanted === 'sqrt' ? Math.floor(Math.sqrt(features)) : Math.floor(wanted);
  return Math.max(1, Math.min(features, count));
}

/** How often each row was drawn; as many draws as rows. */
function drawBootstrap(counts: Uint16Array, random: Random): void {
  counts.fill(0);
  for (let draw = 0; draw < counts.length; draw++) counts[random.integer(counts.length)]++;
}

function weightedMean(values: Float64Array, weight: Float64Array, rows: Int32Array): number {
  let total = 0;
  let weights = 0;
  for (const row of rows) {
    total += weight[row] * values[row];
    weights += weight[row];
  }
  return total / weights;
}
