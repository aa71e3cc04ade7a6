/** One network in TensorFlow's hands: its variables, a training step on a batch, and its loss on a later block. */
import type * as TensorFlow from '@tensorflow/tfjs';
import type { Random } from '#core/base/random.ts';
import type { Task } from '#core/learning/dataset.ts';
import type { DenseLayer } from '#core/learning/network/network-model.ts';

type Tf = typeof TensorFlow;
type Tensor2D = TensorFlow.Tensor2D;

export interface NetworkShape {
  readonly task: Task;
  /** Inputs, hidden units layer by layer, outputs. */
  readonly sizes: readonly number[];
  /** Where the outputs' biases start: the answer of the base rate. */
  readonly startBias: readonly number[];
  readonly l2: number;
  readonly dropout: number;
  readonly learningRate: number;
}

/** Rows of encoded inputs, targets as the loss wants them (one-hot for multiclass) and weights with mean 1. */
export interface Block {
  readonly rows: number;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  readonly weights: Float32Array;
}

/** Where a layer lies in the flat parameters: its weights (`inputs x outputs`, as TensorFlow multiplies), then biases. */
interface LayerPlace {
  readonly inputs: number;
  readonly outputs: number;
  readonly weightsAt: number;
  readonly biasAt: number;
}

/**
 * Owns tensors: `dispose` frees all of them. Everything it does is synchronous.
 *
 * A kernel of this size costs its call, not its arithmetic. So all parameters are one variable (Adam's 14 kernels run
 * once a step instead of once a layer), and the backward pass is written out instead of recorded.
 */
export class TrainableNetwork {
  private readonly tf: Tf;
  private readonly shape: NetworkShape;
  private readonly places: readonly LayerPlace[];
  private readonly parameters: TensorFlow.Variable<TensorFlow.Rank.R1>;
  /** l2 at every weight, 0 at every bias; null without a penalty. */
  private readonly penalty: TensorFlow.Tensor1D | null;
  private readonly optimizer: TensorFlow.AdamOptimizer;

  constructor(tf: Tf, shape: NetworkShape, random: Random) {
    this.tf = tf;
    this.shape = shape;
    this.optimizer = tf.train.adam(shape.learningRate);
    this.places = placesOf(shape.sizes);
    const start = startParameters(this.places, shape.startBias, random);
    this.parameters = tf.tidy(() => tf.variable(tf.tensor1d(start)));
    const penalties = new Float32Array(start.length);
    for (const place of this.places) penalties.fill(shape.l2, place.weightsAt, place.biasAt);
    this.penalty = shape.l2 > 0 ? tf.tensor1d(penalties) : null;
  }

  /** One step of Adam down the weighted mean loss of the batch plus penalty. `masks` draws the dropout. */
  step(batch: Block, masks: Random): void {
    this.tf.tidy(() => {
      const gradient = this.gradientOf(batch, masks);
      this.optimizer.applyGradients([{ name: this.parameters.name, tensor: gradient }]);
    });
  }

  /** The gradient that `step` follows, flat: layer by layer the weights (`inputs x outputs`), then the biases. */
  gradient(batch: Block, masks: Random): Float32Array {
    return this.tf.tidy(() => Float32Array.from(this.gradientOf(batch, masks).dataSync()));
  }

  /** Weighted mean loss of a block (log loss, or half the squared error), without dropout and penalty. */
  evaluate(block: Block): number {
    const outputs = block.targets.length / block.rows;
    const raw = this.outputs(block.rows, block.inputs);
    let sum = 0;
    let total = 0;
    for (let row = 0; row < block.rows; row++) {
      const weight = block.weights[row] as number;
      sum += weight * lossOfRow(this.shape.task, raw, block.targets, row * outputs, outputs);
      total += weight;
    }
    return sum / total;
  }

  /** Raw outputs of encoded rows, row after row: what TensorFlow itself computes. */
  outputs(rows: number, inputs: Float32Array): Float32Array {
    const { tf, shape } = this;
    return tf.tidy(() => {
      const given = tf.tensor2d(inputs, [rows, shape.sizes[0] as number]);
      const values = this.forward(given, this.weights(), null);
      return Float32Array.from((values[values.length - 1] as Tensor2D).dataSync());
    });
  }

  /** A copy of the parameters as they are now, in the layout that scoring reads. */
  read(): DenseLayer[] {
    const stored = this.parameters.dataSync();
    return this.places.map(({ inputs, outputs, weightsAt, biasAt }) => {
      const weights = new Float32Array(inputs * outputs);
      for (let input = 0; input < inputs; input++) {
        for (let unit = 0; unit < outputs; unit++) {
          weights[unit * inputs + input] = stored[weightsAt + input * outputs + unit] as number;
        }
      }
      return { inputs, outputs, weights, bias: Float32Array.from(stored.subarray(biasAt, biasAt + outputs)) };
    });
  }

  dispose(): void {
    this.optimizer.dispose();
    this.parameters.dispose();
    this.penalty?.dispose();
  }

  private gradientOf(batch: Block, masks: Random): TensorFlow.Tensor1D {
    const { tf, shape } = this;
    const inputs = tf.tensor2d(batch.inputs, [batch.rows, shape.sizes[0] as number]);
    const weights = this.weights();
    const values = this.forward(inputs, weights, shape.dropout > 0 ? masks : null);
    let slope = this.outputSlope(values[values.length - 1] as Tensor2D, batch);
    const parts: TensorFlow.Tensor1D[] = [];
    for (let index = this.places.length - 1; index >= 0; index--) {
      const below = values[index] as Tensor2D;
      // Transposed first: asked to transpose by itself, the wasm kernel takes its slow path.
      parts.unshift(below.transpose<Tensor2D>().matMul<Tensor2D>(slope).flatten(), slope.sum<TensorFlow.Tensor1D>(0));
      if (index === 0) break;
      // What is above 0 was neither cut by ReLU nor dropped; what was kept was scaled up.
      const back = (weights[index] as LayerTensors).weights.transpose<Tensor2D>();
      const passed = slope.matMul<Tensor2D>(back).mul<Tensor2D>(below.step());
      slope = shape.dropout > 0 ? passed.mul(keptScale(shape.dropout)) : passed;
    }
    const gradient = tf.concat1d(parts);
    return this.penalty === null ? gradient : gradient.add(this.parameters.mul(this.penalty));
  }

  /** d loss / d raw output: (answer - target) x weight / total for all three losses. */
  private outputSlope(raw: Tensor2D, batch: Block): Tensor2D {
    const { tf, shape } = this;
    const targets = tf.tensor2d(batch.targets, raw.shape);
    const answer = shape.task === 'regress' ? raw : shape.task === 'classify' ? raw.sigmoid() : tf.softmax(raw);
    const total = batch.weights.reduce((sum, weight) => sum + weight, 0);
    const shares = batch.weights.map((weight) => weight / total);
    return answer.sub(targets).mul<Tensor2D>(tf.tensor2d(shares, [batch.rows, 1]));
  }

  /** Inputs, then the values after each layer; the last are raw. `masks` null: nothing is dropped. */
  private forward(inputs: Tensor2D, weights: readonly LayerTensors[], masks: Random | null): Tensor2D[] {
    const { tf } = this;
    const values = [inputs];
    for (const [index, layer] of weights.entries()) {
      const isLast = index === weights.length - 1;
      const active = tf.fused.matMul({
        a: values[index] as Tensor2D,
        b: layer.weights,
        bias: layer.bias,
        activation: isLast ? 'linear' : 'relu',
      }) as Tensor2D;
      values.push(isLast || masks === null ? active : active.mul<Tensor2D>(this.drawMask(active.shape, masks)));
    }
    return values;
  }

  private weights(): LayerTensors[] {
    return this.places.map(({ inputs, outputs, weightsAt, biasAt }) => ({
      weights: this.parameters.slice(weightsAt, inputs * outputs).reshape([inputs, outputs]),
      bias: this.parameters.slice(biasAt, outputs),
    }));
  }

  private drawMask(shape: [number, number], masks: Random): Tensor2D {
    const mask = new Float32Array(shape[0] * shape[1]);
    const dropped = dropoutSteps(this.shape.dropout);
    const kept = keptScale(this.shape.dropout);
    for (let index = 0; index < mask.length; ) {
      // Four units from one draw.
      let draw = masks.integer(DRAWS);
      for (const end = Math.min(index + 4, mask.length); index < end; index++) {
        mask[index] = (draw & 0xff) < dropped ? 0 : kept;
        draw >>>= 8;
      }
    }
    return this.tf.tensor2d(mask, shape);
  }
}

const DRAWS = 2 ** 32;

/** Dropout in steps of 1 / 256: as fine as it needs to be, and four units share a draw. */
function dropoutSteps(dropout: number): number {
  return Math.round(dropout * 256);
}

/** Inverted dropout: what is kept is scaled up, so that scoring needs no change. */
function keptScale(dropout: number): number {
  return 256 / (256 - dropoutSteps(dropout));
}

interface LayerTensors {
  readonly weights: Tensor2D;
  readonly bias: TensorFlow.Tensor1D;
}

function placesOf(sizes: readonly number[]): LayerPlace[] {
  let at = 0;
  return sizes.slice(1).map((outputs, index) => {
    const inputs = sizes[index] as number;
    const place = { inputs, outputs, weightsAt: at, biasAt: at + inputs * outputs };
    at = place.biasAt + outputs;
    return place;
  });
}

/** He et al. 2015 for the layers before a ReLU, 1 / inputs for the last. Drawn here: TensorFlow's draws differ by backend. */
function startParameters(places: readonly LayerPlace[], startBias: readonly number[], random: Random): Float32Array {
  const last = places[places.length - 1] as LayerPlace;
  const all = new Float32Array(last.biasAt + last.outputs);
  for (const place of places) {
    const deviation = Math.sqrt((place === last ? 1 : 2) / place.inputs);
    for (let at = place.weightsAt; at < place.biasAt; at++) all[at] = random.normal() * deviation;
  }
  all.set(startBias, last.biasAt);
  return all;
}

function lossOfRow(task: Task, raw: Float32Array, targets: Float32Array, at: number, outputs: number): number {
  const answer = raw[at] as number;
  const target = targets[at] as number;
  if (task === 'regress') return (answer - target) ** 2 / 2;
  // max(x, 0) - x t + log(1 + e^-|x|): log loss from log odds, without overflow.
  if (task === 'classify') return Math.max(answer, 0) - answer * target + Math.log1p(Math.exp(-Math.abs(answer)));
  let largest = Number.NEGATIVE_INFINITY;
  let chosen = 0;
  for (let index = at; index < at + outputs; index++) {
    largest = Math.max(largest, raw[index] as number);
    chosen += (raw[index] as number) * (targets[index] as number);
  }
  let sum = 0;
  for (let index = at; index < at + outputs; index++) sum += Math.exp((raw[index] as number) - largest);
  return largest + Math.log(sum) - chosen;
}
