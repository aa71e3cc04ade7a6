/**
 * The record as columns for statistics: everything once, in pages, from one unchanging view (PE-14). Vectors come as one
 * hexadecimal text per page: a row, a buffer and a decoder's call per vector would cost more than the vectors.
 */
import { Buffer } from 'node:buffer';
import { REGIMES } from '#core/domain/context.ts';
import { OUTCOMES } from '#core/domain/phantom.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { DISPOSITIONS, type ScoreKind } from '#core/domain/score.ts';
import type { Connection } from './connection.ts';

/** Recorded features of signals, each aligned to the rows asked for; NaN where missing. */
export type FeatureColumns = ReadonlyMap<string, Float64Array>;

/** Vectors per statement. */
const PAGE = 20_000;
/** Rows per statement: so few that they are gone again before the garbage collector moves them. */
const ROWS_PER_PAGE = 2_000;
const BYTES = Float64Array.BYTES_PER_ELEMENT;
/** Each cell of a row costs as much as reading its row does: small numbers come several in one. */
const [AMBIGUOUS, OFFLINE] = [1, 2] as const;
const LETTER = 256;
const [REGIME_UNIT, SCORE_KIND_UNIT, VERSION_UNIT] = [4, 4 * LETTER, 4 * LETTER * LETTER] as const;
/** Above it stands the number of the reason; both together stay below 2^53. */
const FACET_LIMIT = 2 ** 22;

/** Words of closed lists come as the code of their first letter, by which they differ: text would cost more than the row. */
const ROWS = `SELECT p.no, p.facet_no + p.reason_no * ${FACET_LIMIT}, p.opened_at, p.exit_time, p.net_r, p.gross_r,
    p.pnl_percent, p.score, p.threshold,
    p.ambiguous * ${AMBIGUOUS} + p.resolved_offline * ${OFFLINE} + coalesce(unicode(p.regime), 0) * ${REGIME_UNIT}
      + unicode(p.score_kind) * ${SCORE_KIND_UNIT} + p.resolver_version * ${VERSION_UNIT}, p.optimistic
  FROM phantoms p WHERE p.no > ? ORDER BY p.no LIMIT ${ROWS_PER_PAGE}`;

const SCORE_KINDS_OF_MODELS: readonly ScoreKind[] = ['model', 'enhanced'];
/** By the letter's code. */
const BY_MODEL = new Uint8Array(LETTER);
for (const kind of SCORE_KINDS_OF_MODELS) BY_MODEL[kind.charCodeAt(0)] = 1;
const REGIME_OF = new Int8Array(LETTER).fill(-1);
for (const [place, regime] of REGIMES.entries()) REGIME_OF[regime.charCodeAt(0)] = place;

/** What an older version of the resolver said of signals that were graded again since. */
const GRADES = `SELECT phantom_no, outcome, exit_time, net_r, gross_r, pnl_percent, ambiguous,
    iif(optimistic IS NULL, NULL, json_extract(optimistic, '$.netR'))
  FROM phantom_grades WHERE resolver_version = ?`;

export class AnalysisReader {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
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
    const facets = this.#facets();
    let after = 0;
    for (let at = 0; at < size; ) {
      const page = this.#connection.prepare(ROWS).all(after) as unknown as readonly PhantomCells[];
      if (page.length === 0) break;
      for (const row of page) put(target, at++, row, facets.of);
      after = page.at(-1)?.[0] as number;
    }
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
    for (const setId of setIds.toReversed()) {
      const sets = this.#connection.prepare('SELECT no, features FROM feature_sets WHERE set_id = ?').all(setId);
      for (const [setNo, document] of sets) {
        const features: readonly { readonly name: string }[] = JSON.parse(document as string);
        const wanted = features.flatMap(({ name }, place) => {
          const column = columns.get(name);
          return column === undefined ? [] : [{ column, place }];
        });
        if (wanted.length === 0) continue;
        for (const table of ['phantom_features', 'phantom_beside']) {
          this.#vectors(table, setNo as number, wanted, no, rowOf);
        }
      }
    }
    return columns;
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

  #vectors(
    table: string,
    setNo: number,
    wanted: readonly { readonly column: Float64Array; readonly place: number }[],
    no: Int32Array,
    rowOf: Int32Array,
  ): void {
    // Only what lies between the first and the last of them is read.
    const places = wanted.map(({ place }) => place);
    const begin = Math.min(...places);
    const width = Math.max(...places) + 1 - begin;
    const part = `substr(vector, ${begin * BYTES + 1}, ${width * BYTES})`;
    const within = `(SELECT phantom_no, ${part} AS part FROM ${table} WHERE phantom_no BETWEEN ? AND ? AND set_no = ?
      ORDER BY phantom_no)`;
    const statement = this.#connection.prepare(
      `SELECT count(*), min(phantom_no), max(phantom_no), group_concat(hex(part), '') FROM ${within}`,
    );
    const numbersOf = this.#connection.prepare(`SELECT phantom_no FROM ${within}`);
    const last = no[no.length - 1] as number;
    for (let from = no[0] as number; from <= last; from += PAGE) {
      const range = [from, Math.min(last, from + PAGE - 1), setNo] as const;
      const [count, first, end, text] = statement.get(...range) ?? [];
      if (typeof count !== 'number' || typeof first !== 'number' || typeof text !== 'string') continue;
      // Most pages have no gap: then the numbers need not be read.
      const isWhole = (end as number) - first + 1 === count;
      const numbers = isWhole ? null : numbersOf.all(...range);
      const bytes = Buffer.from(text, 'hex');
      const values = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let vector = 0; vector < count; vector++) {
        const row = rowOf[numbers === null ? first + vector : (numbers[vector]?.[0] as number)] ?? -1;
        if (row < 0) continue;
        const at = vector * width;
        for (const { column, place } of wanted) column[row] = values.getFloat64((at + place - begin) * BYTES, true);
      }
    }
  }

  #facets() {
    const strategies: string[] = [];
    const instruments: string[] = [];
    const of: FacetCodes[] = [];
    const code = (list: string[], name: string) => {
      const known = list.indexOf(name);
      return known >= 0 ? known : list.push(name) - 1;
    };
    const rows = this.#connection
      .prepare('SELECT no, instrument_id, strategy_id, outcome, disposition, simulated FROM facets')
      .all();
    for (const [no, instrumentId, strategyId, outcome, disposition, simulated] of rows) {
      of[no as number] = {
        instrument: code(instruments, instrumentId as string),
        strategy: code(strategies, strategyId as string),
        outcome: OUTCOMES.indexOf(outcome as (typeof OUTCOMES)[number]),
        disposition: DISPOSITIONS.indexOf(disposition as (typeof DISPOSITIONS)[number]),
        simulated: simulated as number,
      };
    }
    return { strategies, instruments, of };
  }
}

interface FacetCodes {
  readonly instrument: number;
  readonly strategy: number;
  readonly outcome: number;
  readonly disposition: number;
  readonly simulated: number;
}

type Columns = Omit<ResultColumns, 'strategies' | 'instruments'>;

function emptyColumns(length: number): Columns {
  const numbers = () => new Float64Array(length);
  const flags = () => new Uint8Array(length);
  return {
    length,
    no: new Int32Array(length),
    strategy: new Uint16Array(length),
    instrument: new Uint16Array(length),
    outcome: flags(),
    disposition: flags(),
    regime: new Int8Array(length),
    simulated: flags(),
    scoredByModel: flags(),
    ambiguous: flags(),
    offline: flags(),
    openedAt: numbers(),
    exitAt: numbers(),
    netR: numbers(),
    grossR: numbers(),
    pnlPercent: numbers(),
    optimisticNetR: numbers(),
    score: numbers(),
    threshold: numbers(),
    reason: new Int32Array(length),
    resolverVersion: new Uint16Array(length),
  };
}

/** A row of `ROWS`. */
type Cell = number | null;
type PhantomCells = readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, optimistic: string | null];

function put(target: Columns, at: number, row: PhantomCells, facets: readonly FacetCodes[]): void {
  const facetAndReason = row[1] as number;
  const reason = Math.floor(facetAndReason / FACET_LIMIT);
  const facet = facets[facetAndReason - reason * FACET_LIMIT] as FacetCodes;
  target.no[at] = row[0] as number;
  target.instrument[at] = facet.instrument;
  target.strategy[at] = facet.strategy;
  target.outcome[at] = facet.outcome;
  target.disposition[at] = facet.disposition;
  target.simulated[at] = facet.simulated;
  target.openedAt[at] = row[2] as number;
  target.exitAt[at] = row[3] ?? Number.NaN;
  target.netR[at] = row[4] ?? Number.NaN;
  target.grossR[at] = row[5] ?? Number.NaN;
  target.pnlPercent[at] = row[6] ?? Number.NaN;
  target.score[at] = row[7] as number;
  target.threshold[at] = row[8] as number;
  target.reason[at] = reason;
  const flags = row[9] as number;
  target.ambiguous[at] = flags & AMBIGUOUS ? 1 : 0;
  target.offline[at] = flags & OFFLINE ? 1 : 0;
  target.resolverVersion[at] = Math.floor(flags / VERSION_UNIT);
  target.regime[at] = REGIME_OF[(flags / REGIME_UNIT) & (LETTER - 1)] as number;
  target.scoredByModel[at] = BY_MODEL[(flags / SCORE_KIND_UNIT) & (LETTER - 1)] as number;
  const optimistic = row[10];
  target.optimisticNetR[at] = optimistic === null ? Number.NaN : JSON.parse(optimistic).netR;
}

/** Row by number, -1 where there is none. */
function rowsByNumber(no: Int32Array): Int32Array {
  const rows = new Int32Array((no[no.length - 1] ?? 0) + 1).fill(-1);
  for (let row = 0; row < no.length; row++) rows[no[row] as number] = row;
  return rows;
}
