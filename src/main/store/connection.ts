/** One connection to one SQLite file: the sole importer of better-sqlite3. Statements are prepared once and kept. */
import Database from 'better-sqlite3';
import { invariant } from '#core/base/invariant.ts';
import { StoreFailure } from './store-fault.ts';

/** Versions before this one have a WAL bug that can corrupt a database (RE-1). */
export const OLDEST_SQLITE = '3.51.3';

/** Waiting holds the event loop. One process owns the profile, so only a foreign tool can make it wait at all. */
const BUSY_TIMEOUT_MS = 1_000;
/** A WAL that grew in a bulk load is cut back to this at the next checkpoint. */
const WAL_KEPT_BYTES = 64 * 1024 * 1024;
/** Page cache: keeps the hot ends of the history's indexes. */
const CACHE_KIB = 32 * 1024;

export type Synchronous = 'FULL' | 'NORMAL';
export type Value = number | string | Buffer | null;
export type Row = readonly Value[];

/** A prepared statement whose rows are arrays in column order: twice as fast as objects. */
export interface Statement {
  run(...values: readonly Value[]): void;
  get(...values: readonly Value[]): Row | undefined;
  all(...values: readonly Value[]): Row[];
  iterate(...values: readonly Value[]): IterableIterator<Row>;
}

export interface ConnectionOptions {
  readonly synchronous: Synchronous;
  readonly readOnly?: boolean;
  readonly busyTimeoutMs?: number;
  /** Holds the file for this connection alone until it closes; such a file has no WAL. */
  readonly exclusive?: boolean;
}

export class Connection {
  readonly path: string;
  readonly readOnly: boolean;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Statement>();
  readonly #rollbackListeners: (() => void)[] = [];
  #rollbacks = 0;

  /** Throws what `storeFault` understands. A read-only connection changes no pragma that is kept in the file. */
  constructor(path: string, options: ConnectionOptions) {
    this.path = path;
    const readOnly = options.readOnly ?? false;
    this.readOnly = readOnly;
    this.#database = new Database(path, {
      readonly: readOnly,
      fileMustExist: readOnly,
      timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS,
    });
    try {
      assertSqliteVersion(this.sqliteVersion());
      if (!readOnly && options.exclusive !== true) this.#database.pragma('journal_mode = WAL');
      this.#database.pragma(`synchronous = ${options.synchronous}`);
      this.#database.pragma('foreign_keys = ON');
      this.#database.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
      this.#database.pragma('trusted_schema = OFF');
      // Statement journals and sorters in memory: as files they double the time of every row with triggers.
      this.#database.pragma('temp_store = MEMORY');
      this.#database.pragma(`cache_size = -${CACHE_KIB}`);
      if (options.exclusive === true) this.#database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  sqliteVersion(): string {
    return String(this.#database.prepare('SELECT sqlite_version()').pluck().get());
  }

  /** The statement for `sql`, prepared at its first use. */
  prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      const prepared = this.#database.prepare<Value[], Row>(sql);
      if (prepared.reader) prepared.raw(true);
      statement = prepared;
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Statements kept; constant after warm-up (RE-31). */
  get statementCount(): number {
    return this.#statements.size;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  pragma(name: string): Value {
    return this.#database.pragma(name, { simple: true }) as Value;
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  get isOpen(): boolean {
    return this.#database.open;
  }

  /** The same text means that this connection sees the same data; what it writes, and what others commit, makes another. */
  changeMark(): string {
    const others = this.prepare('PRAGMA data_version').get()?.[0];
    const own = this.prepare('SELECT total_changes()').get()?.[0];
    return `${others}.${own}.${this.#rollbacks}`;
  }

  begin(): void {
    invariant(!this.inTransaction, 'a transaction begins when none is open');
    this.prepare('BEGIN IMMEDIATE').run();
  }

  commit(): void {
    this.prepare('COMMIT').run();
  }

  /** Safe to call when SQLite has already rolled back by itself, as it may after a full disk. */
  rollback(): void {
    this.#rollbacks++;
    if (this.inTransaction) this.prepare('ROLLBACK').run();
    for (const listener of this.#rollbackListeners) listener();
  }

  /** For caches of what the database holds: after a rollback they may name rows that are gone. */
  onRollback(listener: () => void): void {
    this.#rollbackListeners.push(listener);
  }

  /** All or nothing. Inside an open transaction the work joins it, and its failure is the outer one's to roll back. */
  transaction<T>(work: () => T): T {
    if (this.inTransaction) return work();
    this.begin();
    try {
      const value = work();
      this.commit();
      return value;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /**
   * Copies the whole database while others write (SQLite's online backup): `pagesPerTurn` pages each turn of the event
   * loop. What this connection writes meanwhile is copied too; what another one writes begins the copy again.
   */
  async copyTo(path: string, pagesPerTurn: number, progress: (done: number, total: number) => void): Promise<void> {
    await this.#database.backup(path, {
      progress: ({ totalPages, remainingPages }) => {
        progress(totalPages - remainingPages, totalPages);
        return pagesPerTurn;
      },
    });
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

/** Throws a `StoreFailure` when `version` (`major.minor.patch`) is older than `OLDEST_SQLITE`. */
export function assertSqliteVersion(version: string): void {
  const given = version.split('.').map(Number);
  const oldest = OLDEST_SQLITE.split('.').map(Number);
  for (let part = 0; part < oldest.length; part++) {
    const difference = (given[part] ?? 0) - (oldest[part] ?? 0);
    if (difference > 0) return;
    if (difference < 0) {
      throw new StoreFailure({
        kind: 'sqlite-too-old',
        message: `SQLite ${version} is bundled, but versions before ${OLDEST_SQLITE} can corrupt a database in WAL mode`,
        remedy: 'Install the packages again with `npm ci`.',
      });
    }
  }
}
