/**
 * From a filter to SQL that an index can serve. What a filter names (instrument, outcome ...) is decided on the few
 * thousand facets in memory, with their counts; rows are then found by facet number, time, score and reason.
 */
import { type InstrumentId, splitInstrumentId } from '#core/domain/instrument.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import type { Disposition } from '#core/domain/score.ts';
import type { Side } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection, Value } from './connection.ts';
import { type Facet, facetsOf } from './facet-list.ts';

/** All conditions hold together; an empty list matches nothing, an absent one everything. */
export interface PhantomFilter {
  readonly instrumentIds?: readonly InstrumentId[] | undefined;
  /** Of whatever exchange. */
  readonly symbols?: readonly string[] | undefined;
  readonly strategyIds?: readonly string[] | undefined;
  readonly exceptStrategyIds?: readonly string[] | undefined;
  readonly sides?: readonly Side[] | undefined;
  readonly outcomes?: readonly Outcome[] | undefined;
  readonly dispositions?: readonly Disposition[] | undefined;
  readonly simulated?: boolean | undefined;
  /** By opening time, from inclusive, to exclusive. */
  readonly from?: UnixMs | undefined;
  readonly to?: UnixMs | undefined;
  readonly minimumScore?: number | undefined;
  /** Only what this version of the resolver graded (PH-10). */
  readonly resolverVersion?: number | undefined;
  /** Part of symbol, strategy or reason, whatever the case. */
  readonly search?: string | undefined;
}

/** A condition on `phantoms` with what is bound to it. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** A filter taken apart by what can serve it; a part that every row passes is null. All parts hold together. */
export interface FilterPlan {
  /** Facets that can match. */
  readonly facets: readonly Facet[];
  readonly facet: Condition | null;
  readonly time: Condition | null;
  /** The time range's beginning: nothing exits before it opens, so it bounds the walk by exit as well. */
  readonly from: UnixMs | null;
  readonly score: Condition | null;
  /** Of the resolver: rows that another version graded do not match. */
  readonly version: Condition | null;
  readonly reason: Condition | null;
  /** Facets of its own match the search too: `reason` alone does not find everything. */
  readonly reasonOrFacet: boolean;
  /** Rows in the matching facets: at least as many as match the filter; exactly as many when nothing else decides. */
  readonly atMost: number;
  /** All rows there are. */
  readonly total: number;
}

/** By filter, while the facets stay as they are; a dozen models and a few tables ask the same again and again. */
const PLANS = new WeakMap<readonly Facet[], Map<string, FilterPlan>>();
const PLANS_KEPT = 100;

export function planFilter(connection: Connection, filter: PhantomFilter): FilterPlan {
  const all = facetsOf(connection);
  // Reasons are looked up with each search.
  if ((filter.search?.trim() ?? '') !== '') return planOver(connection, all, filter);
  const plans = PLANS.get(all) ?? new Map<string, FilterPlan>();
  PLANS.set(all, plans);
  const key = JSON.stringify(filter);
  const plan = plans.get(key) ?? planOver(connection, all, filter);
  if (plans.size >= PLANS_KEPT) plans.clear();
  plans.set(key, plan);
  return plan;
}

function planOver(connection: Connection, all: readonly Facet[], filter: PhantomFilter): FilterPlan {
  const search = filter.search?.trim().toLowerCase() ?? '';
  const candidates = all.filter((facet) => facetMatches(facet, filter));
  const named = candidates.filter((facet) => facetContains(facet, search));
  const reasons = named.length < candidates.length ? reasonsWith(connection, search) : null;
  const facets = reasons === null ? named : candidates;
  const time: Condition[] = [];
  if (filter.from !== undefined) time.push({ sql: 'opened_at >= ?', values: [filter.from] });
  if (filter.to !== undefined) time.push({ sql: 'opened_at < ?', values: [filter.to] });
  return {
    facets,
    // With a time range the facets are named even when all match: their index holds the opening times of each.
    facet: facets.length < all.length || time.length > 0 ? facetIn(facets) : null,
    time: time.length === 0 ? null : allOf(time),
    from: filter.from ?? null,
    score: filter.minimumScore === undefined ? null : { sql: 'score >= ?', values: [filter.minimumScore] },
    version:
      filter.resolverVersion === undefined ? null : { sql: 'resolver_version = ?', values: [filter.resolverVersion] },
    reason: reasons !== null && named.length > 0 ? anyOf([reasons, facetIn(named)]) : reasons,
    reasonOrFacet: reasons !== null && named.length > 0,
    atMost: rowsOf(facets),
    total: rowsOf(all),
  };
}

function rowsOf(facets: readonly Facet[]): number {
  return facets.reduce((sum, facet) => sum + facet.count, 0);
}

/** The whole filter as one condition. */
export function conditionOf({ facet, time, score, version, reason }: FilterPlan): Condition {
  const parts = [facet, time, score, version, reason].filter((part) => part !== null);
  return parts.length === 0 ? { sql: 'TRUE', values: [] } : allOf(parts);
}

function allOf(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map((condition) => condition.sql).join(' AND '),
    values: conditions.flatMap((condition) => condition.values),
  };
}

function anyOf(conditions: readonly Condition[]): Condition {
  return {
    sql: `(${conditions.map((condition) => condition.sql).join(' OR ')})`,
    values: conditions.flatMap((condition) => condition.values),
  };
}

/** A list of numbers is one bound JSON text: the statement stays the same whatever its length. */
function isIn(column: string, numbers: readonly number[]): Condition {
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(numbers)] };
}

export function facetIn(facets: readonly Facet[]): Condition {
  return isIn(
    'facet_no',
    facets.map((facet) => facet.no),
  );
}

/** Beyond so many the list is left to the database. */
const REASONS_LISTED = 10_000;

/** Reasons that contain the text; null when none does. */
function reasonsWith(connection: Connection, search: string): Condition | null {
  const pattern = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const select = "SELECT no FROM reasons WHERE text LIKE ? ESCAPE '\\'";
  const found = connection.prepare(`${select} LIMIT ?`).all(pattern, REASONS_LISTED + 1);
  if (found.length === 0) return null;
  if (found.length > REASONS_LISTED) return { sql: `reason_no IN (${select})`, values: [pattern] };
  return isIn(
    'reason_no',
    found.map(([no]) => no as number),
  );
}

function facetMatches(facet: Facet, filter: PhantomFilter): boolean {
  return (
    allows(filter.instrumentIds, facet.instrumentId) &&
    (filter.symbols === undefined || filter.symbols.includes(splitInstrumentId(facet.instrumentId).symbol)) &&
    allows(filter.strategyIds, facet.strategyId) &&
    filter.exceptStrategyIds?.includes(facet.strategyId) !== true &&
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
