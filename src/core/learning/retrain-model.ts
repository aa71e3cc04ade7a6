/** One retrain from examples to an artefact with its verdict, figures and importance: what a training thread runs (ML-22 to ML-24, ML-43). */
import { ok, type Result } from '#core/base/result.ts';
import type { FeatureImportance } from '#core/domain/model.ts';
import type { Dataset, ExampleLives, ModelArtefact } from './dataset.ts';
import { createPredictor, ensembleArtefact, type LoadedEnsemble } from './ensemble-artefact.ts';
import { permutationImportance } from './importance.ts';
import type { ClassifyReport } from './metrics-report.ts';
import { knownGround } from './novelty.ts';
import { type Champion, type FittedEnsemble, retrain } from './promotion-run.ts';
import { treeImportance } from './trees/tree-predictor.ts';
import type { FitFault, FitOptions, Head } from './walk-forward-predictions.ts';

export interface RetrainJob {
  readonly model: string;
  readonly setId: string;
  readonly setHash: string;
  readonly data: Dataset;
  readonly lives: ExampleLives;
  readonly heads: readonly Head[];
  /** Null while the heuristic scores. */
  readonly champion: LoadedEnsemble | null;
  /** Which judged attempt at a first model this is, from 1. */
  readonly attempt: number;
}

export interface RetrainedModel {
  readonly verdict: 'promoted' | 'rejected';
  /** In words. */
  readonly reason: string;
  /** False when there were too few rows to judge on: the attempt does not count. */
  readonly judged: boolean;
  readonly artefact: ModelArtefact;
  readonly heads: readonly string[];
  readonly calibrator: string;
  readonly trainedUntil: number;
  /** Out of fold; see `classifyReport`. */
  readonly report: ClassifyReport;
  /** Split gain of the tree heads (shares of 1) and permutation importance out of fold (increase of log loss). */
  readonly importance: readonly FeatureImportance[];
}

/** Same job and seed, same bytes (RE-43). */
export async function retrainModel(
  job: RetrainJob,
  options: Omit<FitOptions, 'createPredictor'>,
): Promise<Result<RetrainedModel, FitFault>> {
  const { data, lives, heads, attempt } = job;
  const champion = job.champion === null ? null : championOf(job.champion);
  const outcome = await retrain({ data, lives, heads, champion, attempt }, { ...options, createPredictor });
  if (!outcome.ok) return outcome;
  const { verdict, reason, judgement, ensemble, report, outOfFold } = outcome.value;
  const { calibrator, rows } = ensemble.calibration;
  const artefact = ensembleArtefact({
    model: job.model,
    setId: job.setId,
    setHash: job.setHash,
    names: data.names,
    heads: ensemble.heads,
    calibrator,
    breakEven: ensemble.threshold,
    breakEvenRows: rows,
    trainedUntil: ensemble.cutoff,
    ground: knownGround(data),
  });
  const permutation = new Map(
    permutationImportance(data, outOfFold.models, { seed: `${options.seed}/importance` }).map((feature) => [
      feature.name,
      feature.importance,
    ]),
  );
  const gain = gainShares(ensemble, data.names.length);
  return ok({
    verdict,
    reason,
    judged: judgement !== null,
    artefact,
    heads: ensemble.heads.map((head) => head.id),
    calibrator: calibrator.kind,
    trainedUntil: ensemble.cutoff,
    report,
    importance: data.names.map((name, index) => ({
      name,
      gain: gain[index] as number,
      permutation: permutation.get(name) ?? null,
      shap: null,
    })),
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

/** Mean over the tree heads of each feature's share of the gain. */
function gainShares(ensemble: FittedEnsemble, features: number): Float64Array {
  const shares = new Float64Array(features);
  const trees = ensemble.heads.filter(({ artefact }) => artefact.kind === 'forest' || artefact.kind === 'boosting');
  for (const { artefact } of trees) {
    const gains = treeImportance(artefact);
    const total = gains.reduce((sum, gain) => sum + gain, 0);
    if (total <= 0) continue;
    gains.forEach((gain, index) => {
      shares[index] = (shares[index] as number) + gain / total / trees.length;
    });
  }
  return shares;
}
