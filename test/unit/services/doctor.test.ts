/** The doctor: what works, what is missing, what makes the workstation unusable (WS-3). */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DoctorGround, examine } from '#main/services/doctor.ts';
import { readProfile } from '#main/store/database.ts';
import { emptyProfile } from '#test/support/research-profile.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

function ground(profileDir: string, given: Partial<DoctorGround> = {}): DoctorGround {
  return {
    version: '0.0.0',
    nodeVersion: '24.9.0',
    platform: 'linux x64',
    profileDir,
    openProfile: () => readProfile(profileDir),
    browserPath: '/usr/bin/chromium',
    electronPath: null,
    windowDir: join(profileDir, 'window'),
    ...given,
  };
}

function stateOf(report: ReturnType<typeof examine>, name: string): string | undefined {
  return report.checks.find((check) => check.name === name)?.state;
}

describe('doctor', () => {
  it('a sound profile is usable, and what is missing is named with the way to get it', () => {
    const profile = emptyProfile();
    const report = examine(ground(profile.folder));
    expect(report.usable).toBe(true);
    expect(report.versions.sqlite).toMatch(/^3\./);
    expect(stateOf(report, 'database')).toBe('ok');
    const desktop = report.checks.find((check) => check.name === 'desktop');
    expect(desktop).toMatchObject({ state: 'missing', remedy: expect.stringContaining('npm start') });
  });

  it('before the first start there is no record, and that is well', () => {
    const report = examine(ground(join(temporaryFolder(), 'not', 'yet')));
    expect(report.usable).toBe(true);
    expect(report.versions.sqlite).toBe(null);
  });

  it('RE-1: a damaged database makes it unusable', () => {
    const folder = temporaryFolder();
    const profile = emptyProfile(folder);
    profile.close();
    writeFileSync(join(folder, 'desk.sqlite'), 'this is no database'.repeat(500));
    const report = examine(ground(folder));
    expect(report.usable).toBe(false);
    expect(stateOf(report, 'database')).toBe('failed');
    expect(report.checks.find((check) => check.name === 'database')?.remedy).toContain('backups');
  });

  it('an old Node makes it unusable and says which one to take', () => {
    const report = examine(ground(temporaryFolder(), { nodeVersion: '20.19.0' }));
    expect(report.usable).toBe(false);
    expect(stateOf(report, 'node')).toBe('failed');
  });

  it('a folder that is a file makes it unusable', () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, '');
    expect(stateOf(examine(ground(path)), 'profile folder')).toBe('failed');
  });

  it('RE-1: a folder without the right to write makes it unusable', (context) => {
    if (process.getuid?.() === 0) return context.skip('the superuser may write anywhere');
    const folder = join(temporaryFolder(), 'locked');
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    expect(stateOf(examine(ground(folder)), 'profile folder')).toBe('failed');
  });
});
