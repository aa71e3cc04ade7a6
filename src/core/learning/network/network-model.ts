/** A trained network as data: its arrays are read from an artefact here, and checked once, before anything scores. */
import { invariant } from '#core/base/invariant.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ModelArtefact, Task } from '../dataset.ts';
import { encodingArrays, INPUT_KINDS, type InputEncoding } from './input-encoding.ts';

export type NetworkFault = Fault<'bad-network'>;

/** Weights are `outputs x inputs`, the row of one output unit contiguous. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** ReLU after every layer but the last; the task says what follows the last: sigmoid, softmax, or a rescaled line. */
export interface NetworkModel {
  readonly task: Task;
  readonly names: readonly string[];
  readonly encoding: InputEncoding;
  readonly layers: readonly DenseLayer[];
  /** regress: value = outputCentre + outputScale x raw output; 0 and 1 otherwise. */
  readonly outputCentre: number;
  readonly outputScale: number;
}

/** Raised when the same arrays would be read differently. */
const NETWORK_FORMAT = 1;
const LARGEST_LAYER = 4096;

/** The model as an artefact; `notes` (parameters, seed, epochs, losses) are kept in the header and never read back. */
export function networkArtefact(model: NetworkModel, notes: Readonly<Record<string, unknown>>): ModelArtefact {
  const arrays: Record<string, Float64Array | Float32Array | Int32Array | Uint8Array> = {
    ...encodingArrays(model.encoding),
  };
  for (const [index, layer] of model.layers.entries()) {
    arrays[`weights${index}`] = layer.weights;
    arrays[`bias${index}`] = layer.bias;
  }
  return {
    kind: 'network',
    task: model.task,
    names: model.names,
    header: {
      ...notes,
      networkFormat: NETWORK_FORMAT,
      sizes: [model.encoding.feature.length, ...model.layers.map((layer) => layer.outputs)],
      outputCentre: model.outputCentre,
      outputScale: model.outputScale,
    },
    arrays,
  };
}

/** Reads and checks an artefact from wherever it came: sizes fit, indices are in range, every number is finite. */
export function readNetwork(artefact: ModelArtefact): Result<NetworkModel, NetworkFault> {
  const { header, arrays, names, task } = artefact;
  if (artefact.kind !== 'network') return refused(`it is a ${artefact.kind}, not a network`);
  if (header.networkFormat !== NETWORK_FORMAT) return refused('its format is of another version');
  const sizes = header.sizes;
  if (!isSizes(sizes)) return refused('its layer sizes are not usable');
  const encoding = readEncoding(arrays, sizes[0] as number, names.length);
  if (encoding === null) return refused('its input encoding does not fit its features');
  const layers: DenseLayer[] = [];
  for (let index = 0; index + 1 < sizes.length; index++) {
    const inputs = sizes[index] as number;
    const outputs = sizes[index + 1] as number;
    const weights = arrays[`weights${index}`];
    const bias = arrays[`bias${index}`];
    if (!(weights instanceof Float32Array) || weights.length !== inputs * outputs || !weights.every(Number.isFinite)) {
      return refused(`the weights of layer ${index} do not fit`);
    }
    if (!(bias instanceof Float32Array) || bias.length !== outputs || !bias.every(Number.isFinite)) {
      return refused(`the biases of layer ${index} do not fit`);
    }
    layers.push({ inputs, outputs, weights, bias });
  }
  const last = sizes[sizes.length - 1] as number;
  if (task === 'multiclass' ? last < 2 : last !== 1) return refused(`${last} outputs do not fit the task ${task}`);
  const { outputCentre, outputScale } = header;
  if (!isFiniteNumber(outputCentre) || !isFiniteNumber(outputScale)) return refused('its output scale is not usable');
  return ok({ task, names, encoding, layers, outputCentre, outputScale });
}

/** As `readNetwork`, for an artefact that was checked before. */
export function requireNetwork(artefact: ModelArtefact): NetworkModel {
  const read = readNetwork(artefact);
  invariant(read.ok, read.ok ? '' : `${read.error.message} (check with readNetwork first)`);
  return read.value;
}

function readEncoding(arrays: ModelArtefact['arrays'], inputs: number, features: number): InputEncoding | null {
  const { inputFeature: feature, inputKind: kind, inputFill: fill, inputCentre: centre, inputScale: scale } = arrays;
  if (!(feature instanceof Int32Array) || feature.length !== inputs) return null;
  if (!(kind instanceof Uint8Array) || kind.length !== inputs) return null;
  for (const numbers of [fill, centre, scale]) {
    if (!(numbers instanceof Float64Array) || numbers.length !== inputs || !numbers.every(Number.isFinite)) return null;
  }
  if (feature.some((index) => index < 0 || index >= features)) return null;
  if (kind.some((how) => how > INPUT_KINDS.code)) return null;
  const widths = scale as Float64Array;
  if (widths.some((width) => width <= 0)) return null;
  return { feature, kind, fill: fill as Float64Array, centre: centre as Float64Array, scale: widths };
}

function isSizes(value: unknown): value is readonly number[] {
  if (!Array.isArray(value) || value.length < 2 || value.length > 16) return false;
  return value.every((size, index) => {
    const least = index === 0 ? 0 : 1;
    return typeof size === 'number' && Number.isInteger(size) && size >= least && size <= LARGEST_LAYER;
  });
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function refused(why: string): Result<never, NetworkFault> {
  const remedy = 'Train the model again, or go back to an older version of it.';
  return err({ kind: 'bad-network', message: `The network cannot be used: ${why}.`, remedy });
}
