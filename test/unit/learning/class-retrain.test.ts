/** Whole retrains of the direction model with the real trees: signal, noise, one-sided models, rare classes, bytes. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { ok } from '#core/base/result.ts';
import { artefactBytes, artefactId, openArtefact, parseArtefact } from '#core/learning/artefact-bytes.ts';
import { loadClasses } from '#core/learning/class-artefact.ts';
import { type ClassRetrainJob, type RetrainedClasses, retrainClasses } from '#core/learning/class-retrain.ts';
import { readRow, selectRows } from '#core/learning/dataset.ts';
import { loadEnsemble } from '#core/learning/ensemble-artefact.ts';
import { loadModel } from '#core/learning/retrain-task.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { loadValues } from '#core/learning/value-artefact.ts';
import type { Trainer } from '#core/learning/walk-forward-predictions.ts';
import { makeClasses, type PlantedExamples, shuffleTargets } from '../../support/class-examples.ts';
import { head } from '../../support/learning-examples.ts';

// Fewer and smaller trees than the product's, so that 50 whole retrains take seconds.
const boosting: Trainer = (data, seed) =>
  trainBoosting(
    data,
    {
      ...{ task: 'multiclass', classWeight: 'balanced', rounds: 30, maxDepth: 2 },
      ...{ learningRate: 0.15, earlyStopping: 5 },
    },
    seed,
  );
const LABELS = ['up', 'down', 'none'] as const;

function jobOf(examples: PlantedExamples, changes: Partial<ClassRetrainJob> = {}): ClassRetrainJob {
  return {
    ...{ model: 'direction', setId: 'session', setHash: 'h', labels: LABELS, smallestClass: 20 },
    ...{ heads: [head('boosting', boosting)], champion: null, attempt: 1 },
    ...examples,
    ...changes,
  };
}

async function run(examples: PlantedExamples, changes: Partial<ClassRetrainJob> = {}): Promise<RetrainedClasses> {
  const retrained = await retrainClasses(jobOf(examples, changes), { seed: 'run' });
  if (!retrained.ok) throw new Error(retrained.error.message);
  return retrained.value;
}

function oldest({ data, lives }: PlantedExamples, rows: number): PlantedExamples {
  const use = Int32Array.from({ length: rows }, (_, row) => row);
  const take = (from: Float64Array) => from.slice(0, rows);
  return {
    data: selectRows(data, use),
    lives: { openedAt: take(lives.openedAt), resolvedAt: take(lives.resolvedAt) },
  };
}

/** A head that answers the same for every row: sure of the class `k`, as far as trees may be. */
const always =
  (k: number): Trainer =>
  (data) => {
    const trained = trainBoosting(data, { task: 'multiclass', rounds: 0 }, 's');
    if (!trained.ok) return trained;
    const base = Float64Array.from({ length: 3 }, (_, output) => (output === k ? 4 : 0));
    return ok({ ...trained.value, arrays: { ...trained.value.arrays, base } });
  };

describe('retrain of the direction model', () => {
  it('ML-32: a planted signal is found, promoted, measured, and its features matter most', async () => {
    const retrained = await run(makeClasses('signal', 700, 1.2));
    expect(retrained).toMatchObject({ task: 'multiclass', verdict: 'promoted', judged: true });
    const { report } = retrained;
    expect(report.balancedAccuracy.value).toBeGreaterThan(0.5);
    expect(report.balancedAccuracy.low).toBeGreaterThan(1 / 3);
    expect(report.logLoss.high).toBeLessThan(report.logLoss.base);
    for (const figures of report.classes) {
      expect(figures.recall.value).toBeGreaterThanOrEqual(0.3);
      expect(figures.recall.low).toBeLessThanOrEqual(figures.recall.value);
      expect(figures.areaUnderCurve.value).toBeGreaterThan(0.6);
    }
    expect(report.confusion.flat().reduce((sum, rows) => sum + rows, 0)).toBe(report.rows);
    const byGain = [...retrained.importance].sort((a, b) => b.gain - a.gain).map(({ name }) => name);
    expect(new Set(byGain.slice(0, 3))).toEqual(new Set(['f0', 'f1', 'f2']));
    const byLoss = [...retrained.importance].sort((a, b) => (b.permutation ?? 0) - (a.permutation ?? 0));
    expect(['f0', 'f1', 'f2']).toContain(byLoss[0]?.name);
  });

  it('ML-23: balanced class weights do not reach the probabilities: they add up to the rates that come', async () => {
    const examples = makeClasses('rates', 900, 0.8, { shares: [0.6, 0.3, 0.1] });
    const retrained = await run(examples);
    expect(retrained.calibrator).not.toBe('none');
    const loaded = loadClasses(retrained.artefact);
    if (!loaded.ok) throw new Error(loaded.error.message);
    const { scorer } = loaded.value;
    const row = new Float64Array(examples.data.columns.length);
    const mean = [0, 0, 0];
    for (let index = 0; index < 900; index++) {
      readRow(examples.data, index, row);
      expect(scorer.score(row)).toBe(true);
      expect(scorer.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
      scorer.probabilities.forEach((p, k) => {
        mean[k] += p / 900;
      });
    }
    const rate = (k: number) => examples.data.target.filter((actual) => actual === k).length / 900;
    for (const k of [0, 1, 2]) expect(Math.abs(mean[k] - rate(k))).toBeLessThan(0.06);
    for (const { reliability } of retrained.report.classes) expect(reliability).toHaveLength(10);
    expect(retrained.report.calibrationError.value).toBeLessThan(0.1);
  });

  it('RE-42: shuffled labels are promoted 0 times in 50 seeds', { timeout: 120_000 }, async () => {
    let balanced = 0;
    for (let seed = 0; seed < 50; seed++) {
      const shares = seed % 2 === 0 ? [0.4, 0.4, 0.2] : [0.48, 0.45, 0.07];
      const examples = shuffleTargets(makeClasses(`${seed}`, 400, 1.5, { shares }), `${seed}`);
      const retrained = await run(examples);
      expect(retrained.verdict).toBe('rejected');
      balanced += retrained.report.balancedAccuracy.value / 50;
    }
    expect(Math.abs(balanced - 1 / 3)).toBeLessThan(0.03);
  });

  it('ML-32: a model that always says "up" fails, whatever the market did, and in words', async () => {
    for (const shares of [
      [0.4, 0.4, 0.2],
      [0.85, 0.1, 0.05],
    ]) {
      for (const k of [0, 1]) {
        const examples = makeClasses('one-sided', 700, 1, { shares });
        const retrained = await run(examples, { heads: [head('always', always(k))] });
        expect(retrained.verdict).toBe('rejected');
        expect(retrained.reason).toContain('The model has nothing to say');
        expect(retrained.reason).toMatch(/it finds 0 % of (up|down|none)/);
        expect(retrained.report.balancedAccuracy.value).toBeCloseTo(1 / 3, 9);
      }
    }
  });

  it('ML-32: a model that knows two classes and never names the third has nothing to say', async () => {
    // The third class is drawn blindly, and its probability kept from ever standing out.
    const knowing: Trainer = (data, seed) => {
      const trained = boosting(data, seed);
      if (trained instanceof Promise || !trained.ok) return trained;
      const base = (trained.value.arrays.base as Float64Array).slice();
      base[2] -= 30;
      return ok({ ...trained.value, arrays: { ...trained.value.arrays, base } });
    };
    const retrained = await run(makeClasses('two', 700, 1.5), { heads: [head('two', knowing)] });
    expect(retrained.verdict).toBe('rejected');
    expect(retrained.reason).toContain('of none (each class needs 30 %)');
  });

  it('ML-2: a class with under 20 examples is dropped and said so; its probability is 0 and the others stay in place', async () => {
    const examples = makeClasses('rare', 600, 1.5, { shares: [0.5, 0.5, 0] });
    // Down is class 1 and stays class 1: up is made the rare one.
    const target = examples.data.target.map((actual, row) => (row % 40 === 0 ? 0 : actual === 0 ? 2 : 1));
    const retrained = await run({ ...examples, data: { ...examples.data, target } });
    expect(retrained.report.dropped).toEqual([{ label: 'up', rows: 15 }]);
    expect(retrained.reason).toContain('Too rare to learn, under 20 examples: up (15).');
    expect(retrained.verdict).toBe('promoted');
    const loaded = loadClasses(retrained.artefact);
    if (!loaded.ok) throw new Error(loaded.error.message);
    const { scorer } = loaded.value;
    const row = new Float64Array(examples.data.columns.length);
    row[1] = 2;
    row[0] = -2;
    scorer.score(row);
    expect(scorer.probabilities[0]).toBe(0);
    expect(scorer.labels[scorer.named]).toBe('down');
  });

  it('ML-2: with one class left there is nothing to tell apart, and a fault says so', async () => {
    const examples = makeClasses('single', 200, 1, { shares: [1, 0.02, 0.02] });
    const retrained = await retrainClasses(jobOf(examples), { seed: 's' });
    expect(retrained).toMatchObject({ ok: false, error: { kind: 'too_few_examples' } });
  });

  it('ML-24: the same recipe on more rows replaces its older self; noise does not', async () => {
    const examples = makeClasses('second', 1_500, 1.2);
    const first = loadClasses((await run(oldest(examples, 250))).artefact);
    if (!first.ok) throw new Error(first.error.message);
    const second = await run(examples, { champion: first.value });

    expect(second).toMatchObject({ verdict: 'promoted', judged: true });
    expect(second.reason).toContain('At least as good as the champion');
    const noise = await run(examples, { champion: first.value, heads: [head('always', always(0))] });
    expect(noise.verdict).toBe('rejected');
    expect(noise.reason).toContain('Not shown to be as good as the champion');
    const soon = await run(oldest(examples, 235), { champion: first.value });
    expect(soon.judged).toBe(false);
    expect(soon.reason).toContain('newer than what the champion was trained on');
  });

  it('RE-42: a feature that knows the direction is rejected by name, and spends no attempt', async () => {
    const examples = makeClasses('leak', 500, 0.5);
    const random = createRandom('leak');
    const sly = examples.data.target.map((actual) => (actual === 1 ? 1 : 0) + 0.2 * random.normal());
    const data = { ...examples.data, names: [...examples.data.names, 'sly'], columns: [...examples.data.columns, sly] };
    const retrained = await run({ ...examples, data });
    expect(retrained).toMatchObject({ verdict: 'rejected', judged: false });
    expect(retrained.reason).toContain('Suspected of knowing the outcome: sly (alone it tells down from the rest');
  });

  it('RE-43: the same examples and seed give the same bytes; 200 bit flips are refused', async () => {
    const examples = makeClasses('bytes', 400, 1);
    const bytes = artefactBytes((await run(examples)).artefact);
    expect(artefactBytes((await run(examples)).artefact)).toEqual(bytes);
    const id = artefactId(bytes);
    const opened = openArtefact(bytes, id);
    if (!opened.ok) throw new Error(opened.error.message);
    expect(loadModel(opened.value)).toMatchObject({ ok: true, value: { task: 'multiclass' } });
    const random = createRandom('flips');
    for (let flip = 0; flip < 200; flip++) {
      const damaged = bytes.slice();
      damaged[random.integer(bytes.length)] ^= 1 << random.integer(8);
      expect(openArtefact(damaged, id).ok).toBe(false);
    }
  });

  it('RE-40: readers of other kinds refuse it, and its own reader refuses what does not fit together', async () => {
    const { artefact } = await run(makeClasses('kinds', 300, 1));
    expect(loadEnsemble(artefact)).toMatchObject({ ok: false, error: { kind: 'bad-ensemble' } });
    expect(loadValues(artefact)).toMatchObject({ ok: false, error: { kind: 'bad-values' } });
    // What a workstation of before sees of a kind that it does not know: a header that is not readable.
    const bytes = artefactBytes({ ...artefact, kind: 'unheard-of' as 'classes' });
    expect(parseArtefact(bytes)).toMatchObject({ ok: false, error: { kind: 'bad-artefact' } });
    const header = artefact.header as Record<string, unknown>;
    for (const broken of [
      { heads: [] },
      { heads: [{ id: 'x', kind: 'classes', header: {} }] },
      { kept: [0, 1] },
      { kept: [0, 2, 1] },
      { kept: [0, 1, 7] },
      { baseRates: [0.5, 0.5, 0] },
      { baseRates: null },
      { calibrator: { kind: 'temperature', scale: -1, bias: [0, 0, 0] } },
      { calibrator: { kind: 'magic', scale: 1, bias: [0, 0, 0] } },
      { trainedUntil: 'soon' },
    ]) {
      const loaded = loadClasses({ ...artefact, header: { ...header, ...broken } });
      expect(loaded, JSON.stringify(broken)).toMatchObject({ ok: false, error: { kind: 'bad-classes' } });
    }
  });

  it('ML-20: reports progress from 0 to 1 without falling back, and stops when asked', async () => {
    const shares: number[] = [];
    const options = { seed: 's', onProgress: (share: number) => shares.push(share) };
    await retrainClasses(jobOf(makeClasses('progress', 500, 1.5)), options);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(shares.at(-1)).toBeCloseTo(1, 9);
    const stopped = await retrainClasses(jobOf(makeClasses('progress', 500, 1)), { seed: 's', shouldStop: () => true });
    expect(stopped).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  });
});
