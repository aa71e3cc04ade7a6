/** ML-20 to ML-25, ML-40, ML-46 from the command line: real threads on a real, small record. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { openProfile } from '#main/store/database.ts';
import { callDesk } from '#test/support/command-line.ts';
import { NOON } from '#test/support/phantom-fixtures.ts';
import { addSmallModel, learnedModel, putSignals } from '#test/support/small-model.ts';

const SIGNALS = 290;
const TELLING = 3;

let folder = '';

/** Runs a call with `--json` to its end. */
async function desk(profile: string, ...args: readonly string[]) {
  const { code, out, complaint } = await callDesk(...args, '--json', '--profile', join(folder, profile));
  if (out === '') throw new Error(`nothing was printed: ${complaint}`);
  return { code, document: JSON.parse(out) };
}

/** Signals whose first features together tell much of what comes, each alone not too much; two small models beside them. */
function makeProfile(name: string): void {
  const opened = openProfile(join(folder, name));
  if (!opened.ok) throw new Error(opened.error.message);
  const model = learnedModel('trend');
  const random = createRandom('cli');
  const plans = Array.from({ length: SIGNALS }, (_, index) => {
    const values = Float64Array.from(model.set.names, () => random.normal());
    const known = values.slice(0, TELLING).reduce((sum, value) => sum + value, 0);
    const won = random.next() < 1 / (1 + Math.exp(-2 * known));
    return { time: NOON + index * 3_600_000, outcome: won ? ('win' as const) : ('loss' as const), values };
  });
  putSignals(opened.value, model, plans);
  addSmallModel(opened.value, 'one', { createdAt: NOON });
  addSmallModel(opened.value, 'two', { createdAt: NOON });
  opened.value.close();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'desk-models-'));
  makeProfile('a');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('desk train', () => {
  it('ML-20, ML-24: trains in its thread, is judged, and becomes the champion; the same examples again change nothing', async () => {
    makeProfile('training');
    const trained = await desk('training', 'train', 'trend');
    expect(trained).toMatchObject({ code: 0, document: { name: 'trend v3', verdict: 'promoted' } });
    expect(trained.document.reason.length).toBeGreaterThan(20);
    const { document } = await desk('training', 'models', 'list');
    expect(document.models[0]).toMatchObject({
      id: trained.document.id,
      version: 3,
      state: 'champion',
      examples: SIGNALS,
    });
    // Nothing is newer than the champion: there is nothing to judge another one by, and it stays.
    const again = await desk('training', 'train', 'trend');
    expect(again).toMatchObject({
      code: 0,
      document: { verdict: 'rejected', reason: expect.stringContaining('Not judged') },
    });
    const after = await desk('training', 'models', 'list');
    expect(after.document.models.map(({ id, state }: { id: string; state: string }) => [id, state])).toContainEqual([
      trained.document.id,
      'champion',
    ]);
    const shown = await desk('training', 'models', 'show', 'trend:3');
    expect(shown.document).toMatchObject({ heads: ['forest', 'boosting'], setHash: learnedModel('trend').set.hash });
    // ML-45: no engine ever ran on this profile, so no version has a live record.
    expect(shown.document.record).toBeNull();
  });
});

describe('desk models', () => {
  it('ML-25, ML-40: promotes, rolls back, exports and imports, as folder and as one file', async () => {
    expect(await desk('a', 'models', 'promote', 'trend:1')).toMatchObject({ code: 0, document: { state: 'champion' } });
    expect(await desk('a', 'models', 'promote', 'trend:2')).toMatchObject({ code: 0, document: { state: 'champion' } });
    const back = await desk('a', 'models', 'rollback', 'trend');
    expect(back).toMatchObject({ code: 0, document: { model: 'trend', version: 1, state: 'champion' } });
    const { document } = await desk('a', 'models', 'list');
    expect(document.models.map(({ state }: { state: string }) => state)).toEqual(['rolled-back', 'champion']);

    const [dir, file] = [join(folder, 'carried'), join(folder, 'carried.json')];
    expect((await desk('a', 'models', 'export', 'trend:1', dir)).code).toBe(0);
    expect((await desk('a', 'models', 'export', 'trend:1', file)).code).toBe(0);
    expect(readdirSync(dir).sort()).toEqual(['artefact.bin', 'model.json']);
    for (const [profile, path] of [
      ['c', dir],
      ['d', file],
    ] as const) {
      const imported = await desk(profile, 'models', 'import', path);
      expect(imported).toMatchObject({
        code: 0,
        document: { id: back.document.id, model: 'trend', version: 1, state: 'challenger' },
      });
    }
    const refused = await desk('c', 'models', 'import', join(folder, 'nothing'));
    expect(refused).toMatchObject({ code: 1, document: { error: { kind: 'unreadable' } } });
  });
});

describe('desk export training', () => {
  it('ML-46: writes the examples with their hashes, and desk inspect fit learns from them', async () => {
    const csv = join(folder, 'trend.csv');
    const lines = join(folder, 'trend.ndjson');
    const written = await desk('a', 'export', 'training', 'trend', '--out', csv);
    const same = await desk('a', 'export', 'training', 'trend', '--out', lines);
    const { hash } = learnedModel('trend').set;
    expect(written).toMatchObject({ code: 0, document: { format: 'csv', rows: SIGNALS, setHash: hash } });
    expect(same).toMatchObject({
      document: { format: 'ndjson', rows: SIGNALS, dataHash: written.document.dataHash },
    });
    expect(readFileSync(csv, 'utf8')).toContain(hash);
    const fit = await desk(
      'a',
      ...[
        'inspect',
        'fit',
        '--train',
        csv,
        '--test',
        lines,
        '--target',
        'target',
        '--weight',
        'weight',
        '--model',
        'forest',
      ],
      ...['--params', '{"trees": 20, "maxDepth": 4}'],
    );
    expect(fit.code).toBe(0);
    expect(fit.document.auc).toBeGreaterThan(0.7);
    const gains: readonly { name: string; gain: number }[] = fit.document.importance;
    const best = gains.toSorted((a, b) => b.gain - a.gain).slice(0, TELLING);
    expect(best.map(({ name }) => name).sort()).toEqual(learnedModel('trend').set.names.slice(0, TELLING).sort());
    expect(await desk('a', 'export', 'training', 'nothing', '--out', csv)).toMatchObject({
      code: 1,
      document: { error: { kind: 'no-such-model' } },
    });
  });
});
