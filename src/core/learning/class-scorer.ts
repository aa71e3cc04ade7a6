/** What answers with a probability per class: the mean of the heads, calibrated; synchronous and without allocation (PE-5). */
import { invariant } from '#core/base/invariant.ts';
import { type ClassCalibration, type ClassCalibrator, createClassCalibration } from './class-calibration.ts';
import type { Predictor } from './dataset.ts';

/** Reads are of the last `score` call. */
export interface ClassScorer {
  readonly names: readonly string[];
  /** All classes of the question, those that were too rare to learn included. */
  readonly labels: readonly string[];
  /** Calibrated, per label, adding up to 1; 0 for a class that was dropped; NaN when no head answered. */
  readonly probabilities: Float64Array;
  /** Index of the label that is named (`namedClass`); -1 when no head answered. */
  readonly named: number;
  /** Scores a row (features in the order of `names`, NaN where missing); false when no head gave probabilities. */
  score(row: Float64Array): boolean;
}

/**
 * The class that is named: the one whose probability is highest *against its base rate*. Naming the plainly most
 * probable class would never name a rare one, however clearly it shows, and a model that always says "up" would look
 * right. It is the choice of the best balanced accuracy, by which such a model is judged (ML-32). The first of equals.
 */
export function namedClass(probabilities: ArrayLike<number>, from: number, baseRates: ArrayLike<number>): number {
  let named = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < baseRates.length; k++) {
    const lift = probabilities[from + k] / baseRates[k];
    if (lift > highest) {
      highest = lift;
      named = k;
    }
  }
  return named;
}

export interface ClassRecipe {
  readonly labels: readonly string[];
  /** Indices of the labels that were learned, ascending; what the heads call class k is kept[k]. */
  readonly kept: readonly number[];
  readonly calibrator: ClassCalibrator;
  /** Of the kept classes, adding up to 1. */
  readonly baseRates: readonly number[];
}

/** All heads read the same features in the same order and give a probability per kept class. */
export function createClassScorer(
  heads: readonly { readonly id: string; readonly predictor: Predictor }[],
  recipe: ClassRecipe,
): ClassScorer {
  const names = heads[0]?.predictor.names;
  invariant(names !== undefined, 'a model needs at least one head');
  invariant(isRecipe(recipe), 'labels, kept classes, base rates and calibrator do not fit together');
  for (const { id, predictor } of heads) {
    const fits = predictor.task === 'multiclass' && predictor.outputs === recipe.kept.length;
    invariant(fits, `head ${id} does not give a probability for each class`);
    const same = predictor.names.length === names.length && predictor.names.every((name, at) => name === names[at]);
    invariant(same, `head ${id} reads other features than the first one`);
  }
  return new CalibratedClasses(
    heads.map((head) => head.predictor),
    names,
    recipe,
  );
}

function isRecipe({ labels, kept, calibrator, baseRates }: ClassRecipe): boolean {
  const lists: readonly unknown[] = [labels, kept, baseRates, calibrator?.bias];
  if (!lists.every(Array.isArray) || kept.length < 2) return false;
  const { kind, scale, bias } = calibrator;
  return (
    labels.every((label) => typeof label === 'string') &&
    kept.every((label, k) => Number.isInteger(label) && label > (kept[k - 1] ?? -1) && label < labels.length) &&
    baseRates.length === kept.length &&
    baseRates.every((rate) => rate > 0 && rate < 1) &&
    ['none', 'shift', 'temperature'].includes(kind) &&
    Number.isFinite(scale) &&
    scale >= 0 &&
    bias.length === kept.length &&
    bias.every(Number.isFinite)
  );
}

/** Rounding that probabilities may be off 1 by. */
const ROUNDING = 1e-6;

class CalibratedClasses implements ClassScorer {
  readonly names: readonly string[];
  readonly labels: readonly string[];
  readonly probabilities: Float64Array;
  named = -1;
  private readonly predictors: readonly Predictor[];
  private readonly kept: Int32Array;
  private readonly baseRates: Float64Array;
  private readonly calibrate: ClassCalibration;
  private readonly output: Float64Array;
  private readonly average: Float64Array;

  constructor(predictors: readonly Predictor[], names: readonly string[], recipe: ClassRecipe) {
    this.predictors = predictors;
    this.names = names;
    this.labels = recipe.labels;
    this.probabilities = new Float64Array(recipe.labels.length);
    this.kept = Int32Array.from(recipe.kept);
    this.baseRates = Float64Array.from(recipe.baseRates);
    this.calibrate = createClassCalibration(recipe.calibrator);
    this.output = new Float64Array(recipe.kept.length);
    this.average = new Float64Array(recipe.kept.length);
  }

  score(row: Float64Array): boolean {
    const { output, average, kept, probabilities } = this;
    average.fill(0);
    let answered = 0;
    for (let head = 0; head < this.predictors.length; head++) {
      this.predictors[head].predict(row, output);
      // Values that are no probabilities are a fault of that head: it takes no part.
      if (!areProbabilities(output)) continue;
      for (let k = 0; k < average.length; k++) average[k] += output[k];
      answered++;
    }
    if (answered === 0) {
      probabilities.fill(Number.NaN);
      this.named = -1;
      return false;
    }
    for (let k = 0; k < average.length; k++) average[k] /= answered;
    this.calibrate(average, 0, average, 0);
    probabilities.fill(0);
    for (let k = 0; k < kept.length; k++) probabilities[kept[k]] = average[k];
    this.named = kept[namedClass(average, 0, this.baseRates)];
    return true;
  }
}

function areProbabilities(values: Float64Array): boolean {
  let total = 0;
  for (let k = 0; k < values.length; k++) {
    if (!(values[k] >= 0 && values[k] <= 1)) return false;
    total += values[k];
  }
  return Math.abs(total - 1) < ROUNDING;
}
