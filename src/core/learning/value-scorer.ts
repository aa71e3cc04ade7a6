/** What answers with a value (an R multiple, a volatility): the mean of the heads; synchronous and without allocation (PE-5). */
import { invariant } from '#core/base/invariant.ts';
import type { Predictor } from './dataset.ts';

export interface ValueScorer {
  readonly names: readonly string[];
  /** The value in the unit of the target, or NaN when no head gave a finite number. */
  score(row: Float64Array): number;
}

/** All heads read the same features in the same order and are of task `regress`. */
export function createValueScorer(
  heads: readonly { readonly id: string; readonly predictor: Predictor }[],
): ValueScorer {
  const names = heads[0]?.predictor.names;
  invariant(names !== undefined, 'a model needs at least one head');
  for (const { id, predictor } of heads) {
    invariant(predictor.task === 'regress' && predictor.outputs === 1, `head ${id} does not give a value`);
    const same = predictor.names.length === names.length && predictor.names.every((name, at) => name === names[at]);
    invariant(same, `head ${id} reads other features than the first one`);
  }
  return new MeanOfHeads(
    heads.map((head) => head.predictor),
    names,
  );
}

class MeanOfHeads implements ValueScorer {
  readonly names: readonly string[];
  private readonly predictors: readonly Predictor[];
  private readonly output = new Float64Array(1);

  constructor(predictors: readonly Predictor[], names: readonly string[]) {
    this.predictors = predictors;
    this.names = names;
  }

  score(row: Float64Array): number {
    let sum = 0;
    let answered = 0;
    for (let head = 0; head < this.predictors.length; head++) {
      this.predictors[head].predict(row, this.output);
      if (!Number.isFinite(this.output[0])) continue;
      sum += this.output[0];
      answered++;
    }
    return answered === 0 ? Number.NaN : sum / answered;
  }
}
