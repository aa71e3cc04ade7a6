/** Whether examples can be trained on at all, before any trainer meets them. */
import { ok, type Result } from '#core/base/result.ts';
import type { Dataset, Task } from '#core/learning/dataset.ts';
import { type TrainingFault, unusableData } from './training-fault.ts';

/** More classes than this is a regression by mistake. */
const MOST_CLASSES = 100;

/** Shapes fit, weights are positive, targets are what the task needs. Says which row is wrong, counted from 0. */
export function checkDataset(data: Dataset, task: Task): Result<{ readonly classes: number }, TrainingFault> {
  const { rows, columns, names, target, weight } = data;
  if (columns.length !== names.length)
    return unusableData(`There are ${columns.length} columns for ${names.length} names.`);
  if (new Set(names).size !== names.length) return unusableData('Two columns have the same name.');
  if (rows < 2) return unusableData(`${rows} examples are too few to train on.`);
  for (const [index, column] of columns.entries()) {
    if (column.length !== rows)
      return unusableData(`Column ${names[index]} has ${column.length} values for ${rows} rows.`);
  }
  if (target.length !== rows || weight.length !== rows)
    return unusableData('Targets or weights are missing for some rows.');
  let classes = task === 'classify' ? 2 : task === 'multiclass' ? 2 : 0;
  for (let row = 0; row < rows; row++) {
    const weighs = weight[row] as number;
    if (!(weighs > 0 && weighs < Number.POSITIVE_INFINITY)) return unusableData(`Row ${row} has the weight ${weighs}.`);
    const wanted = target[row] as number;
    if (!Number.isFinite(wanted)) return unusableData(`Row ${row} has the target ${wanted}.`);
    if (task === 'classify' && wanted !== 0 && wanted !== 1)
      return unusableData(`Row ${row} has a target beside 0 and 1.`);
    if (task === 'multiclass') {
      if (!Number.isInteger(wanted) || wanted < 0 || wanted >= MOST_CLASSES) {
        return unusableData(`Row ${row} has the target ${wanted}, which is no class.`);
      }
      classes = Math.max(classes, wanted + 1);
    }
  }
  return ok({ classes });
}
