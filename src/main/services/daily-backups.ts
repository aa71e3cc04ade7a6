/** One copy of the record a day, the newest seven kept (RE-7): made while the desk works, whatever hour it was started. */
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '#main/store/database.ts';
import type { DeskLog } from './desk-log.ts';

const BACKUPS_KEPT = 7;
/** In the profile. */
export const BACKUP_FOLDER = 'backups';
const NAME = /^desk-(\d{4}-\d{2}-\d{2})\.sqlite$/;
const LOOK_EVERY_MS = 3_600_000;
/** A first start has better things to do, and nothing to lose yet. */
const FIRST_LOOK_MS = 120_000;
/** Space that must be left when the copy is there, as a share of it. */
const SPARE_SHARE = 1;

export interface DailyBackupParts {
  readonly profile: Pick<Profile, 'folder' | 'copyRecord'>;
  readonly log: Pick<DeskLog, 'write'>;
  /** UTC ms. */
  readonly wallClock: () => number;
  /** Bytes that are free where the profile lies; from the file system unless a test says otherwise. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

export class DailyBackups {
  readonly #parts: DailyBackupParts;
  #timers: NodeJS.Timeout[] = [];
  #working: Promise<unknown> = Promise.resolve();
  #saidNoSpace = false;

  constructor(parts: DailyBackupParts) {
    this.#parts = parts;
  }

  /** Looks soon and then every hour whether the day has its copy. */
  start(): void {
    const look = () => {
      this.#working = this.#working.then(() => this.makeDue());
    };
    this.#timers = [setTimeout(look, FIRST_LOOK_MS), setInterval(look, LOOK_EVERY_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  /** Makes the copy of today (UTC) unless it is there. Returns its path, null when none was made; faults are logged. */
  async makeDue(): Promise<string | null> {
    const { profile, log, wallClock } = this.#parts;
    const folder = join(profile.folder, BACKUP_FOLDER);
    const name = `desk-${new Date(wallClock()).toISOString().slice(0, 10)}.sqlite`;
    try {
      await mkdir(folder, { recursive: true });
      if ((await readdir(folder)).includes(name)) return null;
      if (!(await this.#hasSpace())) return null;
      const file = join(folder, name);
      const copied = await profile.copyRecord(file);
      if (!copied.ok) {
        log.write('warning', 'backup', `today's copy of the record was not made: ${copied.error.message}`);
        return null;
      }
      await removeOld(folder);
      log.write('info', 'backup', `the record was copied to ${file}`);
      return file;
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error;
      log.write('warning', 'backup', `today's copy of the record was not made: ${error.message}`);
      return null;
    }
  }

  /** Resolves when a copy that is being made is complete. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#working;
  }

  async #hasSpace(): Promise<boolean> {
    const { profile, log } = this.#parts;
    const { size } = await stat(join(profile.folder, 'desk.sqlite'));
    const free = await (this.#parts.freeBytes ?? freeBytesOf)(profile.folder);
    if (free >= size * (1 + SPARE_SHARE)) return true;
    if (!this.#saidNoSpace) {
      const message = `no daily copy of the record: the disk has ${megabytes(free)} left, the copy takes ${megabytes(size)}`;
      log.write('warning', 'backup', message);
    }
    this.#saidNoSpace = true;
    return false;
  }
}

async function removeOld(folder: string): Promise<void> {
  const days = (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
  for (const name of days.slice(0, -BACKUPS_KEPT)) await rm(join(folder, name));
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
