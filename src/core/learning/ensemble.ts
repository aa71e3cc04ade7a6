/** The ensemble that scores (ML-2): the mean of its heads, calibrated, x 100; synchronous and without allocation (PE-5). */
import { invariant } from '#core/base/invariant.ts';
import { type Calibrator, createCalibration } from './calibration.ts';
import type { Predictor } from './dataset.ts';

/** Reads are of the last `score` call. */
export interface EnsembleScorer {
  readonly names: readonly string[];
  /** Ids of the heads, in the order of `headOutputs`. */
  readonly heads: readonly string[];
  /** Each head's probability of a win; NaN for a head that gave none. */
  readonly headOutputs: Float64Array;
  /** Mean of the heads that answered. */
  readonly raw: number;
  /** Calibrated probability of a win, 0-1. */
  readonly probability: number;
  /**
   * Scores a row (features in the order of `names`, NaN where missing): 0-100, or NaN when no head answered with a
   * finite number; the caller then falls back (ML-11).
   */
  score(row: Float64Array): number;
}

class CalibratedEnsemble implements EnsembleScorer {
  readonly names: readonly string[];
  readonly heads: readonly string[];
  readonly headOutputs: Float64Array;
  raw = Number.NaN;
  probability = Number.NaN;
  private readonly predictors: readonly Predictor[];
  private readonly calibrate: (raw: number) => number;
  private readonly output = new Float64Array(1);

  constructor(
    heads: readonly string[],
    predictors: readonly Predictor[],
    names: readonly string[],
    calibrate: (raw: number) => number,
  ) {
    this.names = names;
    this.heads = heads;
    this.predictors = predictors;
    this.calibrate = calibrate;
    this.headOutputs = new Float64Array(predictors.length);
  }

  score(row: Float64Array): number {
    let sum = 0;
    let answered = 0;
    for (let head = 0; head < this.predictors.length; head++) {
      (this.predictors[head] as Predictor).predict(row, this.output);
      const value = this.output[0] as number;
      // A value that is no probability is a fault of that head: it takes no part, and shows as NaN.
      const valid = value >= 0 && value <= 1;
      this.headOutputs[head] = valid ? value : Number.NaN;
      if (!valid) continue;
      sum += value;
      answered++;
    }
    this.raw = answered === 0 ? Number.NaN : sum / answered;
    this.probability = answered === 0 ? Number.NaN : this.calibrate(this.raw);
    return this.probability * 100;
  }
}

/** All heads read the same features in the same order and are of task `classify`; there is at least one. */
export function createEnsembleScorer(
  heads: readonly { readonly id: string; readonly predictor: Predictor }[],
  calibrator: Calibrator,
): EnsembleScorer {
  const names = heads[0]?.predictor.names;
  invariant(names !== undefined, 'an ensemble needs at least one head');
  for (const { id, predictor } of heads) {
    invariant(predictor.task === 'classify', `head ${id} does not give a probability`);
    const sameNames =
      predictor.names.length === names.length && predictor.names.every((name, at) => name === names[at]);
    invariant(sameNames, `head ${id} reads other features than the first one`);
  }
  return new CalibratedEnsemble(
    heads.map((head) => head.id),
    heads.map((head) => head.predictor),
    names,
    createCalibration(calibrator),
  );
}
