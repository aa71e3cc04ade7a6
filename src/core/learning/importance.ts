/** Permutation importance (ML-43): what the out-of-fold predictions lose when one feature is shuffled among the tested rows. */
import { createRandom, type Random } from '#core/base/random.ts';
import { mean, sampleDeviation } from '#core/base/statistics.ts';
import { type Dataset, type HeldRow, type Predictor, readRow } from './dataset.ts';
import { logLossOf } from './metrics.ts';
import type { FoldModel } from './walk-forward-predictions.ts';

export interface FeatureImportance {
  readonly name: string;
  /** Mean increase of the loss (log loss, or squared error for regression); about 0 or below for a useless feature. */
  readonly importance: number;
  /** Standard deviation over the repeats. */
  readonly deviation: number;
}

export interface ImportanceOptions {
  readonly seed: string;
  /** 3 unless said. */
  readonly repeats?: number;
  /** At most this many tested rows, spread evenly over the folds; 1,000 unless said. */
  readonly maximumRows?: number;
}

/**
 * Breiman (2001), out of fold: models and rows are those of the walk-forward, so nothing here was trained on. Most
 * important first; of correlated features each looks less important than they are together.
 */
export function permutationImportance(
  data: Dataset,
  models: readonly Omit<FoldModel, 'artefacts'>[],
  options: ImportanceOptions,
): FeatureImportance[] {
  const tested = models.reduce((sum, model) => sum + model.fold.test.length, 0);
  const step = Math.max(1, Math.ceil(tested / (options.maximumRows ?? 1_000)));
  const parts = models.map(({ fold, predictors }) => ({
    predictors,
    rows: fold.test.filter((_, at) => at % step === 0),
  }));
  const rowCount = parts.reduce((sum, part) => sum + part.rows.length, 0);
  const random = createRandom(options.seed);
  const repeats = options.repeats ?? 3;
  const draws = data.names.map((name) =>
    Array.from({ length: repeats }, (_, repeat) => random.fork(`${name}/${repeat}`)),
  );
  const increases = data.names.map(() => new Float64Array(repeats));
  for (const { predictors, rows } of parts) {
    const donors = draws.map((ofFeature) => ofFeature.map((draw) => shuffled(rows, draw)));
    const losses = shuffledLosses(data, rows, predictors, donors);
    for (const [feature, sums] of increases.entries()) {
      for (let repeat = 0; repeat < repeats; repeat++) {
        const change = (losses.shuffled[feature * repeats + repeat] as number) - losses.held;
        sums[repeat] = (sums[repeat] as number) + change / rowCount;
      }
    }
  }
  const importances = data.names.map((name, feature) => {
    const changes = increases[feature] as Float64Array;
    return { name, importance: mean(changes), deviation: changes.length > 1 ? sampleDeviation(changes) : 0 };
  });
  return importances.sort((a, b) => b.importance - a.importance || (a.name < b.name ? -1 : 1));
}

/**
 * Sums of losses over `rows`: as they are, and per feature and draw with the feature's values taken from the donors. Row
 * by row, since a held row costs a tree model only the trees that ask for the changed feature.
 */
function shuffledLosses(
  data: Dataset,
  rows: Int32Array,
  predictors: readonly Predictor[],
  donors: readonly (readonly Int32Array[])[],
): { readonly held: number; readonly shuffled: Float64Array } {
  const row = new Float64Array(data.columns.length);
  const outputs = predictors[0]?.outputs ?? 1;
  const task = predictors[0]?.task ?? 'classify';
  const heads = predictors.map(holdRow);
  const out = new Float64Array(outputs);
  const average = new Float64Array(outputs);
  const lossWith = (feature: number, value: number, target: number): number => {
    average.fill(0);
    for (const head of heads) {
      head.predictWith(feature, value, out);
      for (let k = 0; k < outputs; k++) average[k] = (average[k] as number) + (out[k] as number) / heads.length;
    }
    if (task === 'regress') return ((average[0] as number) - target) ** 2;
    return task === 'multiclass' ? logLossOf(average[target] as number, 1) : logLossOf(average[0] as number, target);
  };
  let held = 0;
  const shuffledSums = new Float64Array(donors.reduce((sum, ofFeature) => sum + ofFeature.length, 0));
  for (let at = 0; at < rows.length; at++) {
    const index = rows[at] as number;
    const target = data.target[index] as number;
    readRow(data, index, row);
    for (const head of heads) head.hold(row);
    if (row.length > 0) held += lossWith(0, row[0] as number, target);
    let sum = 0;
    for (const [feature, ofFeature] of donors.entries()) {
      const column = data.columns[feature] as Float64Array;
      for (const draw of ofFeature) {
        const loss = lossWith(feature, column[draw[at] as number] as number, target);
        shuffledSums[sum] = (shuffledSums[sum] as number) + loss;
        sum++;
      }
    }
  }
  return { held, shuffled: shuffledSums };
}

/** Trees and networks know a way to change one feature cheaply; any other predictor is asked anew. */
function holdRow(predictor: Predictor): HeldRow {
  if (predictor.holdRow !== undefined) return predictor.holdRow();
  const held = new Float64Array(predictor.names.length);
  return {
    hold: (row) => held.set(row),
    predictWith(feature, value, out) {
      const before = held[feature] as number;
      held[feature] = value;
      predictor.predict(held, out);
      held[feature] = before;
    },
  };
}

/** Fisher-Yates on a copy. */
function shuffled(rows: Int32Array, random: Random): Int32Array {
  const result = rows.slice();
  for (let at = result.length - 1; at > 0; at--) {
    const other = random.integer(at + 1);
    const value = result[at] as number;
    result[at] = result[other] as number;
    result[other] = value;
  }
  return result;
}
