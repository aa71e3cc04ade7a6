/** Examples with a known truth and small honest trainers, to test evaluation without the real heads. */
import { createRandom } from '#core/base/random.ts';
import { ok } from '#core/base/result.ts';
import {
  type Dataset,
  type ExampleLives,
  type ModelArtefact,
  type Predictor,
  readRow,
} from '#core/learning/dataset.ts';
import type { Head, Trainer } from '#core/learning/walk-forward-predictions.ts';

export const MINUTE_MS = 60_000;

export interface Examples {
  readonly data: Dataset;
  readonly lives: ExampleLives;
  /** True probability of a win. */
  readonly truth: Float64Array;
}

/**
 * Signals some minutes apart whose win probability is 1 / (1 + exp(-strength x (first feature))); the other features are
 * noise. `strength` 0 is a placebo. Wins earn 1 R, losses cost 1 R.
 */
export function makeExamples(
  seed: string,
  rows: number,
  strength: number,
  options: { readonly features?: number; readonly lifeMinutes?: number; readonly offset?: number } = {},
): Examples {
  const random = createRandom(seed);
  const features = options.features ?? 4;
  const columns = Array.from({ length: features }, () => Float64Array.from({ length: rows }, () => random.normal()));
  const first = columns[0] as Float64Array;
  const truth = first.map((value) => 1 / (1 + Math.exp(-strength * value - (options.offset ?? 0))));
  const target = truth.map((p) => (random.next() < p ? 1 : 0));
  const openedAt = new Float64Array(rows);
  const resolvedAt = new Float64Array(rows);
  let time = 1_700_000_000_000;
  for (let row = 0; row < rows; row++) {
    time += Math.ceil(random.next() * 120) * MINUTE_MS;
    openedAt[row] = time;
    resolvedAt[row] = time + Math.ceil(random.next() * 2 * (options.lifeMinutes ?? 20)) * MINUTE_MS;
  }
  return {
    data: {
      names: columns.map((_, index) => `f${index}`),
      columns,
      rows,
      target,
      weight: new Float64Array(rows).fill(1),
    },
    lives: { openedAt, resolvedAt, netR: target.map((win) => (win === 1 ? 1 : -1)) },
    truth,
  };
}

/** Labels (and net R with them) in random order: whatever a model finds in them is chance. */
export function shuffleLabels(examples: Examples, seed: string): Examples {
  const random = createRandom(seed);
  const target = examples.data.target.slice();
  for (let at = target.length - 1; at > 0; at--) {
    const other = random.integer(at + 1);
    [target[at], target[other]] = [target[other] as number, target[at] as number];
  }
  return {
    ...examples,
    data: { ...examples.data, target },
    lives: { ...examples.lives, netR: target.map((win) => (win === 1 ? 1 : -1)) },
  };
}

function artefact(data: Dataset, stand: string, arrays: ModelArtefact['arrays']): ModelArtefact {
  return { kind: 'forest', task: 'classify', names: data.names, header: { stand }, arrays };
}

/** Weighted logistic regression by gradient descent on unit-scale features. */
export const trainLogistic: Trainer = (data) => {
  const coefficients = new Float64Array(data.columns.length + 1);
  const row = new Float64Array(data.columns.length);
  for (let step = 0; step < 60; step++) {
    const gradient = new Float64Array(coefficients.length);
    let mass = 0;
    for (let index = 0; index < data.rows; index++) {
      readRow(data, index, row);
      const weight = data.weight[index] as number;
      const error = weight * ((data.target[index] as number) - logistic(coefficients, row));
      mass += weight;
      row.forEach((value, feature) => {
        gradient[feature] = (gradient[feature] as number) + error * value;
      });
      gradient[row.length] = (gradient[row.length] as number) + error;
    }
    for (let k = 0; k < coefficients.length; k++) {
      coefficients[k] = (coefficients[k] as number) + (1.5 * (gradient[k] as number)) / mass;
    }
  }
  return ok(artefact(data, 'logistic', { coefficients }));
};

/** Remembers every row; a row it has not seen gets a value that depends on nothing but its bits. */
export const trainMemoriser: Trainer = (data) =>
  ok(artefact(data, 'memoriser', { key: (data.columns[0] as Float64Array).slice(), value: data.target.slice() }));

/** Always the win rate of its training rows. */
export const trainConstant: Trainer = (data) => {
  const mean = data.target.reduce((sum, win) => sum + win, 0) / data.rows;
  return ok(artefact(data, 'constant', { value: Float64Array.of(mean) }));
};

/** Always sure of the class that its training rows hold most of. */
export const trainMajority: Trainer = (data) => {
  const mean = data.target.reduce((sum, win) => sum + win, 0) / data.rows;
  return ok(artefact(data, 'constant', { value: Float64Array.of(mean >= 0.5 ? 1 : 0) }));
};

export function createStandIn(model: ModelArtefact): Predictor {
  const { arrays, names, header } = model;
  const base = { task: 'classify' as const, names, outputs: 1 };
  const write = (predict: (row: Float64Array) => number): Predictor => ({
    ...base,
    predict(row, out) {
      out[0] = predict(row);
    },
  });
  if (header.stand === 'logistic') return write((row) => logistic(arrays.coefficients as Float64Array, row));
  if (header.stand === 'constant') return write(() => (arrays.value as Float64Array)[0] as number);
  const memory = new Map<number, number>();
  (arrays.key as Float64Array).forEach((key, index) => {
    memory.set(key, (arrays.value as Float64Array)[index] as number);
  });
  return write((row) => memory.get(row[0] as number) ?? Math.abs((row[0] as number) * 1e6) % 1);
}

export function head(id: string, train: Trainer, fromRows = 0): Head {
  return { id, train, fromRows };
}

function logistic(coefficients: Float64Array, row: Float64Array): number {
  let sum = coefficients[row.length] as number;
  for (let feature = 0; feature < row.length; feature++) {
    sum += (coefficients[feature] as number) * (row[feature] as number);
  }
  return 1 / (1 + Math.exp(-sum));
}
