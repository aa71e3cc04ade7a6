/** ML-25, ML-40, RE-40: versions chosen by hand, carried as folders, and trainings without a session. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ok } from '#core/base/result.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import type { EnsembleParts } from '#core/learning/ensemble-artefact.ts';
import { leakReason } from '#core/learning/promotion-leak-check.ts';
import { allVersions, chooseVersion, findVersion, rollBack } from '#main/services/learning/choose-version.ts';
import { ModelImports } from '#main/services/learning/model-imports.ts';
import { exportModel, importModel, importModelFile, modelFile } from '#main/services/learning/model-transfer.ts';
import type { RetrainReply } from '#main/services/learning/retrainer.ts';
import { findLearnedModel, trainOnce } from '#main/services/learning/train-once.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { NOON } from '#test/support/phantom-fixtures.ts';
import { addSmallModel, learnedModel, putSignals } from '#test/support/small-model.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const NOW = Date.UTC(2026, 0, 5);

function open(): Profile {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  return opened.value;
}

function added(profile: Profile, seed: string, parts: Partial<EnsembleParts> = {}, key = 'trend'): ModelVersion {
  return addSmallModel(profile, seed, { key, createdAt: NOW, parts });
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

  it('RE-42: what a leak guard rejected is not activated by hand, here or where it was imported; the reason and a remedy are given', () => {
    const profile = open();
    const good = added(profile, 'one');
    expect(chooseVersion(profile, good, NOW).ok).toBe(true);
    const suspicion = leakReason([{ name: 'sly', reason: 'it is known only after entry' }]);
    const rejected = addSmallModel(profile, 'leak', { createdAt: NOW, parameters: { suspicion } });
    const before = addSmallModel(profile, 'before', { createdAt: NOW });
    expect(profile.models.setState(before.id, 'rejected', NOW, suspicion).ok).toBe(true);
    for (const version of [rejected, before].map(({ id }) => profile.models.version(id))) {
      if (version === null) throw new Error('it is stored');
      const chosen = chooseVersion(profile, version, NOW + 1);
      expect(chosen).toMatchObject({ ok: false, error: { kind: 'suspected-leak' } });
      expect(!chosen.ok && chosen.error.message).toContain('sly (it is known only after entry)');
      expect(!chosen.ok && chosen.error.remedy).not.toBe('');
    }
    expect(profile.models.champion('trend')?.id).toBe(good.id);
    const file = modelFile(profile, rejected);
    if (!file.ok) throw new Error(file.error.message);
    const other = open();
    const imported = importModelFile(other, [...file.value.parts].join(''), NOW);
    if (!imported.ok) throw new Error(imported.error.message);
    expect(chooseVersion(other, imported.value, NOW)).toMatchObject({ ok: false, error: { kind: 'suspected-leak' } });
  });

  it('finds a version by id, by the start of it and by name, and says when it cannot', () => {
    const profile = open();
    const version = added(profile, 'one');
    for (const name of [version.id, version.id.slice(0, 8), 'trend:1', 'trend v1']) {
      expect(findVersion(profile, name)).toEqual({ ok: true, value: version });
    }
    expect(findVersion(profile, 'trend:2')).toMatchObject({ error: { remedy: expect.stringContaining('trend:1') } });
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

  it('ML-40: one file carries the same model; a changed one, or model.json alone, is refused', () => {
    const { profile, version, folder } = exported();
    const file = join(folder, 'whole.json');
    expect(exportModel(profile, version, file).ok).toBe(true);
    expect(exportModel(profile, version, file)).toMatchObject({ ok: false, error: { kind: 'unwritable' } });
    const other = open();
    expect(importModel(other, file, NOW)).toMatchObject({ ok: true, value: { id: version.id, state: 'challenger' } });
    expect(importModelFile(open(), readFileSync(file, 'utf8'), NOW).ok).toBe(true);
    const document = JSON.parse(readFileSync(file, 'utf8'));
    const bytes = Buffer.from(document.artefact, 'base64');
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    const changed = JSON.stringify({ ...document, artefact: bytes.toString('base64') });
    for (const text of [changed, readFileSync(join(folder, 'model.json'), 'utf8'), '{}', 'nothing']) {
      expect(importModelFile(open(), text, NOW)).toMatchObject({ ok: false, error: { kind: 'bad-model' } });
    }
  });

  it('ML-40, RE-30: a large model is written part by part, none larger than a frame, and together they are one document', () => {
    const { version } = exported();
    const bytes = Uint8Array.from({ length: 400_001 }, (_, index) => (index * 7919) & 255);
    const file = modelFile({ models: { artefact: () => ok(bytes) } as never }, version);
    if (!file.ok) throw new Error(file.error.message);
    const parts = [...file.value.parts];
    expect(parts).toHaveLength(file.value.count);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(250_000);
    const document = JSON.parse(parts.join(''));
    expect(document).toMatchObject({ id: version.id, model: 'trend' });
    expect(Buffer.from(document.artefact, 'base64').equals(bytes)).toBe(true);
  });

  it('ML-40: the window exports a model in parts that fit a frame, and imports it part by part', () => {
    const { profile, version } = exported();
    const file = modelFile(profile, version);
    if (!file.ok) throw new Error(file.error.message);
    expect(file.value.fileName).toBe('shadowdesk-model-trend-v1.json');
    const other = open();
    const imports = new ModelImports(other, () => NOW);
    const text = [...file.value.parts].join('');
    const half = text.length >> 1;
    const begun = imports.take({ importId: null, text: text.slice(0, half), last: false });
    expect(begun.answer).toBeNull();
    const done = imports.take({ importId: begun.importId, text: text.slice(half), last: true });
    expect(done.answer).toMatchObject({
      done: true,
      message: expect.stringContaining('trend v1 is here as a challenger'),
    });
    expect(other.models.versions('trend')).toMatchObject([{ id: version.id, state: 'challenger' }]);
    expect(() => imports.take({ importId: begun.importId, text: '', last: true })).toThrow(/over/);
    const refused = imports.take({ importId: null, text: '{"format": 1}', last: true });
    expect(refused.answer).toMatchObject({ done: false, message: expect.stringContaining('not imported') });
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
    expect(findLearnedModel('nothing')).toMatchObject({
      ok: false,
      error: { remedy: expect.stringContaining('trend@demo') },
    });
  });

  it('ML-25: examples that give the champion again leave it in place, whatever the judge says', async () => {
    const profile = open();
    const model = learnedModel('trend@demo');
    const plans = Array.from({ length: model.spec.firstFit }, (_, index) => ({
      time: NOON + index * 300_000,
      outcome: index % 2 === 0 ? ('win' as const) : ('loss' as const),
      values: Float64Array.from(model.set.names, (_, at) => (index * (at + 3)) % 7),
    }));
    putSignals(profile, model, plans);
    const version = added(profile, 'one', {}, 'trend@demo');
    chooseVersion(profile, version, NOW);
    const bytes = profile.models.artefact(version.id);
    if (!bytes.ok) throw new Error(bytes.error.message);
    const { id, heads, importance, trainedUntil } = version;
    const task = 'classify';
    const reply = {
      task,
      id,
      heads,
      importance,
      trainedUntil,
      bytes: bytes.value,
      calibrator: 'none',
      judged: true,
    } as const;
    const report = version.metrics as unknown as RetrainReply['report'];
    const settled = await trainOnce({
      profile,
      model,
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
