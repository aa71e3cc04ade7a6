/** Predictions and contributions of a fit as CSV, one line per test row (ML-42). */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { Calibrator } from '#core/learning/calibration.ts';
import { type Dataset, type ModelArtefact, readRow, type Task } from '#core/learning/dataset.ts';
import { createEnsembleScorer } from '#core/learning/ensemble.ts';
import { createPredictor } from '#core/learning/ensemble-artefact.ts';
import { createExplainer } from '#core/learning/explain.ts';
import { createNetworkPredictor } from '#core/learning/network/dense-network.ts';
import { createTreeExplainer } from '#core/learning/trees/tree-shap.ts';

/** Columns of the predictions: `prediction`, or `class_0`, `class_1`, ... */
export function predictionLines(predictions: Float64Array, task: Task, outputs: number): string[] {
  const header =
    task === 'multiclass' ? Array.from({ length: outputs }, (_, output) => `class_${output}`).join(',') : 'prediction';
  const lines = [header];
  for (let at = 0; at < predictions.length; at += outputs) lines.push(predictions.subarray(at, at + outputs).join(','));
  return lines;
}

/** Writes one row's cells: base first, then one per feature, output by output. */
type RowExplainer = (row: Float64Array, out: Float64Array) => void;

/**
 * Columns `base` and one per feature; with several classes the same per class, named `class_0:base` and so on. Base plus
 * contributions is the raw output of the model in its own scale: of a forest the probability (or value), of boosting and
 * network the log odds (or value), before any calibration. Of an ensemble it is the calibrated score, 0 to 100.
 */
export function contributionLines(
  artefacts: readonly ModelArtefact[],
  calibrator: Calibrator,
  train: Dataset,
  test: Dataset,
  outputs: number,
): Result<string[], Fault> {
  const [single] = artefacts;
  const task = single?.task ?? 'classify';
  if (artefacts.length > 1 && task !== 'classify') {
    const message = `An ensemble explains probabilities only; the task is ${task}.`;
    return err({ kind: 'bad-parameters', message, remedy: 'Leave --shap out, or choose one model.' });
  }
  const explain =
    artefacts.length > 1 || single === undefined
      ? explainEnsemble(artefacts, calibrator, train.names)
      : explainModel(single, outputs);
  const names = ['base', ...test.names].map(quoted);
  const header =
    outputs === 1
      ? names
      : Array.from({ length: outputs }, (_, output) => names.map((name) => labelled(name, output))).flat();
  const lines = [header.join(',')];
  const row = new Float64Array(test.names.length);
  const cells = new Float64Array(header.length);
  for (let index = 0; index < test.rows; index++) {
    readRow(test, index, row);
    explain(row, cells);
    lines.push(cells.join(','));
  }
  return ok(lines);
}

function explainModel(artefact: ModelArtefact, outputs: number): RowExplainer {
  const features = artefact.names.length;
  const cell = features + 1;
  if (artefact.kind === 'network') {
    const network = createNetworkPredictor(artefact);
    return (row, out) => {
      for (let output = 0; output < outputs; output++) {
        const parts = out.subarray(output * cell + 1, (output + 1) * cell);
        out[output * cell] = network.contributions(row, output, parts);
      }
    };
  }
  const trees = createTreeExplainer(artefact);
  const parts = new Float64Array(outputs * features);
  return (row, out) => {
    trees.explain(row, parts);
    for (let output = 0; output < outputs; output++) {
      out[output * cell] = trees.baseline[output] as number;
      out.set(parts.subarray(output * features, (output + 1) * features), output * cell + 1);
    }
  };
}

function explainEnsemble(
  artefacts: readonly ModelArtefact[],
  calibrator: Calibrator,
  names: readonly string[],
): RowExplainer {
  const heads = artefacts.map((artefact) => ({ id: artefact.kind, artefact }));
  const predictors = heads.map(({ id, artefact }) => ({ id, predictor: createPredictor(artefact) }));
  const explain = createExplainer({
    parts: { names, heads, calibrator },
    scorer: createEnsembleScorer(predictors, calibrator),
  });
  return (row, out) => {
    const explained = explain(row);
    out[0] = explained?.baseScore ?? Number.NaN;
    if (explained !== null) out.set(explained.points, 1);
    else out.fill(Number.NaN, 1);
  };
}

/** The file appears whole or not at all; one that is there is replaced. */
export function writeLines(file: string, lines: readonly string[]): Result<void, Fault> {
  const unfinished = `${file}.part`;
  try {
    writeFileSync(unfinished, `${lines.join('\n')}\n`);
    renameSync(unfinished, file);
    return ok(undefined);
  } catch (error) {
    removeQuietly(unfinished);
    const message = `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}.`;
    return err({ kind: 'unwritable', message, remedy: 'Choose a folder that exists and that you may write to.' });
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What could not be written for is not there to be removed; the fault that came first is the one to tell.
  }
}

function labelled(name: string, output: number): string {
  return name.startsWith('"') ? `"class_${output}:${name.slice(1)}` : `class_${output}:${name}`;
}

function quoted(name: string): string {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
