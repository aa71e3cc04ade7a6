import { describe, expect, it } from 'vitest';
import { createCalibration } from '#core/learning/calibration.ts';
import { createEnsembleScorer } from '#core/learning/ensemble.ts';
import { type Champion, type RetrainOutcome, retrain } from '#core/learning/promotion-run.ts';
import { type FitOptions, type Head, predictRows } from '#core/learning/walk-forward-predictions.ts';
import {
  createStandIn,
  type Examples,
  head,
  makeExamples,
  shuffleLabels,
  trainConstant,
  trainLogistic,
  trainMajority,
  trainMemoriser,
} from '../../support/learning-examples.ts';

const LOGISTIC = [head('logistic', trainLogistic)];

async function run(
  { data, lives }: Examples,
  heads: readonly Head[] = LOGISTIC,
  champion: Champion | null = null,
  more: Partial<FitOptions> = {},
): Promise<RetrainOutcome> {
  const options = { seed: 'run', createPredictor: createStandIn, ...more };
  const outcome = await retrain({ data, lives, heads, champion, attempt: 1 }, options);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value;
}

function championOf(outcome: RetrainOutcome): Champion {
  const heads = outcome.ensemble.heads.map(({ id, artefact }) => ({ id, predictor: createStandIn(artefact) }));
  const scorer = createEnsembleScorer(heads, outcome.ensemble.calibration.calibrator);
  return {
    probability: (row) => scorer.score(row) / 100,
    threshold: outcome.ensemble.threshold,
    cutoff: outcome.ensemble.cutoff,
  };
}

const oldest = (examples: Examples, rows: number): Examples => ({
  data: {
    ...examples.data,
    rows,
    columns: examples.data.columns.map((column) => column.slice(0, rows)),
    target: examples.data.target.slice(0, rows),
    weight: examples.data.weight.slice(0, rows),
  },
  lives: {
    openedAt: examples.lives.openedAt.slice(0, rows),
    resolvedAt: examples.lives.resolvedAt.slice(0, rows),
    netR: examples.lives.netR.slice(0, rows),
  },
  truth: examples.truth.slice(0, rows),
});

describe('retrain', () => {
  it('ML-24: a first model that knows something is promoted, refitted on all rows, and measured out of sample', async () => {
    const examples = makeExamples('first', 600, 1.5);
    const trainedOn: number[] = [];
    const noting = head('logistic', (data, seed) => {
      trainedOn.push(data.rows);
      return trainLogistic(data, seed);
    });
    const outcome = await run(examples, [noting]);
    expect(outcome).toMatchObject({ verdict: 'promoted', judgement: { rows: 120, promoted: true } });
    expect(trainedOn).toHaveLength(7);
    expect(trainedOn[5]).toBeLessThanOrEqual(480);
    expect(trainedOn[6]).toBe(600);
    expect(outcome.ensemble.cutoff).toBe(Math.max(...examples.lives.resolvedAt));
    expect(outcome.ensemble.calibration.rows).toBeGreaterThan(450);
    expect(outcome.report.areaUnderCurve.value).toBeGreaterThan(0.7);
    expect(outcome.report.logLoss.value).toBeLessThan(outcome.report.logLoss.base);
  });

  it('ML-24: 39 examples are fitted but not judged, and the reason says so', async () => {
    const outcome = await run(makeExamples('thirty', 39, 3));
    expect(outcome.verdict).toBe('rejected');
    expect(outcome.judgement).toBeNull();
    expect(outcome.reason).toContain('Not judged: 39 examples are too few');
  });

  it('ML-24: the same recipe on more rows replaces its older self; judged only on what the champion has not seen', async () => {
    const examples = makeExamples('second', 800, 1.5);
    const first = await run(oldest(examples, 600));
    const second = await run(examples, LOGISTIC, championOf(first));
    expect(second.verdict).toBe('promoted');
    expect(second.judgement?.rows).toBeLessThanOrEqual(160);
    const soon = await run(oldest(examples, 620), LOGISTIC, championOf(first));
    expect(soon.reason).toContain('signals are newer than what the champion was trained on');
    expect(soon.judgement).toBeNull();
  });

  it('ML-24: a recipe that lost the edge does not replace a champion that has it', async () => {
    const examples = makeExamples('champion', 900, 1.5);
    const champion = championOf(await run(oldest(examples, 600)));
    for (const heads of [
      [head('constant', trainConstant)],
      [head('majority', trainMajority)],
      [head('memoriser', trainMemoriser)],
    ]) {
      expect((await run(examples, heads, champion)).verdict).toBe('rejected');
    }
  });

  it('RE-42: shuffled labels are promoted 0 times in 50 seeds, by any head', async () => {
    const heads = [
      LOGISTIC,
      [head('memoriser', trainMemoriser)],
      [head('logistic', trainLogistic), head('memoriser', trainMemoriser)],
    ];
    const areas: number[] = [];
    for (let seed = 0; seed < 50; seed++) {
      const outcome = await run(shuffleLabels(makeExamples(`${seed}`, 300, 1.5), `${seed}`), heads[seed % 3]);
      expect(outcome.verdict).toBe('rejected');
      areas.push(outcome.report.areaUnderCurve.value);
    }
    expect(Math.abs(areas.reduce((sum, area) => sum + area, 0) / 50 - 0.5)).toBeLessThan(0.03);
  });

  it('RE-42: a placebo with a drifting win rate is promoted 0 times in 50 seeds', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const examples = makeExamples(`placebo ${seed}`, 300, 0, { offset: (seed - 25) / 12, lifeMinutes: 200 });
      expect((await run(examples)).verdict).toBe('rejected');
    }
  });

  it('ML-24: constant and majority-class predictors are never promoted, however lopsided the outcomes', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const examples = makeExamples(`lopsided ${seed}`, 260, 0.5, { offset: (seed - 10) / 4 });
      expect((await run(examples, [head('constant', trainConstant)])).verdict).toBe('rejected');
      expect((await run(examples, [head('majority', trainMajority)])).verdict).toBe('rejected');
    }
  });

  it('ML-23: calibration cannot be fooled in sample: a memoriser looks perfect on its rows and is calibrated to nothing', async () => {
    const examples = makeExamples('in sample', 500, 0);
    const outcome = await run(examples, [head('memoriser', trainMemoriser)]);
    const calibrate = createCalibration(outcome.ensemble.calibration.calibrator);
    const predictors = outcome.ensemble.heads.map(({ artefact }) => createStandIn(artefact));
    const raw = predictRows(examples.data, Int32Array.of(0, 1, 2, 3), predictors);
    expect([...raw].every((p) => p === 0 || p === 1)).toBe(true);
    expect(outcome.verdict).toBe('rejected');
    // In sample the raw 0s and 1s are always right; out of fold they mean nothing, and the calibrator knows.
    for (const p of raw) expect(Math.abs(calibrate(p) - 0.5)).toBeLessThan(0.25);
  });

  it('RE-43: the same seed and data give the same outcome to the byte', async () => {
    const text = (outcome: RetrainOutcome) => JSON.stringify({ ...outcome, outOfFold: [...outcome.outOfFold.raw] });
    const examples = makeExamples('bytes', 300, 1);
    expect(text(await run(examples))).toBe(text(await run(examples)));
  });

  it('ML-20: reports progress from 0 to 1 without falling back, and stops when asked', async () => {
    const examples = makeExamples('progress', 300, 1.5);
    const shares: number[] = [];
    await run(examples, LOGISTIC, null, { onProgress: (share) => shares.push(share) });
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(shares.at(-1)).toBe(1);
    const stopped = await retrain(
      { ...examples, heads: LOGISTIC, champion: null, attempt: 1 },
      { seed: 's', createPredictor: createStandIn, shouldStop: () => true },
    );
    expect(!stopped.ok && stopped.error.kind).toBe('cancelled');
  });
});
