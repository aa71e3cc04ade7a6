/** Sums of each facet's phantoms, kept until the facet changes: what all phantoms together came to is asked often (PE-17). */
import type { Connection, Row } from './connection.ts';
import { type Facet, facetsOf } from './facet-list.ts';

export interface FacetFigures {
  readonly total: number;
  readonly ambiguous: number;
  /** Over those with a net R. */
  readonly count: number;
  readonly wins: number;
  readonly sumNetR: number;
  readonly sumSquaredNetR: number;
  /** Null without any net R. */
  readonly leastNetR: number | null;
  readonly greatestNetR: number | null;
}

/** What `figuresOf` reads, after the number of the facet. */
export const FIGURE_COLUMNS = `count(*), coalesce(sum(ambiguous), 0), count(net_r), coalesce(sum(net_r > 0), 0),
  coalesce(sum(net_r), 0), coalesce(sum(net_r * net_r), 0), min(net_r), max(net_r)`;

/** Of whole facets, in the order of their index: the same sums to the last bit, whoever asks. */
const SUMS = `SELECT facet_no, ${FIGURE_COLUMNS} FROM phantoms INDEXED BY phantoms_by_facet
  WHERE facet_no IN (SELECT value FROM json_each(?)) GROUP BY facet_no`;

/** The same columns as `SUMS`, then the revision that they belong to. */
const STORED = `SELECT facet_no, total, ambiguous, count, wins, sum_net_r, sum_squared_net_r, least_net_r,
  greatest_net_r, revision FROM facet_figures WHERE facet_no IN (SELECT value FROM json_each(?))`;
const REVISION_AT = 9;

export function figuresOf(row: readonly unknown[]): FacetFigures {
  const [, total, ambiguous, count, wins, sumNetR, sumSquaredNetR] = row as readonly number[];
  return {
    total: total ?? 0,
    ambiguous: ambiguous ?? 0,
    count: count ?? 0,
    wins: wins ?? 0,
    sumNetR: sumNetR ?? 0,
    sumSquaredNetR: sumSquaredNetR ?? 0,
    leastNetR: row[7] as number | null,
    greatestNetR: row[8] as number | null,
  };
}

export class FacetFigureCache {
  readonly #connection: Connection;
  readonly #kept = new Map<number, { readonly revision: number; readonly figures: FacetFigures }>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Of whole facets, by number. Only those that changed since they were last asked for, or stored, are summed. */
  of(facets: readonly Facet[]): ReadonlyMap<number, FacetFigures> {
    this.recall(facets);
    const changed = this.#changed(facets);
    if (changed.size > 0) this.#take(this.#connection.prepare(SUMS).iterate(numbersOf(changed)), changed);
    const found = new Map<number, FacetFigures>();
    for (const { no } of facets) {
      const kept = this.#kept.get(no);
      if (kept !== undefined) found.set(no, kept.figures);
    }
    return found;
  }

  /** Those of the facets whose sums are not at hand: their rows must be read. */
  recall(facets: readonly Facet[]): readonly Facet[] {
    const changed = this.#changed(facets);
    if (changed.size === 0) return [];
    for (const row of this.#connection.prepare(STORED).iterate(numbersOf(changed))) {
      const no = row[0] as number;
      const revision = row[REVISION_AT] as number;
      if (changed.get(no) === revision) this.#kept.set(no, { revision, figures: figuresOf(row) });
    }
    return facets.filter(({ no, revision }) => this.#kept.get(no)?.revision !== revision);
  }

  /** Revisions by number. */
  #changed(facets: readonly Facet[]): ReadonlyMap<number, number> {
    const changed = new Map<number, number>();
    for (const { no, revision } of facets) if (this.#kept.get(no)?.revision !== revision) changed.set(no, revision);
    return changed;
  }

  #take(rows: Iterable<Row>, revisions: ReadonlyMap<number, number>): void {
    for (const row of rows) {
      const no = row[0] as number;
      this.#kept.set(no, { revision: revisions.get(no) ?? -1, figures: figuresOf(row) });
    }
  }
}

function numbersOf(facets: ReadonlyMap<number, number>): string {
  return JSON.stringify([...facets.keys()]);
}

/** A facet of more rows would hold the desk up for longer than a frame or two: whoever asks sums it, in another thread. */
const LARGEST_STORED = 100_000;

/** Facets in lists of about this many rows: some ten milliseconds each. */
const ROWS_PER_SHARE = 40_000;

export function* inShares(facets: readonly Facet[]): Generator<readonly Facet[], void, undefined> {
  let share: Facet[] = [];
  let rows = 0;
  for (const facet of facets) {
    share.push(facet);
    rows += facet.count;
    if (rows < ROWS_PER_SHARE) continue;
    yield share;
    share = [];
    rows = 0;
  }
  if (share.length > 0) yield share;
}

/**
 * Stores sums of facets whose stored ones are out of date, in pieces of some ten milliseconds each; a pause may lie between
 * two. On the connection that writes, in a transaction of `write`. Ends when all are stored.
 */
export function* storeFigures(
  connection: Connection,
  write: (work: () => void) => void,
  largest = LARGEST_STORED,
): Generator<void, void, undefined> {
  const stored = new Map(
    connection
      .prepare('SELECT facet_no, revision FROM facet_figures')
      .all()
      .map(([no, revision]) => [no as number, revision as number]),
  );
  const outOfDate = facetsOf(connection).filter(
    ({ no, revision, count }) => stored.get(no) !== revision && count <= largest,
  );
  for (const share of inShares(outOfDate)) {
    write(() => connection.prepare(STORE).run(JSON.stringify(share.map(({ no }) => no))));
    yield;
  }
}

/** With the revision of the same moment. */
const STORE = `INSERT OR REPLACE INTO facet_figures (facet_no, revision, total, ambiguous, count, wins, sum_net_r,
    sum_squared_net_r, least_net_r, greatest_net_r)
  SELECT s.facet_no, f.revision, s.total, s.ambiguous, s.count, s.wins, s.sum, s.squares, s.least, s.greatest
  FROM (SELECT facet_no, count(*) AS total, coalesce(sum(ambiguous), 0) AS ambiguous, count(net_r) AS count,
      coalesce(sum(net_r > 0), 0) AS wins, coalesce(sum(net_r), 0) AS sum, coalesce(sum(net_r * net_r), 0) AS squares,
      min(net_r) AS least, max(net_r) AS greatest
    FROM phantoms INDEXED BY phantoms_by_facet
    WHERE facet_no IN (SELECT value FROM json_each(?)) GROUP BY facet_no) s
  CROSS JOIN facets f ON f.no = s.facet_no`;
