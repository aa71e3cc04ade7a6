/** Trains a dense network with TensorFlow.js: seeded, weighted, stopped early on a later block, and handed over as data. */
import { createRandom, type Random } from '#core/base/random.ts';
import { ok, type Result } from '#core/base/result.ts';
import { type Dataset, type ModelArtefact, readRow, type Task } from '#core/learning/dataset.ts';
import { encodeRow, fitInputEncoding, type InputEncoding } from '#core/learning/network/input-encoding.ts';
import { type DenseLayer, networkArtefact } from '#core/learning/network/network-model.ts';
import { checkDataset } from './check-dataset.ts';
import { LARGEST_BATCH, type NetworkParams, readNetworkParams } from './network-params.ts';
import { type Block, TrainableNetwork } from './network-step.ts';
import { prepareTensorFlow } from './tensorflow.ts';
import { cancelled, type TrainingControl, type TrainingFault, unusableData } from './training-fault.ts';

/** The newest share of the rows, which decides when to stop and is not trained on. */
const LATER_SHARE = 0.15;
/** Below this many rows a later block would be noise: all of them are trained on, for a fixed number of epochs. */
const FEWEST_ROWS_TO_HOLD_BACK = 60;
const EPOCHS_WITHOUT_LATER_BLOCK = 60;
/** An improvement smaller than this share of the loss does not count as one. */
const LEAST_IMPROVEMENT = 1e-4;

/**
 * Trains on rows that are oldest first. Equal data, parameters and seed give an artefact with equal bytes. Works in
 * whatever thread calls it and blocks that thread: the window's process calls it in a worker only.
 */
export async function trainNetwork(
  data: Dataset,
  task: Task,
  params: Readonly<Record<string, unknown>>,
  seed: string | number,
  control: TrainingControl = {},
): Promise<Result<ModelArtefact, TrainingFault>> {
  const read = readNetworkParams(params);
  if (!read.ok) return read;
  const checked = checkDataset(data, task);
  if (!checked.ok) return checked;
  const settings = read.value;
  const unknown = settings.coded.find((name) => !data.names.includes(name));
  if (unknown !== undefined) return unusableData(`The coded feature ${unknown} is not among the columns.`);
  const tf = await prepareTensorFlow();

  const laterRows = data.rows >= FEWEST_ROWS_TO_HOLD_BACK ? Math.round(data.rows * LATER_SHARE) : 0;
  const trainRows = data.rows - laterRows;
  const encoding = fitInputEncoding(data, trainRows, new Set(settings.coded));
  if (encoding.feature.length === 0) return unusableData('Every value of every feature is missing.');
  const scale = task === 'regress' ? outputScaleOf(data, trainRows) : { centre: 0, width: 1 };
  const outputs = task === 'multiclass' ? Math.max(checked.value.classes, settings.classes ?? 0) : 1;
  const weights = rowWeights(data, task, settings.classWeight === 'balanced');
  const block = (from: number, to: number) => makeBlock(data, encoding, task, outputs, scale, weights, from, to);
  const earlier = block(0, trainRows);
  const later = laterRows > 0 ? block(trainRows, data.rows) : null;

  const random = createRandom(`network ${seed}`);
  const network = new TrainableNetwork(
    tf,
    {
      task,
      sizes: [encoding.feature.length, ...settings.layers, outputs],
      startBias: startBiasOf(task, earlier, outputs),
      l2: settings.l2,
      dropout: settings.layers.length === 0 ? 0 : settings.dropout,
      learningRate: settings.learningRate,
    },
    random.fork('weights'),
  );
  try {
    const run = runEpochs(network, settings, earlier, later, random, control);
    if (run === null) return cancelled();
    const { layers: hidden, batch, ...kept } = settings;
    const notes = {
      params: { layers: [...hidden], ...kept, batch: batch ?? run.batch, coded: [...settings.coded] },
      seed: String(seed),
      trainRows,
      laterRows,
      epochs: run.epochs,
      bestEpoch: run.bestEpoch,
      laterLoss: run.laterLoss,
    };
    const model = { task, names: [...data.names], encoding, layers: run.layers };
    return ok(networkArtefact({ ...model, outputCentre: scale.centre, outputScale: scale.width }, notes));
  } finally {
    network.dispose();
  }
}

interface Run {
  readonly layers: DenseLayer[];
  readonly epochs: number;
  /** The epoch whose weights were kept, from 1. */
  readonly bestEpoch: number;
  /** Weighted loss on the later block at that epoch; null without one. */
  readonly laterLoss: number | null;
  readonly batch: number;
}

/** Null when it was cancelled. */
function runEpochs(
  network: TrainableNetwork,
  params: NetworkParams,
  earlier: Block,
  later: Block | null,
  random: Random,
  control: TrainingControl,
): Run | null {
  const batch = Math.min(params.batch ?? batchFor(earlier.rows), earlier.rows);
  const epochs = later === null ? Math.min(params.epochs, EPOCHS_WITHOUT_LATER_BLOCK) : params.epochs;
  const order = Int32Array.from({ length: earlier.rows }, (_, row) => row);
  const shuffles = random.fork('shuffles');
  const masks = random.fork('dropout');
  let best: { layers: DenseLayer[]; epoch: number; loss: number } | null = null;
  let epoch = 0;
  while (epoch < epochs) {
    epoch += 1;
    shuffle(order, shuffles);
    for (let at = 0; at < order.length; at += batch) {
      if (control.shouldStop?.() === true) return null;
      network.step(takeRows(earlier, order.subarray(at, at + batch)), masks);
    }
    control.onProgress?.({ stage: 'epochs', share: epoch / epochs, iteration: epoch });
    if (later === null) continue;
    const loss = network.evaluate(later);
    if (best === null || loss < best.loss * (1 - LEAST_IMPROVEMENT)) best = { layers: network.read(), epoch, loss };
    else if (epoch - best.epoch >= params.patience) break;
  }
  return {
    layers: best?.layers ?? network.read(),
    epochs: epoch,
    bestEpoch: best?.epoch ?? epoch,
    laterLoss: best?.loss ?? null,
    batch,
  };
}

/** Small sets get small batches, so that an epoch has some steps; a step costs the same whatever its rows. */
function batchFor(rows: number): number {
  let batch = 32;
  while (batch < LARGEST_BATCH && batch * 16 <= rows) batch *= 2;
  return batch;
}

/** Fisher and Yates. */
function shuffle(order: Int32Array, random: Random): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = random.integer(at + 1);
    const held = order[at] as number;
    order[at] = order[other] as number;
    order[other] = held;
  }
}

function takeRows(block: Block, rows: Int32Array): Block {
  const width = block.inputs.length / block.rows;
  const outputs = block.targets.length / block.rows;
  const inputs = new Float32Array(rows.length * width);
  const targets = new Float32Array(rows.length * outputs);
  const weights = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    // Rows are a few dozen values: a loop beats a view and a copy of each.
    for (let column = 0; column < width; column++) {
      inputs[at * width + column] = block.inputs[row * width + column] as number;
    }
    for (let output = 0; output < outputs; output++) {
      targets[at * outputs + output] = block.targets[row * outputs + output] as number;
    }
    weights[at] = block.weights[row] as number;
  }
  return { rows: rows.length, inputs, targets, weights };
}

function makeBlock(
  data: Dataset,
  encoding: InputEncoding,
  task: Task,
  outputs: number,
  scale: OutputScale,
  rowWeight: Float64Array,
  from: number,
  to: number,
): Block {
  const rows = to - from;
  const width = encoding.feature.length;
  const inputs = new Float32Array(rows * width);
  const targets = new Float32Array(rows * outputs);
  const weights = new Float32Array(rows);
  const row = new Float64Array(data.columns.length);
  for (let at = 0; at < rows; at++) {
    readRow(data, from + at, row);
    encodeRow(encoding, row, inputs, at * width);
    const target = data.target[from + at] as number;
    if (task === 'multiclass') targets[at * outputs + target] = 1;
    else targets[at] = (target - scale.centre) / scale.width;
    weights[at] = rowWeight[from + at] as number;
  }
  return { rows, inputs, targets, weights };
}

/** Weights with mean 1; `balanced` gives every class the same sum. */
function rowWeights(data: Dataset, task: Task, balanced: boolean): Float64Array {
  const weights = Float64Array.from(data.weight);
  if (balanced && task !== 'regress') {
    const sums = new Map<number, number>();
    for (const [row, label] of data.target.entries()) {
      sums.set(label, (sums.get(label) ?? 0) + (data.weight[row] as number));
    }
    for (const [row, label] of data.target.entries()) weights[row] = (weights[row] as number) / (sums.get(label) ?? 1);
  }
  const mean = weights.reduce((sum, weight) => sum + weight / weights.length, 0);
  return weights.map((weight) => weight / mean);
}

interface OutputScale {
  readonly centre: number;
  readonly width: number;
}

/** Mean and deviation of a regression's target over the rows that are trained on. */
function outputScaleOf(data: Dataset, rows: number): OutputScale {
  const target = data.target.subarray(0, rows);
  const centre = target.reduce((sum, value) => sum + value / rows, 0);
  const width = Math.sqrt(target.reduce((sum, value) => sum + (value - centre) ** 2 / rows, 0));
  return { centre, width: width > 1e-12 * Math.abs(centre) && Number.isFinite(width) ? width : 1 };
}

/** Weighted base rates as log odds (half an example added, so that a constant target stays finite); 0 for regress. */
function startBiasOf(task: Task, block: Block, outputs: number): number[] {
  if (task === 'regress') return [0];
  let total = 0;
  const sums = new Float64Array(outputs);
  for (let row = 0; row < block.rows; row++) {
    const weight = block.weights[row] as number;
    total += weight;
    for (let output = 0; output < outputs; output++) {
      sums[output] = (sums[output] as number) + weight * (block.targets[row * outputs + output] as number);
    }
  }
  const rates = Array.from(sums, (sum) => (sum + 0.5) / (total + 1));
  return task === 'classify' ? rates.map((rate) => Math.log(rate / (1 - rate))) : rates.map(Math.log);
}
