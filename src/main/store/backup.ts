/** Copies of a profile's databases: made while the desk writes, checked, and given their name only when complete (RE-7). */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '#core/base/result.ts';
import { Connection } from './connection.ts';
import { checkVersion, newestVersion, type Schema } from './migrate.ts';
import { ProfileLock } from './profile-lock.ts';
import { CANDLE_FILE, CANDLE_SCHEMA, RECORD_FILE, RECORD_SCHEMA } from './schemas.ts';
import { attempt, StoreFailure, type StoreFault, storeFault } from './store-fault.ts';

/** What a copy holds; counts by what a trader would ask for. */
export interface DatabaseFacts {
  readonly name: string;
  readonly bytes: number;
  readonly schemaVersion: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface CopyControl {
  readonly progress?: (doneBytes: number, totalBytes: number) => void;
  /** All pages in one turn: for a process that has nothing else to do. Default: small turns, between which others work. */
  readonly atOnce?: boolean;
}

/** The record first: candles are stored before they are worked, so the candles of a later moment hold all that it names. */
const BACKUP_PARTS: readonly { readonly name: string; readonly schema: Schema }[] = [
  { name: RECORD_FILE, schema: RECORD_SCHEMA },
  { name: CANDLE_FILE, schema: CANDLE_SCHEMA },
];

const COUNTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [RECORD_FILE]: {
    phantoms: 'SELECT coalesce(sum(count), 0) FROM facets',
    tickets: 'SELECT count(*) FROM tickets',
    positions: 'SELECT count(*) FROM positions',
    models: 'SELECT count(*) FROM models',
    settings: 'SELECT count(*) FROM settings',
  },
  [CANDLE_FILE]: { blocks: 'SELECT count(*) FROM candle_blocks' },
};

/** About a millisecond of copying. */
const PAGES_PER_TURN = 256;
const ALL_PAGES = 2 ** 31 - 1;
const PAGE_BYTES = 4096;

/** One database into one file, which appears when it is whole and on the disk. */
export async function copyDatabase(
  connection: Connection,
  target: string,
  control: CopyControl = {},
): Promise<Result<void, StoreFault>> {
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  try {
    await connection.copyTo(partial, control.atOnce === true ? ALL_PAGES : PAGES_PER_TURN, (done, total) =>
      control.progress?.(done * PAGE_BYTES, total * PAGE_BYTES),
    );
    settle(partial);
    renameSync(partial, target);
    syncFolder(dirname(target));
    return ok(undefined);
  } catch (error) {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${partial}${ending}`, { force: true });
    const fault = storeFault(error);
    if (fault === null) throw error;
    return err(fault);
  }
}

/** The copy of a WAL database wants a WAL of its own: as a file that stands alone it is safer to carry about. */
function settle(path: string): void {
  const connection = new Connection(path, { synchronous: 'FULL' });
  try {
    connection.pragma('journal_mode = DELETE');
    // Reads the whole schema and the newest rows: what a torn copy would fail at first.
    connection.prepare('SELECT count(*) FROM sqlite_master').get();
  } finally {
    connection.close();
  }
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}

/** A rename is durable only with its folder; where a folder cannot be opened (Windows) the system keeps names itself. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Nothing to do: the file itself is on the disk.
  }
}

/** Both databases of a folder, read through: kinds, versions, soundness, counts. Nothing is changed. */
export function inspectCopies(folder: string): Result<readonly DatabaseFacts[], StoreFault> {
  return attempt(() => BACKUP_PARTS.map(({ name, schema }) => inspect(join(folder, name), name, schema, true)));
}

/** The same without reading each page: for copies that were made a moment ago. */
export function describeCopies(folder: string): Result<readonly DatabaseFacts[], StoreFault> {
  return attempt(() => BACKUP_PARTS.map(({ name, schema }) => inspect(join(folder, name), name, schema, false)));
}

function inspect(path: string, name: string, schema: Schema, thoroughly: boolean): DatabaseFacts {
  const connection = new Connection(path, { synchronous: 'FULL', readOnly: true });
  try {
    const schemaVersion = checkVersion(connection, schema);
    const problem = thoroughly ? firstProblem(connection) : null;
    if (problem !== null || schemaVersion === 0) {
      throw new StoreFailure({
        kind: 'corrupt',
        message: `${name} in the backup is damaged: ${problem ?? 'it is empty'}.`,
        remedy: 'Use another backup; nothing was changed.',
      });
    }
    const counts = Object.entries(COUNTS[name] ?? {}).map(([what, sql]) => [what, connection.prepare(sql).get()?.[0]]);
    return { name, bytes: statSync(path).size, schemaVersion, counts: Object.fromEntries(counts) };
  } finally {
    connection.close();
  }
}

function firstProblem(connection: Connection): string | null {
  const line = String(connection.prepare('PRAGMA quick_check(1)').get()?.[0]);
  if (line !== 'ok') return line;
  const dangling = connection.prepare('PRAGMA foreign_key_check').get();
  return dangling === undefined ? null : `a row of ${String(dangling[0])} refers to a missing row`;
}

/** The newest schema that this version knows, by file. */
export function knownVersion(name: string): number | null {
  const part = BACKUP_PARTS.find((known) => known.name === name);
  return part === undefined ? null : newestVersion(part.schema);
}

/**
 * Puts `staged` in the place of the profile `folder`, which is kept whole as `aside`. Refused while a process has the
 * profile open. Returns where the old one is, null when there was none.
 */
export function putInPlace(staged: string, folder: string, aside: string): Result<string | null, StoreFault> {
  return attempt(() => {
    if (!existsSync(folder)) {
      renameSync(staged, folder);
      return null;
    }
    // Fails while another process owns it. A folder cannot be renamed everywhere while a file in it is open.
    ProfileLock.take(folder, 0).release();
    const isEmpty = readdirSync(folder).every((name) => name.startsWith('owner.'));
    renameSync(folder, aside);
    try {
      renameSync(staged, folder);
    } catch (error) {
      renameSync(aside, folder);
      throw error;
    }
    if (!isEmpty) return aside;
    rmSync(aside, { recursive: true });
    return null;
  });
}
