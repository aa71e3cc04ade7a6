/** Whether what a model file says of itself can be used (RE-40): its hash tells that nothing changed, not that it makes sense. */
import type { LoadedModel } from '#core/learning/retrain-task.ts';

/** Calibrator, threshold and known ground; those of several classes were checked when their scorer was built. */
export function arePartsSound(loaded: LoadedModel): boolean {
  const { trainedUntil, ground, names } = loaded.parts;
  if (!isObject(ground) || !isCount(trainedUntil)) return false;
  const { low, high, limit } = ground;
  if (!areNumbers(low, names.length) || !areNumbers(high, names.length) || !isNumber(limit)) return false;
  if (loaded.task !== 'classify') return true;
  const { calibrator, breakEven, breakEvenRows } = loaded.parts;
  return (
    isObject(calibrator) &&
    isCalibrator(calibrator) &&
    isNumber(breakEven) &&
    breakEven >= 0 &&
    breakEven <= 1 &&
    isCount(breakEvenRows)
  );
}

/** Asks the model about a row of zeros; may throw. */
export function answers(loaded: LoadedModel): boolean {
  const row = new Float64Array(loaded.parts.names.length);
  switch (loaded.task) {
    case 'classify': {
      const score = loaded.scorer.score(row);
      return score >= 0 && score <= 100;
    }
    case 'multiclass':
      return loaded.scorer.score(row);
    case 'regress':
      return Number.isFinite(loaded.scorer.score(row));
  }
}

function isCalibrator(value: Readonly<Record<string, unknown>>): boolean {
  const { kind, slope, intercept, x, y, margin } = value;
  if (kind === 'none') return true;
  if (kind === 'sigmoid') return isNumber(slope) && isNumber(intercept) && slope < 0;
  if (kind !== 'isotonic' || !Array.isArray(x) || x.length === 0) return false;
  return areNumbers(x, x.length) && areNumbers(y, x.length) && isNumber(margin) && margin >= 0 && margin <= 0.5;
}

const WIN_FIGURES = ['areaUnderCurve', 'logLoss', 'brier', 'calibrationError', 'winRate', 'netRPerTrade', 'coverage'];
const CLASS_FIGURES = ['balancedAccuracy', 'logLoss', 'brier', 'accuracy'];
const VALUE_FIGURES = ['rootMeanSquaredError', 'meanAbsoluteError', 'rSquared'];

/** The shape that the window shows; figures that the rows could not give are null in JSON. */
export function isReport(metrics: Readonly<Record<string, unknown>>): boolean {
  const { task, rows } = metrics;
  if (!isCount(rows)) return false;
  if (task === 'multiclass') {
    const { classes, dropped } = metrics;
    const isLabelled = (value: unknown) => isObject(value) && typeof value.label === 'string' && isCount(value.rows);
    const isClass = (value: unknown) => isLabelled(value) && areEstimates(value, ['recall', 'precision']);
    return (
      areEstimates(metrics, CLASS_FIGURES) &&
      Array.isArray(classes) &&
      classes.every(isClass) &&
      Array.isArray(dropped) &&
      dropped.every(isLabelled)
    );
  }
  if (task === 'regress') {
    const { baselines } = metrics;
    const isBaseline = (value: unknown) =>
      isObject(value) && typeof value.name === 'string' && areEstimates(value, ['saved']);
    return areEstimates(metrics, VALUE_FIGURES) && Array.isArray(baselines) && baselines.every(isBaseline);
  }
  const { baseRate, threshold, reliability } = metrics;
  const isBin = (value: unknown) =>
    isObject(value) && isCount(value.rows) && isFigure(value.predicted) && isFigure(value.observed);
  return (
    isFigure(baseRate) &&
    isFigure(threshold) &&
    Array.isArray(reliability) &&
    reliability.every(isBin) &&
    areEstimates(metrics, WIN_FIGURES)
  );
}

function areEstimates(value: unknown, names: readonly string[]): boolean {
  const isEstimate = (estimate: unknown) =>
    isObject(estimate) && ['value', 'low', 'high', 'base'].every((part) => isFigure(estimate[part]));
  return isObject(value) && names.every((name) => isEstimate(value[name]));
}

function isFigure(value: unknown): boolean {
  return value === null || isNumber(value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areNumbers(value: unknown, length: number): boolean {
  return Array.isArray(value) && value.length === length && value.every(isNumber);
}
