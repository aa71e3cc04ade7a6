import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { thresholdsNow } from '#main/services/thresholds/threshold-views.ts';
import { assertSqliteVersion, Connection, OLDEST_SQLITE } from '#main/store/connection.ts';
import { openProfile, type Profile, readProfile } from '#main/store/database.ts';
import { migrate, newestVersion, type Schema } from '#main/store/migrate.ts';
import { PhantomHistory } from '#main/store/phantom-history.ts';
import { RecordSteps } from '#main/store/record.ts';
import { CANDLE_FILE, CANDLE_SCHEMA, RECORD_FILE, RECORD_SCHEMA } from '#main/store/schemas.ts';
import { makeScalps } from '#test/support/make-scalps.ts';
import { makePhantom, NOON, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

function open(folder: string): Profile {
  const profile = openProfile(folder, 200);
  if (!profile.ok) throw new Error(profile.error.message);
  onTestFinished(() => profile.value.close());
  return profile.value;
}

function faultOf(folder: string) {
  const profile = openProfile(folder, 50);
  if (!profile.ok) return profile.error;
  profile.value.close();
  return null;
}

/** Makes a record as an earlier version left it: only the first migrations. */
function oldRecord(folder: string, versions: number): Schema {
  const old = { ...RECORD_SCHEMA, migrations: RECORD_SCHEMA.migrations.slice(0, versions) };
  const connection = new Connection(join(folder, RECORD_FILE), { synchronous: 'FULL' });
  migrate(connection, old);
  connection.exec("INSERT INTO reasons (text) VALUES ('kept')");
  connection.close();
  return old;
}

/** Rows of all tables that the older file knows, with the columns that it knows; its triggers sleep meanwhile. */
function copyRows(from: string, to: string): void {
  const connection = new Connection(to, { synchronous: 'FULL' });
  connection.exec('PRAGMA foreign_keys = OFF');
  connection.exec(`ATTACH '${from}' AS source`);
  const named = (type: string) =>
    connection
      .prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%'")
      .all(type);
  const triggers = named('trigger');
  for (const [name] of triggers) connection.exec(`DROP TRIGGER main.${String(name)}`);
  for (const [table] of named('table')) {
    const columns = connection
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(String(table))
      .map(([name]) => `"${String(name)}"`)
      .join(', ');
    connection.exec(`DELETE FROM main.${String(table)}`);
    connection.exec(`INSERT INTO main.${String(table)} (${columns}) SELECT ${columns} FROM source.${String(table)}`);
  }
  for (const [, sql] of triggers) connection.exec(String(sql));
  connection.exec('DETACH source');
  connection.close();
}

function schemaOf(path: string): readonly unknown[] {
  const connection = new Connection(path, { synchronous: 'FULL', readOnly: true });
  const rows = connection.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2').all();
  connection.close();
  return rows;
}

describe('opening a profile', () => {
  it('RE-1: both files are in WAL mode with checks on, the record waits for the disk, every table is STRICT', () => {
    const folder = temporaryFolder();
    open(folder);
    for (const name of [RECORD_FILE, CANDLE_FILE]) {
      const connection = new Connection(join(folder, name), { synchronous: 'FULL' });
      expect(connection.pragma('journal_mode')).toBe('wal');
      expect(connection.pragma('foreign_keys')).toBe(1);
      expect(connection.pragma('synchronous')).toBe(2);
      const loose = connection
        .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'")
        .all();
      expect(loose).toEqual([]);
      connection.close();
    }
  });

  it('RE-1: the bundled SQLite is new enough, and an older one would be refused', () => {
    const { sqliteVersion } = open(temporaryFolder());
    expect(() => assertSqliteVersion(sqliteVersion)).not.toThrow();
    expect(() => assertSqliteVersion(OLDEST_SQLITE)).not.toThrow();
    expect(() => assertSqliteVersion('3.51.2')).toThrow('3.51.3');
    expect(() => assertSqliteVersion('3.9.99')).toThrow('3.51.3');
    expect(() => assertSqliteVersion('4.0.0')).not.toThrow();
  });

  it('PL-7: events of a phantom cannot be rewritten', () => {
    const profile = open(temporaryFolder());
    profile.record.step((writer) => writer.phantomOpened(NOON, makePhantom()));
    const other = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL' });
    onTestFinished(() => other.close());
    expect(() => other.exec("UPDATE phantom_events SET document = '{}'")).toThrow('append-only');
  });

  it('the counts of the facets agree with the phantoms, whatever happens to them', () => {
    const profile = open(temporaryFolder());
    const phantoms = [0, 1, 2].map((index) => makePhantom({ time: NOON + index * 60_000 }));
    profile.record.step((writer) => {
      for (const phantom of phantoms) writer.phantomOpened(NOON, phantom);
    });
    const [first, second] = phantoms;
    if (first === undefined || second === undefined) throw new Error('there are phantoms');
    profile.record.step((writer) => writer.phantomClosed(NOON, first.id, resolvedResult(first, 'win'), false));
    profile.record.step((writer) =>
      writer.phantomDecided(NOON, second.id, { ...second.decision, disposition: 'skipped' }),
    );
    const other = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL', readOnly: true });
    onTestFinished(() => other.close());
    const counted = other.prepare('SELECT no, count FROM facets WHERE count > 0 ORDER BY no').all();
    const real = other.prepare('SELECT facet_no, count(*) FROM phantoms GROUP BY facet_no ORDER BY 1').all();
    expect(counted).toEqual(real);
    expect(profile.check()).toEqual([]);
  });
});

describe('migrations', () => {
  it.each(
    RECORD_SCHEMA.migrations.slice(0, -1).map((_, index) => index + 1),
  )('RE-5: a record that stopped after %i migrations is backed up and becomes like a new one', (versions) => {
    const folder = temporaryFolder();
    const old = oldRecord(folder, versions);
    const oldSchema = schemaOf(join(folder, RECORD_FILE));
    const profile = open(folder);
    expect(profile.upgradeBackups).toEqual([
      join(folder, 'backups', `desk-before-upgrade-from-${newestVersion(old)}.sqlite`),
    ]);
    const [backup] = profile.upgradeBackups as readonly [string];
    expect(schemaOf(backup)).toEqual(oldSchema);
    const fresh = temporaryFolder();
    open(fresh);
    expect(schemaOf(join(folder, RECORD_FILE))).toEqual(schemaOf(join(fresh, RECORD_FILE)));
    const connection = new Connection(join(folder, RECORD_FILE), { synchronous: 'FULL', readOnly: true });
    expect(connection.prepare('SELECT text FROM reasons').all()).toEqual([['kept']]);
    connection.close();
  });

  it('RE-5: the phantoms of an older desk are there after the upgrade, counted and learned from as if they were new', () => {
    const source = temporaryFolder();
    const now = open(source);
    makeScalps(now, 300);
    const figures = (profile: Profile) => ({
      statistics: profile.history.statistics({}),
      learned: thresholdsNow(profile.thresholds, { stage: 'advisory', fixedMinimumScore: null }, {}),
    });
    const expected = figures(now);
    now.close();
    const folder = temporaryFolder();
    oldRecord(folder, RECORD_SCHEMA.migrations.findIndex(({ version }) => version === 100) + 1);
    copyRows(join(source, RECORD_FILE), join(folder, RECORD_FILE));
    expect(figures(open(folder))).toEqual(expected);
  });

  it('RE-5: a migration that fails leaves the old version whole', () => {
    const folder = temporaryFolder();
    oldRecord(folder, 2);
    const path = join(folder, RECORD_FILE);
    const before = schemaOf(path);
    const connection = new Connection(path, { synchronous: 'FULL' });
    const broken = {
      version: 50,
      name: 'broken',
      sql: 'CREATE TABLE half (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1)',
    };
    const schema = { ...RECORD_SCHEMA, migrations: [...RECORD_SCHEMA.migrations.slice(0, 2), broken] };
    expect(() => migrate(connection, schema)).toThrow('nowhere');
    expect(connection.pragma('user_version')).toBe(20);
    connection.close();
    expect(schemaOf(path)).toEqual(before);
  });

  it('migrations are numbered in tens, ascending, in both files', () => {
    for (const { migrations } of [RECORD_SCHEMA, CANDLE_SCHEMA]) {
      const versions = migrations.map(({ version }) => version);
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
      expect(versions.every((version) => version > 0 && version % 10 === 0)).toBe(true);
    }
  });

  it('RE-5: a database from a newer version is refused with a remedy and left untouched', () => {
    const folder = temporaryFolder();
    const connection = new Connection(join(folder, RECORD_FILE), { synchronous: 'FULL' });
    migrate(connection, {
      ...RECORD_SCHEMA,
      migrations: [
        ...RECORD_SCHEMA.migrations,
        { version: 990, name: 'future', sql: 'CREATE TABLE future (a INTEGER) STRICT' },
      ],
    });
    connection.close();
    const before = readFileSync(join(folder, RECORD_FILE));
    expect(faultOf(folder)).toMatchObject({ kind: 'newer-version', message: expect.stringContaining('990') });
    expect(readFileSync(join(folder, RECORD_FILE)).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes('backup') || name.startsWith('candles'))).toEqual([]);
    expect(readProfile(folder)).toMatchObject({ ok: false });
  });
});

describe('faults', () => {
  it('a file that is no database is a fault, and stays as it is', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, RECORD_FILE), 'this is no database, and long enough to be looked at'.repeat(50));
    const before = readFileSync(join(folder, RECORD_FILE));
    expect(faultOf(folder)).toMatchObject({ kind: 'corrupt' });
    expect(readFileSync(join(folder, RECORD_FILE)).equals(before)).toBe(true);
  });

  it("another program's database is a fault", () => {
    const folder = temporaryFolder();
    const connection = new Connection(join(folder, RECORD_FILE), { synchronous: 'FULL' });
    connection.exec('CREATE TABLE theirs (a INTEGER)');
    connection.close();
    expect(faultOf(folder)).toMatchObject({ kind: 'corrupt', message: expect.stringContaining('not one of this') });
  });

  it('a record that was cut short is a fault, not an empty start', () => {
    const folder = temporaryFolder();
    const profile = openProfile(folder);
    if (!profile.ok) throw new Error(profile.error.message);
    profile.value.close();
    truncateSync(join(folder, RECORD_FILE), 10_000);
    const opened = openProfile(folder, 50);
    const problem = opened.ok ? opened.value.check().join() : opened.error.kind;
    if (opened.ok) opened.value.close();
    expect(problem).not.toBe('');
  });

  it('a folder that cannot be written is a fault with a remedy', (context) => {
    if (process.getuid?.() === 0) return context.skip('the administrator may write everywhere');
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    onTestFinished(() => chmodSync(folder, 0o700));
    expect(faultOf(folder)).toMatchObject({ kind: 'read-only' });
  });

  it('a path that is a file is a fault with a remedy', () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, '');
    expect(faultOf(join(path, 'profile'))).toMatchObject({ kind: 'read-only' });
  });

  it('RE-4: a full disk is a fault; nothing of the step is there, and the next one that fits is', () => {
    const connection = new Connection(join(temporaryFolder(), RECORD_FILE), { synchronous: 'FULL' });
    onTestFinished(() => connection.close());
    migrate(connection, RECORD_SCHEMA);
    const record = new RecordSteps(connection);
    const history = new PhantomHistory(connection);
    const phantoms = Array.from({ length: 400 }, (_, index) => makePhantom({ time: NOON + index * 60_000 }));
    const writeAll = () =>
      record.step((writer) => {
        for (const phantom of phantoms) writer.phantomOpened(NOON, phantom);
      });
    // SQLite answers a database at its page limit as it answers a full disk: SQLITE_FULL.
    connection.pragma(`max_page_count = ${Number(connection.pragma('page_count')) + 5}`);
    expect(writeAll()).toMatchObject({ ok: false, error: { kind: 'disk-full' } });
    expect(history.count({})).toBe(0);
    connection.pragma('max_page_count = 1000000');
    expect(writeAll().ok).toBe(true);
    expect(history.count({})).toBe(400);
  });
});

const OWNER = fileURLToPath(new URL('../../support/owning-child.ts', import.meta.url));

async function startOwner(folder: string): Promise<{ child: ChildProcess; answer: string }> {
  const child = spawn(process.execPath, [OWNER, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('the owner has a pipe');
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, answer: text.toString().trim() };
}

describe('one owner', () => {
  it('RE-8: a second process is told who owns the profile; when the owner is killed, its lock is free at once', async () => {
    const folder = temporaryFolder();
    const { child, answer } = await startOwner(folder);
    expect(answer).toBe('owner');
    expect(faultOf(folder)).toMatchObject({ kind: 'owned', message: expect.stringContaining(`process ${child.pid}`) });
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(existsSync(join(folder, 'owner.json'))).toBe(true);
    expect(faultOf(folder)).toBeNull();
  });

  it('RE-8: of many starts on a lock that its owner left behind, one becomes the owner', async () => {
    const folder = temporaryFolder();
    const first = await startOwner(folder);
    first.child.kill('SIGKILL');
    await once(first.child, 'close');
    const starts = await Promise.all(Array.from({ length: 6 }, () => startOwner(folder)));
    expect(starts.map(({ answer }) => answer).sort()).toEqual(['owned', 'owned', 'owned', 'owned', 'owned', 'owner']);
  });

  it('RE-8: the same process cannot open a profile twice, and can again after closing it', () => {
    const folder = temporaryFolder();
    const profile = openProfile(folder);
    if (!profile.ok) throw new Error(profile.error.message);
    expect(faultOf(folder)).toMatchObject({ kind: 'owned' });
    profile.value.close();
    expect(faultOf(folder)).toBeNull();
  });

  it('a reader works beside the owner, and cannot write', () => {
    const profile = open(temporaryFolder());
    profile.record.step((writer) => writer.phantomOpened(NOON, makePhantom()));
    const reader = readProfile(profile.folder);
    if (!reader.ok) throw new Error(reader.error.message);
    onTestFinished(() => reader.value.close());
    expect(reader.value.history.count({})).toBe(1);
    expect(reader.value.desk.putSettings({ a: 1 })).toMatchObject({ ok: false, error: { kind: 'read-only' } });
  });

  it('a reader of a folder without a profile, or with an old one, is told what to do', () => {
    const folder = temporaryFolder();
    expect(readProfile(folder)).toMatchObject({ ok: false, error: { kind: 'missing' } });
    mkdirSync(join(folder, 'old'));
    oldRecord(join(folder, 'old'), 1);
    expect(readProfile(join(folder, 'old'))).toMatchObject({ ok: false, error: { kind: 'older-version' } });
  });
});
