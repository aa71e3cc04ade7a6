/** Reading phantoms: history page by page under any filter and sort (PE-12), counts, statistics, detail, streams. */
import { ok, type Result } from '#core/base/result.ts';
import type { Outcome, Phantom } from '#core/domain/phantom.ts';
import type { Decision, Disposition } from '#core/domain/score.ts';
import type { Signal, SignalId, SignalMark } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection, Row } from './connection.ts';
import { FacetFigureCache, type FacetFigures, FIGURE_COLUMNS, figuresOf, inShares } from './facet-figures.ts';
import { type GatherLimits, IndexChoice } from './index-choice.ts';
import { EXPORT_JOINS, ExportRows, exportColumns, type PhantomWithVectors } from './phantom-export-rows.ts';
import { conditionOf, type FilterPlan, facetIn, type PhantomFilter, planFilter } from './phantom-filter.ts';
import {
  decodeVector,
  joinQualityParts,
  ROW_COLUMNS,
  ROW_WIDTH,
  rowOf,
  rowTables,
  type StoredPhantomRow,
  selectWholePhantoms,
  wholePhantomOf,
} from './phantom-rows.ts';
import {
  decodeCursor,
  encodeCursor,
  type PhantomSort,
  type Position,
  parts,
  type Query,
  SORT_COLUMNS,
  type SortPart,
  selectSorted,
} from './phantom-sort.ts';
import type { StoreFault } from './store-fault.ts';

export interface PhantomHistoryPage {
  readonly rows: readonly StoredPhantomRow[];
  /** Where the next page begins; null on the last one. */
  readonly nextCursor: string | null;
}

export interface StoredStatistics {
  readonly total: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly dispositions: Readonly<Partial<Record<Disposition, number>>>;
  readonly ambiguous: number;
  /** Over wins, losses and timeouts; a win is net R > 0, timeouts included (ML-5). */
  readonly resolved: {
    readonly count: number;
    readonly wins: number;
    readonly sumNetR: number;
    readonly sumSquaredNetR: number;
  };
}

export interface RecordedFeatureSet {
  readonly setId: string;
  readonly setHash: string;
  readonly features: readonly { readonly name: string; readonly meaning: string; readonly unit: string }[];
}

export interface PhantomLifeEvent {
  readonly time: UnixMs;
  readonly kind: 'opened' | 'tp1' | 'decided' | 'closed';
  /** For opened and decided. */
  readonly decision: Decision | null;
}

export interface StoredPhantomDetail {
  readonly row: StoredPhantomRow;
  readonly phantom: Phantom;
  readonly featureSet: RecordedFeatureSet | null;
  readonly events: readonly PhantomLifeEvent[];
}

/** A row with its recorded features, for exports. */
export interface PhantomWithFeatures {
  readonly row: StoredPhantomRow;
  readonly features: { readonly setHash: string; readonly values: Float64Array } | null;
}

export class PhantomHistory {
  readonly #connection: Connection;
  readonly #figures: FacetFigureCache;
  readonly #choice: IndexChoice;

  constructor(connection: Connection, limits?: GatherLimits) {
    this.#connection = connection;
    this.#figures = new FacetFigureCache(connection);
    this.#choice = new IndexChoice(connection, this.#figures, limits);
  }

  /** `cursor`: `nextCursor` of the page before, with the same filter and sort; null for the first page. */
  page(
    filter: PhantomFilter,
    sort: PhantomSort,
    cursor: string | null,
    limit: number,
  ): Result<PhantomHistoryPage, StoreFault> {
    const start = cursor === null ? null : decodeCursor(cursor, sort);
    if (start !== null && !start.ok) return start;
    const plan = planFilter(this.#connection, filter);
    const found = this.#find(plan, sort, start?.value ?? null, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const row = this.#connection.prepare(`SELECT ${ROW_COLUMNS} FROM ${rowTables()} WHERE p.no = ?`);
    return ok({
      rows: shown.map(({ no }) => rowOf(row.get(no) as Row)),
      nextCursor: found.length > limit && last !== undefined ? encodeCursor(sort, last) : null,
    });
  }

  /** Rows that the filter matches. */
  count(filter: PhantomFilter): number {
    const plan = planFilter(this.#connection, filter);
    const byFacetAlone = plan.time === null && plan.score === null && plan.reason === null;
    if (byFacetAlone) return plan.atMost - (plan.version === null ? 0 : this.#countOtherVersions(plan));
    const { sql, values } = conditionOf(plan);
    const index = this.#choice.narrowIndex(plan) ?? 'phantoms_by_facet';
    const count = this.#connection.prepare(`SELECT count(*) FROM phantoms INDEXED BY ${index} WHERE ${sql}`);
    return count.get(...values)?.[0] as number;
  }

  /** Of the plan's facets, what another version graded: few or none, and an index holds them together. */
  #countOtherVersions({ facet, version }: FilterPlan): number {
    const other = (comparison: string) =>
      this.#connection
        .prepare(
          `SELECT count(*) FROM phantoms INDEXED BY phantoms_by_version
           WHERE resolver_version ${comparison} ? AND ${facet?.sql ?? 'TRUE'}`,
        )
        .get(...(version?.values ?? []), ...(facet?.values ?? []))?.[0] as number;
    return other('<') + other('>');
  }

  statistics(filter: PhantomFilter): StoredStatistics {
    const steps = this.statisticsInSteps(filter);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /**
   * The same on one view of the record, with a pause after every few ten thousand rows: pages may be read meanwhile, of
   * that same view, but no other statistics.
   */
  *statisticsInSteps(filter: PhantomFilter): Generator<void, StoredStatistics, undefined> {
    const isOwnView = !this.#connection.inTransaction;
    if (isOwnView) this.#connection.exec('BEGIN');
    try {
      return yield* this.#statisticsOf(planFilter(this.#connection, filter));
    } finally {
      if (isOwnView) this.#connection.exec('COMMIT');
    }
  }

  *#statisticsOf(plan: FilterPlan): Generator<void, StoredStatistics, undefined> {
    const facets = new Map(plan.facets.map((facet) => [facet.no, facet]));
    const outcomes: Partial<Record<Outcome, number>> = {};
    const dispositions: Partial<Record<Disposition, number>> = {};
    const sums = { total: 0, ambiguous: 0, count: 0, wins: 0, sumNetR: 0, sumSquaredNetR: 0 };
    for (const [no, figures] of yield* this.#figuresByFacet(plan)) {
      const facet = facets.get(no);
      if (facet === undefined) continue;
      const { total } = figures;
      outcomes[facet.outcome] = (outcomes[facet.outcome] ?? 0) + total;
      dispositions[facet.disposition] = (dispositions[facet.disposition] ?? 0) + total;
      sums.total += total;
      sums.ambiguous += figures.ambiguous;
      if (facet.outcome !== 'win' && facet.outcome !== 'loss' && facet.outcome !== 'timeout') continue;
      sums.count += figures.count;
      sums.wins += figures.wins;
      sums.sumNetR += figures.sumNetR;
      sums.sumSquaredNetR += figures.sumSquaredNetR;
    }
    const { total, ambiguous, ...resolved } = sums;
    return { total, ambiguous, outcomes, dispositions, resolved };
  }

  *#figuresByFacet(plan: FilterPlan): Generator<void, ReadonlyMap<number, FacetFigures>, undefined> {
    if (plan.time === null && plan.score === null && plan.version === null && plan.reason === null) {
      for (const some of inShares(this.#figures.recall(plan.facets))) {
        this.#figures.of(some);
        yield;
      }
      return this.#figures.of(plan.facets);
    }
    const narrow = this.#choice.narrowIndex(plan);
    if (narrow !== null || plan.facet === null) return this.#figuresWhere(plan, narrow ?? 'phantoms_by_facet');
    const found = new Map<number, FacetFigures>();
    for (const some of inShares(plan.facets)) {
      const share = { ...plan, facet: facetIn(some) };
      for (const [no, figures] of this.#figuresWhere(share, 'phantoms_by_facet')) found.set(no, figures);
      yield;
    }
    return found;
  }

  #figuresWhere(plan: FilterPlan, index: string): ReadonlyMap<number, FacetFigures> {
    const { sql, values } = conditionOf(plan);
    const rows = this.#connection
      .prepare(`SELECT facet_no, ${FIGURE_COLUMNS} FROM phantoms INDEXED BY ${index} WHERE ${sql} GROUP BY facet_no`)
      .all(...values);
    return new Map(rows.map((row) => [row[0] as number, figuresOf(row)]));
  }

  detail(id: SignalId): StoredPhantomDetail | null {
    const row = this.#connection.prepare(`SELECT ${ROW_COLUMNS} FROM ${rowTables()} WHERE p.id = ?`).get(id);
    const whole = this.#connection.prepare(selectWholePhantoms('WHERE p.id = ?')).get(id);
    if (row === undefined || whole === undefined) return null;
    const phantom = wholePhantomOf(whole);
    const setHash = phantom.features?.setHash ?? null;
    return {
      row: rowOf(row),
      phantom,
      featureSet: this.featureSets().find((set) => set.setHash === setHash) ?? null,
      events: this.#events(id),
    };
  }

  /** What the strategy saw when it issued the signal. */
  marks(id: SignalId): readonly SignalMark[] {
    const stored = this.#connection
      .prepare(
        `SELECT json_extract(d.signal, '$.marks') FROM phantoms p JOIN phantom_documents d ON d.phantom_no = p.no
         WHERE p.id = ?`,
      )
      .get(id)?.[0];
    return stored === undefined || stored === null ? [] : JSON.parse(stored as string);
  }

  featureSets(): readonly RecordedFeatureSet[] {
    return this.#connection
      .prepare('SELECT set_id, set_hash, features FROM feature_sets ORDER BY no')
      .all()
      .map(([setId, setHash, features]) => ({
        setId: setId as string,
        setHash: setHash as string,
        features: JSON.parse(features as string),
      }));
  }

  /**
   * Every match in order, with features. Give it a connection of its own (`Profile.exportPhantoms` does): it stays
   * busy, on one unchanging view of the record, until the stream ends or is returned from.
   */
  *stream(filter: PhantomFilter, sort: PhantomSort): Generator<PhantomWithFeatures, void, undefined> {
    const tables = (hint: string) =>
      `${rowTables(hint)}
       LEFT JOIN phantom_features v ON v.phantom_no = p.no LEFT JOIN feature_sets s ON s.no = v.set_no`;
    for (const row of this.#sorted(filter, sort, `${ROW_COLUMNS}, s.set_hash, v.vector`, tables)) {
      const setHash = row[ROW_WIDTH] as string | null;
      const vector = row[ROW_WIDTH + 1] as Buffer | null;
      const features = setHash === null || vector === null ? null : { setHash, values: decodeVector(vector) };
      yield { row: rowOf(row), features };
    }
  }

  /** The signals behind the matches, as they were issued. */
  *streamSignals(filter: PhantomFilter, sort: PhantomSort): Generator<Signal, void, undefined> {
    const tables = (hint: string) =>
      `phantoms p ${hint} CROSS JOIN phantom_documents d ON d.phantom_no = p.no
       CROSS JOIN quality_forms q ON q.no = d.quality_form_no`;
    for (const [document, form] of this.#sorted(filter, sort, 'd.signal, q.document', tables)) {
      yield joinQualityParts(document as string, form as string);
    }
  }

  /** Like `stream`, with the vectors recorded beside as well when `beside`, and in memory that is used again: for files. */
  *streamForFiles(
    filter: PhantomFilter,
    sort: PhantomSort,
    beside: boolean,
  ): Generator<PhantomWithVectors, void, undefined> {
    const rows = new ExportRows(this.#connection);
    const tables = (hint: string) => `phantoms p ${hint} ${EXPORT_JOINS}`;
    for (const row of this.#sorted(filter, sort, exportColumns(beside), tables)) yield rows.read(row);
  }

  /** The statements behind a page, for tests that hold them to their indexes. */
  explainPage(filter: PhantomFilter, sort: PhantomSort): readonly string[] {
    const plan = planFilter(this.#connection, filter);
    return parts(sort, null).flatMap((part) => {
      const query = this.#pageQuery(plan, sort, part, 101);
      const steps = this.#connection.prepare(`EXPLAIN QUERY PLAN ${query.sql}`).all(...query.values);
      return steps.map((step) => step[3] as string);
    });
  }

  *#sorted(filter: PhantomFilter, sort: PhantomSort, what: string, tables: (hint: string) => string): Generator<Row> {
    const plan = planFilter(this.#connection, filter);
    for (const part of parts(sort, null)) {
      const index = this.#choice.indexOf(plan, sort);
      const query = selectSorted(
        { plan, sort, part, bound: this.#choice.boundOf(plan, sort, index) },
        what,
        tables(`INDEXED BY ${index}`),
        null,
      );
      yield* this.#connection.prepare(query.sql).iterate(...query.values);
    }
  }

  #find(plan: FilterPlan, sort: PhantomSort, start: Position | null, limit: number): readonly Position[] {
    if (plan.atMost === 0) return [];
    const found: Position[] = [];
    for (const part of parts(sort, start)) {
      const query = this.#pageQuery(plan, sort, part, limit - found.length);
      for (const [key, no] of this.#connection.prepare(query.sql).all(...query.values)) {
        found.push({ key: key as number | null, no: no as number });
      }
      if (found.length >= limit) break;
    }
    return found;
  }

  #pageQuery(plan: FilterPlan, sort: PhantomSort, part: SortPart, limit: number): Query {
    const { column } = SORT_COLUMNS[sort.by];
    const index = this.#choice.indexOf(plan, sort);
    const bound = this.#choice.boundOf(plan, sort, index);
    return selectSorted({ plan, sort, part, bound }, `p.${column}, p.no`, `phantoms p INDEXED BY ${index}`, limit);
  }

  #events(id: SignalId): readonly PhantomLifeEvent[] {
    return this.#connection
      .prepare(
        `SELECT e.time, e.kind, e.document FROM phantom_events e JOIN phantoms p ON p.no = e.phantom_no
         WHERE p.id = ? ORDER BY e.sequence`,
      )
      .all(id)
      .map(([time, kind, document]) => ({
        time: time as number,
        kind: kind as PhantomLifeEvent['kind'],
        decision: kind === 'opened' || kind === 'decided' ? JSON.parse(document as string) : null,
      }));
  }
}
