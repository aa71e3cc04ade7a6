/** A whole retrain of a model of several classes: drop rare ones, walk forward, calibrate, judge, refit (ML-2, ML-22 to ML-24, ML-32). */
import { gather } from '#core/base/gather.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { FeatureImportance } from '#core/domain/model.ts';
import { classArtefact, type LoadedClasses } from './class-artefact.ts';
import {
  type ClassCalibrationChoice,
  type ClassCalibrationRows,
  calibrateClassRows,
  chooseClassCalibrator,
} from './class-calibration.ts';
import { classesTooGood, judgeClassChallenger, judgeFirstClasses, nothingToSay } from './class-promotion.ts';
import { type ClassReport, classReport, classShares } from './class-report.ts';
import { type Dataset, readRow, selectRows } from './dataset.ts';
import { createPredictor } from './ensemble-artefact.ts';
import { knownGround } from './novelty.ts';
import { judgementSplit } from './promotion.ts';
import { leakReason, suspectedLeaks } from './promotion-leak-check.ts';
import { type Decided, type Evaluated, evaluateOn, foldsOver, keepOrRefit } from './retrain-evaluation.ts';
import {
  BEFORE_REFIT,
  everyRow,
  importanceOf,
  joinColumns,
  latestOutcome,
  mostImportantName,
  namedHeads,
  type RetrainedFacts,
  type RetrainJobFacts,
  selectSpans,
  upTo,
} from './retrain-steps.ts';
import { averageUniqueness, dependenceLength, medianLifeMs } from './uniqueness.ts';
import type { Fold, LifeSpans } from './walk-forward.ts';
import {
  type FitFault,
  type FitOptions,
  type Head,
  predictRows,
  readyHeads,
  untrainable,
} from './walk-forward-predictions.ts';

export interface ClassRetrainJob extends RetrainJobFacts {
  readonly lives: LifeSpans;
  /** E.g. up, down, none; the targets are indices into them. */
  readonly labels: readonly string[];
  /** A class with fewer examples is dropped, and that is said. */
  readonly smallestClass: number;
  /** Null while nothing answers. */
  readonly champion: LoadedClasses | null;
}

export interface RetrainedClasses extends RetrainedFacts {
  readonly task: 'multiclass';
  readonly calibrator: string;
  /** Out of fold; see `classReport`. */
  readonly report: ClassReport;
  /** Split gain; increase of the out-of-fold log loss. Contributions are not measured for several classes. */
  readonly importance: readonly FeatureImportance[];
}

/** Same job and seed, same bytes (RE-43). */
export async function retrainClasses(
  job: ClassRetrainJob,
  options: Omit<FitOptions, 'createPredictor'>,
): Promise<Result<RetrainedClasses, FitFault>> {
  const all: FitOptions = { ...options, createPredictor };
  const ground = keepClasses(job);
  if (ground.kept.length < 2) return err(tooFewClasses(job.labels, ground));
  const heads = readyHeads(job.heads, ground.data.rows).map((head) => ({ ...head, fromRows: 0 }));
  const leaks = suspectedClassLeaks(ground);
  const embargoMs = medianLifeMs(ground.lives);
  const split = judgementSplit(ground.lives, job.champion?.parts.trainedUntil ?? null, embargoMs);
  const reason =
    leaks.length > 0
      ? leakReason(leaks)
      : split.fold === null
        ? `Not judged: ${split.reason}.`
        : objection(ground, split.fold);
  if (split.fold === null || reason !== null) {
    const whole = await evaluate(ground, everyRow(ground.data), heads, embargoMs, all);
    if (!whole.ok) return whole;
    return ok(
      finish(
        job,
        ground,
        heads,
        whole.value,
        { verdict: 'rejected', reason: reason ?? '', judged: false },
        options.seed,
      ),
    );
  }
  return judged(job, ground, heads, split.fold, embargoMs, all);
}

/** The examples of the classes that are kept, counted from 0 among themselves. */
interface Ground {
  readonly data: Dataset;
  readonly lives: LifeSpans;
  /** Indices of the labels. */
  readonly kept: readonly number[];
  /** Their labels. */
  readonly labels: readonly string[];
  readonly dropped: ClassReport['dropped'];
}

type EvaluatedClasses = Evaluated<ClassCalibrationRows>;

async function judged(
  job: ClassRetrainJob,
  ground: Ground,
  heads: readonly Head[],
  fold: Fold,
  embargoMs: number,
  options: FitOptions,
): Promise<Result<RetrainedClasses, FitFault>> {
  const { data } = ground;
  const classes = ground.kept.length;
  const evaluated = await evaluate(ground, fold.train, heads, embargoMs, upTo(options, BEFORE_REFIT));
  if (!evaluated.ok) return evaluated;
  const older = evaluated.value.rows;
  const { calibrator } = chooseClassCalibrator(older);
  const raw = predictRows(data, fold.test, evaluated.value.artefacts.map(createPredictor));
  const block = rowsOf(ground, fold.test, raw);
  const challenger = {
    probability: calibrateClassRows(calibrator, raw),
    baseRates: classShares(older.target, older.weight, classes),
  };
  const judgement =
    job.champion === null
      ? judgeFirstClasses(challenger.probability, block, job.attempt)
      : judgeClassChallenger(challenger, championOn(job.champion, ground, fold.test), block, `${options.seed}/judge`);
  const whole: EvaluatedClasses = { ...evaluated.value, rows: joinRows(older, block) };
  const report = honestReport(ground, whole.rows, options.seed);
  const mostImportant = () => mostImportantName(whole.walked, whole.walk.models, options.seed);
  const refused = judgement.promoted
    ? (nothingToSay(report) ?? classesTooGood(report, mostImportant))
    : joinReasons(judgement.reason, nothingToSay(report));
  const kept = await keepOrRefit(judgement, refused, whole, data, heads, options);
  if (!kept.ok) return kept;
  return ok(finish(job, ground, heads, kept.value.evaluated, kept.value.decided, options.seed, report));
}

function joinReasons(first: string, second: string | null): string {
  return second === null ? first : `${first} ${second}`;
}

/** Walks forward over the given rows and fits the heads on all of them. */
async function evaluate(
  ground: Ground,
  use: Int32Array,
  heads: readonly Head[],
  embargoMs: number,
  options: FitOptions,
): Promise<Result<EvaluatedClasses, FitFault>> {
  const walked = selectRows({ ...ground.data, columns: [] }, use);
  // Trees have as many outputs as classes in their training rows: a fold that lacks one could not be averaged.
  const folds = foldsOver(ground.lives, use, embargoMs).filter(({ train }) => holdsAll(ground, walked, train));
  if (folds.length === 0) return err(tooFewForFolds());
  return evaluateOn(ground, use, folds, heads, options, (tested, { raw }) => rowsOf(ground, tested, raw));
}

function finish(
  job: ClassRetrainJob,
  ground: Ground,
  heads: readonly Head[],
  evaluated: EvaluatedClasses,
  decided: Decided,
  seed: string,
  report: ClassReport = honestReport(ground, evaluated.rows, seed),
): RetrainedClasses {
  const { walk, walked, artefacts, trainedOn, rows } = evaluated;
  const choice: ClassCalibrationChoice = chooseClassCalibrator(rows);
  const named = namedHeads(heads, artefacts);
  const { names } = ground.data;
  const trainedUntil = latestOutcome(selectSpans(ground.lives, trainedOn));
  const artefact = classArtefact({
    ...{ model: job.model, setId: job.setId, setHash: job.setHash, names, heads: named },
    ...{ labels: job.labels, kept: ground.kept, calibrator: choice.calibrator, calibrationRows: choice.rows },
    baseRates: classShares(rows.target, rows.weight, ground.kept.length),
    trainedUntil,
    ground: knownGround(ground.data),
  });
  const left = ground.dropped.map(({ label, rows: count }) => `${label} (${count})`).join(', ');
  const dropped = left === '' ? '' : ` Too rare to learn, under ${job.smallestClass} examples: ${left}.`;
  return {
    task: 'multiclass',
    ...decided,
    reason: `${decided.reason}${dropped}`,
    artefact,
    heads: named.map(({ id }) => id),
    calibrator: choice.calibrator.kind,
    trainedUntil,
    report,
    importance: importanceOf(named, walked, walk.models, seed),
  };
}

/**
 * Figures of the newest half, calibrated and named by what the older half teaches, so that no row is judged by a
 * calibrator that has seen it.
 */
function honestReport({ labels, dropped }: Ground, rows: ClassCalibrationRows, seed: string): ClassReport {
  const count = rows.target.length;
  const classes = labels.length;
  const from = count < 100 ? 0 : Math.floor(count / 2);
  const start = rows.openedAt[from] ?? Number.POSITIVE_INFINITY;
  const index = Int32Array.from({ length: count }, (_, row) => row);
  const older = takeRows(
    rows,
    index.filter((row) => row < from && rows.resolvedAt[row] < start),
  );
  const newer = takeRows(rows, index.subarray(from));
  const { calibrator } = chooseClassCalibrator(older);
  return classReport(
    {
      labels,
      probability: calibrateClassRows(calibrator, newer.raw),
      target: newer.target,
      weight: newer.weight,
      // Without older rows the rates are those of no knowledge: even ones.
      baseRates: classShares(older.target, older.weight, classes),
    },
    dropped,
    { seed: `${seed}/report`, blockLength: dependenceLength(averageUniqueness(newer)) },
  );
}

function keepClasses({ data, lives, labels, smallestClass }: ClassRetrainJob): Ground {
  const counts = labels.map((_, label) => data.target.reduce((sum, actual) => sum + (actual === label ? 1 : 0), 0));
  const kept = labels.flatMap((_, label) => (counts[label] >= smallestClass ? [label] : []));
  const use = everyRow(data).filter((row) => kept.includes(data.target[row]));
  const left = selectRows(data, use);
  return {
    data: { ...left, target: left.target.map((label) => kept.indexOf(label)) },
    lives: selectSpans(lives, use),
    kept,
    labels: kept.map((label) => labels[label]),
    dropped: labels.flatMap((label, at) => (kept.includes(at) ? [] : [{ label, rows: counts[at] }])),
  };
}

/** A feature that tells one class from the rest too well, as for win probabilities; each is named once. */
function suspectedClassLeaks({ data, lives, labels }: Ground) {
  const found = labels.flatMap((_, k) =>
    suspectedLeaks({ ...data, target: data.target.map((actual) => (actual === k ? 1 : 0)) }, lives).map(
      ({ name, reason }) => ({ name, reason: reason.replace('wins from losses', `${labels[k]} from the rest`) }),
    ),
  );
  return found.filter(({ name }, at) => found.findIndex((other) => other.name === name) === at);
}

function objection(ground: Ground, { train }: Fold): string | null {
  const training = selectRows(ground.data, train);
  const unfit = untrainable(ground.data, training);
  if (unfit !== null) return `Not judged: ${unfit}.`;
  return holdsAll(ground, ground.data, train)
    ? null
    : 'Not judged: not every class came before the newest examples, which are kept for judging.';
}

function holdsAll({ labels }: Ground, data: Pick<Dataset, 'target'>, rows: Int32Array): boolean {
  return labels.every((_, k) => rows.some((row) => data.target[row] === k));
}

/** What the champion says of the rows, for the classes that are kept; a class that it does not know has no chance. */
function championOn({ scorer, parts }: LoadedClasses, { data, labels }: Ground, rows: Int32Array) {
  const row = new Float64Array(data.columns.length);
  const places = labels.map((label) => scorer.labels.indexOf(label));
  const probability = new Float64Array(rows.length * labels.length);
  rows.forEach((index, at) => {
    readRow(data, index, row);
    scorer.score(row);
    const known = places.map((place) => scorer.probabilities[place] ?? 0);
    const total = known.reduce((sum, value) => sum + value, 0);
    known.forEach((value, k) => {
      probability[at * labels.length + k] = total > 0 ? value / total : 1 / labels.length;
    });
  });
  const baseRates = places.map((place) => parts.baseRates[parts.kept.indexOf(place)] ?? 1);
  return { probability, baseRates };
}

function rowsOf({ data, lives, kept }: Ground, rows: Int32Array, raw: Float64Array): ClassCalibrationRows {
  const { target, weight } = selectRows({ ...data, columns: [] }, rows);
  return { classes: kept.length, raw, target, weight, ...selectSpans(lives, rows) };
}

function takeRows(rows: ClassCalibrationRows, use: Int32Array): ClassCalibrationRows {
  const { classes } = rows;
  const take = (from: Float64Array) => gather(from, use);
  const raw = new Float64Array(use.length * classes);
  use.forEach((row, at) => {
    raw.set(rows.raw.subarray(row * classes, (row + 1) * classes), at * classes);
  });
  return { classes, raw, target: take(rows.target), weight: take(rows.weight), ...selectSpans(rows, use) };
}

function joinRows(older: ClassCalibrationRows, newer: ClassCalibrationRows): ClassCalibrationRows {
  return {
    classes: older.classes,
    raw: joinColumns(older.raw, newer.raw),
    target: joinColumns(older.target, newer.target),
    weight: joinColumns(older.weight, newer.weight),
    openedAt: joinColumns(older.openedAt, newer.openedAt),
    resolvedAt: joinColumns(older.resolvedAt, newer.resolvedAt),
  };
}

function tooFewClasses(labels: readonly string[], { dropped, data }: Ground): FitFault {
  const counts = dropped.map(({ label, rows }) => `${rows} of ${label}`).join(', ');
  return {
    kind: 'too_few_examples',
    message: `Fewer than two of ${labels.join(', ')} came often enough to be told apart: ${counts}, ${data.rows} of the rest.`,
    remedy: 'Wait for more examples, or load more history.',
  };
}

function tooFewForFolds(): FitFault {
  return {
    kind: 'too_few_examples',
    message: 'The examples cannot be evaluated: in no fold did every class come before the tested part.',
    remedy: 'Wait for more examples, or load more history.',
  };
}
