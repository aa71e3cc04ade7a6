/** What one step writes (PL-7), in the words of the domain. Made by the record; valid inside its step only. */
import { serialize } from 'node:v8';
import { invariant } from '#core/base/invariant.ts';
import type { TakenExternal } from '#core/domain/external-signal.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Prediction } from '#core/domain/model.ts';
import type { Observation, ObservationLabel } from '#core/domain/observation.ts';
import type { Outcome, Phantom, PhantomResult } from '#core/domain/phantom.ts';
import type { EquityPoint, RiskState } from '#core/domain/risk.ts';
import type { Decision, Disposition } from '#core/domain/score.ts';
import type { FeatureVector, SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount, Position, Ticket, TicketId } from '#core/domain/trading.ts';
import type { Connection, Row, Value } from './connection.ts';
import { decisionAside, renameAside } from './file-phantoms.ts';
import { encodeVector, RESULT_COLUMNS, resultValues, splitQualityParts } from './phantom-rows.ts';
import { noteThresholdRecord, putMinimum, putThresholdVersion, type ThresholdVersionNote } from './threshold-writer.ts';

export interface FaultNote {
  readonly time: UnixMs;
  readonly source: string;
  readonly instrumentId: InstrumentId | null;
  readonly message: string;
}

/** The newest base bar the engine has worked. */
export interface WorkedBar {
  readonly instrumentId: InstrumentId;
  readonly openTime: UnixMs;
  /** Null where an older version wrote it: a bar of the base timeframe of then. */
  readonly closeTime: UnixMs | null;
}

export type RiskEventKind = 'breaker-tripped' | 'breaker-reset' | 'kill-switch-set' | 'stage-set' | 'approval';

export interface StepWriter {
  /**
   * A phantom that is born gated is terminal at once. True: one that a file brought under the same id stepped aside; it
   * stays, marked as imported, under another id.
   */
  phantomOpened(time: UnixMs, phantom: Phantom): boolean;
  /** The resolver's state of an open phantom; anything JSON can hold. */
  phantomProgressed(id: SignalId, progress: unknown): void;
  phantomTp1(time: UnixMs, id: SignalId, price: number): void;
  phantomClosed(time: UnixMs, id: SignalId, result: PhantomResult, resolvedOffline: boolean): void;
  phantomDecided(time: UnixMs, id: SignalId, decision: Decision): void;
  /** Opens, updates or closes; an update of an open ticket is also kept as a rescore, with the vector it was scored on (DE-16). */
  ticketPut(time: UnixMs, ticket: Ticket, features?: FeatureVector | null): void;
  /** A new version of one strategy's thresholds; anything JSON can hold. */
  thresholdsPut(time: UnixMs, version: ThresholdVersionNote, document: object): void;
  /** A minimum or margin after one more execution; anything JSON can hold. */
  minimumPut(time: UnixMs, strategyId: string, scale: 'score' | 'margin', value: number, document: object): void;
  positionPut(position: Position): void;
  positionProgressed(id: TicketId, progress: unknown): void;
  /** What a model said of a phantom that is opened in this step or was before (ML-45). */
  predicted(prediction: Prediction): void;
  /** One that is known already changes nothing. */
  observed(observation: Observation): void;
  labelled(label: ObservationLabel): void;
  accountPut(time: UnixMs, account: PaperAccount): void;
  riskPut(risk: RiskState): void;
  /** `document`: whatever JSON holds of it. */
  riskNoted(time: UnixMs, kind: RiskEventKind, document: unknown): void;
  equityMarked(point: EquityPoint): void;
  /** A signal from outside became a phantom that is opened in this step (ST-20). */
  externalTaken(taken: TakenExternal): void;
  faultRaised(fault: FaultNote): void;
  /** The engine's clock and the bars worked since the last call. */
  engineAdvanced(clock: UnixMs, bars: readonly WorkedBar[]): void;
  /** State as structured clone can hold it, e.g. of one instrument's indicators at a bar. The newest two are kept. */
  snapshotPut(scope: string, at: UnixMs, state: unknown): void;
}

const SNAPSHOTS_KEPT = 2;
/** Outcomes that count as resolved (spec 06, PH-31). */
const RESOLVED: readonly Outcome[] = ['win', 'loss', 'timeout'];

interface StoredFacet {
  readonly phantomNo: number;
  readonly instrumentId: string;
  readonly strategyId: string;
  readonly side: string;
  readonly outcome: Outcome;
  readonly disposition: Disposition;
  readonly simulated: number;
}

/**
 * Writes at once what history needs, and holds back until `flush` what only the newest value of matters (progress,
 * clock, snapshots): in a bulk of many steps those would be overwritten a thousand times.
 */
export class RecordWriter implements StepWriter {
  readonly #connection: Connection;
  readonly #facets = new Map<string, number>();
  readonly #reasons = new Map<string, number>();
  readonly #forms = new Map<string, number>();
  readonly #featureSets = new Map<string, number>();
  readonly #progress = new Map<SignalId, unknown>();
  readonly #positionProgress = new Map<TicketId, unknown>();
  readonly #bars = new Map<InstrumentId, WorkedBar>();
  readonly #snapshots = new Map<string, { readonly at: UnixMs; readonly state: unknown }>();
  #clock: UnixMs | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.onRollback(() => this.#forget());
  }

  phantomOpened(time: UnixMs, phantom: Phantom): boolean {
    const { id, signal, terms, decision, result } = phantom;
    const facetNo = this.#facetNo({
      instrumentId: phantom.instrumentId,
      strategyId: signal.strategyId,
      side: terms.side,
      outcome: result.outcome,
      disposition: decision.disposition,
      simulated: Number(phantom.simulated),
    });
    const { score, threshold } = decision;
    const before = this.#one('SELECT no FROM phantoms WHERE id = ?', id)?.[0];
    if (before !== undefined) {
      this.phantomDecided(time, id, decisionAside(this.#connection, before as number, id, time));
      renameAside(this.#connection, before as number, id);
    }
    this.#run(
      INSERT_PHANTOM,
      ...[id, facetNo, terms.openedAt, terms.openedAt + terms.timeoutMs, terms.entry, terms.stop, terms.tp1],
      ...[terms.target, signal.context.session, signal.context.regime, signal.qscore, score.value, score.kind],
      ...[threshold.value, this.#reasonNo(decision.reason), decision.decidedBy, Number(phantom.resolvedOffline)],
      ...resultValues(result),
    );
    const no = this.#one('SELECT last_insert_rowid()')?.[0] as number;
    const { form, document } = splitQualityParts(signal);
    const formNo = this.#textNo(this.#forms, 'quality_forms', 'document', form);
    this.#run('INSERT INTO phantom_documents VALUES (?, ?, ?, ?)', no, document, formNo, JSON.stringify(terms));
    if (phantom.features !== null) {
      const setNo = this.#featureSetNo(phantom.features.setId, phantom.features.setHash);
      this.#run('INSERT INTO phantom_features VALUES (?, ?, ?)', no, setNo, encodeVector(phantom.features.values));
    }
    for (const [position, { setId, setHash, values }] of phantom.besideFeatures.entries()) {
      const setNo = this.#featureSetNo(setId, setHash);
      this.#run('INSERT INTO phantom_beside VALUES (?, ?, ?, ?)', no, setNo, position, encodeVector(values));
    }
    if (result.outcome === 'open') this.#run('INSERT INTO open_phantoms VALUES (?, NULL)', no);
    this.#note(no, time, 'opened', JSON.stringify(decision));
    return before !== undefined;
  }

  phantomProgressed(id: SignalId, progress: unknown): void {
    this.#progress.set(id, progress);
  }

  phantomTp1(time: UnixMs, id: SignalId, price: number): void {
    this.#note(this.#facetOf(id).phantomNo, time, 'tp1', JSON.stringify({ price }));
  }

  phantomClosed(time: UnixMs, id: SignalId, result: PhantomResult, resolvedOffline: boolean): void {
    const facet = this.#facetOf(id);
    invariant(facet.outcome === 'open', 'a phantom closes once');
    invariant(result.outcome !== 'open', 'a closed phantom has an outcome');
    const facetNo = this.#facetNo({ ...facet, outcome: result.outcome });
    this.#run(CLOSE_PHANTOM, facetNo, Number(resolvedOffline), ...resultValues(result), facet.phantomNo);
    this.#run('DELETE FROM open_phantoms WHERE phantom_no = ?', facet.phantomNo);
    if (RESOLVED.includes(result.outcome)) {
      this.#run('INSERT INTO resolutions VALUES (NULL, ?, ?)', facet.phantomNo, facet.strategyId);
      noteThresholdRecord(this.#connection, facet);
    }
    this.#note(facet.phantomNo, time, 'closed', null);
    this.#progress.delete(id);
  }

  thresholdsPut(time: UnixMs, version: ThresholdVersionNote, document: object): void {
    putThresholdVersion(this.#connection, time, version, document);
  }

  minimumPut(time: UnixMs, strategyId: string, scale: 'score' | 'margin', value: number, document: object): void {
    putMinimum(this.#connection, time, strategyId, scale, value, document);
  }

  phantomDecided(time: UnixMs, id: SignalId, decision: Decision): void {
    const facet = this.#facetOf(id);
    this.#run(
      `UPDATE phantoms SET facet_no = ?, score = ?, score_kind = ?, threshold = ?, reason_no = ?, decided_by = ?
       WHERE no = ?`,
      this.#facetNo({ ...facet, disposition: decision.disposition }),
      decision.score.value,
      decision.score.kind,
      decision.threshold.value,
      this.#reasonNo(decision.reason),
      decision.decidedBy,
      facet.phantomNo,
    );
    this.#note(facet.phantomNo, time, 'decided', JSON.stringify(decision));
  }

  ticketPut(time: UnixMs, ticket: Ticket, features: FeatureVector | null = null): void {
    const before = this.#one('SELECT state FROM tickets WHERE id = ?', ticket.id)?.[0];
    invariant(before === undefined || before === 'open', 'a closed ticket stays as it is');
    this.#run(
      `INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, closed_at = excluded.closed_at,
         expires_at = excluded.expires_at, document = excluded.document`,
      ...[ticket.id, ticket.instrumentId, ticket.state, ticket.openedAt, ticket.expiresAt, ticket.closedAt],
      JSON.stringify(ticket),
    );
    if (before === undefined || ticket.state !== 'open') return;
    const { score, threshold } = ticket;
    this.#run(
      'INSERT INTO ticket_rescores VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[ticket.id, time, score.value, score.kind, threshold.value, Number(ticket.belowThreshold)],
      features === null ? null : this.#featureSetNo(features.setId, features.setHash),
      features === null ? null : encodeVector(features.values),
    );
  }

  positionPut(position: Position): void {
    const before = this.#one('SELECT state FROM positions WHERE id = ?', position.id)?.[0];
    invariant(before === undefined || before === 'open', 'a closed position stays as it is');
    const closedAt = position.state === 'closed' ? position.result.exitTime : null;
    this.#run(
      `INSERT INTO positions VALUES (?, ?, ?, ?, ?, ?, NULL)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, closed_at = excluded.closed_at,
         document = excluded.document, progress = iif(excluded.state = 'open', progress, NULL)`,
      ...[position.id, position.instrumentId, position.state, position.terms.openedAt, closedAt],
      JSON.stringify(position),
    );
    if (position.state === 'closed') this.#positionProgress.delete(position.id);
  }

  positionProgressed(id: TicketId, progress: unknown): void {
    this.#positionProgress.set(id, progress);
  }

  predicted({ signalId, modelId, role, probability, heads, value, time }: Prediction): void {
    this.#run(
      'INSERT INTO predictions SELECT no, ?, ?, ?, ?, ?, ? FROM phantoms WHERE id = ? ON CONFLICT DO NOTHING',
      ...[modelId, role, probability, JSON.stringify(heads), time, value ?? null, signalId],
    );
  }

  observed({ kind, instrumentId, time, vector, simulated, said }: Observation): void {
    this.#run(
      `INSERT INTO observations VALUES (NULL, ?, ?, ?, ?, ?, ?, 'waiting', NULL, NULL, ?, ?) ON CONFLICT DO NOTHING`,
      ...[kind, instrumentId, Number(simulated), time, this.#featureSetNo(vector.setId, vector.setHash)],
      ...[encodeVector(vector.values), said?.modelId ?? null, said === null ? null : JSON.stringify(said.answer)],
    );
  }

  labelled({ kind, instrumentId, time, target, resolvedAt }: ObservationLabel): void {
    this.#run(
      'UPDATE observations SET state = ?, target = ?, resolved_at = ? WHERE instrument_id = ? AND kind = ? AND time = ?',
      ...[target === null ? 'unknown' : 'labelled', target, resolvedAt, instrumentId, kind, time],
    );
  }

  accountPut(time: UnixMs, account: PaperAccount): void {
    this.#run(
      'INSERT INTO account_history VALUES (NULL, ?, ?, ?, ?)',
      ...[time, account.currency, account.startingEquity, account.equity],
    );
  }

  riskPut(risk: RiskState): void {
    const sql = 'INSERT INTO risk_state VALUES (1, ?) ON CONFLICT DO UPDATE SET document = excluded.document';
    this.#run(sql, JSON.stringify(risk));
  }

  riskNoted(time: UnixMs, kind: RiskEventKind, document: unknown): void {
    this.#run('INSERT INTO risk_events VALUES (NULL, ?, ?, ?)', time, kind, JSON.stringify(document));
  }

  equityMarked({ time, equity, unrealised }: EquityPoint): void {
    this.#run('INSERT INTO equity_points VALUES (NULL, ?, ?, ?)', time, equity, unrealised);
  }

  externalTaken({ signal, instrumentId, time, afterCloseTime, origin, signalId }: TakenExternal): void {
    this.#run(
      'INSERT INTO external_signals VALUES (NULL, ?, ?, (SELECT no FROM phantoms WHERE id = ?), ?, ?, ?, ?, ?)',
      ...[signal.source, signal.id, signalId, instrumentId, time, afterCloseTime, origin, JSON.stringify(signal)],
    );
  }

  faultRaised(fault: FaultNote): void {
    this.#run(
      'INSERT INTO faults VALUES (NULL, ?, ?, ?, ?)',
      ...[fault.time, fault.source, fault.instrumentId, fault.message],
    );
  }

  engineAdvanced(clock: UnixMs, bars: readonly WorkedBar[]): void {
    this.#clock = clock;
    for (const bar of bars) this.#bars.set(bar.instrumentId, bar);
  }

  snapshotPut(scope: string, at: UnixMs, state: unknown): void {
    this.#snapshots.set(scope, { at, state });
  }

  /** Writes what was held back. Belongs to the transaction of the step, before its commit. */
  flush(): void {
    for (const [id, progress] of this.#progress) {
      this.#run(
        'UPDATE open_phantoms SET progress = ? WHERE phantom_no = (SELECT no FROM phantoms WHERE id = ?)',
        JSON.stringify(progress),
        id,
      );
    }
    for (const [id, progress] of this.#positionProgress) {
      this.#run("UPDATE positions SET progress = ? WHERE id = ? AND state = 'open'", JSON.stringify(progress), id);
    }
    if (this.#clock !== null) {
      this.#run('INSERT INTO engine_clock VALUES (1, ?) ON CONFLICT DO UPDATE SET time = excluded.time', this.#clock);
    }
    for (const { instrumentId, openTime, closeTime } of this.#bars.values()) {
      this.#run(
        `INSERT INTO engine_bars (instrument_id, open_time, close_time) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET open_time = excluded.open_time, close_time = excluded.close_time`,
        ...[instrumentId, openTime, closeTime],
      );
    }
    for (const [scope, { at, state }] of this.#snapshots) this.#saveSnapshot(scope, at, state);
    this.#dropHeld();
  }

  /** Registers a feature set with the names of its features; vectors recorded before it are then readable too. */
  featureSetPut(setId: string, setHash: string, features: string): void {
    this.#run(
      `INSERT INTO feature_sets (set_id, set_hash, features) VALUES (?, ?, ?)
       ON CONFLICT (set_hash) DO UPDATE SET features = excluded.features`,
      ...[setId, setHash, features],
    );
  }

  #saveSnapshot(scope: string, at: UnixMs, state: unknown): void {
    this.#run(
      `INSERT INTO snapshots (scope, at, state) VALUES (?, ?, ?)
       ON CONFLICT (scope, at) DO UPDATE SET state = excluded.state`,
      ...[scope, at, serialize(state)],
    );
    this.#run(
      `DELETE FROM snapshots WHERE scope = ? AND at < (
         SELECT min(at) FROM (SELECT at FROM snapshots WHERE scope = ? ORDER BY at DESC LIMIT ${SNAPSHOTS_KEPT}))`,
      ...[scope, scope],
    );
  }

  #note(phantomNo: number, time: UnixMs, kind: 'opened' | 'tp1' | 'decided' | 'closed', document: string | null) {
    this.#run('INSERT INTO phantom_events VALUES (NULL, ?, ?, ?, ?)', phantomNo, time, kind, document);
  }

  #facetOf(id: SignalId): StoredFacet {
    // Two look-ups, not a join: with statistics compiled in, SQLite plans a join anew at every call.
    const [phantomNo, facetNo] = this.#one('SELECT no, facet_no FROM phantoms WHERE id = ?', id) ?? [];
    invariant(phantomNo !== undefined && facetNo !== undefined, 'a phantom is recorded before anything happens to it');
    const row = this.#one(
      'SELECT instrument_id, strategy_id, side, outcome, disposition, simulated FROM facets WHERE no = ?',
      facetNo,
    );
    invariant(row !== undefined, 'a phantom has a facet');
    return {
      phantomNo: phantomNo as number,
      instrumentId: row[0] as string,
      strategyId: row[1] as string,
      side: row[2] as string,
      outcome: row[3] as Outcome,
      disposition: row[4] as Disposition,
      simulated: row[5] as number,
    };
  }

  #facetNo(facet: Omit<StoredFacet, 'phantomNo'>): number {
    const values = [
      ...[facet.instrumentId, facet.strategyId, facet.side, facet.outcome, facet.disposition],
      facet.simulated,
    ];
    const key = values.join('\u0000');
    return this.#number(
      this.#facets,
      key,
      `SELECT no FROM facets WHERE instrument_id = ? AND strategy_id = ? AND side = ? AND outcome = ?
         AND disposition = ? AND simulated = ?`,
      `INSERT INTO facets (instrument_id, strategy_id, side, outcome, disposition, simulated)
         VALUES (?, ?, ?, ?, ?, ?) RETURNING no`,
      values,
    );
  }

  #reasonNo(reason: string): number {
    return this.#textNo(this.#reasons, 'reasons', 'text', reason);
  }

  #textNo(known: Map<string, number>, table: string, column: string, text: string): number {
    const insert = `INSERT INTO ${table} (${column}) VALUES (?) RETURNING no`;
    return this.#number(known, text, `SELECT no FROM ${table} WHERE ${column} = ?`, insert, [text]);
  }

  #featureSetNo(setId: string, setHash: string): number {
    const insert = "INSERT INTO feature_sets (set_hash, set_id, features) VALUES (?, ?, '[]') RETURNING no";
    const select = 'SELECT no FROM feature_sets WHERE set_hash = ?';
    const known = this.#featureSets.get(setHash) ?? (this.#one(select, setHash)?.[0] as number | undefined);
    const no = known ?? (this.#one(insert, setHash, setId)?.[0] as number);
    this.#featureSets.set(setHash, no);
    return no;
  }

  #number(known: Map<string, number>, key: string, select: string, insert: string, values: readonly Value[]): number {
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const row = this.#one(select, ...values) ?? this.#one(insert, ...values);
    const no = row?.[0] as number;
    if (known.size >= CACHE_LIMIT) known.clear();
    known.set(key, no);
    return no;
  }

  #run(sql: string, ...values: readonly Value[]): void {
    this.#connection.prepare(sql).run(...values);
  }

  #one(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#connection.prepare(sql).get(...values);
  }

  #dropHeld(): void {
    this.#progress.clear();
    this.#positionProgress.clear();
    this.#bars.clear();
    this.#snapshots.clear();
    this.#clock = null;
  }

  #forget(): void {
    for (const cache of [this.#facets, this.#reasons, this.#forms, this.#featureSets]) cache.clear();
    this.#dropHeld();
  }
}

/** Numbers remembered per kind; reasons with figures in them would otherwise grow without end. */
const CACHE_LIMIT = 20_000;

const INSERT_PHANTOM = `INSERT INTO phantoms (id, facet_no, opened_at, timeout_at, entry, stop, tp1, target, session,
  regime, qscore, score, score_kind, threshold, reason_no, decided_by, resolved_offline, ${RESULT_COLUMNS.join(', ')})
  VALUES (${Array.from({ length: 17 + RESULT_COLUMNS.length }, () => '?').join(', ')})`;

const CLOSE_PHANTOM = `UPDATE phantoms SET facet_no = ?, resolved_offline = ?,
  ${RESULT_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE no = ?`;
