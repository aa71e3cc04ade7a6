/** Brings a database to the newest version: one transaction for all steps, after a backup of what was there (RE-5). */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { invariant } from '#core/base/invariant.ts';
import type { Connection } from './connection.ts';
import { StoreFailure } from './store-fault.ts';

export interface Migration {
  /** Numbered in tens, so that a repair can be put in between; the database keeps the newest one it has seen. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** What kind of database a file is: SQLite's application id tells a record from a candle file and from strangers. */
export interface Schema {
  readonly applicationId: number;
  readonly migrations: readonly Migration[];
}

const BACKUP_FOLDER = 'backups';

export function newestVersion(schema: Schema): number {
  return schema.migrations.at(-1)?.version ?? 0;
}

/**
 * Throws a `StoreFailure` for a file of a newer version or of another kind, before anything in it is touched.
 * Call it on a read-only connection first: opening for writing already touches a file.
 */
export function checkVersion(connection: Connection, schema: Schema): number {
  const version = Number(connection.pragma('user_version'));
  const applicationId = Number(connection.pragma('application_id'));
  const empty = version === 0 && Number(connection.pragma('page_count')) <= 1 && applicationId === 0;
  const name = basename(connection.path);
  if (!empty && applicationId !== schema.applicationId) {
    throw new StoreFailure({
      kind: 'corrupt',
      message: `${name} is a SQLite file, but not one of this workstation.`,
      remedy: 'Move it out of the profile folder, or choose another folder with --profile.',
    });
  }
  if (version > newestVersion(schema)) {
    throw new StoreFailure({
      kind: 'newer-version',
      message: `${name} was written by a newer version of the workstation (its schema is ${version}, this one knows ${newestVersion(schema)}); it was left untouched.`,
      remedy: 'Start the newer version, or choose another profile folder with --profile.',
    });
  }
  return version;
}

/** Applies what is missing. Returns the path of the backup, or null when none was needed. */
export function migrate(connection: Connection, schema: Schema): string | null {
  assertOrder(schema.migrations);
  const version = checkVersion(connection, schema);
  const missing = schema.migrations.filter((migration) => migration.version > version);
  if (missing.length === 0) return null;
  const backup = version === 0 ? null : backUp(connection, version);
  connection.transaction(() => {
    for (const migration of missing) connection.exec(migration.sql);
    connection.exec(`PRAGMA application_id = ${schema.applicationId}; PRAGMA user_version = ${newestVersion(schema)}`);
    const broken = connection.prepare('PRAGMA foreign_key_check').all();
    invariant(broken.length === 0, 'a migration leaves no dangling reference');
  });
  return backup;
}

/** A whole, compact copy; it gets its final name only once it is complete and on the disk. */
function backUp(connection: Connection, version: number): string {
  const folder = join(dirname(connection.path), BACKUP_FOLDER);
  mkdirSync(folder, { recursive: true });
  const name = basename(connection.path).replace(/\.sqlite$/, '');
  const final = join(folder, `${name}-before-upgrade-from-${version}.sqlite`);
  const partial = `${final}.partial`;
  rmSync(partial, { force: true });
  connection.prepare('VACUUM INTO ?').run(partial);
  const file = openSync(partial, 'r+');
  fsyncSync(file);
  closeSync(file);
  if (existsSync(final)) rmSync(final);
  renameSync(partial, final);
  return final;
}

function assertOrder(migrations: readonly Migration[]): void {
  migrations.forEach((migration, index) => {
    const before = migrations[index - 1]?.version ?? 0;
    invariant(migration.version > before && migration.version % 10 === 0, 'migrations ascend in tens');
  });
}
