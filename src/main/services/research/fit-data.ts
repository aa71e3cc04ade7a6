/** From tables of numbers to examples that can be trained on and tested, with every fault named by line and column. */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type Dataset, selectRows, type Task } from '#core/learning/dataset.ts';
import { cellFault, columnNamed, type NumberTable } from '#main/files/number-table.ts';

export interface FitColumns {
  readonly target: string;
  /** Null: every row counts the same. */
  readonly weight: string | null;
  readonly task: Task;
}

export interface FitData {
  readonly train: Dataset;
  readonly test: Dataset;
  /** 1 but for multiclass: classes of the training file. */
  readonly outputs: number;
}

const MOST_CLASSES = 100;

/**
 * Features are the columns of the training file beside target and weight, in its order; the test file must have them by
 * name and may have others. Training rows of weight 0 take no part. A test file without the weight column counts evenly.
 */
export function fitData(train: NumberTable, test: NumberTable, columns: FitColumns): Result<FitData, Fault> {
  const { target, weight, task } = columns;
  const names = train.names.filter((name) => name !== target && name !== weight);
  const trained = examplesOf(train, names, columns, weight);
  if (!trained.ok) return trained;
  if (names.length === 0) {
    return bad(`${train.file} has no column to learn from beside "${target}"`, 'Add at least one feature.');
  }
  const testWeight = weight !== null && test.names.includes(weight) ? weight : null;
  const tested = examplesOf(test, names, columns, testWeight);
  if (!tested.ok) return tested;
  const weighing = [...trained.value.weight.keys()].filter((row) => (trained.value.weight[row] as number) > 0);
  const used = weighing.length < train.rows ? selectRows(trained.value, weighing) : trained.value;
  const constant = constantTarget(used, train.file, columns);
  if (constant !== null) return constant;
  const outputs = task === 'multiclass' ? highest(used.target) + 1 : 1;
  if (task === 'multiclass') {
    const unseen = tested.value.target.findIndex((value) => value >= outputs);
    if (unseen !== -1) {
      const complaint = `class ${tested.value.target[unseen]} is not in ${train.file}, whose classes go up to ${outputs - 1}`;
      return cellFault(test, unseen, target, complaint, 'Train on every class that is tested.');
    }
  }
  if (!tested.value.weight.some((value) => value > 0)) {
    return bad(`Every row of ${test.file} has weight 0`, 'Give at least one row a positive weight.');
  }
  return ok({ train: used, test: tested.value, outputs });
}

function examplesOf(
  table: NumberTable,
  names: readonly string[],
  { target, task }: FitColumns,
  weight: string | null,
): Result<Dataset, Fault> {
  const targets = columnNamed(table, target);
  if (!targets.ok) return targets;
  const columns: Float64Array[] = [];
  for (const name of names) {
    const column = columnNamed(table, name);
    if (!column.ok) return column;
    columns.push(column.value);
  }
  const wrong = targets.value.findIndex((value) => targetComplaint(value, task) !== null);
  if (wrong !== -1) {
    const complaint = targetComplaint(targets.value[wrong] as number, task) ?? '';
    return cellFault(table, wrong, target, complaint, 'Correct the cell, leave the row out, or choose another --task.');
  }
  const weights = weight === null ? ok(new Float64Array(table.rows).fill(1)) : columnNamed(table, weight);
  if (!weights.ok) return weights;
  const unusable = weights.value.findIndex((value) => !(value >= 0));
  if (unusable !== -1 && weight !== null) {
    const complaint = Number.isNaN(weights.value[unusable]) ? 'the weight is missing' : 'the weight is negative';
    return cellFault(table, unusable, weight, complaint, 'Give weights from 0 up.');
  }
  return ok({ names, columns, rows: table.rows, target: targets.value, weight: weights.value });
}

function targetComplaint(value: number, task: Task): string | null {
  if (Number.isNaN(value)) return 'the target is missing';
  if (task === 'classify' && value !== 0 && value !== 1) return `the target ${value} is neither 0 nor 1`;
  const isClass = Number.isInteger(value) && value >= 0 && value < MOST_CLASSES;
  if (task === 'multiclass' && !isClass) return `the target ${value} is no class from 0 to ${MOST_CLASSES - 1}`;
  return null;
}

function constantTarget(data: Dataset, file: string, { target, task }: FitColumns): Result<never, Fault> | null {
  if (data.rows === 0) return bad(`Every row of ${file} has weight 0`, 'Give at least two rows a positive weight.');
  if (data.target.some((value) => value !== data.target[0])) return null;
  const what = task === 'regress' ? 'the same value' : 'one class';
  return bad(
    `The target "${target}" is ${data.target[0]} in every weighing row of ${file}: ${what} teaches nothing`,
    'Give rows with different targets.',
  );
}

function highest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function bad(complaint: string, remedy: string): Result<never, Fault> {
  return err({ kind: 'bad-table', message: `${complaint}.`, remedy });
}
