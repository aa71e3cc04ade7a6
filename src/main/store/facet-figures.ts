/** Sums of each facet's phantoms, kept until the facet changes: what all phantoms together came to is asked often (PE-17). */
import type { Connection } from './connection.ts';
import type { Facet } from './phantom-filter.ts';

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

  /** Of whole facets, by number. Only those that changed since they were last asked for are read. */
  of(facets: readonly Facet[]): ReadonlyMap<number, FacetFigures> {
    const changed = facets.filter(({ no, revision }) => this.#kept.get(no)?.revision !== revision);
    if (changed.length > 0) this.#read(changed);
    const found = new Map<number, FacetFigures>();
    for (const { no } of facets) {
      const kept = this.#kept.get(no);
      if (kept !== undefined) found.set(no, kept.figures);
    }
    return found;
  }

  #read(facets: readonly Facet[]): void {
    const revisions = new Map(facets.map(({ no, revision }) => [no, revision]));
    const rows = this.#connection
      .prepare(
        `SELECT facet_no, ${FIGURE_COLUMNS} FROM phantoms INDEXED BY phantoms_by_facet
         WHERE facet_no IN (SELECT value FROM json_each(?)) GROUP BY facet_no`,
      )
      .iterate(JSON.stringify([...revisions.keys()]));
    for (const row of rows) {
      const no = row[0] as number;
      this.#kept.set(no, { revision: revisions.get(no) ?? -1, figures: figuresOf(row) });
    }
  }
}
