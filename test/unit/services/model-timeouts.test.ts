/** ML-5: whether timeouts are training examples is the trader's setting, the same on every way into a training. */
import { describe, expect, it } from 'vitest';
import { ok } from '#core/base/result.ts';
import { artefactBytes, artefactId } from '#core/learning/artefact-bytes.ts';
import { retrainTask } from '#core/learning/retrain-task.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { examplesOnly, readExamples } from '#main/services/learning/examples.ts';
import { RecordLearner } from '#main/services/learning/history-learner.ts';
import { lastAttempt, noteAttempt } from '#main/services/learning/retrain-version.ts';
import type { Retrainer } from '#main/services/learning/retrainer.ts';
import { trainOnce } from '#main/services/learning/train-once.ts';
import { countTrainable } from '#main/services/learning/trainable.ts';
import { trainingParts, trainingTable } from '#main/services/learning/training-export.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import type { Profile } from '#main/store/database.ts';
import { head } from '#test/support/learning-examples.ts';
import { makePhantom, NOON, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { emptyProfile } from '#test/support/research-profile.ts';
import { learnedModel, putSignals, type SignalPlan } from '#test/support/small-model.ts';

const MODEL = learnedModel('trend@demo');
const HOUR = 3_600_000;

/** The first feature of each row says which plan it was. */
function record(plans: readonly Pick<SignalPlan, 'outcome' | 'netR'>[]): Profile {
  const profile = emptyProfile();
  putSignals(
    profile,
    MODEL,
    plans.map((plan, index) => {
      const values = new Float64Array(MODEL.set.names.length).fill(index);
      return { ...plan, time: NOON + index * HOUR, values };
    }),
  );
  return profile;
}

const PLANS = [
  { outcome: 'win' },
  { outcome: 'timeout', netR: 0.2 },
  { outcome: 'loss' },
  { outcome: 'timeout', netR: -0.3 },
  { outcome: 'timeout', netR: 0 },
  { outcome: null },
] as const;

function learnTimeouts(profile: Profile, learn: boolean): void {
  expect(new SettingsService(profile.desk).update({ learnTimeouts: learn }).ok).toBe(true);
}

/** The real retrain, with a small forest, in this thread. */
const small: Retrainer = {
  async retrain({ task, data, lives, attempt, seed, model, setId, setHash }) {
    const heads = [head('forest', (rows, own) => trainForest(rows, { task: 'classify', trees: 5, maxDepth: 3 }, own))];
    const job = { task, data, lives, attempt, model, setId, setHash, heads, champion: null };
    const retrained = await retrainTask(job, { seed });
    if (!retrained.ok) throw new Error(retrained.error.message);
    const { artefact, ...reply } = retrained.value;
    const bytes = artefactBytes(artefact);
    return ok({ ...reply, bytes, id: artefactId(bytes) });
  },
};

async function trained(profile: Profile) {
  const settled = await trainOnce({
    profile,
    model: MODEL,
    signal: new AbortController().signal,
    wallClock: () => NOON,
    onProgress: () => undefined,
    retrainer: small,
  });
  if (!settled.ok) throw new Error(settled.error.message);
  return profile.models.version(settled.value.id);
}

describe('timeouts as examples', () => {
  it('ML-5: are left out by default; the setting labels them by the sign of their net R, in examples, counts and exports', async () => {
    const profile = record(PLANS);
    const seen = async () => {
      const examples = await readExamples(profile, MODEL);
      const { timeouts, dataHash, trained } = examples;
      const { data } = await examplesOnly(examples);
      expect(trained).toBe(data.rows);
      const table = await trainingTable(profile, MODEL);
      const exported = [...trainingParts(table, 'csv')].map(({ text }) => text).join('');
      expect(table).toMatchObject({ timeouts, dataHash, rows: data.rows, target: data.target });
      expect(exported.split(/\r?\n/)[0]).toContain(`"timeouts":"${timeouts}"`);
      return { rows: [...(data.columns[0] ?? [])], wins: [...data.target], count: countTrainable(profile, MODEL) };
    };
    expect(await seen()).toEqual({ rows: [0, 2], wins: [1, 0], count: 2 });
    learnTimeouts(profile, true);
    expect(await seen()).toEqual({ rows: [0, 1, 2, 3, 4], wins: [1, 1, 0, 0, 0], count: 5 });
    learnTimeouts(profile, false);
    expect(await seen()).toEqual({ rows: [0, 2], wins: [1, 0], count: 2 });
  });

  it('ML-5: left out, they come along to a training as rows that are only judged, weighed among all', async () => {
    const profile = emptyProfile();
    // Two lives at the same time, one of them a timeout; then a timeout and a loss, each alone.
    const plans = [
      { outcome: 'win', time: NOON },
      { outcome: 'timeout', time: NOON, netR: -0.3, instrumentId: 'binance:ETH/USDT' },
      { outcome: 'timeout', time: NOON + 90 * 24 * HOUR, netR: 0.2 },
      { outcome: 'loss', time: NOON + 180 * 24 * HOUR },
      { outcome: null, time: NOON + 181 * 24 * HOUR },
    ] as const;
    putSignals(profile, MODEL, [...plans]);
    const { data, lives, trained, effective, dataHash } = await readExamples(profile, MODEL);
    expect([...data.target]).toEqual([1, 0, 1, 0]);
    expect([...(lives.roles?.trains ?? [])]).toEqual([1, 0, 0, 1]);
    expect([trained, effective]).toEqual([2, 2]);
    const [first = 0, second = 0, alone = 0, last = 0] = lives.roles?.judgedWeight ?? [];
    expect([alone, last]).toEqual([0.8, 0.8]);
    expect(first).toBeLessThan(0.8);
    expect(second).toBeLessThan(0.8);
    // To a fit the example is alone: what is not learned from takes nothing from it.
    expect([data.weight[0], data.weight[3]]).toEqual([0.8, 0.8]);
    // ML-40: the hash tells whether they were there, and what they were.
    const without = emptyProfile();
    putSignals(without, MODEL, [plans[0], plans[3]]);
    const plain = await readExamples(without, MODEL);
    expect(plain.lives.roles).toBeUndefined();
    expect((await examplesOnly({ data, lives, trained, effective, dataHash, timeouts: 'left out' })).data).toEqual(
      plain.data,
    );
    expect(dataHash).not.toBe(plain.dataHash);
    learnTimeouts(profile, true);
    const learned = await readExamples(profile, MODEL);
    expect(learned.lives.roles).toBeUndefined();
    expect(learned).toMatchObject({ trained: 4, data: { rows: 4 } });
    expect(learned.dataHash).not.toBe(dataHash);
  });

  it('ML-4, ML-5: a cap on examples counts examples; timeouts older than those stay behind', async () => {
    const profile = record([...PLANS.slice(1), { outcome: 'win' }]);
    const capped = { ...MODEL, spec: { ...MODEL.spec, newestOnly: 1 } };
    const plansOf = async (model: typeof MODEL) => [...((await readExamples(profile, model)).data.columns[0] ?? [])];
    expect(await plansOf(capped)).toEqual([5]);
    expect(await plansOf({ ...capped, spec: { ...MODEL.spec, newestOnly: 2 } })).toEqual([1, 2, 3, 5]);
    expect(await plansOf({ ...capped, spec: { ...MODEL.spec, newestOnly: 9 } })).toEqual([0, 1, 2, 3, 5]);
  });

  it('ML-2, ML-5: a model of results in R reads its examples alone', async () => {
    const model = learnedModel('r_multiple@demo');
    const profile = emptyProfile();
    putSignals(
      profile,
      model,
      PLANS.map((plan, index) => ({ ...plan, time: NOON + index * HOUR })),
    );
    const { data, lives } = await readExamples(profile, model);
    expect([data.rows, lives.roles]).toEqual([2, undefined]);
  });

  it('ML-5, ML-21: they are no examples for a first fit either', async () => {
    const plans = Array.from({ length: 2 * MODEL.spec.firstFit }, (_, index) => ({
      outcome: index < MODEL.spec.firstFit - 1 ? ('win' as const) : ('timeout' as const),
    }));
    await expect(trained(record(plans))).rejects.toThrow(`${MODEL.spec.firstFit - 1} trainable examples`);
  });

  it('ML-5: a stored value that does not fit counts as the default', () => {
    const profile = record(PLANS);
    expect(profile.desk.putSettings({ learnTimeouts: 'yes' }).ok).toBe(true);
    expect(countTrainable(profile, MODEL)).toBe(2);
  });

  it('ML-5, ML-40: a version says how its timeouts were labelled', async () => {
    const ends = ['win', 'loss', 'timeout'] as const;
    const plans = Array.from({ length: 3 * MODEL.spec.firstFit }, (_, index) => {
      const outcome = ends[index % 3] ?? 'win';
      return outcome === 'timeout' ? { outcome, netR: index % 2 === 0 ? 0.1 : -0.1 } : { outcome };
    });
    const profile = record(plans);
    const first = await trained(profile);
    const timeouts = MODEL.spec.firstFit;
    expect(first).toMatchObject({
      examples: 2 * timeouts,
      parameters: { timeouts: 'left out', judgedOnly: timeouts },
    });
    expect(first?.effectiveExamples).toBeLessThanOrEqual(2 * timeouts);
    learnTimeouts(profile, true);
    const second = await trained(profile);
    expect(second).toMatchObject({ examples: 3 * MODEL.spec.firstFit, parameters: { timeouts: 'sign of net R' } });
    expect(second?.parameters).not.toHaveProperty('judgedOnly');
    expect(second?.dataHash).not.toBe(first?.dataHash);
  });

  it('ML-5, ML-21: after the setting was turned, new examples are counted against as many of the same kind', () => {
    const profile = record(PLANS);
    noteAttempt(profile, MODEL, NOON);
    const fresh = () => countTrainable(profile, MODEL) - (lastAttempt(profile, MODEL.key)?.trainable ?? 0);
    expect(fresh()).toBe(0);
    learnTimeouts(profile, true);
    expect(fresh()).toBe(0);
    learnTimeouts(profile, false);
    expect(fresh()).toBe(0);
    // Kept by a version of the program that knew no timeouts.
    profile.desk.putSettings({ [`learning.${MODEL.key}`]: { at: NOON, trainable: 1, judged: 2 } });
    expect(lastAttempt(profile, MODEL.key)).toEqual({ at: NOON, trainable: 1, judged: 2 });
  });

  it.each([
    { learn: false, due: false },
    { learn: true, due: true },
  ])('ML-5, PL-11: while history runs they count, or not, as in the record (learn: $learn)', ({ learn, due }) => {
    const profile = emptyProfile();
    learnTimeouts(profile, learn);
    const learner = new RecordLearner({
      profile,
      models: [{ ...MODEL, spec: { ...MODEL.spec, firstFit: 1 } }],
      engine: { clock: 0 },
      train: async () => undefined,
    });
    const phantom = makePhantom({ strategyId: 'trend_pullback' });
    const result = resolvedResult(phantom, 'timeout');
    learner.observe([{ kind: 'phantom-closed', time: 0, phantomId: phantom.id, result, resolvedOffline: false }]);
    expect(learner.isDue).toBe(due);
  });
});
