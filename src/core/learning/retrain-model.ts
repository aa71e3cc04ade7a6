/** One retrain from examples to an artefact with its verdict, figures and importance: what a training thread runs (ML-22 to ML-24, ML-43). */
import { ok, type Result } from '#core/base/result.ts';
import type { FeatureImportance } from '#core/domain/model.ts';
import type { ExampleLives } from './dataset.ts';
import { createPredictor, ensembleArtefact, type LoadedEnsemble } from './ensemble-artefact.ts';
import { meanContributions } from './importance-contributions.ts';
import type { ClassifyReport } from './metrics-report.ts';
import { knownGround } from './novelty.ts';
import { type Champion, retrain } from './promotion-run.ts';
import { importanceOf, type RetrainedFacts, type RetrainJobFacts, trainedRows } from './retrain-steps.ts';
import type { FitFault, FitOptions } from './walk-forward-predictions.ts';

export interface RetrainJob extends RetrainJobFacts {
  readonly lives: ExampleLives;
  /** Null while the heuristic scores. */
  readonly champion: LoadedEnsemble | null;
  /** See `RetrainRequest`. */
  readonly onlyWatches?: boolean;
}

export interface RetrainedModel extends RetrainedFacts<'promoted' | 'rejected' | 'watches'> {
  readonly calibrator: string;
  /** Out of fold; see `classifyReport`. */
  readonly report: ClassifyReport;
  /**
   * Split gain of the tree heads (shares of 1); out of fold: permutation importance (increase of log loss) and mean
   * |contribution| (score points).
   */
  readonly importance: readonly FeatureImportance[];
}

/** Same job and seed, same bytes (RE-43). */
export async function retrainModel(
  job: RetrainJob,
  options: Omit<FitOptions, 'createPredictor'>,
): Promise<Result<RetrainedModel, FitFault>> {
  const { data, lives, heads, attempt, onlyWatches = false } = job;
  const champion = job.champion === null ? null : championOf(job.champion);
  const outcome = await retrain(
    { data, lives, heads, champion, attempt, onlyWatches },
    { ...options, createPredictor },
  );
  if (!outcome.ok) return outcome;
  const { verdict, reason, judgement, ensemble, report, outOfFold, walked } = outcome.value;
  const { calibrator, rows } = ensemble.calibration;
  const artefact = ensembleArtefact({
    model: job.model,
    setId: job.setId,
    setHash: job.setHash,
    names: data.names,
    heads: ensemble.heads,
    calibrator,
    band: ensemble.band,
    breakEven: ensemble.threshold,
    breakEvenRows: rows,
    trainedUntil: ensemble.cutoff,
    ground: knownGround(trainedRows(job).data),
  });
  const contributions = meanContributions(walked, outOfFold.models, calibrator, { seed: `${options.seed}/shap` });
  return ok({
    verdict,
    reason,
    judged: judgement !== null,
    artefact,
    heads: ensemble.heads.map((head) => head.id),
    calibrator: calibrator.kind,
    trainedUntil: ensemble.cutoff,
    report,
    importance: importanceOf(ensemble.heads, walked, outOfFold.models, options.seed, contributions),
  });
}

function championOf({ parts, scorer }: LoadedEnsemble): Champion {
  return {
    probability: (row) => {
      scorer.score(row);
      return scorer.probability;
    },
    threshold: parts.breakEven,
    cutoff: parts.trainedUntil,
  };
}
