/** A whole retrain of a win-probability model: walk forward, calibrate, judge, and, when promoted, refit on all rows (ML-22 to ML-24). */
import { ok, type Result } from '#core/base/result.ts';
import { type CalibrationChoice, chooseCalibrator, createCalibration } from './calibration.ts';
import { type CalibrationBand, calibrationBand } from './calibration-band.ts';
import { type Dataset, type ExampleLives, type ModelArtefact, selectRows } from './dataset.ts';
import { breakEvenProbability } from './metrics.ts';
import { type ClassifyReport, classifyReport } from './metrics-report.ts';
import { type JudgedModel, type Judgement, judgeChallenger, judgeFirstModel, judgementSplit } from './promotion.ts';
import { leakReason, suspectedLeaks, wholeTooGood } from './promotion-leak-check.ts';
import {
  BEFORE_REFIT,
  joinColumns,
  judgedWeights,
  latestOutcome,
  mostImportantName,
  namedHeads,
  selectLives,
  stage,
  trainedRows,
  trainingOnExamples,
  upTo,
} from './retrain-steps.ts';
import { averageUniqueness, dependenceLength, medianLifeMs } from './uniqueness.ts';
import { type Fold, foldCount, walkForwardFolds } from './walk-forward.ts';
import {
  type FitFault,
  type FitOptions,
  fitHeads,
  type Head,
  type OutOfFold,
  predictRows,
  readyHeads,
  untrainable,
  walkAndFit,
} from './walk-forward-predictions.ts';

/** The champion as far as it is judged: fixed, with the last outcome that it has seen. */
export interface Champion {
  /** Calibrated probability of a win. */
  readonly probability: (row: Float64Array) => number;
  readonly threshold: number;
  /** Latest `resolvedAt` among all rows that it rests on. */
  readonly cutoff: number;
}

export interface RetrainRequest {
  readonly data: Dataset;
  readonly lives: ExampleLives;
  readonly heads: readonly Head[];
  /** Null while the heuristic scores. */
  readonly champion: Champion | null;
  /** Which judged attempt at a first model this is, from 1; of no account beside a champion. */
  readonly attempt: number;
  /** Fitted on all rows and not judged on any: it is judged later, by what it says in shadow (ML-50). */
  readonly onlyWatches?: boolean;
}

/** What the registry keeps of a fit. */
export interface FittedEnsemble {
  readonly heads: readonly { readonly id: string; readonly artefact: ModelArtefact }[];
  readonly calibration: CalibrationChoice;
  /** What the rows behind the calibration leave open; null where they are too few to say. */
  readonly band: CalibrationBand | null;
  /** Break-even probability from the net results that calibration saw: where a signal starts to pay. */
  readonly threshold: number;
  /** Latest outcome among the rows that its heads, calibration and threshold rest on, judged only or not. */
  readonly cutoff: number;
}

export interface RetrainOutcome {
  readonly verdict: 'promoted' | 'rejected' | 'watches';
  /** In words. */
  readonly reason: string;
  /**
   * Null when no look was taken: too few rows to judge on, or a feature that is suspected of knowing the outcome. The
   * attempt then does not count. One that passed and is still rejected told wins from losses too well to be true.
   */
  readonly judgement: Judgement | null;
  /** Promoted: fitted on all examples. Rejected: what was judged, or what there is, kept for the record. */
  readonly ensemble: FittedEnsemble;
  /** Of the out-of-fold rows, after calibration fitted on other rows where there were enough. */
  readonly report: ClassifyReport;
  readonly outOfFold: OutOfFold;
  /** The rows that `outOfFold` counts: those before the judgement block, or all when nothing was judged. */
  readonly walked: Dataset;
}

const WATCHES = 'Scores its own signals in shadow, and is judged by what it says there.';

/**
 * Runs it all. The walk-forward covers the rows before the judgement block; heads fitted on those rows (purged, with
 * embargo) predict the block, which makes it one more fold. The final calibrator may therefore rest on both: every
 * prediction it sees is out of fold. Heads are those that the count of all examples allows, throughout.
 *
 * Rows that are judged only (`RowRoles`, ML-5) are cut, purged and predicted like all others, and count in everything
 * that is measured on predictions; nothing is fitted on them, and the look at single features leaves them out.
 *
 * Before all that the features are looked at: one that is suspected of knowing the outcome (`suspectedLeaks`) ends the
 * attempt as rejected. It is not judged, so that it spends none of the first model's evidence; it is still fitted and
 * measured, so that the record shows what was too good to be true.
 */
export async function retrain(request: RetrainRequest, options: FitOptions): Promise<Result<RetrainOutcome, FitFault>> {
  const { data, lives } = request;
  const examples = trainedRows(request);
  const heads = readyHeads(request.heads, examples.data.rows).map((head) => ({ ...head, fromRows: 0 }));
  const leaks = suspectedLeaks(examples.data, examples.lives);
  if (leaks.length > 0) return withoutJudgement(request, heads, leakReason(leaks), options);
  if (request.onlyWatches === true) {
    const watching = await withoutJudgement(request, heads, WATCHES, options);
    return watching.ok ? ok({ ...watching.value, verdict: 'watches' }) : watching;
  }
  const embargoMs = medianLifeMs(lives);
  const split = judgementSplit(lives, request.champion?.cutoff ?? null, embargoMs);
  const before = split.fold === null ? null : rowsOf(request, split.fold.train);
  const unfit = before === null ? null : untrainable(examples.data, trainedRows(before).data);
  if (split.fold === null || before === null || unfit !== null) {
    const why = unfit ?? (split.fold === null ? split.reason : 'nothing to train on');
    return withoutJudgement(request, heads, `Not judged: ${why}.`, options);
  }
  const { fold } = split;
  const folds = foldsOf(before, embargoMs);
  const judged = { name: 'judged', walkShare: 0.75, examples: trainedRows(before).data };
  const tried = await walkAndFit(before.data, before.lives, heads, folds, judged, upTo(options, BEFORE_REFIT));
  if (!tried.ok) {
    if (tried.error.kind !== 'too_few_examples') return tried;
    return withoutJudgement(request, heads, `Not judged: ${tried.error.message}`, options);
  }
  const { walk, artefacts } = tried.value;
  const older = calibrationRows(before, walk.rows, walk.raw);
  const calibration = chooseCalibrator(older);
  const bandSeed = `${options.seed}/band`;
  const rawBlock = predictRows(data, fold.test, artefacts.map(options.createPredictor));
  const judgedRows = { ...selectLives(lives, fold.test), target: selectRows(data, fold.test).target };
  const calibrate = createCalibration(calibration.calibrator);
  const challenger: JudgedModel = { probability: rawBlock.map(calibrate), threshold: breakEvenProbability(older.netR) };
  const judgement =
    request.champion === null
      ? judgeFirstModel(challenger, judgedRows, request.attempt)
      : judgeChallenger(challenger, championOn(request.champion, data, fold.test), judgedRows, `${options.seed}/judge`);
  const whole = joinRows(older, calibrationRows(request, fold.test, rawBlock));
  const report = honestReport(whole, options.seed);
  const walked = { outOfFold: walk, walked: before.data };
  const mostImportant = () => mostImportantName(before.data, walk.models, options.seed);
  const refused = judgement.promoted ? tooGood(whole, report, mostImportant, options.seed) : judgement.reason;
  if (refused !== null) {
    const band = calibrationBand(calibration.calibrator, older, bandSeed);
    const ensemble = ensembleOf(heads, artefacts, calibration, band, challenger.threshold, before.lives);
    options.onProgress?.(1);
    return ok({ verdict: 'rejected', reason: refused, judgement, ensemble, report, ...walked });
  }
  const final = await fitHeads(examples.data, heads, stage(options, 'final', BEFORE_REFIT, 1));
  if (!final.ok) return final;
  const choice = chooseCalibrator(whole);
  const band = calibrationBand(choice.calibrator, whole, bandSeed);
  const ensemble = ensembleOf(heads, final.value, choice, band, breakEvenProbability(whole.netR), lives);
  return ok({ verdict: 'promoted', reason: judgement.reason, judgement, ensemble, report, ...walked });
}

/** Too few rows to judge, or an input that knows the outcome: fitted and measured for the record, never promoted. */
async function withoutJudgement(
  request: RetrainRequest,
  heads: readonly Head[],
  reason: string,
  options: FitOptions,
): Promise<Result<RetrainOutcome, FitFault>> {
  const { data, lives } = request;
  const whole = { name: 'final', walkShare: BEFORE_REFIT, examples: trainedRows(request).data };
  const tried = await walkAndFit(data, lives, heads, foldsOf(request, medianLifeMs(lives)), whole, options);
  if (!tried.ok) return tried;
  const { walk, artefacts } = tried.value;
  const rows = calibrationRows(request, walk.rows, walk.raw);
  const choice = chooseCalibrator(rows);
  const band = calibrationBand(choice.calibrator, rows, `${options.seed}/band`);
  const ensemble = ensembleOf(heads, artefacts, choice, band, breakEvenProbability(rows.netR), lives);
  const report = honestReport(rows, options.seed);
  return ok({ verdict: 'rejected', reason, judgement: null, ensemble, report, outOfFold: walk, walked: data });
}

type Resolved = Pick<RetrainRequest, 'data' | 'lives'>;

function rowsOf({ data, lives }: Resolved, rows: Int32Array): Resolved {
  return { data: selectRows(data, rows), lives: selectLives(lives, rows) };
}

/** As many folds as the examples are worth; blocks are cut over all rows. */
function foldsOf(rows: Resolved, embargoMs: number): readonly Fold[] {
  const count = foldCount(trainedRows(rows).data.rows);
  return trainingOnExamples(walkForwardFolds(rows.lives, count, embargoMs), rows.lives);
}

interface EvaluatedRows {
  readonly raw: Float64Array;
  readonly target: Float64Array;
  readonly weight: Float64Array;
  readonly openedAt: Float64Array;
  readonly resolvedAt: Float64Array;
  readonly netR: Float64Array;
  /** 1: an example; 0: judged only. */
  readonly trains: Float64Array;
}

function calibrationRows({ data, lives }: Resolved, rows: Int32Array, raw: Float64Array): EvaluatedRows {
  const weighted = { ...data, weight: judgedWeights(data, lives), columns: [] };
  const { target, weight } = selectRows(weighted, rows);
  const { openedAt, resolvedAt, netR, roles } = selectLives(lives, rows);
  const trains = roles ? Float64Array.from(roles.trains) : new Float64Array(rows.length).fill(1);
  return { raw, target, weight, openedAt, resolvedAt, netR, trains };
}

/** By the report; and by that of the examples alone, which rows that know less of the outcome cannot dilute. */
function tooGood(rows: EvaluatedRows, report: ClassifyReport, important: () => string | undefined, seed: string) {
  const suspicion = wholeTooGood(report, important);
  if (suspicion !== null || rows.trains.every((trains) => trains === 1)) return suspicion;
  const examples = mapRows(rows, (values) => values.filter((_, row) => rows.trains[row] === 1));
  return wholeTooGood(honestReport(examples, seed), important);
}

/**
 * Figures of the newest part, calibrated by what the older part teaches, so that no row is judged by a calibrator that
 * has seen it; with too few rows for a calibrator, all of them as they are.
 */
function honestReport(rows: EvaluatedRows, seed: string): ClassifyReport {
  const count = rows.raw.length;
  const from = count < 100 ? 0 : Math.floor(count / 2);
  const older = mapRows(rows, (values) => values.slice(0, from));
  const newer = mapRows(rows, (values) => values.slice(from));
  const start = newer.openedAt[0] ?? Number.POSITIVE_INFINITY;
  const known = mapRows(older, (values) => values.filter((_, row) => (older.resolvedAt[row] as number) < start));
  const calibrate = createCalibration(chooseCalibrator(known).calibrator);
  const blockLength = dependenceLength(averageUniqueness(newer));
  const threshold = breakEvenProbability(known.netR);
  return classifyReport(newer.raw.map(calibrate), newer.target, newer.weight, newer.netR, threshold, {
    seed: `${seed}/report`,
    blockLength,
  });
}

function mapRows(rows: EvaluatedRows, change: (values: Float64Array) => Float64Array): EvaluatedRows {
  return {
    raw: change(rows.raw),
    target: change(rows.target),
    weight: change(rows.weight),
    openedAt: change(rows.openedAt),
    resolvedAt: change(rows.resolvedAt),
    netR: change(rows.netR),
    trains: change(rows.trains),
  };
}

function joinRows(older: EvaluatedRows, newer: EvaluatedRows): EvaluatedRows {
  return {
    raw: joinColumns(older.raw, newer.raw),
    target: joinColumns(older.target, newer.target),
    weight: joinColumns(older.weight, newer.weight),
    openedAt: joinColumns(older.openedAt, newer.openedAt),
    resolvedAt: joinColumns(older.resolvedAt, newer.resolvedAt),
    netR: joinColumns(older.netR, newer.netR),
    trains: joinColumns(older.trains, newer.trains),
  };
}

function championOn(champion: Champion, data: Dataset, rows: Int32Array): JudgedModel {
  const row = new Float64Array(data.columns.length);
  const probability = Float64Array.from(rows, (index) => {
    for (let feature = 0; feature < row.length; feature++) row[feature] = data.columns[feature]?.[index] as number;
    return champion.probability(row);
  });
  return { probability, threshold: champion.threshold };
}

function ensembleOf(
  heads: readonly Head[],
  artefacts: readonly ModelArtefact[],
  calibration: CalibrationChoice,
  band: CalibrationBand | null,
  threshold: number,
  lives: ExampleLives,
): FittedEnsemble {
  return {
    heads: namedHeads(heads, artefacts),
    calibration,
    band,
    threshold,
    cutoff: latestOutcome(lives),
  };
}
