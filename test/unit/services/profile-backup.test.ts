/** WS-22: a profile goes into one file and comes back, and nothing that is there is ever lost on the way. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { backUpProfile, restoreProfile } from '#main/services/profile-backup.ts';
import { describeCopies, inspectCopies, knownVersion, putInPlace } from '#main/store/backup.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { makePhantom, NOON, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const STORE = { describeCopies, inspectCopies, knownVersion, putInPlace };
const ID = 'binance:BTC/USDT';

function opened(folder: string): Profile {
  const profile = openProfile(folder);
  if (!profile.ok) throw new Error(profile.error.message);
  return profile.value;
}

function write(profile: Profile, from: number, to: number): void {
  profile.record.step((writer) => {
    for (let index = from; index < to; index++) {
      const phantom = makePhantom({ time: NOON + index * MINUTE_MS });
      writer.phantomOpened(NOON, phantom);
      writer.phantomClosed(NOON, phantom.id, resolvedResult(phantom, 'win'), false);
    }
  });
}

/** A profile with keys beside it, and its backup. */
async function backedUp(root: string) {
  const profile = opened(join(root, 'profile'));
  write(profile, 0, 30);
  profile.candles.write(ID, '1m', syntheticCandles({ count: 500, stepMs: MINUTE_MS }), 0);
  writeFileSync(join(profile.folder, 'signal-hook.json'), '{"token":"a secret that stays at home"}');
  const file = join(root, 'backups', 'desk.tar.gz');
  const made = await backUpProfile({ profile, store: STORE, file, version: '1.2.3', now: NOON });
  if (!made.ok) throw new Error(made.error.message);
  return { profile, file, manifest: made.value.manifest };
}

function restored(file: string, folder: string, checkOnly = false) {
  return restoreProfile({ store: STORE, file, folder, now: NOON, checkOnly });
}

it('WS-22: what was backed up comes back into a new folder: phantoms, vectors, candles; keys stay behind', async () => {
  const root = temporaryFolder();
  const { profile, file, manifest } = await backedUp(root);
  const folder = join(root, 'new');
  const report = await restored(file, folder);
  expect(report).toMatchObject({ ok: true, value: { folder, keptAside: null } });
  const back = opened(folder);
  const all = (one: Profile) => [...one.exportForFiles({}, { by: 'openedAt', direction: 'ascending' }, true)];
  expect(all(back).map(({ row }) => row)).toEqual(all(profile).map(({ row }) => row));
  const { id } = makePhantom({ time: NOON });
  expect(back.history.detail(id)).toEqual(profile.history.detail(id));
  expect([...back.candles.read(ID, '1m', 0, Number.MAX_SAFE_INTEGER)]).toHaveLength(500);
  expect(back.check()).toEqual([]);
  expect(manifest.parts[0]?.counts).toMatchObject({ phantoms: 30 });
  back.close();
  profile.close();
  expect(gunzipSync(readFileSync(file)).includes('a secret')).toBe(false);
  expect(readdirSync(join(root, 'backups'))).toEqual(['desk.tar.gz']);
});

it('WS-22: the profile that is there is kept aside whole, and a running desk keeps its own', async () => {
  const root = temporaryFolder();
  const { profile, file } = await backedUp(root);
  write(profile, 30, 35);
  expect(await restored(file, profile.folder)).toMatchObject({ ok: false, error: { kind: 'owned' } });
  expect(profile.history.count({})).toBe(35);
  profile.close();
  const report = await restored(file, profile.folder);
  if (!report.ok || report.value.keptAside === null) throw new Error('the old profile was not kept');
  const [now, before] = [opened(profile.folder), opened(report.value.keptAside)];
  expect([now.history.count({}), before.history.count({})]).toEqual([30, 35]);
  expect(existsSync(join(report.value.keptAside, 'signal-hook.json'))).toBe(true);
  now.close();
  before.close();
});

it('WS-22: an empty folder is taken as it is', async () => {
  const root = temporaryFolder();
  const { profile, file } = await backedUp(root);
  profile.close();
  const folder = join(root, 'empty');
  mkdirSync(folder);
  expect(await restored(file, folder)).toMatchObject({ ok: true, value: { keptAside: null } });
  expect(readdirSync(root).toSorted()).toEqual(['backups', 'empty', 'profile']);
});

it('WS-22: a backup with one changed bit, cut short, of a newer version or of something else is refused and changes nothing', async () => {
  const root = temporaryFolder();
  const { profile, file } = await backedUp(root);
  profile.close();
  const plain = gunzipSync(readFileSync(file));
  const packed = readFileSync(file);
  const at = (share: number) => Math.floor(plain.length * share);
  const flipped = (place: number) => {
    const copy = Buffer.from(plain);
    copy[place] = (copy[place] ?? 0) ^ 0x10;
    return gzipSync(copy, { level: 1 });
  };
  const text = plain.toString('latin1');
  const newer = text.replace('"format": 1', '"format": 9');
  const escaping = text.replace('"name": "desk.sqlite"', '"name": "../k.sqlite"');
  const bad: readonly (readonly [kind: string, bytes: Buffer])[] = [
    ['damaged', flipped(at(0.3))],
    ['damaged', flipped(at(0.9))],
    ['damaged', packed.subarray(0, Math.floor(packed.length / 2))],
    ['damaged', gzipSync(plain.subarray(0, at(0.5)), { level: 1 })],
    ['newer', gzipSync(Buffer.from(newer, 'latin1'), { level: 1 })],
    ['newer', gzipSync(Buffer.from(escaping, 'latin1'), { level: 1 })],
    ['damaged', Buffer.from('time,open,high,low,close\n')],
    ['damaged', Buffer.alloc(0)],
  ];
  for (const [kind, bytes] of bad) {
    const path = join(root, 'bad.tar.gz');
    writeFileSync(path, bytes);
    const report = await restored(path, profile.folder);
    expect(report).toMatchObject({ ok: false, error: { kind } });
  }
  expect(readdirSync(root).toSorted()).toEqual(['backups', 'bad.tar.gz', 'profile']);
  const back = opened(profile.folder);
  expect(back.history.count({})).toBe(30);
  back.close();
});

it('RE-7: a copy made while the desk writes is sound and holds what was acknowledged before it began', async () => {
  const root = temporaryFolder();
  const profile = opened(join(root, 'profile'));
  write(profile, 0, 400);
  const file = join(root, 'copy.sqlite');
  let written = 400;
  const copied = await profile.copyRecord(file, {
    progress: () => {
      if (written < 430) write(profile, written, ++written);
    },
  });
  expect(copied.ok).toBe(true);
  profile.close();
  mkdirSync(join(root, 'other'));
  writeFileSync(join(root, 'other', 'desk.sqlite'), readFileSync(file));
  const other = opened(join(root, 'other'));
  expect(other.check()).toEqual([]);
  expect(other.history.count({})).toBeGreaterThanOrEqual(400);
  other.close();
});
