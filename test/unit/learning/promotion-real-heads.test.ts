import { describe, expect, it } from 'vitest';
import { createCalibration, fitCalibrator } from '#core/learning/calibration.ts';
import { selectRows } from '#core/learning/dataset.ts';
import { judgeChallenger, judgeFirstModel, judgementSplit } from '#core/learning/promotion.ts';
import { retrain } from '#core/learning/promotion-run.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { createTreePredictor } from '#core/learning/trees/tree-predictor.ts';
import { type Head, predictRows, type Trainer } from '#core/learning/walk-forward-predictions.ts';
import { type Examples, head, makeExamples, shuffleLabels } from '../../support/learning-examples.ts';

// Fewer trees than the product's, so that 50 whole retrains take seconds.
const forest: Trainer = (data, seed) =>
  trainForest(data, { task: 'classify', trees: 25, maxDepth: 8, minLeaf: 5 }, seed);
const boosting: Trainer = (data, seed) => trainBoosting(data, { task: 'classify', rounds: 30, maxDepth: 3 }, seed);
const HEADS: readonly Head[] = [head('forest', forest), head('boosting', boosting)];

async function run({ data, lives }: Examples, seed = 'trees') {
  const request = { data, lives, heads: HEADS, champion: null, attempt: 1 };
  const outcome = await retrain(request, { seed, createPredictor: createTreePredictor });
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value;
}

/** A forest fitted before the judgement block, calibrated on the rows it was trained on, and the same block honestly. */
async function judgedInSample(examples: Examples, seed: string) {
  const { data, lives } = examples;
  const split = judgementSplit(lives, null, 0);
  if (split.fold === null) throw new Error(split.reason);
  const training = selectRows(data, split.fold.train);
  const trained = await forest(training, seed);
  if (!trained.ok) throw new Error(trained.error.message);
  const predictors = [createTreePredictor(trained.value)];
  const own = Int32Array.from({ length: training.rows }, (_, row) => row);
  const rows = {
    raw: predictRows(training, own, predictors),
    target: training.target,
    weight: training.weight,
    openedAt: Float64Array.from(split.fold.train, (row) => lives.openedAt[row] as number),
    resolvedAt: Float64Array.from(split.fold.train, (row) => lives.resolvedAt[row] as number),
  };
  const calibrator = fitCalibrator('isotonic', rows, [...own]);
  const raw = predictRows(data, split.fold.test, predictors);
  const take = (from: Float64Array) => Float64Array.from(split.fold.test, (row) => from[row] as number);
  return {
    dishonest: { probability: raw.map(createCalibration(calibrator ?? { kind: 'none' })), threshold: 0.5 },
    honest: { probability: raw, threshold: 0.5 },
    block: {
      openedAt: take(lives.openedAt),
      resolvedAt: take(lives.resolvedAt),
      netR: take(lives.netR),
      target: take(data.target),
    },
  };
}

describe('promotion with the real trees', () => {
  it('ML-24: forest and boosting that know something are promoted, and scored above the base rate', async () => {
    const outcome = await run(makeExamples('edge', 600, 2, { features: 8 }));
    expect(outcome.verdict).toBe('promoted');
    expect(outcome.report.areaUnderCurve.low).toBeGreaterThan(0.65);
    expect(outcome.ensemble.heads.map(({ artefact }) => artefact.kind)).toEqual(['forest', 'boosting']);
  });

  it('RE-42: shuffled labels give AUC within chance and 0 promotions in 50 seeds', { timeout: 60_000 }, async () => {
    let areas = 0;
    for (let seed = 0; seed < 50; seed++) {
      const outcome = await run(shuffleLabels(makeExamples(`${seed}`, 300, 2, { features: 8 }), `${seed}`), `${seed}`);
      expect(outcome.verdict).toBe('rejected');
      areas += outcome.report.areaUnderCurve.value / 50;
    }
    expect(Math.abs(areas - 0.5)).toBeLessThan(0.03);
  });

  it('ML-23: an in-sample calibrator is never promoted, on noise or against the same model left alone', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const noise = await judgedInSample(makeExamples(`noise ${seed}`, 400, 0, { features: 8 }), `${seed}`);
      expect(judgeFirstModel(noise.dishonest, noise.block, 1).promoted).toBe(false);
      const edge = await judgedInSample(makeExamples(`edge ${seed}`, 400, 1, { features: 8 }), `${seed}`);
      expect(judgeChallenger(edge.dishonest, edge.honest, edge.block, 's').promoted).toBe(false);
    }
  });
});
