/** ML-25, ML-40, RE-40: versions chosen by hand, carried as folders, and trainings without a session. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ok } from '#core/base/result.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import { artefactBytes, artefactId } from '#core/learning/artefact-bytes.ts';
import { type EnsembleParts, ensembleArtefact } from '#core/learning/ensemble-artefact.ts';
import { classifyReport } from '#core/learning/metrics-report.ts';
import { knownGround } from '#core/learning/novelty.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { allVersions, chooseVersion, findVersion, rollBack } from '#main/services/learning/choose-version.ts';
import { exportModel, importModel } from '#main/services/learning/model-transfer.ts';
import type { RetrainReply } from '#main/services/learning/retrainer.ts';
import { findLearnedModel, trainOnce } from '#main/services/learning/train-once.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { makeExamples } from '#test/support/learning-examples.ts';
import { makePhantom, NOON, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const NOW = Date.UTC(2026, 0, 5);

function open(): Profile {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  return opened.value;
}

/** A small real model of the trend set, added as the newest version. */
function added(profile: Profile, seed: string, overrides: Partial<EnsembleParts> = {}, key = 'trend'): ModelVersion {
  const model = findLearnedModel('trend');
  if (!model.ok) throw new Error(model.error.message);
  const { set } = model.value;
  const { data: made, lives } = makeExamples(seed, 60, 1, { features: set.names.length });
  const data = { ...made, names: set.names };
  const forest = trainForest(data, { task: 'classify', trees: 3 }, seed);
  if (!forest.ok) throw new Error(forest.error.message);
  const parts: EnsembleParts = {
    model: 'trend',
    setId: set.id,
    setHash: set.hash,
    names: data.names,
    heads: [{ id: 'forest', artefact: forest.value }],
    calibrator: { kind: 'none' },
    breakEven: 0.5,
    breakEvenRows: 50,
    trainedUntil: NOW - 1,
    ground: knownGround(data),
    ...overrides,
  };
  const bytes = artefactBytes(ensembleArtefact(parts));
  const probability = data.target.map((value) => 0.3 + 0.4 * value);
  const options = { seed, blockLength: 1, resamples: 20 };
  const report = classifyReport(probability, data.target, data.weight, lives.netR, 0.5, options);
  const result = profile.models.add(
    {
      ...{ id: artefactId(bytes), model: key, setId: set.id, setHash: parts.setHash, trainedUntil: NOW - 1 },
      ...{ dataHash: 'd'.repeat(64), seed, examples: 60, effectiveExamples: 50, heads: ['forest'] },
      ...{ parameters: { calibrator: 'none' }, metrics: { ...report }, reason: 'made', parentId: null, createdAt: NOW },
      importance: [{ name: set.names[0] as string, gain: 1, permutation: null, shap: null }],
    },
    bytes,
  );
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('versions chosen by hand', () => {
  it('ML-25: a rollback brings back the champion before, once for each that there was', () => {
    const profile = open();
    const [first, second] = [added(profile, 'one'), added(profile, 'two')];
    expect(rollBack(profile, 'trend', NOW)).toMatchObject({ ok: false, error: { kind: 'nothing-to-roll-back' } });
    expect(chooseVersion(profile, first, NOW)).toMatchObject({ value: { kind: 'promoted' } });
    expect(chooseVersion(profile, second, NOW + 1)).toMatchObject({ value: { kind: 'promoted' } });
    expect(rollBack(profile, 'trend', NOW + 2)).toMatchObject({ value: { version: 1 } });
    expect(profile.models.versions('trend').map(({ state }) => state)).toEqual(['rolled-back', 'champion']);
    expect(rollBack(profile, 'trend', NOW + 3)).toMatchObject({ ok: false, error: { kind: 'nothing-to-roll-back' } });
  });

  it('finds a version by id, by the start of it and by name, and says when it cannot', () => {
    const profile = open();
    const version = added(profile, 'one');
    for (const name of [version.id, version.id.slice(0, 8), 'trend:1', 'trend v1']) {
      expect(findVersion(profile, name)).toEqual({ ok: true, value: version });
    }
    for (const name of ['trend:2', version.id.slice(0, 3), '']) expect(findVersion(profile, name).ok).toBe(false);
  });
});

describe('models as folders', () => {
  function exported(overrides: Partial<EnsembleParts> = {}) {
    const profile = open();
    const version = added(profile, 'one', overrides);
    const folder = join(temporaryFolder(), 'model');
    const written = exportModel(profile, version, folder);
    if (!written.ok) throw new Error(written.error.message);
    return { profile, version, folder };
  }

  it('ML-40: an exported version comes in elsewhere as a challenger and scores nothing', () => {
    const { profile, version, folder } = exported();
    expect(readdirSync(folder).sort()).toEqual(['artefact.bin', 'model.json']);
    const other = open();
    const imported = importModel(other, folder, NOW + 5);
    expect(imported).toMatchObject({
      ok: true,
      value: { id: version.id, model: 'trend', version: 1, state: 'challenger', metrics: version.metrics },
    });
    expect(other.models.champion('trend')).toBeNull();
    expect(other.models.artefact(version.id)).toEqual(profile.models.artefact(version.id));
    expect(importModel(other, folder, NOW + 6).ok).toBe(true);
    expect(allVersions(other)).toHaveLength(1);
    expect(exportModel(profile, version, folder)).toMatchObject({ ok: false, error: { kind: 'unwritable' } });
  });

  it('RE-40: one changed bit of the artefact is refused', () => {
    const { folder } = exported();
    const file = join(folder, 'artefact.bin');
    const bytes = readFileSync(file);
    for (const at of [0, 9, 200, bytes.length >> 1, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      writeFileSync(file, changed);
      const other = open();
      expect(importModel(other, folder, NOW)).toMatchObject({ ok: false, error: { kind: 'bad-model' } });
      expect(allVersions(other)).toEqual([]);
    }
  });

  it.each<[string, Partial<EnsembleParts>]>([
    ['another set of features', { setHash: 'f'.repeat(64) }],
    ['a calibrator nobody knows', { calibrator: { kind: 'magic' } as unknown as EnsembleParts['calibrator'] }],
    ['a threshold beyond 1', { breakEven: 2 }],
    ['another model', { model: 'trend@demo' }],
  ])('RE-40: a sound hash over %s is refused', (_what, overrides) => {
    const { folder } = exported(overrides);
    expect(importModel(open(), folder, NOW)).toMatchObject({ ok: false, error: { kind: 'bad-model' } });
  });

  it.each<[string, unknown]>([
    ['metrics', { rows: 100 }],
    ['importance', [{ name: 1 }]],
    ['examples', -1],
    ['format', 2],
    ['dataHash', '../../etc'],
  ])('RE-40: a document with a wrong %s is refused', (name, value) => {
    const { folder } = exported();
    const file = join(folder, 'model.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), [name]: value }));
    const refused = importModel(open(), folder, NOW);
    expect(refused.ok ? '' : refused.error.message).toContain(name);
  });

  it('a folder without a model is a fault with a remedy', () => {
    expect(importModel(open(), temporaryFolder(), NOW)).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
  });
});

describe('a training without a session', () => {
  it('ML-20: with too few examples it is a failed job that says how many are wanted; nothing is trained', async () => {
    const profile = open();
    const model = findLearnedModel('trend');
    if (!model.ok) throw new Error(model.error.message);
    const states: string[] = [];
    const settled = await trainOnce({
      profile,
      model: model.value,
      signal: new AbortController().signal,
      wallClock: () => NOW,
      onProgress: ({ state }) => states.push(state),
      retrainer: { retrain: () => Promise.reject(new Error('must not be asked')) },
    });
    expect(settled).toMatchObject({ ok: false, error: { kind: 'too-few' } });
    expect(states.at(-1)).toBe('failed');
    expect(profile.models.jobs(5)).toMatchObject([{ model: 'trend', trigger: 'by hand', state: 'failed' }]);
    expect(findLearnedModel('nothing')).toMatchObject({ ok: false, error: { remedy: 'There are trend, trend@demo.' } });
  });

  it('ML-25: examples that give the champion again leave it in place, whatever the judge says', async () => {
    const profile = open();
    const model = findLearnedModel('trend@demo');
    if (!model.ok) throw new Error(model.error.message);
    const { set, spec } = model.value;
    const features = set.names.map((name) => ({ name, meaning: '', unit: '' }));
    expect(profile.record.registerFeatureSet(set.id, set.hash, features).ok).toBe(true);
    const bulk = profile.record.startBulk(1_000);
    for (let index = 0; index < spec.firstFit; index++) {
      const values = Float64Array.from(set.names, (_, at) => (index * (at + 3)) % 7);
      const phantom: Phantom = {
        ...makePhantom({ time: NOON + index * 300_000 }),
        simulated: true,
        features: { setId: set.id, setHash: set.hash, values },
      };
      bulk.step((writer) => {
        writer.phantomOpened(phantom.signal.time, phantom);
        const result = resolvedResult(phantom, index % 2 === 0 ? 'win' : 'loss');
        writer.phantomClosed(result.exitTime ?? phantom.signal.time, phantom.id, result, false);
      });
    }
    expect(bulk.commit().ok).toBe(true);
    const version = added(profile, 'one', { model: 'trend@demo' }, 'trend@demo');
    chooseVersion(profile, version, NOW);
    const bytes = profile.models.artefact(version.id);
    if (!bytes.ok) throw new Error(bytes.error.message);
    const { id, heads, importance, trainedUntil } = version;
    const reply = { id, heads, importance, trainedUntil, bytes: bytes.value, calibrator: 'none', judged: true };
    const report = version.metrics as unknown as RetrainReply['report'];
    const settled = await trainOnce({
      profile,
      model: model.value,
      signal: new AbortController().signal,
      wallClock: () => NOW,
      onProgress: () => undefined,
      retrainer: {
        retrain: async () => ok({ ...reply, report, verdict: 'rejected', reason: 'no better than itself' }),
      },
    });
    expect(settled).toMatchObject({ ok: true, value: { id, verdict: 'unchanged' } });
    expect(profile.models.champion('trend@demo')?.id).toBe(id);
  });
});
