/** One whole retrain with the real trees: its verdict, what it stores, and the guard against inputs that know the outcome. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { Dataset } from '#core/learning/dataset.ts';
import { loadEnsemble } from '#core/learning/ensemble-artefact.ts';
import { areaUnderCurve } from '#core/learning/metrics.ts';
import { type RetrainedModel, retrainModel } from '#core/learning/retrain-model.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import type { Trainer } from '#core/learning/walk-forward-predictions.ts';
import { type Examples, head, makeExamples } from '../../support/learning-examples.ts';

// Fewer and smaller trees than the product's, so that 70 whole retrains take seconds.
const forest: Trainer = (data, seed) => trainForest(data, { task: 'classify', trees: 8, maxDepth: 5 }, seed);
const boosting: Trainer = (data, seed) => trainBoosting(data, { task: 'classify', rounds: 12, maxDepth: 2 }, seed);

async function run({ data, lives }: Pick<Examples, 'data' | 'lives'>, seed = 'run'): Promise<RetrainedModel> {
  const heads = [head('forest', forest), head('boosting', boosting)];
  const job = { model: 'trend', setId: 's', setHash: 'h', data, lives, heads, champion: null, attempt: 1 };
  const retrained = await retrainModel(job, { seed });
  if (!retrained.ok) throw new Error(retrained.error.message);
  return retrained.value;
}

function withColumns(data: Dataset, columns: Readonly<Record<string, Float64Array>>): Dataset {
  return {
    ...data,
    names: [...data.names, ...Object.keys(columns)],
    columns: [...data.columns, ...Object.values(columns)],
  };
}

/** Columns that know what happened after entry. */
const LEAKS: readonly ((examples: Examples, noise: () => number) => Float64Array)[] = [
  // The result with noise on it; how far it ran in favour; missing for losses; how long the trade lasted, noisily.
  ({ data }, noise) => data.target.map((win) => 2 * win - 1 + 0.7 * noise()),
  ({ data }, noise) => data.target.map((win) => Math.exp((win === 1 ? 3 : 1.2) + 0.5 * noise())),
  ({ data }, noise) => data.target.map((win) => (win === 1 || noise() > 1.8 ? noise() : Number.NaN)),
  ({ lives }, noise) =>
    lives.openedAt.map((openedAt, row) => ((lives.resolvedAt[row] as number) - openedAt) * (1 + 0.05 * noise())),
];

describe('retrain of a model', () => {
  it('ML-42, ML-43: a promoted model keeps a band, and importance three ways with the planted feature first', async () => {
    const retrained = await run(makeExamples('edge', 500, 2, { features: 5 }));
    expect(retrained).toMatchObject({ verdict: 'promoted', judged: true });
    const loaded = loadEnsemble(retrained.artefact);
    if (!loaded.ok) throw new Error(loaded.error.message);
    expect(loaded.value.parts.band?.raw.length).toBeGreaterThan(30);
    const [planted, ...noise] = retrained.importance;
    expect(planted?.name).toBe('f0');
    for (const other of noise) {
      expect(planted?.gain).toBeGreaterThan(other.gain);
      expect(planted?.permutation).toBeGreaterThan(other.permutation ?? 1);
      expect(planted?.shap).toBeGreaterThan(3 * (other.shap ?? 100));
      expect(other.shap).toBeGreaterThanOrEqual(0);
    }
  });

  it('ML-43: importance is measured on rows that the walk-forward tested, though others were purged before the block', async () => {
    const { data, lives } = makeExamples('purged', 300, 2, { features: 3 });
    // The oldest lives of all run into the judgement block: they are purged, and every later row moves up.
    const resolvedAt = lives.resolvedAt.map((time, row) => (row < 60 ? (lives.openedAt[270] as number) : time));
    const seen: number[][] = [];
    const tested: Trainer = (rows, seed) => {
      seen.push(Array.from(rows.columns[0] as Float64Array));
      return forest(rows, seed);
    };
    const job = { model: 'trend', setId: 's', setHash: 'h', champion: null, attempt: 1 };
    const changed = { ...lives, resolvedAt };
    const retrained = await retrainModel({ ...job, data, lives: changed, heads: [head('f', tested)] }, { seed: 's' });
    if (!retrained.ok) throw new Error(retrained.error.message);
    // The first 60 rows took part in nothing: rubbish in them changes no importance.
    const rubbish = data.columns.map((column) => column.map((value, row) => (row < 60 ? 1e6 * (row - 30) : value)));
    const job2 = { ...job, data: { ...data, columns: rubbish }, lives: changed, heads: [head('f', forest)] };
    const again = await retrainModel(job2, { seed: 's' });
    if (!again.ok) throw new Error(again.error.message);
    expect(seen[0]).not.toContain(data.columns[0]?.[0]);
    const measured = (model: RetrainedModel) =>
      model.importance.map(({ permutation, shap }) => ({ permutation, shap }));
    expect(measured(again.value)).toEqual(measured(retrained.value));
  });

  it(
    'RE-42: a planted leak is rejected by name through a whole retrain, 20 of 20, and spends no attempt',
    {
      timeout: 60_000,
    },
    async () => {
      for (let seed = 0; seed < 20; seed++) {
        const examples = makeExamples(`leak ${seed}`, 120 + 20 * seed, 0.8, { features: 8 });
        const random = createRandom(`leak noise ${seed}`);
        const leak = LEAKS[seed % LEAKS.length] as (typeof LEAKS)[number];
        const column = leak(examples, () => random.normal());
        const retrained = await run({ ...examples, data: withColumns(examples.data, { sly: column }) }, `${seed}`);
        expect(retrained).toMatchObject({ verdict: 'rejected', judged: false });
        expect(retrained.reason).toMatch(/^Suspected of knowing the outcome: sly \(/);
        expect(retrained.reason).not.toContain('f0');
        // Kept for the record, with the figures that were too good.
        expect(loadEnsemble(retrained.artefact).ok).toBe(true);
      }
    },
  );

  it('RE-42: strong honest signal is never suspected, in 50 seeds', { timeout: 60_000 }, async () => {
    let area = 0;
    let promoted = 0;
    for (let seed = 0; seed < 50; seed++) {
      const rows = 80 + 10 * seed;
      // All of the signal in one feature, which is the harder case.
      const examples = makeExamples(`honest ${seed}`, rows, 1.5, { features: 6 });
      area += areaUnderCurve(examples.truth, examples.data.target) / 50;
      const retrained = await run(examples, `${seed}`);
      expect(retrained.reason).not.toContain('Suspected');
      expect(retrained.judged).toBe(true);
      if (retrained.verdict === 'promoted') promoted++;
    }
    expect(area).toBeGreaterThan(0.78);
    expect(promoted).toBeGreaterThan(10);
  });

  it('RE-42: features that know the outcome only together are caught by the model that is too good, and the look counts', async () => {
    const { data, lives } = makeExamples('together', 600, 0, { features: 3 });
    const random = createRandom('together');
    const one = data.target.map(() => (random.next() < 0.5 ? -1 : 1));
    const other = data.target.map((win, row) => (win === 1 ? 1 : -1) * (one[row] as number));
    const deep: Trainer = (rows, seed) => trainForest(rows, { task: 'classify', trees: 40, maxDepth: 8 }, seed);
    const job = { model: 'trend', setId: 's', setHash: 'h', lives, champion: null, attempt: 1 };
    const leaky = withColumns(data, { one, other });
    const retrained = await retrainModel({ ...job, data: leaky, heads: [head('forest', deep)] }, { seed: 'together' });
    if (!retrained.ok) throw new Error(retrained.error.message);
    expect(retrained.value).toMatchObject({ verdict: 'rejected', judged: true });
    expect(retrained.value.reason).toContain('the model tells wins from losses with an area of');
    expect(retrained.value.reason).toMatch(/leans most on (one|other)\./);
  });
});
