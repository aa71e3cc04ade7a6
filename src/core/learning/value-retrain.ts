/** A whole retrain of a model of a value (R multiple, volatility): walk forward, judge, refit (ML-2, ML-22, ML-24). */
import { ok, type Result } from '#core/base/result.ts';
import { quantile } from '#core/base/statistics.ts';
import type { FeatureImportance } from '#core/domain/model.ts';
import { type Dataset, selectRows } from './dataset.ts';
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
import { type LoadedValues, type Residuals, valueArtefact } from './value-artefact.ts';
import { type Baseline, baselineForecast, weightedMean } from './value-baselines.ts';
import { judgeFirstValues, judgeValueChallenger, valuesTooGood } from './value-promotion.ts';
import { type ValueReport, valueReport } from './value-report.ts';
import type { LifeSpans } from './walk-forward.ts';
import {
  type FitFault,
  type FitOptions,
  type Head,
  predictRows,
  readyHeads,
  untrainable,
} from './walk-forward-predictions.ts';

export interface ValueRetrainJob extends RetrainJobFacts {
  readonly lives: LifeSpans;
  /** Cheap forecasts that it is measured against; those whose features the data lack are left out. */
  readonly baselines: readonly Baseline[];
  /** Null while nothing answers. */
  readonly champion: LoadedValues | null;
}

export interface RetrainedValues extends RetrainedFacts {
  readonly task: 'regress';
  /** A value is believed as it is. */
  readonly calibrator: 'none';
  /** Out of fold; see `valueReport`. */
  readonly report: ValueReport;
  /** Split gain; increase of the out-of-fold squared error. Contributions are not measured for values. */
  readonly importance: readonly FeatureImportance[];
}

/** Quantiles of what forecasts miss by, as they are kept. */
const RESIDUAL_TAIL = 0.1;

/** Same job and seed, same bytes (RE-43). */
export async function retrainValues(
  job: ValueRetrainJob,
  options: Omit<FitOptions, 'createPredictor'>,
): Promise<Result<RetrainedValues, FitFault>> {
  const { data, lives } = job;
  const all: FitOptions = { ...options, createPredictor };
  const heads = readyHeads(job.heads, data.rows).map((head) => ({ ...head, fromRows: 0 }));
  const embargoMs = medianLifeMs(lives);
  const leaks = suspectedValueLeaks(data, lives);
  const split = judgementSplit(lives, job.champion?.parts.trainedUntil ?? null, embargoMs);
  const unfit = split.fold === null ? split.reason : untrainable(data, selectRows(data, split.fold.train));
  if (leaks.length > 0 || split.fold === null || unfit !== null) {
    const reason = leaks.length > 0 ? leakReason(leaks) : `Not judged: ${unfit}.`;
    const whole = await evaluate(job, everyRow(data), heads, embargoMs, all);
    if (!whole.ok) return whole;
    return ok(finish(job, heads, whole.value, { verdict: 'rejected', reason, judged: false }, options.seed));
  }
  const { train, test } = split.fold;
  const evaluated = await evaluate(job, train, heads, embargoMs, upTo(all, BEFORE_REFIT));
  if (!evaluated.ok) return evaluated;
  const forecast = predictRows(data, test, evaluated.value.artefacts.map(createPredictor));
  const block = rowsOf(job, test, forecast, baselinesOn(job, train, test));
  const judgement =
    job.champion === null
      ? judgeFirstValues(forecast, block.baselines, block, job.attempt)
      : judgeValueChallenger(
          forecast,
          predictRows(data, test, championHeads(job.champion)),
          block,
          `${options.seed}/judge`,
        );
  const whole = { ...evaluated.value, rows: joinRows(evaluated.value.rows, block) };
  const report = reportOf(whole.rows, options.seed);
  const mostImportant = () => mostImportantName(whole.walked, whole.walk.models, options.seed);
  const refused = judgement.promoted ? valuesTooGood(report, mostImportant) : judgement.reason;
  const kept = await keepOrRefit(judgement, refused, whole, data, heads, all);
  if (!kept.ok) return kept;
  return ok(finish(job, heads, kept.value.evaluated, kept.value.decided, options.seed, report));
}

interface ForecastRows extends LifeSpans {
  readonly forecast: Float64Array;
  readonly target: Float64Array;
  readonly weight: Float64Array;
  readonly baselines: readonly { readonly name: string; readonly forecast: Float64Array }[];
}

/** Walks forward over the given rows and fits the heads on all of them. */
function evaluate(
  job: ValueRetrainJob,
  use: Int32Array,
  heads: readonly Head[],
  embargoMs: number,
  options: FitOptions,
): Promise<Result<Evaluated<ForecastRows>, FitFault>> {
  const folds = foldsOver(job.lives, use, embargoMs);
  return evaluateOn(job, use, folds, heads, options, (tested, { models, raw }) => {
    // Each fold's baselines learn from what its model learned from.
    const parts = models.map(({ fold }) =>
      baselinesOn(
        job,
        fold.train.map((row) => use[row]),
        fold.test.map((row) => use[row]),
      ),
    );
    const baselines = (parts[0] ?? []).map(({ name }, at) => ({
      name,
      forecast: parts.reduce((joined, part) => joinColumns(joined, part[at].forecast), new Float64Array(0)),
    }));
    return rowsOf(job, tested, raw, baselines);
  });
}

function finish(
  job: ValueRetrainJob,
  heads: readonly Head[],
  { walk, walked, artefacts, trainedOn, rows }: Evaluated<ForecastRows>,
  decided: Decided,
  seed: string,
  report: ValueReport = reportOf(rows, seed),
): RetrainedValues {
  const { names } = job.data;
  const named = namedHeads(heads, artefacts);
  const trainedUntil = latestOutcome(selectSpans(job.lives, trainedOn));
  const artefact = valueArtefact({
    ...{ model: job.model, setId: job.setId, setHash: job.setHash, names, heads: named },
    residuals: residualsOf(rows),
    mean: weightedMean(job.data, trainedOn),
    trainedUntil,
    ground: knownGround(job.data),
  });
  return {
    task: 'regress',
    ...decided,
    artefact,
    heads: named.map(({ id }) => id),
    calibrator: 'none',
    trainedUntil,
    report,
    importance: importanceOf(named, walked, walk.models, seed),
  };
}

function reportOf(rows: ForecastRows, seed: string): ValueReport {
  return valueReport(rows, { seed: `${seed}/report`, blockLength: dependenceLength(averageUniqueness(rows)) });
}

function residualsOf({ forecast, target }: ForecastRows): Residuals {
  const errors = target.map((value, row) => value - forecast[row]);
  return {
    low: quantile(errors, RESIDUAL_TAIL),
    high: quantile(errors, 1 - RESIDUAL_TAIL),
    rows: errors.length,
  };
}

/**
 * Results of both signs (an R multiple) are looked at as wins and losses are. Of a value without losing side, such as a
 * volatility, an honest feature may tell much: there only names are looked at, and the whole model (`valuesTooGood`).
 */
function suspectedValueLeaks(data: Dataset, lives: LifeSpans) {
  const hasBothSigns = data.target.some((value) => value > 0) && data.target.some((value) => value < 0);
  if (hasBothSigns) return suspectedLeaks({ ...data, target: data.target.map((value) => (value > 0 ? 1 : 0)) }, lives);
  return suspectedLeaks(selectRows(data, []));
}

function baselinesOn({ baselines, data }: ValueRetrainJob, train: Int32Array, rows: Int32Array) {
  return baselines.flatMap((baseline) => {
    const forecast = baselineForecast(baseline, data, train, rows);
    return forecast === null ? [] : [{ name: baseline.name, forecast }];
  });
}

function championHeads({ parts }: LoadedValues) {
  return parts.heads.map(({ artefact }) => createPredictor(artefact));
}

function rowsOf(
  { data, lives }: ValueRetrainJob,
  rows: Int32Array,
  forecast: Float64Array,
  baselines: ForecastRows['baselines'],
): ForecastRows {
  const { target, weight } = selectRows({ ...data, columns: [] }, rows);
  return { forecast, target, weight, baselines, ...selectSpans(lives, rows) };
}

function joinRows(older: ForecastRows, newer: ForecastRows): ForecastRows {
  return {
    forecast: joinColumns(older.forecast, newer.forecast),
    target: joinColumns(older.target, newer.target),
    weight: joinColumns(older.weight, newer.weight),
    openedAt: joinColumns(older.openedAt, newer.openedAt),
    resolvedAt: joinColumns(older.resolvedAt, newer.resolvedAt),
    baselines: older.baselines.map(({ name, forecast }, at) => ({
      name,
      forecast: joinColumns(forecast, newer.baselines[at].forecast),
    })),
  };
}
