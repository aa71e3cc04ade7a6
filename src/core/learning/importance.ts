/** Permutation importance (ML-43): what the out-of-fold predictions lose when one feature is shuffled among the tested rows. */
import { createRandom, type Random } from '#core/base/random.ts';
import { mean, sampleDeviation } from '#core/base/statistics.ts';
import { type Dataset, type Predictor, readRow } from './dataset.ts';
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
  models: readonly FoldModel[],
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
  const base = parts.map((part) => lossSum(data, part.rows, part.predictors, -1, part.rows));
  const importances = data.names.map((name, feature) => {
    const increases = Array.from({ length: options.repeats ?? 3 }, (_, repeat) => {
      const draw = random.fork(`${name}/${repeat}`);
      let sum = 0;
      parts.forEach((part, index) => {
        sum += lossSum(data, part.rows, part.predictors, feature, shuffled(part.rows, draw)) - (base[index] as number);
      });
      return sum / rowCount;
    });
    return { name, importance: mean(increases), deviation: increases.length > 1 ? sampleDeviation(increases) : 0 };
  });
  return importances.sort((a, b) => b.importance - a.importance || (a.name < b.name ? -1 : 1));
}

/** Sum of losses with the values of `feature` taken from `donors`; feature -1 changes nothing. */
function lossSum(
  data: Dataset,
  rows: Int32Array,
  predictors: readonly Predictor[],
  feature: number,
  donors: Int32Array,
): number {
  const row = new Float64Array(data.columns.length);
  const outputs = predictors[0]?.outputs ?? 1;
  const task = predictors[0]?.task ?? 'classify';
  const out = new Float64Array(outputs);
  const average = new Float64Array(outputs);
  let sum = 0;
  rows.forEach((index, at) => {
    readRow(data, index, row);
    if (feature >= 0) row[feature] = data.columns[feature]?.[donors[at] as number] as number;
    average.fill(0);
    for (const predictor of predictors) {
      predictor.predict(row, out);
      for (let k = 0; k < outputs; k++) average[k] = (average[k] as number) + (out[k] as number) / predictors.length;
    }
    const target = data.target[index] as number;
    if (task === 'regress') sum += ((average[0] as number) - target) ** 2;
    else if (task === 'multiclass') sum += logLossOf(average[target] as number, 1);
    else sum += logLossOf(average[0] as number, target);
  });
  return sum;
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
