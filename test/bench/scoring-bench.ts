/** PE-5, PE-15: one signal scored by the whole ensemble, and explained. */

import { chooseCalibrator } from '#core/learning/calibration.ts';
import { type Dataset, readRow } from '#core/learning/dataset.ts';
import {
  createPredictor,
  ensembleArtefact,
  type LoadedEnsemble,
  loadEnsemble,
} from '#core/learning/ensemble-artefact.ts';
import { createExplainer } from '#core/learning/explain.ts';
import { breakEvenProbability } from '#core/learning/metrics.ts';
import { findModelSpec } from '#core/learning/model-table.ts';
import { knownGround, unusualFeatures } from '#core/learning/novelty.ts';
import { createTreeExplainer } from '#core/learning/trees/tree-shap.ts';
import { fitHeads, predictRows, type Trainer } from '#core/learning/walk-forward-predictions.ts';
import { TRAINERS } from '#main/workers/trainers.ts';
import { type BenchLine, type Figure, quantileOf } from './measure.ts';
import { retrainExamples } from './retrain-data.ts';

const ROWS = 5_000;
const SCORED = 20_000;
/** Other work on the machine makes a tail of its own: the quantile is taken in each of several rounds. */
const ROUNDS = 5;

export async function scoringLines(): Promise<readonly BenchLine[]> {
  const { ensemble, data } = await trainedEnsemble();
  const { scorer, parts } = ensemble;
  let above = 0;
  const score = perCall(data, SCORED, (row) => {
    scorer.score(row);
    if (scorer.probability >= parts.breakEven) above++;
  });
  if (above === 0) throw new Error('no signal is above the threshold');
  const [forest, boosting] = ['forest', 'boosting'].map((id) => shapOf(ensemble, id));
  const explain = createExplainer(ensemble);
  const explained = (row: Float64Array) => {
    explain(row);
    unusualFeatures(parts.ground, parts.names, row);
  };
  const made = `trend's heads on ${ROWS} generated rows of ${data.columns.length} features`;
  const line = (id: string, what: string, bar: number, rounds: Rounds, judged: number): Figure => {
    const at = (share: number) => rounds.map((times) => quantileOf(times, share));
    const calls = `${ROUNDS} rounds of ${(rounds[0] ?? []).length.toLocaleString('en-US')} calls`;
    return {
      ...{ id, what, unit: 'ms', better: 'less', bar, peer: 'none does the same' },
      median: quantileOf(at(judged), 0.5),
      worst: Math.max(...at(judged)),
      note: `${made}; ${calls}, in the median round half within ${micro(at(0.5))} and 99 % within ${micro(at(0.99))} us`,
    };
  };
  return [
    line('PE-5', 'score one signal: three heads, calibration, threshold, p99', 0.05, score, 0.99),
    line('PE-15', 'TreeSHAP, boosting 150 x depth 3', 0.1, perCall(data, 2_000, boosting), 0.5),
    line('PE-15', 'TreeSHAP, forest 200 x depth 8', 5, perCall(data, 300, forest), 0.5),
    line('PE-15', 'explanation of a score: three heads and novelty', 20, perCall(data, 300, explained), 0.5),
  ];
}

/** Milliseconds per call, round by round. */
type Rounds = readonly (readonly number[])[];

/** As a retrain leaves it: fitted on the older rows, calibrated (isotonic, the dearest) on newer ones. */
async function trainedEnsemble(): Promise<{ readonly ensemble: LoadedEnsemble; readonly data: Dataset }> {
  const spec = findModelSpec('trend');
  if (spec === null) throw new Error('there is a model named trend');
  const { data } = retrainExamples('scoring fit', ROWS);
  const later = retrainExamples('scoring fit', 2 * ROWS);
  const heads = spec.heads.map(({ kind, parameters }) => {
    const train: Trainer = (rows, seed) =>
      TRAINERS[kind]({ data: rows, task: 'classify', params: { ...parameters }, seed, part: null }, {});
    return { id: kind, fromRows: 0, train };
  });
  const fitted = await fitHeads(data, heads, { seed: 'bench' });
  if (!fitted.ok) throw new Error(fitted.error.message);
  const rows = Int32Array.from({ length: ROWS }, (_, index) => ROWS + index);
  const calibrationRows = {
    raw: predictRows(later.data, rows, fitted.value.map(createPredictor)),
    target: later.data.target.slice(ROWS),
    weight: later.data.weight.slice(ROWS),
    openedAt: later.lives.openedAt.slice(ROWS),
    resolvedAt: later.lives.resolvedAt.slice(ROWS),
  };
  const { calibrator } = chooseCalibrator(calibrationRows);
  const artefact = ensembleArtefact({
    ...{ model: 'trend', setId: 'trend', setHash: 'bench', names: data.names, calibrator },
    heads: fitted.value.map((head) => ({ id: head.kind, artefact: head })),
    breakEven: breakEvenProbability(later.lives.netR),
    breakEvenRows: ROWS,
    trainedUntil: 0,
    ground: knownGround(data),
  });
  const loaded = loadEnsemble(artefact);
  if (!loaded.ok) throw new Error(loaded.error.message);
  return { ensemble: loaded.value, data: later.data };
}

function shapOf({ parts }: LoadedEnsemble, id: string): (row: Float64Array) => void {
  const head = parts.heads.find((candidate) => candidate.id === id);
  if (head === undefined) throw new Error(`the ensemble has a head ${id}`);
  const explainer = createTreeExplainer(head.artefact);
  const out = new Float64Array(explainer.outputs * explainer.names.length);
  return (row) => explainer.explain(row, out);
}

/** A round before the first one warms up. */
function perCall(data: Dataset, calls: number, work: (row: Float64Array) => void): Rounds {
  const row = new Float64Array(data.columns.length);
  const round = () => {
    const times: number[] = [];
    for (let call = 0; call < calls; call++) {
      readRow(data, call % data.rows, row);
      const begin = performance.now();
      work(row);
      times.push(performance.now() - begin);
    }
    return times;
  };
  round();
  return Array.from({ length: ROUNDS }, round);
}

function micro(times: readonly number[]): string {
  return (1000 * quantileOf(times, 0.5)).toPrecision(2);
}
