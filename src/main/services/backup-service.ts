/** Backups as the window sees them: what lies in the profile's folder, and one whole file made there (WS-22). */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupFile, BackupList, BackupMade } from '#contract/areas/backup.ts';
import type { Contract } from '#contract/contract.ts';
import { type CallHandlers, ServiceError } from '#contract/service.ts';
import type { ProfileReader } from '#main/store/database.ts';
import { BACKUP_FOLDER } from './daily-backups.ts';
import type { DeskLog } from './desk-log.ts';
import { type BackupStore, backUpProfile } from './profile-backup.ts';

export interface BackupServiceParts {
  readonly profile: Pick<ProfileReader, 'folder' | 'copyInto'>;
  readonly backupStore: BackupStore;
  readonly log: Pick<DeskLog, 'write'>;
  /** Of the workstation. */
  readonly version: string;
  readonly wallClock: () => number;
}

type BackupCalls = Pick<CallHandlers<Contract>, 'backup.list' | 'backup.make'>;

/** The copies go in small turns, so the desk works on meanwhile. One at a time. */
export function backupCalls({ profile, backupStore, log, version, wallClock }: BackupServiceParts): BackupCalls {
  const folder = join(profile.folder, BACKUP_FOLDER);
  let making: Promise<BackupMade> | null = null;
  const make = async (): Promise<BackupMade> => {
    await mkdir(folder, { recursive: true });
    const now = wallClock();
    const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
    const file = join(folder, `shadowdesk-${stamp}Z.tar.gz`);
    const made = await backUpProfile({ profile, store: backupStore, file, version, now });
    if (!made.ok) {
      const { message, remedy } = made.error;
      log.write('warning', 'backup', message);
      throw new ServiceError({ code: 'unavailable', message, remedy });
    }
    const { bytes, manifest } = made.value;
    log.write('info', 'backup', `the whole profile was written to ${file}`);
    return { file, bytes, counts: manifest.parts[0]?.counts ?? {} };
  };
  return {
    'backup.list': () => listBackups(profile.folder, folder),
    'backup.make': () => {
      making ??= make().finally(() => {
        making = null;
      });
      return making;
    },
  };
}

async function listBackups(profile: string, folder: string): Promise<BackupList> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.map((fileName) => describe(folder, fileName)));
  const databases = await Promise.all(['desk.sqlite', 'candles.sqlite'].map((name) => sizeOf(profile, name)));
  return {
    profile,
    folder,
    databases,
    files: found.filter((file) => file !== null).toSorted((a, b) => b.madeAt - a.madeAt),
  };
}

/** Null for what is no backup, or is gone again. */
async function describe(folder: string, fileName: string): Promise<BackupFile | null> {
  const kind = kindOf(fileName);
  const facts = kind === null ? null : await stat(join(folder, fileName)).catch(() => null);
  if (kind === null || facts === null) return null;
  return { fileName, kind, bytes: facts.size, madeAt: Math.round(facts.mtimeMs) };
}

function kindOf(fileName: string): BackupFile['kind'] | null {
  if (/\.tar\.gz$/.test(fileName)) return 'whole';
  if (/-before-upgrade-from-\d+\.sqlite$/.test(fileName)) return 'upgrade';
  return /^desk-\d{4}-\d{2}-\d{2}\.sqlite$/.test(fileName) ? 'daily' : null;
}

/** With what is written and not yet folded into the file. */
async function sizeOf(profile: string, fileName: string) {
  const parts = [fileName, `${fileName}-wal`].map((name) =>
    stat(join(profile, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  const bytes = (await Promise.all(parts)).reduce((sum, size) => sum + size, 0);
  return { fileName, bytes };
}
