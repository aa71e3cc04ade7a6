/** WS-22: the window asks for a backup and for the list of copies, and never says where. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backupCalls } from '#main/services/backup-service.ts';
import { restoreProfile } from '#main/services/profile-backup.ts';
import { describeCopies, inspectCopies, knownVersion, putInPlace } from '#main/store/backup.ts';
import { openProfile } from '#main/store/database.ts';
import { makePhantom, NOON } from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const STORE = { describeCopies, inspectCopies, knownVersion, putInPlace };

it('WS-22: a backup made from the window is one sound file in the list; two clicks make one, and a fault comes in words', async () => {
  const root = temporaryFolder();
  const opened = openProfile(join(root, 'profile'));
  if (!opened.ok) throw new Error(opened.error.message);
  const profile = opened.value;
  profile.record.step((writer) => writer.phantomOpened(NOON, makePhantom()));
  const log: string[] = [];
  const parts = {
    profile,
    backupStore: STORE,
    log: { write: (_level: unknown, _source: unknown, text: string) => void log.push(text) },
    version: '1.2.3',
    wallClock: () => NOON,
  };
  const calls = backupCalls(parts);
  expect((await calls['backup.list']({})).files).toEqual([]);
  const [made, again] = await Promise.all([calls['backup.make']({}), calls['backup.make']({})]);
  expect(again).toEqual(made);
  expect(made.counts).toMatchObject({ phantoms: 1 });
  writeFileSync(join(profile.folder, 'backups', 'desk-2026-11-20.sqlite'), 'a copy');
  writeFileSync(join(profile.folder, 'backups', 'notes.txt'), 'no backup');
  const { files, folder, databases } = await calls['backup.list']({});
  expect(files.map(({ kind }) => kind).toSorted()).toEqual(['daily', 'whole']);
  expect(files.find(({ kind }) => kind === 'whole')).toMatchObject({ bytes: made.bytes });
  expect(databases.map(({ fileName }) => fileName)).toEqual(['desk.sqlite', 'candles.sqlite']);
  expect(databases.every(({ bytes }) => bytes > 0)).toBe(true);
  expect(made.file.startsWith(folder)).toBe(true);
  const target = join(root, 'new');
  expect(await restoreProfile({ store: STORE, file: made.file, folder: target, now: NOON })).toMatchObject({
    ok: true,
  });

  const blocked = { ...parts, profile: { ...profile, folder: join(root, 'blocked') } };
  mkdirSync(blocked.profile.folder);
  const stamp = new Date(NOON).toISOString().slice(0, 19).replaceAll(':', '-');
  mkdirSync(join(blocked.profile.folder, 'backups', `shadowdesk-${stamp}Z.tar.gz`, 'in the way'), { recursive: true });
  await expect(backupCalls(blocked)['backup.make']({})).rejects.toThrow('cannot be written');
  expect(log.at(-1)).toContain('cannot be written');
  profile.close();
});
