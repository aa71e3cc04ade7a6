/** Which index serves a filter and a sort, and what bounds the walk along it (PE-12): the policy behind every page. */
import type { Connection, Value } from './connection.ts';
import type { FacetFigureCache } from './facet-figures.ts';
import type { Condition, FilterPlan } from './phantom-filter.ts';
import { type PhantomSort, SORT_COLUMNS } from './phantom-sort.ts';

/** Up to how many rows a page gathers its matches and sorts them, instead of walking the sort's index past the rest. */
export interface GatherLimits {
  /** Found by facet: that index holds every sort key. */
  readonly byFacet: number;
  /** Found by time, score or reason: the sort keys are looked up row by row. */
  readonly byLookUp: number;
}

/** Where both ways take about 20 ms, on 1,000,000 phantoms. */
const GATHER_LIMITS: GatherLimits = { byFacet: 200_000, byLookUp: 10_000 };

export class IndexChoice {
  readonly #connection: Connection;
  readonly #figures: FacetFigureCache;
  readonly #limits: GatherLimits;

  constructor(connection: Connection, figures: FacetFigureCache, limits: GatherLimits = GATHER_LIMITS) {
    this.#connection = connection;
    this.#figures = figures;
    this.#limits = limits;
  }

  /** What keeps a walk from passing rows that cannot match: losses begin where the wins end. */
  boundOf(plan: FilterPlan, sort: PhantomSort, index: string): Condition | null {
    if (index !== SORT_COLUMNS[sort.by].index) return null;
    if (sort.by === 'exitTime' && plan.from !== null) return { sql: 'p.exit_time >= ?', values: [plan.from] };
    if (sort.by !== 'netR' || plan.facet === null || plan.facets.length === 0) return null;
    const figures = [...this.#figures.of(plan.facets).values()];
    const least = figures.reduce((bound, { leastNetR }) => Math.min(bound, leastNetR ?? bound), Infinity);
    const greatest = figures.reduce((bound, { greatestNetR }) => Math.max(bound, greatestNetR ?? bound), -Infinity);
    return { sql: 'p.net_r BETWEEN ? AND ?', values: [least, greatest] };
  }

  /** Walk the sort's index, or gather the few matches by another one and sort them. */
  indexOf(plan: FilterPlan, sort: PhantomSort): string {
    const walked = SORT_COLUMNS[sort.by].index;
    // A time range bounds this walk, and where at least every tenth row matches it soon has its page.
    const isWalked = sort.by === 'openedAt' && plan.time !== null && plan.atMost * 10 >= plan.total;
    if (isWalked && plan.score === null && plan.reason === null) return walked;
    if (plan.facet !== null && plan.atMost * this.#shareOfTime(plan) <= this.#limits.byFacet)
      return 'phantoms_by_facet';
    return this.narrowIndex(plan) ?? walked;
  }

  /** An index that finds all matches within few rows by time, score or reason; null when none does. */
  narrowIndex(plan: FilterPlan): string | null {
    if (this.#isNarrow(plan.time, 'phantoms_by_opened')) return 'phantoms_by_opened';
    if (this.#isNarrow(plan.score, 'phantoms_by_score')) return 'phantoms_by_score';
    if (!plan.reasonOrFacet && this.#isNarrow(plan.reason, 'phantoms_by_reason')) return 'phantoms_by_reason';
    return null;
  }

  #isNarrow(condition: Condition | null, index: string): boolean {
    if (condition === null) return false;
    const rows = `SELECT 1 FROM phantoms INDEXED BY ${index} WHERE ${condition.sql} LIMIT ${this.#limits.byLookUp + 1}`;
    const count = this.#connection.prepare(`SELECT count(*) FROM (${rows})`).get(...condition.values)?.[0];
    return (count as number) <= this.#limits.byLookUp;
  }

  /** Roughly which share of all phantoms opened in the time range, as if they were spread evenly. */
  #shareOfTime(plan: FilterPlan): number {
    if (plan.time === null) return 1;
    const edge = (order: string, condition: string, values: readonly Value[]) =>
      this.#connection
        .prepare(`SELECT opened_at FROM phantoms ${condition} ORDER BY opened_at ${order} LIMIT 1`)
        .get(...values)?.[0] as number | undefined;
    const within = `WHERE ${plan.time.sql}`;
    const [first, last] = [edge('ASC', '', []) ?? 0, edge('DESC', '', []) ?? 0];
    const [from, to] = [edge('ASC', within, plan.time.values), edge('DESC', within, plan.time.values)];
    if (from === undefined || to === undefined) return 0;
    return last > first ? (to - from) / (last - first) : 1;
  }
}
