import { describe, expect, it } from 'vitest';
import type { Calibrator } from '#core/learning/calibration.ts';
import { type Dataset, readRow } from '#core/learning/dataset.ts';
import { createEnsembleScorer } from '#core/learning/ensemble.ts';
import { createPredictor } from '#core/learning/ensemble-artefact.ts';
import { createExplainer } from '#core/learning/explain.ts';
import { meanContributions } from '#core/learning/importance-contributions.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { requireTrees } from '#core/learning/trees/flat-trees.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { createTreeExplainer } from '#core/learning/trees/tree-shap.ts';
import { type OutOfFold, outOfFold, type Trainer } from '#core/learning/walk-forward-predictions.ts';
import { type Examples, head, makeExamples } from '../../support/learning-examples.ts';

const NONE: Calibrator = { kind: 'none' };
const forest: Trainer = (data, seed) => trainForest(data, { task: 'classify', trees: 6, maxDepth: 4 }, seed);
const boosting: Trainer = (data, seed) => trainBoosting(data, { task: 'classify', rounds: 30, maxDepth: 3 }, seed);

async function walked({ data, lives }: Examples, trainers: Readonly<Record<string, Trainer>>): Promise<OutOfFold> {
  const heads = Object.entries(trainers).map(([id, train]) => head(id, train));
  const walk = await outOfFold(data, lives, heads, { seed: 'walk', createPredictor });
  if (!walk.ok) throw new Error(walk.error.message);
  return walk.value;
}

/** What a forest expects of a row when only the features in `known` are: others follow training weight. */
function expectation(model: Parameters<typeof requireTrees>[0], row: Float64Array, known: ReadonlySet<number>): number {
  const { roots, feature, left, split, cover } = requireTrees(model);
  const at = (node: number): number => {
    const tested = feature[node] as number;
    if (tested < 0) return split[node] as number;
    const [one, other] = [left[node] as number, (left[node] as number) + 1];
    if (known.has(tested)) return at((row[tested] as number) <= (split[node] as number) ? one : other);
    const [a, b] = [cover[one] as number, cover[other] as number];
    return (at(one) * a + at(other) * b) / (a + b);
  };
  return Array.from(roots, at).reduce((sum, value) => sum + value, 0) / roots.length;
}

/** Shapley values of two features, by their definition. */
function shapleyOfTwo(model: Parameters<typeof requireTrees>[0], row: Float64Array): [number, number] {
  const worth = (...known: number[]) => expectation(model, row, new Set(known));
  const first = (worth(0) - worth() + worth(0, 1) - worth(1)) / 2;
  const second = (worth(1) - worth() + worth(0, 1) - worth(0)) / 2;
  return [first, second];
}

function rowOf(data: Dataset, index: number): Float64Array {
  const row = new Float64Array(data.names.length);
  readRow(data, index, row);
  return row;
}

describe('mean |contribution|', () => {
  it('ML-43: equals the mean by definition, each row by the models of its own fold', async () => {
    const examples = makeExamples('two', 90, 1.5, { features: 2 });
    const { models } = await walked(examples, { forest });
    const expected = [0, 0];
    let count = 0;
    for (const { fold, artefacts } of models) {
      for (const index of fold.test) {
        const [model] = artefacts;
        if (model === undefined) throw new Error('no model');
        const parts = shapleyOfTwo(model, rowOf(examples.data, index));
        count++;
        parts.forEach((part, feature) => {
          expected[feature] = (expected[feature] as number) + 100 * Math.abs(part);
        });
      }
    }
    const means = meanContributions(examples.data, models, NONE, { seed: 's' });
    expect(means).toHaveLength(2);
    means.forEach((value, feature) => {
      expect(value).toBeCloseTo((expected[feature] as number) / count, 9);
    });
  });

  it('ML-43: the planted feature is the largest by far and noise is near 0, through a calibration too', async () => {
    const examples = makeExamples('planted', 600, 2, { features: 6 });
    const { models } = await walked(examples, { forest, boosting });
    for (const calibrator of [NONE, { kind: 'sigmoid', slope: -1.2, intercept: 0.1 } as const]) {
      const [planted = 0, ...noise] = meanContributions(examples.data, models, calibrator, { seed: 's' });
      expect(planted).toBeGreaterThan(10);
      for (const points of noise) expect(points).toBeLessThan(planted / 5);
    }
  });

  it('ML-43: a sample of the rows tells about the same, the same each time, and none is explained twice', async () => {
    const examples = makeExamples('sample', 600, 2, { features: 3 });
    const { models } = await walked(examples, { boosting });
    const all = meanContributions(examples.data, models, NONE, { seed: 's', maximumRows: 10_000 });
    const some = meanContributions(examples.data, models, NONE, { seed: 's', maximumRows: 150 });
    expect(some).toEqual(meanContributions(examples.data, models, NONE, { seed: 's', maximumRows: 150 }));
    expect(Math.abs((some[0] as number) - (all[0] as number))).toBeLessThan(0.15 * (all[0] as number));
    const tested = models.reduce((sum, { fold }) => sum + fold.test.length, 0);
    const exactly = meanContributions(examples.data, models, NONE, { seed: 'other', maximumRows: tested });
    exactly.forEach((value, feature) => {
      expect(value).toBeCloseTo(all[feature] as number, 9);
    });
  });

  it('ML-42: a calibration that steps where parts cancel out blows no feature up, and still adds up', () => {
    const { data } = makeExamples('step', 300, 1, { features: 5 });
    const fitted = boosting(data, 'step');
    if (fitted instanceof Promise || !fitted.ok) throw new Error('not fitted');
    const predictor = createPredictor(fitted.value);
    const out = new Float64Array(1);
    const raws = Array.from({ length: data.rows }, (_, index) => {
      predictor.predict(rowOf(data, index), out);
      return out[0] as number;
    });
    const base = 1 / (1 + Math.exp(-(createTreeExplainer(fitted.value).baseline[0] as number)));
    const nearest = raws.reduce((best, raw) => (Math.abs(raw - base) < Math.abs(best - base) ? raw : best), 1);
    const middle = (nearest + base) / 2;
    const half = Math.abs(nearest - base) / 4;
    const calibrator: Calibrator = { kind: 'isotonic', x: [middle - half, middle + half], y: [0.3, 0.7], margin: 0.01 };
    const explain = createExplainer({
      parts: { names: data.names, heads: [{ id: 'boosting', artefact: fitted.value }], calibrator },
      scorer: createEnsembleScorer([{ id: 'boosting', predictor }], calibrator),
    });
    for (let index = 0; index < data.rows; index++) {
      const { score, baseScore, points } = explain(rowOf(data, index)) ?? { score: 0, baseScore: 0, points: [] };
      expect(baseScore + Array.from(points).reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 9);
      // In proportion to the step some would get thousands.
      for (const part of points) expect(Math.abs(part)).toBeLessThan(300);
    }
  });
});
