import { describe, expect, it } from 'vitest';
import { openProfile } from '#main/store/database.ts';
import { checkSteps, killRepeatedly } from '#test/support/kill-harness.ts';
import { makePhantom, NOON } from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

describe('kill -9 while writing', () => {
  it('RE-2: ten kills lose no acknowledged step and leave no half of one', async () => {
    const report = await killRepeatedly({
      folder: temporaryFolder(),
      kills: 10,
      acknowledgementsBefore: (kill) => 1 + ((kill * 7) % 40),
      delayMs: (kill) => (kill * 3) % 5,
    });
    expect(report.kills).toBe(10);
    expect(report.acknowledged).toBeGreaterThanOrEqual(10);
    expect(report.found).toBeGreaterThanOrEqual(report.acknowledged);
  });

  it('RE-2: the check itself notices a step that is there in part', () => {
    const folder = temporaryFolder();
    const profile = openProfile(folder);
    if (!profile.ok) throw new Error(profile.error.message);
    profile.value.record.step((writer) => writer.phantomOpened(NOON, makePhantom()));
    expect(() => checkSteps(profile.value)).toThrow('there in part');
    profile.value.close();
  });
});
