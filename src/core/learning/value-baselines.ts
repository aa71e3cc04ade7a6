/** What a model of a value is held against beside the mean: cheap forecasts that need no learning engine. */
import { gather } from '#core/base/gather.ts';
import { clamp } from '#core/base/statistics.ts';
import type { Dataset } from './dataset.ts';
import { fitLine } from './linear-system.ts';

/** How a feature enters: as it is, or its natural logarithm. */
export interface BaselineInput {
  readonly feature: string;
  readonly as: 'value' | 'log';
}

/** last-value: the first input is the forecast; line: least squares on all inputs, fitted on the training rows. */
export interface Baseline {
  /** In words, e.g. `last value`. */
  readonly name: string;
  readonly kind: 'last-value' | 'line';
  readonly inputs: readonly BaselineInput[];
}

/**
 * Of volatility, for a target that is the natural logarithm of the realised volatility to come: it stays as it is, and the
 * heterogeneous autoregression in logarithms (Corsi 2009, equation 10) on the last hour, day, week and month. The names
 * are those of FE-16. In logarithms squared errors are shares, not points: one storm does not outweigh a quiet month.
 */
export const VOLATILITY_BASELINES: readonly Baseline[] = [
  { name: 'last value', kind: 'last-value', inputs: [{ feature: 'rv_1h', as: 'log' }] },
  {
    name: 'heterogeneous autoregression',
    kind: 'line',
    inputs: [
      { feature: 'rv_1h', as: 'log' },
      { feature: 'har_daily', as: 'value' },
      { feature: 'har_weekly', as: 'value' },
      { feature: 'har_monthly', as: 'value' },
    ],
  },
];

/**
 * Forecasts of a baseline for `rows`, from what the rows of `train` teach. A row without the inputs gets the training
 * mean, and so does every row where nothing can be fitted. A line is kept within the targets that it was fitted on: a few
 * rows of slow features would send it anywhere (the "insanity filter" of Swanson and White 1997). Null when the data lack
 * a feature of it.
 */
export function baselineForecast(
  { kind, inputs }: Baseline,
  data: Dataset,
  train: Int32Array,
  rows: Int32Array,
): Float64Array | null {
  const columns = inputs.map(({ feature, as }) => {
    const column = data.columns[data.names.indexOf(feature)];
    return as === 'value' ? column : column?.map(Math.log);
  });
  const known = columns.filter((column) => column !== undefined);
  if (known.length < inputs.length || known.length === 0) return null;
  const middle = weightedMean(data, train);
  const isWhole = (row: number) => known.every((column) => Number.isFinite(column[row]));
  if (kind === 'last-value') return Float64Array.from(rows, (row) => (isWhole(row) ? known[0][row] : middle));
  const whole = train.filter(isWhole);
  const take = (from: Float64Array) => gather(from, whole);
  const line = fitLine(known.map(take), take(data.target), take(data.weight));
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const row of whole) {
    lowest = Math.min(lowest, data.target[row]);
    highest = Math.max(highest, data.target[row]);
  }
  return Float64Array.from(rows, (row) => {
    if (line === null || !isWhole(row)) return middle;
    const forecast = known.reduce((sum, column, k) => sum + line.slopes[k] * column[row], line.intercept);
    return clamp(forecast, lowest, highest);
  });
}

export function weightedMean({ target, weight }: Pick<Dataset, 'target' | 'weight'>, rows: Int32Array): number {
  let sum = 0;
  let mass = 0;
  for (const row of rows) {
    sum += weight[row] * target[row];
    mass += weight[row];
  }
  return sum / mass;
}
