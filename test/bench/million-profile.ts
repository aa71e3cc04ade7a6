/**
 * Makes a profile with very many resolved phantoms in a minute or two, for benchmarks and for trying the window at full size.
 * It writes the tables itself, without the steps of a desk: indexes and triggers are put back when all rows are in.
 *
 *   node test/bench/million-profile.ts FOLDER [COUNT] [SEED]
 */
import { join } from 'node:path';
import { registerFeatureSets } from '#main/services/engine-keeper.ts';
import { Connection, type Value } from '#main/store/connection.ts';
import { openProfile } from '#main/store/database.ts';
import { COUNT_FACET_CLUSTERS } from '#main/store/migrations/record/180-quick-start.ts';
import { SUM_FACETS } from '#main/store/migrations/record/210-quick-reading.ts';
import { encodeVector, RESULT_COLUMNS, resultValues, splitQualityParts } from '#main/store/phantom-rows.ts';
import { RECORD_FILE } from '#main/store/schemas.ts';
import { type DrawnPhantom, drawPhantoms } from './million-phantoms.ts';

export const MILLION = 1_000_000;
const PER_TRANSACTION = 20_000;

/** Makes `count` phantoms in `folder`, which may not hold any yet. `progress` gets the rows written so far. */
export function makeMillionProfile(
  folder: string,
  count = MILLION,
  seed = 'one',
  progress: (rows: number) => void = () => {},
): void {
  const profile = openProfile(folder);
  if (!profile.ok) throw new Error(profile.error.message);
  registerFeatureSets(profile.value);
  profile.value.close();
  const connection = new Connection(join(folder, RECORD_FILE), { synchronous: 'NORMAL' });
  try {
    fill(connection, count, seed, progress);
  } finally {
    connection.close();
  }
}

function fill(connection: Connection, count: number, seed: string, progress: (rows: number) => void): void {
  // A crash leaves a file to throw away, so nothing waits for the disk.
  connection.exec('PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -262144');
  const kept = connection
    .prepare(
      `SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
       AND (type = 'trigger' AND tbl_name IN ('phantoms', 'phantom_documents', 'phantom_features', 'phantom_beside') OR type = 'index')`,
    )
    .all();
  for (const [type, name] of kept) connection.exec(`DROP ${String(type)} ${String(name)}`);
  const writer = new TableWriter(connection);
  if (connection.prepare('SELECT 1 FROM phantoms LIMIT 1').get() !== undefined) {
    throw new Error('the folder holds phantoms already');
  }
  let rows = 0;
  connection.begin();
  for (const drawn of drawPhantoms(count, seed)) {
    writer.write(drawn);
    rows++;
    if (rows % PER_TRANSACTION !== 0) continue;
    connection.commit();
    progress(rows);
    connection.begin();
  }
  connection.exec(
    `UPDATE facets SET count = found.count
     FROM (SELECT facet_no, count(*) AS count FROM phantoms GROUP BY facet_no) AS found WHERE found.facet_no = facets.no`,
  );
  connection.exec(COUNT_FACET_CLUSTERS);
  for (const [, , sql] of kept) connection.exec(String(sql));
  connection.exec(SUM_FACETS);
  connection.commit();
  connection.pragma('wal_checkpoint(TRUNCATE)');
}

class TableWriter {
  readonly #connection: Connection;
  readonly #numbers = new Map<string, number>();
  #no = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  write({ phantom, openedWith, ticket, position }: DrawnPhantom): void {
    const no = ++this.#no;
    const { signal, terms, decision, result } = phantom;
    const { score, threshold } = decision;
    const facet = [phantom.instrumentId, signal.strategyId, terms.side, result.outcome, decision.disposition];
    const facetNo = this.#number(
      `INSERT INTO facets (instrument_id, strategy_id, side, outcome, disposition, simulated)
       VALUES (?, ?, ?, ?, ?, ?) RETURNING no`,
      [...facet, Number(phantom.simulated)],
    );
    this.#run(
      INSERT_PHANTOM,
      ...[no, phantom.id, facetNo, terms.openedAt, terms.openedAt + terms.timeoutMs, terms.entry, terms.stop],
      ...[terms.tp1, terms.target, signal.context.session, signal.context.regime, signal.qscore, score.value],
      ...[score.kind, threshold.value, this.#number(INSERT_REASON, [decision.reason]), decision.decidedBy],
      ...[Number(phantom.resolvedOffline), ...resultValues(result)],
    );
    const { form, document } = splitQualityParts(signal);
    const formNo = this.#number('INSERT INTO quality_forms (document) VALUES (?) RETURNING no', [form]);
    this.#run('INSERT INTO phantom_documents VALUES (?, ?, ?, ?)', no, document, formNo, JSON.stringify(terms));
    if (phantom.features !== null) {
      const { setHash, values } = phantom.features;
      this.#run('INSERT INTO phantom_features VALUES (?, ?, ?)', no, this.#setNo(setHash), encodeVector(values));
    }
    for (const [at, { setHash, values }] of phantom.besideFeatures.entries()) {
      this.#run('INSERT INTO phantom_beside VALUES (?, ?, ?, ?)', no, this.#setNo(setHash), at, encodeVector(values));
    }
    this.#note(no, terms.openedAt, 'opened', JSON.stringify(openedWith ?? decision));
    if (openedWith !== null) this.#note(no, decision.decidedAt, 'decided', JSON.stringify(decision));
    this.#note(no, result.exitTime ?? terms.openedAt, 'closed', null);
    this.#run('INSERT INTO resolutions VALUES (NULL, ?, ?)', no, signal.strategyId);
    if (ticket !== null) {
      const { id, instrumentId, state, openedAt, expiresAt, closedAt } = ticket;
      const columns = [id, instrumentId, state, openedAt, expiresAt, closedAt, JSON.stringify(ticket)];
      this.#run('INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?, ?)', ...columns);
    }
    if (position === null) return;
    const { id, instrumentId, state } = position;
    const times = [position.terms.openedAt, position.result.exitTime];
    const columns = [id, instrumentId, state, ...times, JSON.stringify(position), null];
    this.#run('INSERT INTO positions VALUES (?, ?, ?, ?, ?, ?, ?)', ...columns);
  }

  #note(no: number, time: number, kind: 'opened' | 'decided' | 'closed', document: string | null): void {
    this.#run('INSERT INTO phantom_events VALUES (NULL, ?, ?, ?, ?)', no, time, kind, document);
  }

  #setNo(setHash: string): number {
    return this.#number('SELECT no FROM feature_sets WHERE set_hash = ?', [setHash]);
  }

  /** The number that `sql` gives for `values`, asked once. */
  #number(sql: string, values: readonly Value[]): number {
    const key = `${sql}\u0000${values.join('\u0000')}`;
    let no = this.#numbers.get(key);
    if (no === undefined) {
      no = this.#connection.prepare(sql).get(...values)?.[0] as number;
      this.#numbers.set(key, no);
    }
    return no;
  }

  #run(sql: string, ...values: readonly Value[]): void {
    this.#connection.prepare(sql).run(...values);
  }
}

const INSERT_REASON = 'INSERT INTO reasons (text) VALUES (?) RETURNING no';
const INSERT_PHANTOM = `INSERT INTO phantoms (no, id, facet_no, opened_at, timeout_at, entry, stop, tp1, target, session,
  regime, qscore, score, score_kind, threshold, reason_no, decided_by, resolved_offline, ${RESULT_COLUMNS.join(', ')})
  VALUES (${Array.from({ length: 18 + RESULT_COLUMNS.length }, () => '?').join(', ')})`;

if (import.meta.main) {
  const [folder, count, seed] = process.argv.slice(2);
  if (folder === undefined) throw new Error('give a folder for the profile');
  const begin = performance.now();
  makeMillionProfile(folder, Number(count ?? MILLION), seed, (rows) => {
    if (rows % 100_000 === 0) process.stdout.write(`${rows} phantoms\n`);
  });
  process.stdout.write(`ready in ${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
}
