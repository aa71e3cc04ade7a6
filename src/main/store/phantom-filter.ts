/**
 * From a filter to SQL that an index can serve. What a filter names (instrument, outcome ...) is decided on the few
 * thousand facets in memory, with their counts; rows are then found by facet number, time, score and reason.
 */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import type { Disposition } from '#core/domain/score.ts';
import type { Side } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection, Value } from './connection.ts';

/** All conditions hold together; an empty list matches nothing, an absent one everything. */
export interface PhantomFilter {
  readonly instrumentIds?: readonly InstrumentId[] | undefined;
  readonly strategyIds?: readonly string[] | undefined;
  readonly sides?: readonly Side[] | undefined;
  readonly outcomes?: readonly Outcome[] | undefined;
  readonly dispositions?: readonly Disposition[] | undefined;
  readonly simulated?: boolean | undefined;
  /** By opening time, from inclusive, to exclusive. */
  readonly from?: UnixMs | undefined;
  readonly to?: UnixMs | undefined;
  readonly minimumScore?: number | undefined;
  /** Part of symbol, strategy or reason, whatever the case. */
  readonly search?: string | undefined;
}

export interface Facet {
  readonly no: number;
  readonly instrumentId: InstrumentId;
  readonly strategyId: string;
  readonly side: Side;
  readonly outcome: Outcome;
  readonly disposition: Disposition;
  readonly simulated: boolean;
  readonly count: number;
}

export interface FilterPlan {
  /** Facets that match everything but the search, and those of them whose own text matches it. */
  readonly facets: readonly Facet[];
  /** Conditions on `phantoms`, without WHERE; empty when every row matches. */
  readonly conditions: readonly string[];
  readonly values: readonly Value[];
  /** Rows in the matching facets: at least as many as match the filter. */
  readonly atMost: number;
  /** `atMost` is the number of matches: nothing but facets decides. */
  readonly exact: boolean;
  /** Every facet matches. */
  readonly allFacets: boolean;
  readonly hasTimeRange: boolean;
}

export function readFacets(connection: Connection): readonly Facet[] {
  return connection
    .prepare(
      `SELECT no, instrument_id, strategy_id, side, outcome, disposition, simulated, count
       FROM facets WHERE count > 0 ORDER BY no`,
    )
    .all()
    .map(([no, instrumentId, strategyId, side, outcome, disposition, simulated, count]) => ({
      no: no as number,
      instrumentId: instrumentId as string,
      strategyId: strategyId as string,
      side: side as Side,
      outcome: outcome as Outcome,
      disposition: disposition as Disposition,
      simulated: simulated === 1,
      count: count as number,
    }));
}

export function planFilter(connection: Connection, filter: PhantomFilter): FilterPlan {
  const all = readFacets(connection);
  const facets = all.filter((facet) => facetMatches(facet, filter));
  const allFacets = facets.length === all.length;
  const conditions: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, ...bound: readonly Value[]) => {
    conditions.push(condition);
    values.push(...bound);
  };
  if (!allFacets) add(IN_LIST('facet_no'), JSON.stringify(facets.map((facet) => facet.no)));
  if (filter.from !== undefined) add('opened_at >= ?', filter.from);
  if (filter.to !== undefined) add('opened_at < ?', filter.to);
  if (filter.minimumScore !== undefined) add('score >= ?', filter.minimumScore);
  const search = filter.search?.trim().toLowerCase() ?? '';
  const named = facets.filter((facet) => facetContains(facet, search));
  const searchesReasons = named.length < facets.length;
  if (searchesReasons) {
    add(
      `(reason_no IN (SELECT no FROM reasons WHERE text LIKE ? ESCAPE '\\') OR ${IN_LIST('facet_no')})`,
      `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`,
      JSON.stringify(named.map((facet) => facet.no)),
    );
  }
  const hasTimeRange = filter.from !== undefined || filter.to !== undefined;
  return {
    facets,
    conditions,
    values,
    atMost: facets.reduce((sum, facet) => sum + facet.count, 0),
    exact: !hasTimeRange && !searchesReasons && filter.minimumScore === undefined,
    allFacets,
    hasTimeRange,
  };
}

/** A list of numbers as one bound JSON text: the statement stays the same whatever its length. */
const IN_LIST = (column: string) => `${column} IN (SELECT value FROM json_each(?))`;

function facetMatches(facet: Facet, filter: PhantomFilter): boolean {
  return (
    allows(filter.instrumentIds, facet.instrumentId) &&
    allows(filter.strategyIds, facet.strategyId) &&
    allows(filter.sides, facet.side) &&
    allows(filter.outcomes, facet.outcome) &&
    allows(filter.dispositions, facet.disposition) &&
    (filter.simulated === undefined || filter.simulated === facet.simulated)
  );
}

function allows<T>(list: readonly T[] | undefined, value: T): boolean {
  return list === undefined || list.includes(value);
}

/** The instrument id holds exchange and symbol. */
function facetContains(facet: Facet, search: string): boolean {
  return facet.instrumentId.toLowerCase().includes(search) || facet.strategyId.toLowerCase().includes(search);
}
