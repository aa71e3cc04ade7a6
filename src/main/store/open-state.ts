/** Everything the engine needs to go on where it stopped (PL-6, PL-8). */
import { deserialize } from 'node:v8';
import type { BrokerFill } from '#core/domain/broker-fill.ts';
import type { TakenExternal } from '#core/domain/external-signal.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import { type Outcome, type Phantom, type PhantomResult, RESOLVER_VERSION } from '#core/domain/phantom.ts';
import type { RiskState } from '#core/domain/risk.ts';
import type { Side, SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount, Position, Ticket } from '#core/domain/trading.ts';
import type { Connection } from './connection.ts';
import type { ExternalStore } from './external-store.ts';
import { takenFills } from './fill-rows.ts';
import { type KeptObservation, keptObservations } from './kept-observations.ts';
import { RESULT_COLUMNS, resultOf, selectWholePhantoms, wholePhantomOf } from './phantom-rows.ts';
import type { WorkedBar } from './step-writer.ts';

export interface OpenPhantom {
  readonly phantom: Phantom;
  /** As the resolver gave it; null before its first bar. */
  readonly progress: unknown;
}

export interface OpenPosition {
  readonly position: Position;
  readonly progress: unknown;
}

export interface Snapshot {
  readonly scope: string;
  readonly at: UnixMs;
  readonly state: unknown;
}

export interface OpenState {
  /** In the order in which they opened. */
  readonly phantoms: readonly OpenPhantom[];
  readonly tickets: readonly Ticket[];
  readonly positions: readonly OpenPosition[];
  readonly account: PaperAccount | null;
  readonly risk: RiskState | null;
  /** Null on a fresh profile. */
  readonly clock: UnixMs | null;
  /** In order of their time. */
  readonly observations: readonly KeptObservation[];
  readonly workedBars: readonly WorkedBar[];
  /** The newest readable snapshot of each scope; one that another version wrote in another form is left out. */
  readonly snapshots: readonly Snapshot[];
  /** Per strategy the newest wins, losses and timeouts of the resolver's version of now, in the order in which they were resolved, oldest first. */
  readonly recentlyResolved: ReadonlyMap<string, readonly ResolvedSignal[]>;
  /** Signals from outside that were taken, in that order (ST-20). */
  readonly externals: readonly TakenExternal[];
  /** At an exchange, in the order in which they were taken. */
  readonly fills: readonly BrokerFill[];
  readonly gated: readonly OpenGate[];
}

/** What a phantom's end leaves behind for those after it. */
export interface ResolvedSignal {
  readonly id: SignalId;
  readonly strategyId: string;
  /** 0-3 (FE-3); null while it was unknown. */
  readonly cluster: number | null;
  readonly result: PhantomResult;
}

/** PH-2: a structure whose signal was gated and whose time is not up. */
export interface OpenGate {
  readonly instrumentId: InstrumentId;
  readonly strategyId: string;
  readonly side: Side;
  readonly structureKey: string;
  readonly until: UnixMs;
}

/** No phantom runs longer. */
const LONGEST_LIFE_MS = 60 * 86_400_000;

/** Resolved phantoms per strategy that life-cycle features and the guard look back on (PH-22). */
const RESOLVED_REMEMBERED = 200;

export function loadOpenState(connection: Connection, externals: Pick<ExternalStore, 'taken'>): OpenState {
  const clock = (connection.prepare('SELECT time FROM engine_clock').get()?.[0] as number | undefined) ?? null;
  return {
    phantoms: openPhantoms(connection),
    tickets: openTickets(connection),
    positions: openPositions(connection),
    account: currentAccount(connection),
    risk: riskState(connection),
    clock,
    observations: keptObservations(connection, clock ?? 0),
    workedBars: workedBars(connection),
    snapshots: newestSnapshots(connection),
    recentlyResolved: recentlyResolved(connection),
    externals: externals.taken(),
    fills: takenFills(connection).map(({ fill }) => fill),
    gated: openGates(connection, clock ?? 0),
  };
}

export function workedBars(connection: Connection): readonly WorkedBar[] {
  return connection
    .prepare('SELECT instrument_id, open_time, close_time FROM engine_bars ORDER BY instrument_id')
    .all()
    .map(([instrumentId, openTime, closeTime]) => ({
      instrumentId: instrumentId as string,
      openTime: openTime as number,
      closeTime: closeTime as number | null,
    }));
}

function currentAccount(connection: Connection): PaperAccount | null {
  const row = connection
    .prepare('SELECT currency, starting_equity, equity FROM account_history ORDER BY sequence DESC LIMIT 1')
    .get();
  if (row === undefined) return null;
  return { currency: row[0] as string, startingEquity: row[1] as number, equity: row[2] as number };
}

function riskState(connection: Connection): RiskState | null {
  const row = connection.prepare('SELECT document FROM risk_state').get();
  return row === undefined ? null : JSON.parse(row[0] as string);
}

function openPhantoms(connection: Connection): readonly OpenPhantom[] {
  const progress = new Map(
    connection
      .prepare('SELECT p.id, o.progress FROM open_phantoms o CROSS JOIN phantoms p ON p.no = o.phantom_no')
      .all()
      .map(([id, text]) => [id as string, parsed(text as string | null)]),
  );
  return connection
    .prepare(selectWholePhantoms('WHERE p.no IN (SELECT phantom_no FROM open_phantoms) ORDER BY p.no'))
    .all()
    .map(wholePhantomOf)
    .map((phantom) => ({ phantom, progress: progress.get(phantom.id) ?? null }));
}

function openTickets(connection: Connection): readonly Ticket[] {
  return connection
    .prepare("SELECT document FROM tickets WHERE state = 'open' ORDER BY opened_at, id")
    .all()
    .map(([document]) => JSON.parse(document as string));
}

function openPositions(connection: Connection): readonly OpenPosition[] {
  return connection
    .prepare("SELECT document, progress FROM positions WHERE state = 'open' ORDER BY opened_at, id")
    .all()
    .map(([document, text]) => ({
      position: JSON.parse(document as string),
      progress: parsed(text as string | null),
    }));
}

function newestSnapshots(connection: Connection): readonly Snapshot[] {
  const newest = new Map<string, Snapshot>();
  const rows = connection.prepare('SELECT scope, at, state FROM snapshots ORDER BY scope, at DESC').iterate();
  for (const [scope, at, blob] of rows) {
    if (newest.has(scope as string)) continue;
    const state = readable(blob as Buffer);
    if (state !== null) newest.set(scope as string, { scope: scope as string, at: at as number, state: state.value });
  }
  return [...newest.values()];
}

/** A snapshot is an optimisation: one that cannot be read costs a longer replay, nothing else. */
function readable(blob: Buffer): { readonly value: unknown } | null {
  try {
    return { value: deserialize(blob) };
  } catch {
    return null;
  }
}

function recentlyResolved(connection: Connection): ReadonlyMap<string, readonly ResolvedSignal[]> {
  const strategies = connection.prepare('SELECT DISTINCT strategy_id FROM facets ORDER BY 1').all();
  const select = connection.prepare(
    // What came from a file of somebody else (WS-21), was gated (PH-2) or was graded by other rules (PH-10) bears on
    // nothing that is decided here.
    `SELECT p.id, json_extract(d.signal, '$.cluster'), f.outcome, ${RESULT_COLUMNS.map((column) => `p.${column}`).join(', ')}
     FROM resolutions z CROSS JOIN phantoms p ON p.no = z.phantom_no CROSS JOIN facets f ON f.no = p.facet_no
     CROSS JOIN phantom_documents d ON d.phantom_no = p.no
     WHERE z.strategy_id = ? AND f.disposition NOT IN ('imported', 'gated')
       AND p.resolver_version = ${RESOLVER_VERSION} ORDER BY z.sequence DESC LIMIT ?`,
  );
  return new Map(
    strategies.map(([strategyId]) => [
      strategyId as string,
      select
        .all(strategyId as string, RESOLVED_REMEMBERED)
        .map(([id, cluster, outcome, ...result]) => ({
          id: id as string,
          strategyId: strategyId as string,
          cluster: cluster as number | null,
          result: resultOf(outcome as Outcome, result),
        }))
        .reverse(),
    ]),
  );
}

function openGates(connection: Connection, now: UnixMs): readonly OpenGate[] {
  return connection
    .prepare(
      `SELECT f.instrument_id, f.strategy_id, f.side, json_extract(d.signal, '$.structureKey'), p.timeout_at
       FROM facets f CROSS JOIN phantoms p ON p.facet_no = f.no JOIN phantom_documents d ON d.phantom_no = p.no
       WHERE f.outcome = 'gated' AND p.opened_at > ? AND p.timeout_at > ? ORDER BY p.no`,
    )
    .all(now - LONGEST_LIFE_MS, now)
    .map(([instrumentId, strategyId, side, structureKey, until]) => ({
      instrumentId: instrumentId as string,
      strategyId: strategyId as string,
      side: side as Side,
      structureKey: structureKey as string,
      until: until as number,
    }));
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
