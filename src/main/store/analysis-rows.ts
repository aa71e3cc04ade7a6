/** The record as columns for statistics: everything once, packed blocks and the rows between, from one unchanging view (PE-14). */

import { invariant } from '#core/base/invariant.ts';
import { OUTCOMES } from '#core/domain/phantom.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { AnalysisBlocks, BLOCK_ROWS, outsideOf, type Packing, packedNames } from './analysis-blocks.ts';
import { emptyColumns, facetCodes, putBlock, putRows } from './analysis-columns.ts';
import { eachVector, type FeaturePlace, featuresOfSet, type VectorColumns } from './analysis-vectors.ts';
import type { Connection } from './connection.ts';

/** Recorded features of signals, each aligned to the rows asked for; NaN where missing. */
export type FeatureColumns = ReadonlyMap<string, Float64Array>;

/** What an older version of the resolver said of signals that were graded again since. */
const GRADES = `SELECT phantom_no, outcome, exit_time, net_r, gross_r, pnl_percent, ambiguous,
    iif(optimistic IS NULL, NULL, json_extract(optimistic, '$.netR'))
  FROM phantom_grades WHERE resolver_version = ?`;

export class AnalysisReader {
  readonly #connection: Connection;
  readonly #blocks: AnalysisBlocks;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#blocks = new AnalysisBlocks(connection);
  }

  /** Changes whenever a signal was recorded, decided, resolved or graded again, or a position closed. */
  revision(): string {
    const sequence = (table: string) =>
      this.#connection.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get(table)?.[0] ?? 0;
    const closed = this.#connection.prepare('SELECT max(closed_at) FROM positions').get()?.[0] ?? 0;
    const graded = `${sequence('phantom_grades')}.${sequence('superseded_grades')}`;
    return `${sequence('phantom_events')}.${graded}.${closed}`;
  }

  /** Runs `read` on one unchanging view of the record. */
  onOneView<T>(read: () => T): T {
    this.#connection.exec('BEGIN');
    try {
      return read();
    } finally {
      this.#connection.exec('COMMIT');
    }
  }

  /** Every signal of the record, as graded now. */
  columns(): ResultColumns {
    const size = (this.#connection.prepare('SELECT count(*) FROM phantoms').get()?.[0] ?? 0) as number;
    const target = emptyColumns(size);
    const facets = facetCodes(this.#connection);
    const firsts = this.#blocks.packings().flatMap((packing) => packing.firsts);
    firsts.sort((a, b) => a - b);
    let at = 0;
    let from = 0;
    for (const first of firsts) {
      if (first > from) at = putRows(this.#connection, target, at, facets.of, from, first - 1);
      at = putBlock(target, at, this.#blocks.rows(first), facets.of);
      from = first + BLOCK_ROWS;
    }
    at = putRows(this.#connection, target, at, facets.of, from, Number.MAX_SAFE_INTEGER);
    invariant(at === size, 'every phantom is read once');
    return { ...target, strategies: facets.strategies, instruments: facets.instruments };
  }

  /** The same with the results that this version of the resolver gave, where they were kept. */
  columnsOf(resolverVersion: number, now: ResultColumns): ResultColumns {
    const old = this.#connection.prepare(GRADES).all(resolverVersion);
    if (old.length === 0) return now;
    const columns = {
      ...now,
      outcome: now.outcome.slice(),
      ambiguous: now.ambiguous.slice(),
      exitAt: now.exitAt.slice(),
      netR: now.netR.slice(),
      grossR: now.grossR.slice(),
      pnlPercent: now.pnlPercent.slice(),
      optimisticNetR: now.optimisticNetR.slice(),
      resolverVersion: now.resolverVersion.slice(),
    };
    const rowOf = rowsByNumber(now.no);
    for (const [no, outcome, exitTime, netR, grossR, pnl, ambiguous, optimistic] of old) {
      const row = rowOf[no as number] ?? -1;
      if (row < 0) continue;
      columns.outcome[row] = OUTCOMES.indexOf(outcome as (typeof OUTCOMES)[number]);
      columns.ambiguous[row] = ambiguous as number;
      columns.exitAt[row] = (exitTime as number | null) ?? Number.NaN;
      columns.netR[row] = (netR as number | null) ?? Number.NaN;
      columns.grossR[row] = (grossR as number | null) ?? Number.NaN;
      columns.pnlPercent[row] = (pnl as number | null) ?? Number.NaN;
      columns.optimisticNetR[row] = (optimistic as number | null) ?? Number.NaN;
      columns.resolverVersion[row] = resolverVersion;
    }
    return columns;
  }

  /**
   * Features by name from the vectors of these sets, for signals by number (ascending). Where several sets hold a
   * feature, the first in the list that was recorded counts.
   */
  features(setIds: readonly string[], names: readonly string[], no: Int32Array): FeatureColumns {
    const columns = new Map(names.map((name) => [name, new Float64Array(no.length).fill(Number.NaN)]));
    if (no.length === 0) return columns;
    const rowOf = rowsByNumber(no);
    const packings = this.#blocks.packings();
    for (const setId of setIds.toReversed()) {
      for (const [setNo] of this.#connection.prepare('SELECT no FROM feature_sets WHERE set_id = ?').all(setId)) {
        const inSet = featuresOfSet(this.#connection, setNo as number);
        const wanted = inSet.flatMap((name, place): readonly NamedPlace[] => {
          const column = columns.get(name);
          return column === undefined ? [] : [{ name, column, place }];
        });
        if (wanted.length > 0) this.#features({ setId, setNo: setNo as number, inSet, wanted, packings, no, rowOf });
      }
    }
    return columns;
  }

  #features({ setId, setNo, inSet, wanted, packings, no, rowOf }: FeatureQuestion): void {
    const [first, last] = [no[0] as number, no[no.length - 1] as number];
    const packed: number[] = [];
    for (const { features, firsts } of packings) {
      const held = packedNames(inSet, features[setId]);
      if (!wanted.every(({ name }) => held.includes(name))) continue;
      const targets = wanted.map(({ name, column }) => ({ column, at: held.indexOf(name) }));
      for (const begin of firsts) {
        if (begin > last || begin + BLOCK_ROWS <= first) continue;
        packed.push(begin);
        const vectors = this.#blocks.vectors(setNo, begin, held.length);
        if (vectors !== null) putVectors(vectors, begin, targets, rowOf);
      }
    }
    packed.sort((a, b) => a - b);
    for (const [from, to] of outsideOf(packed, first, last)) {
      eachVector(this.#connection, setNo, wanted, from, to, (number) => rowOf[number] ?? -1);
    }
  }

  reason(no: number): string {
    return (this.#connection.prepare('SELECT text FROM reasons WHERE no = ?').get(no)?.[0] ?? '') as string;
  }

  /** Net R of closed paper positions, for signals by number (ascending); NaN for the others. */
  positionResults(no: Int32Array): Float64Array {
    const results = new Float64Array(no.length).fill(Number.NaN);
    const rowOf = rowsByNumber(no);
    const rows = this.#connection
      .prepare(
        `SELECT p.no, json_extract(o.document, '$.result.netR') FROM positions o CROSS JOIN phantoms p ON p.id = o.id
         WHERE o.state = 'closed'`,
      )
      .all();
    for (const [phantomNo, netR] of rows) {
      const row = rowOf[phantomNo as number] ?? -1;
      if (row >= 0 && netR !== null) results[row] = netR as number;
    }
    return results;
  }

  /** Signal ids by number. */
  ids(numbers: readonly number[]): readonly string[] {
    const statement = this.#connection.prepare('SELECT id FROM phantoms WHERE no = ?');
    return numbers.map((no) => (statement.get(no)?.[0] ?? '') as string);
  }

  /** The decision that a signal was recorded with last; null when there is none. */
  lastThreshold(no: number): { readonly value: number; readonly source: string; readonly evidence: string } | null {
    const row = this.#connection
      .prepare(
        `SELECT json_extract(document, '$.threshold') FROM phantom_events
         WHERE phantom_no = ? AND kind IN ('opened', 'decided') ORDER BY sequence DESC LIMIT 1`,
      )
      .get(no);
    return typeof row?.[0] === 'string' ? JSON.parse(row[0]) : null;
  }

  /** Versions of models that were ever fitted and judged. */
  modelVersions(): number {
    return (this.#connection.prepare('SELECT count(*) FROM models').get()?.[0] ?? 0) as number;
  }
}

interface NamedPlace extends FeaturePlace {
  readonly name: string;
}

interface FeatureQuestion {
  readonly setId: string;
  readonly setNo: number;
  /** Names in the order of the set. */
  readonly inSet: readonly string[];
  readonly wanted: readonly NamedPlace[];
  readonly packings: readonly Packing[];
  /** Signals by number, ascending. */
  readonly no: Int32Array;
  readonly rowOf: Int32Array;
}

function putVectors(
  { places, columns }: VectorColumns,
  begin: number,
  targets: readonly { readonly column: Float64Array; readonly at: number }[],
  rowOf: Int32Array,
): void {
  for (const { column, at } of targets) {
    const values = columns[at] as Float64Array;
    for (let index = 0; index < places.length; index++) {
      const row = rowOf[begin + (places[index] as number)] ?? -1;
      if (row >= 0) column[row] = values[index] as number;
    }
  }
}

/** Row by number, -1 where there is none. */
function rowsByNumber(no: Int32Array): Int32Array {
  const rows = new Int32Array((no[no.length - 1] ?? 0) + 1).fill(-1);
  for (let row = 0; row < no.length; row++) rows[no[row] as number] = row;
  return rows;
}
