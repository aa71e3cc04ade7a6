/** What training forests and boosting have in common: parameters, checks of the data, progress, cancelling. */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { Dataset, Task } from '../dataset.ts';

export type TrainingFault = Fault<'cancelled' | 'unusable-data'>;

export interface TrainingOptions {
  /** After each tree or round. `done` never falls and ends at `total` unless training stops early. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Asked before each tree or round; true ends training with the fault `cancelled`. */
  readonly shouldStop?: () => boolean;
}

export interface TreeParameters {
  readonly task: Task;
  /** multiclass: how many classes there are, where a set of rows may lack the last ones; else counted from the target. */
  readonly classes?: number;
  /** balanced: classes get equal total weight. Not for regression. */
  readonly classWeight?: 'none' | 'balanced';
}

/** A dataset that passed the checks, and what follows from it. */
export interface TrainingRows {
  /** Rows of positive weight, ascending. */
  readonly rows: Int32Array;
  /** Outputs of the model: classes for multiclass, else 1. */
  readonly outputs: number;
  /** Sample weights times class weights. */
  readonly lossWeight: Float64Array;
  /** Sample weights when they differ, null when all rows count the same. */
  readonly unevenWeight: Float64Array | null;
}

const MOST_CLASSES = 1000;

export function checkTrainingData(data: Dataset, parameters: TreeParameters): Result<TrainingRows, TrainingFault> {
  const { rows, target, weight, columns, names } = data;
  const { task } = parameters;
  if (rows < 1) return unusable('it has no rows');
  if (columns.length !== names.length) return unusable('it has not one column per feature');
  if (columns.some((column) => column.length !== rows)) return unusable('its columns differ in length');
  if (target.length !== rows || weight.length !== rows) return unusable('target or weights differ in length');
  let highest = 0;
  let weighing = 0;
  for (let row = 0; row < rows; row++) {
    const y = target[row];
    if (!Number.isFinite(y)) return unusable(`the target of row ${row} is not a number`);
    if (task === 'classify' && y !== 0 && y !== 1) return unusable(`the target of row ${row} is neither 0 nor 1`);
    if (task === 'multiclass' && !(Number.isInteger(y) && y >= 0 && y < MOST_CLASSES)) {
      return unusable(`the target of row ${row} is not a class index`);
    }
    if (y > highest) highest = y;
    if (!(weight[row] >= 0 && Number.isFinite(weight[row]))) return unusable(`the weight of row ${row} is not usable`);
    if (weight[row] > 0) weighing++;
  }
  if (weighing === 0) return unusable('every row has weight 0');
  const outputs = task === 'multiclass' ? Math.max(2, highest + 1, parameters.classes ?? 0) : 1;
  const kept = new Int32Array(weighing);
  let isEven = true;
  for (let row = 0, next = 0; row < rows; row++) {
    if (weight[row] !== weight[0]) isEven = false;
    if (weight[row] > 0) kept[next++] = row;
  }
  const isBalanced = task !== 'regress' && parameters.classWeight === 'balanced';
  return ok({
    rows: kept,
    outputs,
    lossWeight: isBalanced ? balanced(target, weight) : weight,
    unevenWeight: isEven ? null : weight,
  });
}

export function cancelled(): Result<never, TrainingFault> {
  return err({ kind: 'cancelled', message: 'Training was cancelled.', remedy: 'Start it again when it suits.' });
}

/** Scales weights so that each class that occurs has the same total, the sum over all staying as it was. */
function balanced(target: Float64Array, weight: Float64Array): Float64Array {
  const totals = new Map<number, number>();
  let total = 0;
  for (let row = 0; row < target.length; row++) {
    totals.set(target[row], (totals.get(target[row]) ?? 0) + weight[row]);
    total += weight[row];
  }
  let classes = 0;
  for (const held of totals.values()) if (held > 0) classes++;
  return weight.map((value, row) => {
    const held = totals.get(target[row]) ?? 0;
    return held > 0 ? (value * total) / (classes * held) : 0;
  });
}

function unusable(why: string): Result<never, TrainingFault> {
  const remedy = 'Give rows with finite targets of the task and weights from 0 up.';
  return err({ kind: 'unusable-data', message: `The model cannot be trained on this data: ${why}.`, remedy });
}
