/** ML-5: whether timeouts are training examples is the trader's setting, the same on every way into a training. */
import { describe, expect, it } from 'vitest';
import { ok } from '#core/base/result.ts';
import { artefactBytes, artefactId } from '#core/learning/artefact-bytes.ts';
import { retrainTask } from '#core/learning/retrain-task.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { readExamples } from '#main/services/learning/examples.ts';
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
      const { data, timeouts, dataHash } = await readExamples(profile, MODEL);
      const table = await trainingTable(profile, MODEL);
      const exported = [...trainingParts(table, 'csv')].map(({ text }) => text).join('');
      expect(table).toMatchObject({ timeouts, dataHash });
      expect(exported.split(/\r?\n/)[0]).toContain(`"timeouts":"${timeouts}"`);
      return { rows: [...(data.columns[0] ?? [])], wins: [...data.target], count: countTrainable(profile, MODEL) };
    };
    expect(await seen()).toEqual({ rows: [0, 2], wins: [1, 0], count: 2 });
    learnTimeouts(profile, true);
    expect(await seen()).toEqual({ rows: [0, 1, 2, 3, 4], wins: [1, 1, 0, 0, 0], count: 5 });
    learnTimeouts(profile, false);
    expect(await seen()).toEqual({ rows: [0, 2], wins: [1, 0], count: 2 });
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
    expect(first).toMatchObject({ examples: 2 * MODEL.spec.firstFit, parameters: { timeouts: 'left out' } });
    learnTimeouts(profile, true);
    const second = await trained(profile);
    expect(second).toMatchObject({ examples: 3 * MODEL.spec.firstFit, parameters: { timeouts: 'sign of net R' } });
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
