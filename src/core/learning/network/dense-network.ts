/** Scoring with a trained network: a dense forward pass without TensorFlow, and contributions that add up (ML-1, ML-42). */
import type { HeldRow, ModelArtefact, Predictor } from '../dataset.ts';
import { encodeInput, encodeRow } from './input-encoding.ts';
import { type NetworkModel, requireNetwork } from './network-model.ts';

export interface NetworkPredictor extends Predictor {
  /**
   * Outputs before sigmoid or softmax: log odds for classify, one logit per class for multiclass. For regress they are
   * the values themselves. Allocates nothing.
   */
  margins(row: Float64Array, out: Float64Array): void;
  /**
   * Splits margin `output` of `row` over the features: base + sum of contributions = margin, to rounding. Writes one
   * contribution per feature (in the order of `names`) and returns the base, which is the margin of the average
   * training example and so the same for every row. Allocates nothing.
   *
   * Method: DeepLIFT's rescale rule with the average example as reference (Shrikumar, Greenside, Kundaje 2017,
   * arXiv:1704.02685, section 3.5.1): one backward pass in which a ReLU passes change-of-output / change-of-input, so
   * nothing is lost at any layer. A feature's missing flag and codes count to the feature.
   */
  contributions(row: Float64Array, output: number, into: Float64Array): number;
  /** Only the inputs of the changed feature are summed again; the answers are equal to rounding. */
  holdRow(): HeldRow;
}

/** A layer as the forward pass wants it: doubles, widened once from the stored floats. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  /** Sums before the activation, for the newest row and for the reference. */
  readonly sums: Float64Array;
  readonly referenceSums: Float64Array;
  /** After the activation. */
  readonly values: Float64Array;
  /** Multipliers of the backward pass at the layer's inputs. */
  readonly multipliers: Float64Array;
}

/** Throws on an artefact that `readNetwork` refuses. */
export function createNetworkPredictor(artefact: ModelArtefact): NetworkPredictor {
  return new DenseNetwork(requireNetwork(artefact));
}

class DenseNetwork implements NetworkPredictor {
  readonly task: NetworkModel['task'];
  readonly names: readonly string[];
  readonly outputs: number;
  private readonly model: NetworkModel;
  private readonly layers: readonly Layer[];
  private readonly last: Layer;
  private readonly encoded: Float64Array;

  constructor(model: NetworkModel) {
    this.model = model;
    this.task = model.task;
    this.names = model.names;
    this.encoded = new Float64Array(model.encoding.feature.length);
    this.layers = model.layers.map((layer) => ({
      inputs: layer.inputs,
      outputs: layer.outputs,
      weights: Float64Array.from(layer.weights),
      bias: Float64Array.from(layer.bias),
      sums: new Float64Array(layer.outputs),
      referenceSums: new Float64Array(layer.outputs),
      values: new Float64Array(layer.outputs),
      multipliers: new Float64Array(layer.inputs),
    }));
    this.last = this.layers[this.layers.length - 1] as Layer;
    this.outputs = this.last.outputs;
    // The average training example is the encoded zero.
    this.forward();
    for (const layer of this.layers) layer.referenceSums.set(layer.sums);
  }

  predict(row: Float64Array, out: Float64Array): void {
    this.margins(row, out);
    this.finish(out);
  }

  holdRow(): HeldRow {
    const [first] = this.layers;
    const { encoding } = this.model;
    const encoded = new Float64Array(this.encoded.length);
    const sums = new Float64Array(first.outputs);
    const inputsOf: number[][] = this.names.map(() => []);
    for (const [input, feature] of encoding.feature.entries()) inputsOf[feature].push(input);
    return {
      hold: (row) => {
        encodeRow(encoding, row, this.encoded);
        encoded.set(this.encoded);
        sumInputs(first, encoded);
        sums.set(first.sums);
      },
      predictWith: (feature, value, out) => {
        first.sums.set(sums);
        for (const input of inputsOf[feature]) {
          const change = encodeInput(encoding, input, value) - encoded[input];
          if (change !== 0) addInput(first, input, change);
        }
        this.forwardFromSums();
        this.readMargins(out);
        this.finish(out);
      },
    };
  }

  private finish(out: Float64Array): void {
    if (this.task === 'classify') out[0] = sigmoid(out[0] as number);
    else if (this.task === 'multiclass') softmax(out, this.outputs);
  }

  margins(row: Float64Array, out: Float64Array): void {
    encodeRow(this.model.encoding, row, this.encoded);
    this.forward();
    this.readMargins(out);
  }

  private readMargins(out: Float64Array): void {
    const { outputCentre, outputScale } = this.model;
    for (let output = 0; output < this.outputs; output++) {
      out[output] = outputCentre + outputScale * (this.last.sums[output] as number);
    }
  }

  contributions(row: Float64Array, output: number, into: Float64Array): number {
    encodeRow(this.model.encoding, row, this.encoded);
    this.forward();
    const { outputCentre, outputScale, encoding } = this.model;
    for (let index = this.layers.length - 1; index >= 0; index--) {
      const layer = this.layers[index] as Layer;
      const above = this.layers[index + 1];
      layer.multipliers.fill(0);
      if (above === undefined) addScaledRow(layer, output, outputScale);
      else {
        for (let unit = 0; unit < layer.outputs; unit++) {
          const multiplier = (above.multipliers[unit] as number) * rescale(layer, unit);
          if (multiplier !== 0) addScaledRow(layer, unit, multiplier);
        }
      }
    }
    into.fill(0);
    const first = this.layers[0] as Layer;
    for (let input = 0; input < this.encoded.length; input++) {
      const feature = encoding.feature[input] as number;
      into[feature] =
        (into[feature] as number) + (first.multipliers[input] as number) * (this.encoded[input] as number);
    }
    return outputCentre + outputScale * (this.last.referenceSums[output] as number);
  }

  /** From `encoded` to the sums of the last layer. */
  private forward(): void {
    sumInputs(this.layers[0], this.encoded);
    this.forwardFromSums();
  }

  /** From the sums of the first layer to those of the last. */
  private forwardFromSums(): void {
    const { layers } = this;
    activate(layers[0]);
    for (let index = 1; index < layers.length; index++) {
      sumInputs(layers[index], layers[index - 1].values);
      activate(layers[index]);
    }
  }
}

function sumInputs({ inputs, outputs, weights, bias, sums }: Layer, values: Float64Array): void {
  let at = 0;
  for (let unit = 0; unit < outputs; unit++) {
    let sum = bias[unit];
    for (let input = 0; input < inputs; input++) sum += weights[at++] * values[input];
    sums[unit] = sum;
  }
}

function activate({ outputs, sums, values }: Layer): void {
  for (let unit = 0; unit < outputs; unit++) values[unit] = sums[unit] > 0 ? sums[unit] : 0;
}

/** Adds to every sum what `change` of one input makes. */
function addInput({ inputs, outputs, weights, sums }: Layer, input: number, change: number): void {
  for (let unit = 0; unit < outputs; unit++) sums[unit] += weights[unit * inputs + input] * change;
}

function addScaledRow(layer: Layer, unit: number, factor: number): void {
  const { inputs, weights, multipliers } = layer;
  const start = unit * inputs;
  for (let input = 0; input < inputs; input++) {
    multipliers[input] = (multipliers[input] as number) + factor * (weights[start + input] as number);
  }
}

/** How much of the change of a unit's sum (against the reference) its ReLU lets through. */
function rescale(layer: Layer, unit: number): number {
  const sum = layer.sums[unit] as number;
  const reference = layer.referenceSums[unit] as number;
  const change = sum - reference;
  if (change === 0) return sum > 0 ? 1 : 0;
  return ((sum > 0 ? sum : 0) - (reference > 0 ? reference : 0)) / change;
}

/** 1 / (1 + e^-x) without overflow on either side. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

function softmax(values: Float64Array, length: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < length; index++) largest = Math.max(largest, values[index] as number);
  let sum = 0;
  for (let index = 0; index < length; index++) {
    const power = Math.exp((values[index] as number) - largest);
    values[index] = power;
    sum += power;
  }
  for (let index = 0; index < length; index++) values[index] = (values[index] as number) / sum;
}
