/** Figures of a fit on its test rows, weighted; null where a figure does not apply or the rows cannot say. */
import type { Dataset, Task } from '#core/learning/dataset.ts';
import {
  areaUnderCurve,
  brierScore,
  expectedCalibrationError,
  logLoss,
  multiclassLogLoss,
  rootMeanSquaredError,
} from '#core/learning/metrics.ts';

export interface FitFigures {
  /** classify; for multiclass the plain mean of one class against the rest, over the classes that are tested. */
  readonly auc: number | null;
  /** classify and multiclass. */
  readonly logLoss: number | null;
  /** classify. */
  readonly brier: number | null;
  readonly ece: number | null;
  /** regress. */
  readonly rmse: number | null;
}

/** `predictions` holds `outputs` values per row. */
export function fitFigures(predictions: Float64Array, test: Dataset, task: Task, outputs: number): FitFigures {
  const { target, weight } = test;
  const none: FitFigures = { auc: null, logLoss: null, brier: null, ece: null, rmse: null };
  switch (task) {
    case 'regress':
      return { ...none, rmse: known(rootMeanSquaredError(predictions, target, weight)) };
    case 'classify':
      return {
        ...none,
        auc: known(areaUnderCurve(predictions, target, weight)),
        logLoss: known(logLoss(predictions, target, weight)),
        brier: known(brierScore(predictions, target, weight)),
        ece: known(expectedCalibrationError(predictions, target, weight)),
      };
    case 'multiclass':
      return {
        ...none,
        auc: macroArea(predictions, test, outputs),
        logLoss: known(multiclassLogLoss(predictions, target, outputs, weight)),
      };
  }
}

function macroArea(predictions: Float64Array, { target, weight }: Dataset, outputs: number): number | null {
  const areas = Array.from({ length: outputs }, (_, output) =>
    areaUnderCurve(
      target.map((_value, row) => predictions[row * outputs + output] as number),
      target.map((value) => (value === output ? 1 : 0)),
      weight,
    ),
  ).filter((area) => !Number.isNaN(area));
  return areas.length === 0 ? null : areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
