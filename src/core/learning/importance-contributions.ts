/** Mean |SHAP| (ML-43): how many score points each feature moves a score by, out of fold, whichever way. */
import { createRandom } from '#core/base/random.ts';
import type { Calibrator } from './calibration.ts';
import { type Dataset, readRow } from './dataset.ts';
import { createEnsembleScorer } from './ensemble.ts';
import { createExplainer } from './explain.ts';
import type { FoldModel } from './walk-forward-predictions.ts';

export interface ContributionOptions {
  readonly seed: string;
  /** At most this many tested rows, drawn without replacement; 300 unless said: a forest takes milliseconds a row. */
  readonly maximumRows?: number;
}

const MAXIMUM_ROWS = 300;

/**
 * Per feature the mean over tested rows of |contribution| in score points, as `createExplainer` gives them, through
 * `calibrator`. Each row is explained by the models of its own fold, which have not seen it. `data` holds the rows that
 * the folds count; its names are the heads' own. Empty when no row could be scored.
 */
export function meanContributions(
  data: Dataset,
  models: readonly FoldModel[],
  calibrator: Calibrator,
  options: ContributionOptions,
): Float64Array {
  const { names } = data;
  const sums = new Float64Array(names.length);
  const row = new Float64Array(names.length);
  let explained = 0;
  for (const [fold, rows] of drawRows(models, options)) {
    const { artefacts, predictors } = models[fold] as FoldModel;
    const heads = artefacts.map((artefact, head) => ({ id: `head ${head}`, artefact }));
    const scorers = predictors.map((predictor, head) => ({ id: `head ${head}`, predictor }));
    const explain = createExplainer({
      parts: { names, heads, calibrator },
      scorer: createEnsembleScorer(scorers, calibrator),
    });
    for (const index of rows) {
      readRow(data, index, row);
      const explanation = explain(row);
      if (explanation === null) continue;
      explained++;
      explanation.points.forEach((points, feature) => {
        sums[feature] = (sums[feature] as number) + Math.abs(points);
      });
    }
  }
  return explained === 0 ? new Float64Array(0) : sums.map((sum) => sum / explained);
}

/** The tested rows of each fold that are explained: all of them, or a draw that gives each the same chance. */
function drawRows(models: readonly FoldModel[], options: ContributionOptions): Map<number, number[]> {
  const tested = models.flatMap(({ fold }, index) => Array.from(fold.test, (row) => ({ fold: index, row })));
  const random = createRandom(options.seed);
  const wanted = Math.min(tested.length, options.maximumRows ?? MAXIMUM_ROWS);
  const drawn = new Map<number, number[]>();
  // The first steps of Fisher and Yates.
  for (let at = 0; at < wanted; at++) {
    const other = at + random.integer(tested.length - at);
    const { fold, row } = tested[other] as { fold: number; row: number };
    tested[other] = tested[at] as { fold: number; row: number };
    drawn.set(fold, [...(drawn.get(fold) ?? []), row]);
  }
  return drawn;
}
