/** `desk backup` and `desk restore`: the whole profile as one file, and back (WS-22). */
import { resolve } from 'node:path';
import type { BackupManifest } from '#contract/areas/backup.ts';
import { ok } from '#core/base/result.ts';
import { backUpProfile, restoreProfile } from '#main/services/profile-backup.ts';
import { describeCopies, inspectCopies, knownVersion, putInPlace } from '#main/store/backup.ts';
import type { Command } from '../command.ts';
import { ownVersion } from '../own-version.ts';
import { withReader } from '../profile-access.ts';
import { grouped } from '../table.ts';

const STORE = { describeCopies, inspectCopies, knownVersion, putInPlace };

export const backup: Command = {
  name: 'backup',
  summary: 'Write the whole profile into one file, also beside a running workstation',
  file: { name: 'FILE', meaning: 'the file to write, e.g. desk-2026-11-21.tar.gz; one that is there is replaced' },
  options: {},
  notes: [
    'A packed tar file: record, candles, and a manifest with the SHA-256 and the counts of each. Keys and tokens are not',
    'in it. While it is made it takes as much space again as the profile, beside FILE. The file appears when it is whole.',
    'JSON: {file, bytes, manifest}.',
  ],
  examples: ['desk backup desk-2026-11-21.tar.gz'],
  run: ({ ground, profileDir, file, progress }) =>
    withReader(profileDir, async (profile) => {
      const made = await backUpProfile({
        profile,
        store: STORE,
        file,
        version: ownVersion(ground.projectDir),
        now: ground.wallClock(),
        atOnce: true,
        progress: (step, done) => progress(`${step} ${megabytes(done)}`),
      });
      if (!made.ok) return made;
      const { bytes, manifest } = made.value;
      const lines = [`${made.value.file}, ${megabytes(bytes)}: ${countsOf(manifest)}.`];
      return ok({ json: made.value, lines });
    }),
};

export const restore: Command = {
  name: 'restore',
  summary: 'Bring a profile back from the file of a backup; the one that is there is kept aside',
  file: { name: 'FILE', meaning: 'a file of `desk backup`' },
  options: {
    check: { value: null, meaning: 'only check the file: each hash, each page, each count; nothing is changed' },
  },
  notes: [
    'Everything is unpacked and checked beside the folder of the profile before anything changes. The folder that is there',
    'is renamed, never deleted. The workstation must not be running on it. Keys and tokens are not restored: enter them anew.',
    'JSON: {manifest, folder, keptAside}.',
  ],
  examples: ['desk restore desk-2026-11-21.tar.gz --check', 'desk restore desk-2026-11-21.tar.gz --profile ~/desk'],
  async run({ ground, profileDir, file, switches, progress }) {
    const restored = await restoreProfile({
      store: STORE,
      file: resolve(file),
      folder: profileDir,
      now: ground.wallClock(),
      checkOnly: switches.has('check'),
      progress: (step, done) => progress(step === 'checking' ? 'checking' : `unpacking ${megabytes(done)}`),
    });
    if (!restored.ok) return restored;
    const { manifest, folder, keptAside } = restored.value;
    const made = `The backup of ${manifest.madeAt} holds ${countsOf(manifest)}.`;
    const lines = folder === null ? [made, 'It is sound.'] : [made, `It is now in ${folder}.`];
    if (keptAside !== null) lines.push(`The profile that was there is kept in ${keptAside}.`);
    return ok({ json: restored.value, lines });
  },
};

function countsOf({ parts }: BackupManifest): string {
  const record = parts[0]?.counts ?? {};
  return Object.entries(record)
    .map(([what, count]) => `${grouped(count)} ${what}`)
    .join(', ');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
