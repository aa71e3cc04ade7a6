/** The bench's profile is one of ours: what it writes past the step writer reads back as the desk would have written it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Connection } from '#main/store/connection.ts';
import { openProfile, type ProfileReader, readProfile } from '#main/store/database.ts';
import { RECORD_FILE } from '#main/store/schemas.ts';
import { type DrawnPhantom, drawPhantoms } from '#test/bench/million-phantoms.ts';
import { makeMillionProfile } from '#test/bench/million-profile.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const COUNT = 800;
const drawn: readonly DrawnPhantom[] = [...drawPhantoms(COUNT, 'test')];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'desk-test-'));
  makeMillionProfile(folder, COUNT, 'test');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function reading<T>(work: (profile: ProfileReader) => T): T {
  const profile = readProfile(folder);
  if (!profile.ok) throw new Error(profile.error.message);
  try {
    return work(profile.value);
  } finally {
    profile.value.close();
  }
}

it('PE-12: each drawn phantom reads back whole', () => {
  reading((profile) => {
    for (const { phantom } of drawn) expect(profile.history.detail(phantom.id)?.phantom).toEqual(phantom);
  });
});

it('PE-12: the files are sound, and facets count what is there', () => {
  reading((profile) => {
    expect(profile.check()).toEqual([]);
    expect(profile.history.count({})).toBe(COUNT);
    expect(profile.history.statistics({}).total).toBe(COUNT);
    expect(profile.history.statistics({}).resolved.count).toBe(COUNT);
    expect(profile.countOwners({}).reduce((sum, { count }) => sum + count, 0)).toBe(COUNT);
  });
});

it('PE-12: indexes and triggers are those of a profile that the desk made', () => {
  const fresh = temporaryFolder();
  const opened = openProfile(fresh);
  if (opened.ok) opened.value.close();
  expect(shapeOf(folder)).toEqual(shapeOf(fresh));
});

it('PE-12: the same seed draws the same phantoms, each of another id', () => {
  expect([...drawPhantoms(COUNT, 'test')]).toEqual(drawn);
  expect([...drawPhantoms(COUNT, 'other')]).not.toEqual(drawn);
  expect(new Set(drawn.map(({ phantom }) => phantom.id)).size).toBe(COUNT);
  // A desk that is started on such a profile finds signals of its own at the closes of bars.
  expect(drawn.filter(({ phantom }) => phantom.signal.time % 60_000 === 0)).toEqual([]);
});

function shapeOf(profileFolder: string): readonly unknown[] {
  const connection = new Connection(join(profileFolder, RECORD_FILE), { synchronous: 'NORMAL', readOnly: true });
  const rows = connection.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY type, name').all();
  connection.close();
  return rows;
}
