import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { Dataset, ModelArtefact } from '#core/learning/dataset.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { type FlatTrees, requireTrees } from '#core/learning/trees/flat-trees.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { createTreeExplainer } from '#core/learning/trees/tree-shap.ts';
import { noisyLabel, predictRow, randomDataset } from '#test/support/tree-data.ts';

/** What the trees expect when only the features in `known` are (path-dependent: others follow training weight). */
function expectation(trees: FlatTrees, node: number, row: readonly number[], known: number): number {
  const feature = trees.feature[node] as number;
  if (feature < 0) return trees.split[node] as number;
  const left = trees.left[node] as number;
  if ((known >> feature) & 1) {
    const value = row[feature] as number;
    const goesLeft = Number.isNaN(value) ? trees.missingLeft[node] === 1 : value <= (trees.split[node] as number);
    return expectation(trees, goesLeft ? left : left + 1, row, known);
  }
  const [coverLeft, coverRight] = [trees.cover[left] as number, trees.cover[left + 1] as number];
  const both = expectation(trees, left, row, known) * coverLeft + expectation(trees, left + 1, row, known) * coverRight;
  return both / (coverLeft + coverRight);
}

/** Shapley values by their definition, over all subsets, output by output. */
function bruteForce(artefact: ModelArtefact, row: readonly number[]): number[] {
  const trees = requireTrees(artefact);
  const outputs = artefact.arrays.base?.length ?? 0;
  const features = artefact.names.length;
  const scale = artefact.kind === 'forest' ? outputs / trees.roots.length : 1;
  return Array.from({ length: outputs }, (_, output) => {
    const worth = Array.from({ length: 1 << features }, (_none, known) =>
      Array.from(trees.roots)
        .filter((_root, tree) => tree % outputs === output)
        .reduce((total, root) => total + scale * expectation(trees, root, row, known), 0),
    );
    return Array.from({ length: features }, (_none, feature) =>
      worth.reduce((total, without, known) => {
        if ((known >> feature) & 1) return total;
        const size = known.toString(2).replaceAll('0', '').length;
        const weight = (factorial(size) * factorial(features - size - 1)) / factorial(features);
        return total + weight * ((worth[known | (1 << feature)] as number) - without);
      }, 0),
    );
  }).flat();
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function rowsToExplain(data: Dataset): number[][] {
  const random = createRandom('rows');
  return Array.from({ length: 12 }, () => data.columns.map(() => (random.next() < 0.2 ? Number.NaN : random.normal())));
}

const data = randomDataset('shap', 300, 6, 0.1, noisyLabel);
const classes = { ...data, target: data.target.map((y, row) => (row % 3 === 0 ? 2 : y)) };
const value = { ...data, target: Float64Array.from(data.columns[0] ?? [], (x) => (Number.isNaN(x) ? 3 : x * x)) };
const models = {
  'forest, classification': trainForest(data, { task: 'classify', trees: 7, maxDepth: 7, minLeaf: 1 }, 's'),
  'forest, regression': trainForest(value, { task: 'regress', trees: 4, maxDepth: 9, minLeaf: 2 }, 's'),
  'forest, three classes': trainForest(classes, { task: 'multiclass', trees: 3, maxDepth: 4 }, 's'),
  'boosting, classification': trainBoosting(data, { task: 'classify', rounds: 12 }, 's'),
  'boosting, deep': trainBoosting(data, { task: 'classify', rounds: 4, maxDepth: 10, minLeaf: 1 }, 's'),
  'boosting, regression': trainBoosting(value, { task: 'regress', rounds: 10, maxDepth: 2 }, 's'),
  'boosting, three classes': trainBoosting(classes, { task: 'multiclass', rounds: 5 }, 's'),
};

describe('TreeSHAP', () => {
  for (const [name, trained] of Object.entries(models)) {
    if (!trained.ok) throw new Error(trained.error.message);
    const artefact = trained.value;
    const explainer = createTreeExplainer(artefact);
    const features = artefact.names.length;
    const contributions = (row: readonly number[]) => {
      const out = new Float64Array(features * explainer.outputs).fill(99);
      explainer.explain(Float64Array.from(row), out);
      return Array.from(out);
    };

    it(`ML-42: ${name}: equals Shapley values by brute force over all subsets`, () => {
      for (const row of rowsToExplain(data)) {
        const brute = bruteForce(artefact, row);
        for (const [index, phi] of contributions(row).entries())
          expect(Math.abs(phi - (brute[index] as number))).toBeLessThan(1e-9);
      }
    });

    it(`ML-42: ${name}: baseline and contributions add up to the model's own output`, () => {
      for (const row of rowsToExplain(data)) {
        const raw = Array.from(explainer.baseline, (base, output) =>
          contributions(row)
            .slice(output * features, (output + 1) * features)
            .reduce((total, phi) => total + phi, base),
        );
        const outputs = predictRow(artefact, row);
        for (const [output, predicted] of outputs.entries()) {
          expect(Math.abs(inOutputUnits(artefact, raw, output) - predicted)).toBeLessThan(1e-9);
        }
      }
    });
  }
});

/** From the scale that is explained to the one that is predicted. */
function inOutputUnits({ kind, task }: ModelArtefact, raw: readonly number[], output: number): number {
  const own = raw[output] as number;
  if (task === 'regress') return own;
  if (kind === 'forest') return task === 'multiclass' ? own / raw.reduce((a, b) => a + b, 0) : own;
  if (task === 'classify') return 1 / (1 + Math.exp(-own));
  return Math.exp(own) / raw.reduce((total, score) => total + Math.exp(score), 0);
}
