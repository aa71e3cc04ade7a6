/** `inspect fit`: one model on a file of examples, measured on another (ML-22, ML-23): for research and comparisons. */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type Calibrator, type CalibratorKind, createCalibration, fitCalibrator } from '#core/learning/calibration.ts';
import type { Dataset, HeadKind, ModelArtefact, Task } from '#core/learning/dataset.ts';
import { createPredictor } from '#core/learning/ensemble-artefact.ts';
import { treeImportance } from '#core/learning/trees/tree-predictor.ts';
import { splitBefore } from '#core/learning/walk-forward.ts';
import { fitHeads, type Head, outOfFold, predictRows } from '#core/learning/walk-forward-predictions.ts';
import type { FitData } from './fit-data.ts';
import { type FitFigures, fitFigures } from './fit-figures.ts';
import type { FitHead } from './fit-params.ts';

/** What trains, injected by the host (services never import workers). */
export interface FitTrainers {
  /** Loads what the heads need, so that loading is not measured as fitting. */
  prepare(kinds: readonly HeadKind[]): Promise<void>;
  train(
    head: FitHead,
    data: Dataset,
    task: Task,
    seed: string,
  ): Promise<Result<ModelArtefact, Fault>> | Result<ModelArtefact, Fault>;
}

export interface FitRequest {
  readonly data: FitData;
  readonly task: Task;
  /** More than one: their mean, the ensemble. */
  readonly heads: readonly FitHead[];
  readonly calibrate: CalibratorKind;
  readonly seed: string;
  /** ms, monotonic. */
  readonly monotonic: () => number;
}

export interface FitReport extends FitFigures {
  /** Binning and fit of the final model; neither reading files nor the folds of a calibration. */
  readonly fitMs: number;
  /** All test rows. */
  readonly predictMs: number;
  /** Share of the split gain per feature, of an ensemble the mean over its tree heads; null for a network. */
  readonly importance: readonly { readonly name: string; readonly gain: number }[] | null;
}

export interface FittedOnFile {
  readonly report: FitReport;
  /** `outputs` values per test row, calibrated. */
  readonly predictions: Float64Array;
  readonly artefacts: readonly ModelArtefact[];
  readonly calibrator: Calibrator;
}

const CALIBRATION_FOLDS = 5;

export async function fitModel(request: FitRequest, trainers: FitTrainers): Promise<Result<FittedOnFile, Fault>> {
  const { data, task, heads, calibrate, seed, monotonic } = request;
  if (calibrate !== 'none' && task !== 'classify') {
    const message = `--calibrate ${calibrate} needs probabilities of 0 and 1; the task is ${task}.`;
    return err({ kind: 'bad-parameters', message, remedy: 'Use --task classify or --calibrate none.' });
  }
  await trainers.prepare(heads.map(({ kind }) => kind));
  const trained: readonly Head[] = heads.map((head) => ({
    id: head.kind,
    fromRows: 0,
    train: (rows, ownSeed) => trainers.train(head, rows, task, ownSeed),
  }));
  const began = monotonic();
  const fitted = await fitHeads(data.train, trained, { seed });
  const fitMs = monotonic() - began;
  if (!fitted.ok) return fitted;
  const calibrator = await calibratorOf(data.train, trained, calibrate, seed);
  if (!calibrator.ok) return calibrator;
  const calibration = createCalibration(calibrator.value);

  const predictors = fitted.value.map(createPredictor);
  const testRows = Int32Array.from({ length: data.test.rows }, (_, row) => row);
  const asked = monotonic();
  const raw = predictRows(data.test, testRows, predictors);
  const predictions = task === 'classify' ? raw.map(calibration) : raw;
  const predictMs = monotonic() - asked;
  const figures = fitFigures(predictions, data.test, task, data.outputs);
  const report = { fitMs, predictMs, ...figures, importance: importanceOf(fitted.value) };
  return ok({ report, predictions, artefacts: fitted.value, calibrator: calibrator.value });
}

/** Fitted on predictions of rows that come after those their model saw, in the order of the file; never on fitted rows. */
async function calibratorOf(
  data: Dataset,
  heads: readonly Head[],
  kind: CalibratorKind,
  seed: string,
): Promise<Result<Calibrator, Fault>> {
  if (kind === 'none') return ok({ kind });
  // A file has no times: each row opens and resolves at its own place, so that nothing overlaps.
  const place = Float64Array.from({ length: data.rows }, (_, row) => row);
  const lives = { openedAt: place, resolvedAt: place };
  const block = (index: number) => Math.floor((index * data.rows) / (CALIBRATION_FOLDS + 1));
  const folds = Array.from({ length: CALIBRATION_FOLDS }, (_, fold) =>
    splitBefore(lives, block(fold + 1), block(fold + 2), 0),
  );
  const predicted = await outOfFold(data, lives, heads, { seed: `${seed}/calibration`, createPredictor }, folds);
  if (!predicted.ok) {
    const remedy = 'Give more rows, in the order of time and with both classes throughout, or use --calibrate none.';
    return err({ ...predicted.error, message: `No calibration: ${predicted.error.message}`, remedy });
  }
  const { rows, raw } = predicted.value;
  const at = (column: Float64Array) => Float64Array.from(rows, (row) => column[row] as number);
  const order = at(place);
  const judged = { raw, target: at(data.target), weight: at(data.weight), openedAt: order, resolvedAt: order };
  const calibrator = fitCalibrator(kind, judged, [...rows.keys()]);
  if (calibrator !== null) return ok(calibrator);
  const message = `The ${rows.length} out-of-fold rows cannot carry a ${kind} calibration: they are of one class, or the model orders them the wrong way round.`;
  return err({ kind: 'uncalibratable', message, remedy: 'Give more rows, or use --calibrate none.' });
}

function importanceOf(artefacts: readonly ModelArtefact[]): FitReport['importance'] {
  const trees = artefacts.filter(({ kind }) => kind === 'forest' || kind === 'boosting');
  if (trees.length === 0) return null;
  const shares = trees.map(treeImportance);
  return (trees[0] as ModelArtefact).names.map((name, index) => ({
    name,
    gain: shares.reduce((sum, share) => sum + (share[index] as number), 0) / trees.length,
  }));
}
