/** `inspect isotonic` and `inspect drift`: single pieces of the learning engine on tables of numbers (ML-23, ML-41). */
import { fitIsotonic, isotonicAt } from '#core/base/isotonic.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type FeatureDrift, featureDrift } from '#core/learning/drift.ts';
import { cellFault, columnNamed, type NumberTable } from '#main/files/number-table.ts';

/** Columns x, y and, where it is there, weight. The fit at each row's x, in the order of the rows. */
export function isotonicOf(table: NumberTable): Result<{ readonly fitted: readonly number[] }, Fault> {
  const x = columnNamed(table, 'x');
  if (!x.ok) return x;
  const y = columnNamed(table, 'y');
  if (!y.ok) return y;
  const weight = table.names.includes('weight') ? columnNamed(table, 'weight') : ok(undefined);
  if (!weight.ok) return weight;
  for (const [name, column] of [['x', x.value] as const, ['y', y.value] as const]) {
    const row = column.findIndex(Number.isNaN);
    if (row !== -1) return cellFault(table, row, name, 'the value is missing', 'Give every row an x and a y.');
  }
  const unusable = weight.value?.findIndex((value) => !(value >= 0)) ?? -1;
  if (unusable !== -1)
    return cellFault(table, unusable, 'weight', 'it is missing or negative', 'Give weights from 0 up.');
  if (weight.value?.every((value) => value === 0)) {
    return bad(`Every row of ${table.file} has weight 0`, 'Give at least one row a positive weight.');
  }
  const fit = fitIsotonic(x.value, y.value, weight.value);
  return ok({ fitted: Array.from(x.value, (value) => isotonicAt(fit, value)) });
}

export interface DriftAnswer {
  /** False: a file is too short to say anything; then `features` is empty. */
  readonly judged: boolean;
  readonly features: readonly FeatureDrift[];
}

/** The columns of `before` in `after`. Rows are taken to be in the order of time, as recorded features are. */
export function driftOf(before: NumberTable, after: NumberTable, seed: string): Result<DriftAnswer, Fault> {
  const recent: Float64Array[] = [];
  for (const name of before.names) {
    const column = columnNamed(after, name);
    if (!column.ok) return column;
    recent.push(column.value);
  }
  const { judged, features } = featureDrift(before.names, before.columns, recent, { seed, ordered: true });
  return ok({ judged, features });
}

function bad(complaint: string, remedy: string): Result<never, Fault> {
  return err({ kind: 'bad-table', message: `${complaint}.`, remedy });
}
