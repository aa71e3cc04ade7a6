/** ML-5: timeouts that are no examples are judged on and never trained on, all through a retrain. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { artefactBytes, artefactId } from '#core/learning/artefact-bytes.ts';
import { breakEvenProbability } from '#core/learning/metrics.ts';
import { retrain } from '#core/learning/promotion-run.ts';
import { retrainModel } from '#core/learning/retrain-model.ts';
import { retrainTask } from '#core/learning/retrain-task.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import type { FitOptions, Head } from '#core/learning/walk-forward-predictions.ts';
import {
  createStandIn,
  type Examples,
  head,
  MINUTE_MS,
  makeExamples,
  trainLogistic,
} from '../../support/learning-examples.ts';

/** Times name rows: the last feature is the row's own time, which nothing can learn from at this scale. */
function withTimes(examples: Examples): Examples {
  const { data, lives } = examples;
  const hours = lives.openedAt.map((time) => (time - (lives.openedAt[0] as number)) / 1e12);
  return { ...examples, data: { ...data, names: [...data.names, 'time'], columns: [...data.columns, hours] } };
}

/** Every third row is a timeout, which loses a little whatever its features say. */
function planted(seed: string, rows: number, share = 1 / 3): Examples & { readonly trains: Uint8Array } {
  const { data, lives, truth } = withTimes(makeExamples(seed, rows, 2));
  const random = createRandom(`${seed}/timeouts`);
  const trains = Uint8Array.from({ length: rows }, () => Number(random.next() >= share));
  const target = data.target.map((win, row) => (trains[row] === 1 ? win : 0));
  const netR = lives.netR.map((value, row) => (trains[row] === 1 ? value : -0.2));
  const roles = { trains, judgedWeight: new Float64Array(rows).fill(1) };
  return { data: { ...data, target }, lives: { ...lives, netR, roles }, truth, trains };
}

/** The same without the rows that are judged only: what a retrain knew before. */
function leftOut({ data, lives, truth, trains }: ReturnType<typeof planted>): Examples {
  const keep = (column: Float64Array) => column.filter((_, row) => trains[row] === 1);
  const columns = data.columns.map(keep);
  const target = keep(data.target);
  return {
    data: { names: data.names, columns, rows: target.length, target, weight: keep(data.weight) },
    lives: { openedAt: keep(lives.openedAt), resolvedAt: keep(lives.resolvedAt), netR: keep(lives.netR) },
    truth: keep(truth),
  };
}

async function run({ data, lives }: Examples, heads: readonly Head[], more: Partial<FitOptions> = {}) {
  const options = { seed: 'judged', createPredictor: createStandIn, ...more };
  const outcome = await retrain({ data, lives, heads, champion: null, attempt: 1 }, options);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value;
}

/** What the time column says was trained on, per fit. */
function spy(): { readonly heads: readonly Head[]; readonly fits: Float64Array[] } {
  const fits: Float64Array[] = [];
  const noting = head('logistic', (data, seed) => {
    fits.push(data.columns.at(-1) as Float64Array);
    return trainLogistic(data, seed);
  });
  return { heads: [noting], fits };
}

/** Row numbers in the whole by their time. */
function timesOf({ data }: Examples): Map<number, number> {
  return new Map([...(data.columns.at(-1) as Float64Array)].map((time, row) => [time, row]));
}

describe('rows that are judged only', () => {
  it.each([
    { rows: 700, verdict: 'promoted' },
    // Too few to judge on: everything is fitted and measured for the record.
    { rows: 39, verdict: 'rejected' },
  ])('ML-5: no head is ever fitted on one, in folds, before the judgement and at the end ($rows rows)', async ({
    rows,
    verdict,
  }) => {
    const examples = planted('spy', rows, 0.2);
    const { heads, fits } = spy();
    const outcome = await run(examples, heads);
    expect(outcome.verdict).toBe(verdict);
    const rowAt = timesOf(examples);
    const trainedRows = fits.flatMap((times) => [...times].map((time) => rowAt.get(time) as number));
    expect(trainedRows.filter((row) => examples.trains[row] !== 1)).toEqual([]);
    // The last fit is that of all examples.
    expect(fits.at(-1)).toHaveLength(examples.trains.reduce((sum, trains) => sum + trains, 0));
  });

  it('ML-5, ML-22: every fold predicts them in its block, and no life that it trains on overlaps a tested one', async () => {
    const { heads } = spy();
    const short = planted('purge', 500);
    // Lives of half a day, a dozen at a time, so that every block has some that reach into it.
    const longer = short.lives.resolvedAt.map((time) => time + 12 * 60 * MINUTE_MS);
    const examples = { ...short, lives: { ...short.lives, resolvedAt: longer } };
    const { outOfFold, walked } = await run(examples, heads);
    const rowAt = timesOf(examples);
    const wholeRow = (row: number) => rowAt.get(walked.columns.at(-1)?.[row] as number) as number;
    const tested = outOfFold.models.flatMap(({ fold }) => [...fold.test].map(wholeRow));
    expect(tested.filter((row) => examples.trains[row] === 0).length).toBeGreaterThan(80);
    expect(outOfFold.rows).toHaveLength(tested.length);
    const { openedAt, resolvedAt } = examples.lives;
    let overlapping = 0;
    let trained = 0;
    for (const { fold } of outOfFold.models) {
      const firstTested = Math.min(...[...fold.test].map((row) => openedAt[wholeRow(row)] as number));
      for (const row of [...fold.train].map(wholeRow)) {
        trained++;
        if ((resolvedAt[row] as number) >= firstTested) overlapping++;
      }
    }
    expect(trained).toBeGreaterThan(300);
    expect(overlapping).toBe(0);
  });

  it('ML-5: calibration, judgement, break-even and report count them: timeouts that lose though they score high show', async () => {
    const examples = planted('planted', 900);
    const counted = await run(examples, spy().heads);
    const blind = await run(leftOut(examples), spy().heads);
    const timeouts = examples.trains.filter((trains) => trains === 0).length;
    expect(counted.judgement?.rows).toBe(180);
    expect(blind.judgement?.rows).toBe(Math.ceil((900 - timeouts) / 5));
    expect(counted.ensemble.calibration.rows).toBeGreaterThanOrEqual(counted.outOfFold.rows.length);
    expect(counted.outOfFold.rows.length).toBeGreaterThan(blind.outOfFold.rows.length + timeouts / 2);
    expect(counted.report.rows).toBeGreaterThan(blind.report.rows + timeouts / 4);
    // A third of all signals loses whatever the model says: it wins less often than the blind figures claim.
    expect(blind.report.winRate.value - counted.report.winRate.value).toBeGreaterThan(0.15);
    expect(blind.report.baseRate - counted.report.baseRate).toBeGreaterThan(0.1);
    expect(blind.report.netRPerTrade.value).toBeGreaterThan(counted.report.netRPerTrade.value);
    // Losses are smaller on average, so that a signal pays from a lower probability on.
    expect(counted.ensemble.threshold).toBeLessThan(blind.ensemble.threshold);
    expect(counted.ensemble.threshold).toBeGreaterThan(breakEvenProbability(Float64Array.of(1, -0.2)));
  });

  it('ML-5: measured rows count by their weight among all, fitted ones by that among the examples', async () => {
    const examples = planted('weights', 300);
    const seen: number[] = [];
    const noting = head('logistic', (data, seed) => {
      seen.push(...data.weight);
      return trainLogistic(data, seed);
    });
    const weightless = (judgedWeight: Float64Array): Examples => ({
      ...examples,
      lives: { ...examples.lives, roles: { trains: examples.trains, judgedWeight } },
    });
    const even = await run(examples, [noting]);
    expect(new Set(seen)).toEqual(new Set([1]));
    const light = await run(weightless(Float64Array.from(examples.trains, (one) => (one === 1 ? 1 : 1e-6))), [noting]);
    expect(new Set(seen)).toEqual(new Set([1]));
    expect(light.report.baseRate).toBeGreaterThan(even.report.baseRate + 0.1);
  });

  it('ML-5, ML-24: the version knows nothing later than its latest timeout, which its calibration has seen', async () => {
    const examples = planted('cutoff', 700, 0.2);
    const late = 4e12;
    const roles = { ...(examples.lives.roles as NonNullable<Examples['lives']['roles']>) };
    roles.trains[699] = 0;
    examples.lives.resolvedAt[699] = late;
    const outcome = await run({ ...examples, lives: { ...examples.lives, roles } }, spy().heads);
    expect(outcome.verdict).toBe('promoted');
    expect(outcome.ensemble.cutoff).toBe(late);
  });

  it('RE-42: they do not hide a feature that tells the wins among the examples, nor a whole that is too good', async () => {
    const examples = planted('leak', 400, 0.5);
    const leaking = examples.data.target.map((win, row) => (examples.trains[row] === 1 ? win : row % 2));
    const leaky: Examples = {
      ...examples,
      data: { ...examples.data, names: [...examples.data.names, 'x'], columns: [...examples.data.columns, leaking] },
    };
    expect((await run(leaky, spy().heads)).reason).toContain('Suspected of knowing the outcome: x (alone');
    // Two halves that know it together: each alone says little.
    const random = createRandom('halves');
    const half = leaking.map(() => random.normal() * 4);
    const other = half.map((value, row) => 2 * (leaking[row] as number) - 1 - value);
    const names = [...examples.data.names, 'half', 'other'];
    const together = await run(
      { ...examples, data: { ...examples.data, names, columns: [...examples.data.columns, half, other] } },
      [head('sum', trainSum)],
    );
    expect(together.report.areaUnderCurve.low).toBeLessThan(0.9);
    expect(together.reason).toContain('Suspected of knowing the outcome: the model tells wins from losses');
  });

  it('RE-43: roles of none, and roles by which all train, give the bytes of a retrain without', async () => {
    const { data, lives } = makeExamples('bytes', 260, 2);
    const forest = head('forest', (rows, seed) => trainForest(rows, { task: 'classify', trees: 5, maxDepth: 3 }, seed));
    const idWith = async (roles: Examples['lives']['roles']) => {
      const job = {
        ...{ model: 'trend', setId: 's', setHash: 'h', data, heads: [forest], champion: null, attempt: 1 },
      };
      const given = roles === undefined ? lives : { ...lives, roles };
      const retrained = await retrainModel({ ...job, lives: given }, { seed: 'bytes' });
      if (!retrained.ok) throw new Error(retrained.error.message);
      const { artefact, ...facts } = retrained.value;
      return { id: artefactId(artefactBytes(artefact)), facts };
    };
    const plain = await idWith(undefined);
    expect(await idWith(null)).toEqual(plain);
    expect(await idWith({ trains: new Uint8Array(260).fill(1), judgedWeight: data.weight })).toEqual(plain);
  });

  it('ML-5: the known ground is that of the examples', async () => {
    const examples = planted('ground', 200);
    const far = examples.data.columns.map((column) =>
      column.map((x, row) => (examples.trains[row] === 1 ? x : x + 50)),
    );
    const forest = head('forest', (rows, seed) => trainForest(rows, { task: 'classify', trees: 3 }, seed));
    const job = { ...{ model: 'trend', setId: 's', setHash: 'h', heads: [forest], champion: null, attempt: 1 } };
    const retrained = await retrainModel(
      { ...job, data: { ...examples.data, columns: far }, lives: examples.lives },
      { seed: 'ground' },
    );
    const ground = retrained.ok ? (retrained.value.artefact.header.ground as { readonly high: number[] }) : null;
    expect(ground?.high[0]).toBeLessThan(10);
  });

  it('ML-5: models of values and of classes take none', async () => {
    const { data, lives } = planted('values', 120);
    const job = { model: 'r_multiple', setId: 's', setHash: 'h', data, lives, heads: [], champion: null, attempt: 1 };
    const task = { kind: 'regress', baselines: [] } as const;
    await expect(retrainTask({ ...job, task }, { seed: 'values' })).rejects.toThrow('judged only');
  });
});

/** Sees what a sum of the last two columns tells: a logistic of that alone. */
function trainSum(data: Parameters<Head['train']>[0], seed: string): ReturnType<Head['train']> {
  const [half, other] = data.columns.slice(-2) as [Float64Array, Float64Array];
  const fitted = trainLogistic({ ...data, columns: [half.map((value, row) => value + (other[row] as number))] }, seed);
  if (!('ok' in fitted) || !fitted.ok) throw new Error('a logistic always fits');
  const [slope = 0, offset = 0] = fitted.value.arrays.coefficients as Float64Array;
  const coefficients = new Float64Array(data.columns.length + 1);
  coefficients[data.columns.length - 2] = slope;
  coefficients[data.columns.length - 1] = slope;
  coefficients[data.columns.length] = offset;
  return { ok: true, value: { ...fitted.value, names: data.names, arrays: { coefficients } } };
}
