/** Small datasets with planted answers for the tests of trees. */
import { createRandom } from '#core/base/random.ts';
import type { Dataset, ModelArtefact } from '#core/learning/dataset.ts';
import { createTreePredictor } from '#core/learning/trees/tree-predictor.ts';

/** A dataset of columns by name; weight 1 unless given. */
export function datasetOf(
  columns: Readonly<Record<string, ArrayLike<number>>>,
  target: ArrayLike<number>,
  weight?: ArrayLike<number>,
): Dataset {
  return {
    names: Object.keys(columns),
    columns: Object.values(columns).map((column) => Float64Array.from(column)),
    rows: target.length,
    target: Float64Array.from(target),
    weight: weight === undefined ? new Float64Array(target.length).fill(1) : Float64Array.from(weight),
  };
}

/** Normal features with some values missing, and a target drawn from `label`, which sees the features and a normal. */
export function randomDataset(
  seed: string,
  rows: number,
  features: number,
  missingShare: number,
  label: (values: readonly number[], noise: number) => number,
): Dataset {
  const random = createRandom(seed);
  const columns = Array.from({ length: features }, () => new Float64Array(rows));
  const target = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = columns.map((column) => {
      const value = random.next() < missingShare ? Number.NaN : random.normal();
      column[row] = value;
      return value;
    });
    target[row] = label(values, random.normal());
  }
  return datasetOf(Object.fromEntries(columns.map((column, index) => [`x${index}`, column])), target);
}

/** Logistic-like labels that depend on the first three features and on whether the second is missing. */
export function noisyLabel(values: readonly number[], noise: number): number {
  const [a = 0, b = 0, c = 0] = values;
  const score = (Number.isNaN(a) ? 0 : a) + (Number.isNaN(b) ? 1 : b * 0.5) - (Number.isNaN(c) ? 0 : c * c * 0.3);
  return score + noise > 0.2 ? 1 : 0;
}

export function predictRow(artefact: ModelArtefact, row: ArrayLike<number>): number[] {
  const predictor = createTreePredictor(artefact);
  const out = new Float64Array(predictor.outputs);
  predictor.predict(Float64Array.from(row), out);
  return Array.from(out);
}

/** The bytes of an artefact: header and arrays in the order of their names. */
export function bytesOf(artefact: ModelArtefact): string {
  const arrays = Object.entries(artefact.arrays)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(
      ([name, array]) => `${name}:${Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')}`,
    );
  return JSON.stringify({ ...artefact, arrays });
}
