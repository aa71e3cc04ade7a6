/** RE-7: a copy a day, seven kept, each one a record that opens. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DAY_MS } from '#core/domain/timeframe.ts';
import { DailyBackups } from '#main/services/daily-backups.ts';
import { openProfile } from '#main/store/database.ts';
import { makePhantom, NOON } from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

function desk(freeBytes = 1e12) {
  const opened = openProfile(join(temporaryFolder(), 'profile'));
  if (!opened.ok) throw new Error(opened.error.message);
  const profile = opened.value;
  const lines: string[] = [];
  let now = NOON;
  const backups = new DailyBackups({
    profile,
    log: { write: (...line: readonly unknown[]) => void lines.push(line.join(' ')) },
    wallClock: () => now,
    freeBytes: async () => freeBytes,
  });
  const day = (number: number) => {
    now = NOON + number * DAY_MS;
  };
  return { profile, backups, lines, day };
}

it('RE-7: each UTC day gets one copy, the newest seven stay, and what is not ours is left alone', async () => {
  const { profile, backups, day } = desk();
  mkdirSync(join(profile.folder, 'backups'));
  writeFileSync(join(profile.folder, 'backups', 'mine.sqlite'), 'a file of the trader');
  for (let number = 0; number < 9; number++) {
    day(number);
    expect(await backups.makeDue()).not.toBeNull();
    expect(await backups.makeDue()).toBeNull();
  }
  const days = ['04', '05', '06', '07', '08', '09', '10'].map((name) => `desk-2025-06-${name}.sqlite`);
  expect(readdirSync(join(profile.folder, 'backups')).toSorted()).toEqual([...days, 'mine.sqlite']);
  profile.close();
});

it('RE-7: a daily copy put in the place of the record is the desk as it was then', async () => {
  const { profile, backups } = desk();
  const phantom = makePhantom();
  profile.record.step((writer) => writer.phantomOpened(NOON, phantom));
  const file = await backups.makeDue();
  profile.close();
  if (file === null) throw new Error('no copy was made');
  const folder = temporaryFolder();
  copyFileSync(file, join(folder, 'desk.sqlite'));
  const restored = openProfile(folder);
  if (!restored.ok) throw new Error(restored.error.message);
  expect(restored.value.history.detail(phantom.id)?.phantom).toEqual(phantom);
  expect(restored.value.check()).toEqual([]);
  restored.value.close();
});

it('RE-7: a disk without room gets no copy, and one line says so', async () => {
  const { profile, backups, lines } = desk(1_000);
  expect(await backups.makeDue()).toBeNull();
  expect(await backups.makeDue()).toBeNull();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('the disk has');
  profile.close();
});
