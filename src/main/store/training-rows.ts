/** What models learn from, read in order from one unchanging view: signals with a result and a vector, and observations (FE-6). */
import { invariant } from '#core/base/invariant.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { ObservationKind } from '#core/domain/observation.ts';
import { type Outcome, RESOLVER_VERSION } from '#core/domain/phantom.ts';
import type { Disposition } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection } from './connection.ts';
import { conditionOf, type PhantomFilter, planFilter } from './phantom-filter.ts';
import { decodeVector } from './phantom-rows.ts';

/** A signal with the vector of one set, whether its strategy's model reads that or it was recorded beside. */
export interface SignalVectorRow {
  readonly strategyId: string;
  readonly instrumentId: InstrumentId;
  readonly disposition: Disposition;
  /** Null while open. */
  readonly outcome: Outcome | null;
  readonly openedAt: UnixMs;
  /** Null while open. */
  readonly resolvedAt: UnixMs | null;
  readonly netR: number | null;
  /** Of the signal, 0-3 (FE-3); null while it was unknown. */
  readonly cluster: number | null;
  readonly values: Float64Array;
}

export interface ObservationRow {
  readonly instrumentId: InstrumentId;
  readonly time: UnixMs;
  readonly resolvedAt: UnixMs;
  readonly target: number;
  readonly values: Float64Array;
}

export type RowOrder = 'ascending' | 'descending';

/** By opening time. Signals without a vector of this set, by its hash, are passed over. */
export function* signalVectorRows(
  connection: Connection,
  filter: PhantomFilter,
  setHash: string,
  order: RowOrder,
): Generator<SignalVectorRow, void, undefined> {
  const setNo = setNumber(connection, setHash);
  if (setNo === null) return;
  const where = conditionOf(planFilter(connection, filter));
  const direction = order === 'ascending' ? 'ASC' : 'DESC';
  const rows = connection
    .prepare(
      `SELECT f.strategy_id, f.instrument_id, f.disposition, p.opened_at, p.exit_time, p.net_r,
         json_extract(d.signal, '$.cluster'), coalesce(v.vector, b.vector), f.outcome
       FROM phantoms p INDEXED BY phantoms_by_opened
       CROSS JOIN facets f ON f.no = p.facet_no
       CROSS JOIN phantom_documents d ON d.phantom_no = p.no
       LEFT JOIN phantom_features v ON v.phantom_no = p.no AND v.set_no = ?
       LEFT JOIN phantom_beside b ON b.phantom_no = p.no AND b.set_no = ?
       WHERE coalesce(v.vector, b.vector) IS NOT NULL AND ${where.sql} ORDER BY p.opened_at ${direction}, p.no ${direction}`,
    )
    .iterate(setNo, setNo, ...where.values);
  for (const row of rows) {
    yield {
      strategyId: row[0] as string,
      instrumentId: row[1] as string,
      disposition: row[2] as Disposition,
      outcome: row[8] as Outcome | null,
      openedAt: row[3] as number,
      resolvedAt: row[4] as number | null,
      netR: row[5] as number | null,
      cluster: row[6] as number | null,
      values: decodeVector(row[7] as Buffer),
    };
  }
}

/** Observations whose label is known, by their time. */
export function* observationRows(
  connection: Connection,
  kind: ObservationKind,
  simulated: boolean,
  setHash: string,
): Generator<ObservationRow, void, undefined> {
  const setNo = setNumber(connection, setHash);
  if (setNo === null) return;
  const rows = connection
    .prepare(
      `SELECT instrument_id, time, resolved_at, target, vector FROM observations INDEXED BY observations_to_learn_from
       WHERE kind = ? AND simulated = ? AND state = 'labelled' AND set_no = ? ORDER BY time, no`,
    )
    .iterate(kind, Number(simulated), setNo);
  for (const [instrumentId, time, resolvedAt, target, vector] of rows) {
    yield {
      instrumentId: instrumentId as string,
      time: time as number,
      resolvedAt: resolvedAt as number,
      target: target as number,
      values: decodeVector(vector as Buffer),
    };
  }
}

/** How many of the matching signals are whose (ML-50). */
export interface OwnerCount {
  readonly instrumentId: InstrumentId;
  /** 0-3 (FE-3); null while it was unknown. */
  readonly cluster: number | null;
  readonly count: number;
}

/** Counts are kept per facet and cluster: what another version of the resolver graded is taken off, and that is little. */
export function countOwners(connection: Connection, filter: PhantomFilter): readonly OwnerCount[] {
  const plan = planFilter(connection, filter);
  invariant(plan.time === null && plan.score === null && plan.reason === null, 'owners are counted by facet');
  const facet = plan.facet ?? { sql: 'TRUE', values: [] };
  const kept = connection
    .prepare(`SELECT facet_no, cluster, count FROM facet_clusters WHERE count > 0 AND ${facet.sql}`)
    .all(...facet.values);
  const others = (comparison: '<' | '>') =>
    connection
      .prepare(
        `SELECT p.facet_no, coalesce(json_extract(d.signal, '$.cluster'), -1) AS cluster, -count(*)
         FROM phantoms p INDEXED BY phantoms_by_version CROSS JOIN phantom_documents d ON d.phantom_no = p.no
         WHERE resolver_version ${comparison} ? AND ${facet.sql} GROUP BY p.facet_no, cluster`,
      )
      .all(...(plan.version?.values ?? []), ...facet.values);
  const graded = plan.version === null ? [] : [...others('<'), ...others('>')];
  const instruments = new Map(plan.facets.map(({ no, instrumentId }) => [no, instrumentId]));
  const counts = new Map<string, OwnerCount>();
  for (const [no, stored, count] of [...kept, ...graded]) {
    const instrumentId = instruments.get(no as number);
    if (instrumentId === undefined) continue;
    const cluster = stored === UNKNOWN_CLUSTER ? null : (stored as number);
    const key = `${instrumentId} ${cluster}`;
    counts.set(key, { instrumentId, cluster, count: (counts.get(key)?.count ?? 0) + (count as number) });
  }
  return [...counts.values()].filter(({ count }) => count > 0).sort(byOwner);
}

/** As `facet_clusters` says it. */
const UNKNOWN_CLUSTER = -1;

function byOwner(one: OwnerCount, other: OwnerCount): number {
  if (one.instrumentId !== other.instrumentId) return one.instrumentId < other.instrumentId ? -1 : 1;
  return (one.cluster ?? UNKNOWN_CLUSTER) - (other.cluster ?? UNKNOWN_CLUSTER);
}

/** A signal that a model scored at or above its threshold, with what came of it (ST-11). */
export interface PassedSignal {
  readonly openedAt: UnixMs;
  readonly resolvedAt: UnixMs;
  readonly netR: number;
}

/**
 * The newest `limit` resolved signals whose calibrated score reached the threshold of its time, oldest first. A model
 * scores only what came after its training: all of them are out of sample.
 */
export function passedSignals(
  connection: Connection,
  strategyId: string,
  simulated: boolean,
  limit: number,
): readonly PassedSignal[] {
  return connection
    .prepare(
      `SELECT p.opened_at, p.exit_time, p.net_r FROM phantoms p INDEXED BY phantoms_passed
       WHERE p.facet_no IN (
           SELECT no FROM facets WHERE strategy_id = ? AND simulated = ? AND outcome IN ('win', 'loss', 'timeout')
             AND disposition NOT IN ('imported', 'blocked'))
         AND p.score_kind = 'model' AND p.score >= p.threshold AND p.net_r IS NOT NULL
         AND p.resolver_version = ${RESOLVER_VERSION}
       ORDER BY p.opened_at DESC LIMIT ?`,
    )
    .all(strategyId, Number(simulated), limit)
    .map(([openedAt, resolvedAt, netR]) => ({
      openedAt: openedAt as number,
      resolvedAt: resolvedAt as number,
      netR: netR as number,
    }))
    .reverse();
}

export function countLabelled(connection: Connection, kind: ObservationKind, simulated: boolean): number {
  return connection
    .prepare("SELECT count(*) FROM observations WHERE kind = ? AND simulated = ? AND state = 'labelled'")
    .get(kind, Number(simulated))?.[0] as number;
}

function setNumber(connection: Connection, setHash: string): number | null {
  return (connection.prepare('SELECT no FROM feature_sets WHERE set_hash = ?').get(setHash)?.[0] ?? null) as
    | number
    | null;
}
