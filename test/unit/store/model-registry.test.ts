/** ML-40, ML-20, ML-45, RE-40: versions, artefacts, activation, jobs, predictions. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { RECORD_FILE } from '#main/store/schemas.ts';
import { makePhantom } from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const NOW = Date.UTC(2026, 0, 5);

function open(folder = temporaryFolder()): Profile {
  const opened = openProfile(folder);
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  return opened.value;
}

const bytesOf = (text: string) => new TextEncoder().encode(text.repeat(50));

function challenger(bytes: Uint8Array, overrides: Partial<ModelVersion> = {}) {
  const version: Omit<ModelVersion, 'version' | 'state' | 'activatedAt' | 'retiredAt'> = {
    id: createHash('sha256').update(bytes).digest('hex'),
    model: 'trend',
    setId: 'trend',
    setHash: 'abc',
    trainedUntil: NOW,
    dataHash: 'data',
    seed: 'seed',
    examples: 100,
    effectiveExamples: 61.5,
    heads: ['forest', 'boosting'],
    parameters: { trees: 200 },
    metrics: { auc: 0.56 },
    importance: [{ name: 'slope', gain: 0.4, permutation: 0.01, shap: 1.5 }],
    reason: 'waiting for judgement',
    parentId: null,
    createdAt: NOW,
    ...overrides,
  };
  return version;
}

function added(profile: Profile, text: string): ModelVersion {
  const bytes = bytesOf(text);
  const result = profile.models.add(challenger(bytes), bytes);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('versions', () => {
  it('ML-40: a version comes back as it was added, numbered per model, with its bytes', () => {
    const profile = open();
    const first = added(profile, 'one');
    const second = added(profile, 'two');
    expect(first).toEqual({
      ...challenger(bytesOf('one')),
      version: 1,
      state: 'challenger',
      activatedAt: null,
      retiredAt: null,
    });
    expect(second.version).toBe(2);
    const artefact = profile.models.artefact(first.id);
    expect(artefact.ok && Buffer.from(artefact.value).equals(Buffer.from(bytesOf('one')))).toBe(true);
    expect(profile.models.versions('trend').map((version) => version.version)).toEqual([2, 1]);
  });

  it('ML-40: activation retires the champion before it; there is never a second one', () => {
    const profile = open();
    const first = added(profile, 'one');
    const second = added(profile, 'two');
    profile.models.activate(first.id, NOW, 'better than the base rate');
    profile.models.activate(second.id, NOW + 1, 'better than version 1');
    expect(profile.models.champion('trend')?.id).toBe(second.id);
    expect(profile.models.version(first.id)).toMatchObject({ state: 'retired', retiredAt: NOW + 1 });
    const database = new Database(join(profile.folder, RECORD_FILE));
    expect(() => database.prepare("UPDATE models SET state = 'champion'").run()).toThrow(/UNIQUE/);
    database.close();
  });

  it('ML-25: a rollback brings the one before back and marks the other', () => {
    const profile = open();
    const first = added(profile, 'one');
    const second = added(profile, 'two');
    profile.models.activate(first.id, NOW, 'first');
    profile.models.activate(second.id, NOW, 'second');
    profile.models.activate(first.id, NOW + 5, 'rolled back by you', 'rolled-back');
    expect(profile.models.champion('trend')?.id).toBe(first.id);
    expect(profile.models.version(second.id)?.state).toBe('rolled-back');
  });

  it("ML-40: the newest artefacts and always the champion's are kept", () => {
    const profile = open();
    const first = added(profile, 'first');
    profile.models.activate(first.id, NOW, 'first');
    const later = Array.from({ length: 14 }, (_, index) => added(profile, `later ${index}`));
    expect(profile.models.artefact(first.id).ok).toBe(true);
    expect(later.filter((version) => profile.models.artefact(version.id).ok).length).toBeGreaterThanOrEqual(5);
    expect(profile.models.artefact(later[0]?.id ?? '').ok).toBe(false);
  });
});

describe('damaged artefacts', () => {
  it('RE-40: 1,000 single bit flips and 200 truncations are all refused with a remedy', () => {
    const folder = temporaryFolder();
    const profile = open(folder);
    const bytes = bytesOf('a model of some length');
    const { id } = added(profile, 'a model of some length');
    const random = createRandom('flips');
    const database = new Database(join(folder, RECORD_FILE));
    const put = database.prepare('UPDATE model_artefacts SET bytes = ? WHERE model_id = ?');
    let refused = 0;
    for (let round = 0; round < 1_200; round++) {
      const damaged = Buffer.from(bytes);
      const at = random.integer(damaged.length);
      if (round < 1_000) damaged[at] = (damaged[at] as number) ^ (1 << random.integer(8));
      put.run(round < 1_000 ? damaged : damaged.subarray(0, at), id);
      const loaded = profile.models.artefact(id);
      if (!loaded.ok && loaded.error.kind === 'damaged-artefact' && loaded.error.remedy !== '') refused++;
    }
    database.close();
    expect(refused).toBe(1_200);
  });
});

describe('jobs', () => {
  it('ML-20: a job that a crash left running is failed with a message at the next start', () => {
    const profile = open();
    const job = {
      id: 'job-1',
      model: 'trend',
      trigger: 'first fit',
      state: 'running',
      stage: 'forest',
      progress: 0.4,
      examples: 100,
      queuedAt: NOW,
      startedAt: NOW,
      completedAt: null,
      error: null,
      modelId: null,
    } as const;
    profile.models.putJob(job);
    profile.models.putJob({ ...job, id: 'job-0', queuedAt: NOW - 1, state: 'completed' });
    expect(profile.models.failOrphanedJobs(NOW + 9)).toEqual({ ok: true, value: 1 });
    expect(profile.models.jobs(5)).toMatchObject(
      [
        { id: 'job-1', state: 'failed', error: /./, completedAt: NOW + 9 },
        { id: 'job-0', state: 'completed' },
      ].map(({ error: _, ...rest }) => rest),
    );
    expect(profile.models.jobs(1)[0]?.error).toMatch(/stopped while it ran/);
  });
});

describe('predictions', () => {
  it('ML-45: each is kept with the outcome that came later', () => {
    const profile = open();
    const { id } = added(profile, 'one');
    const phantom = makePhantom();
    const prediction = {
      signalId: phantom.id,
      modelId: id,
      role: 'decided',
      heads: { forest: 0.41, boosting: 0.38 },
      probability: 0.4,
      time: NOW,
    } as const;
    profile.record.step((writer) => {
      writer.phantomOpened(NOW, phantom);
      writer.predicted(prediction);
    });
    const decided = () => profile.predictions.said('decided', { time: 0, phantomNo: 0, modelId: '' }, 10);
    expect(decided()).toMatchObject([{ modelId: id, probability: 0.4, netR: null, open: true }]);
    expect(profile.predictions.firstJudged(id)).toBeNull();
    const result = {
      ...phantom.result,
      outcome: 'win',
      exitReason: 'tp',
      exitPrice: 1,
      exitTime: NOW,
      grossR: 2,
      netR: 1.8,
      pnlPercent: 1,
      timeToExitSec: 60,
    } as const;
    profile.record.step((writer) => writer.phantomClosed(NOW, phantom.id, result, false));
    expect(decided()).toMatchObject([{ modelId: id, time: NOW, netR: 1.8, resolvedAt: NOW, open: false }]);
    const first = profile.predictions.firstJudged(id) ?? 0;
    const judged = profile.predictions.judged(id, null, phantom.signal.strategyId, first - 1, 10);
    expect(judged).toEqual([
      { sequence: first, openedAt: NOW, resolvedAt: NOW, netR: 1.8, probability: 0.4, otherProbability: null },
    ]);
    expect(profile.predictions.judged(id, null, phantom.signal.strategyId, first, 10)).toEqual([]);
  });

  it('ML-45: predictions over time are read from an index, whatever else the record holds', () => {
    const steps = open().predictions.explainSaid();
    expect(steps[0]).toContain('predictions_by_time (role=? AND (time,phantom_no,model_id)>');
    expect(steps.join()).not.toContain('TEMP B-TREE');
  });
});
