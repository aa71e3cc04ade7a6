/** The record's side of a step: what it writes at once, and what it holds back (PL-7). */
import { serialize } from 'node:v8';
import { invariant } from '#core/base/invariant.ts';
import type { TakenFill } from '#core/domain/broker-fill.ts';
import type { TakenExternal } from '#core/domain/external-signal.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Prediction } from '#core/domain/model.ts';
import type { Observation, ObservationLabel } from '#core/domain/observation.ts';
import type { Outcome, Phantom, PhantomResult } from '#core/domain/phantom.ts';
import type { EquityPoint, RiskState } from '#core/domain/risk.ts';
import type { Decision } from '#core/domain/score.ts';
import type { FeatureVector, SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount, Position, Ticket, TicketId } from '#core/domain/trading.ts';
import type { Connection, Row, Value } from './connection.ts';
import { decisionAside, renameAside } from './file-phantoms.ts';
import { putFill } from './fill-rows.ts';
import { encodeVector, RESULT_COLUMNS, resultValues, splitQualityParts } from './phantom-rows.ts';
import { RecordNumbers } from './record-numbers.ts';
import type { FaultNote, RiskEventKind, StepWriter, WorkedBar } from './step-writer.ts';
import { noteThresholdRecord, putMinimum, putThresholdVersion, type ThresholdVersionNote } from './threshold-writer.ts';

const SNAPSHOTS_KEPT = 2;
/** Outcomes that count as resolved (spec 06, PH-31). */
const RESOLVED: readonly Outcome[] = ['win', 'loss', 'timeout'];

/**
 * Writes at once what history needs, and holds back until `flush` what only the newest value of matters (progress,
 * clock, snapshots): in a bulk of many steps those would be overwritten a thousand times.
 */
export class RecordWriter implements StepWriter {
  readonly #connection: Connection;
  readonly #numbers: RecordNumbers;
  readonly #progress = new Map<SignalId, unknown>();
  readonly #positionProgress = new Map<TicketId, unknown>();
  readonly #bars = new Map<InstrumentId, WorkedBar>();
  readonly #snapshots = new Map<string, { readonly at: UnixMs; readonly state: unknown }>();
  #clock: UnixMs | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#numbers = new RecordNumbers(connection);
    connection.onRollback(() => this.#forget());
  }

  phantomOpened(time: UnixMs, phantom: Phantom): boolean {
    const { id, signal, terms, decision, result } = phantom;
    const facetNo = this.#numbers.facetNo({
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
      ...[
        threshold.value,
        this.#numbers.reasonNo(decision.reason),
        decision.decidedBy,
        Number(phantom.resolvedOffline),
      ],
      ...resultValues(result),
    );
    const no = this.#one('SELECT last_insert_rowid()')?.[0] as number;
    const { form, document } = splitQualityParts(signal);
    const formNo = this.#numbers.formNo(form);
    this.#run('INSERT INTO phantom_documents VALUES (?, ?, ?, ?)', no, document, formNo, JSON.stringify(terms));
    if (phantom.features !== null) {
      const setNo = this.#numbers.featureSetNo(phantom.features.setId, phantom.features.setHash);
      this.#run('INSERT INTO phantom_features VALUES (?, ?, ?)', no, setNo, encodeVector(phantom.features.values));
    }
    for (const [position, { setId, setHash, values }] of phantom.besideFeatures.entries()) {
      const setNo = this.#numbers.featureSetNo(setId, setHash);
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
    this.#note(this.#numbers.facetOf(id).phantomNo, time, 'tp1', JSON.stringify({ price }));
  }

  phantomClosed(time: UnixMs, id: SignalId, result: PhantomResult, resolvedOffline: boolean): void {
    const facet = this.#numbers.facetOf(id);
    invariant(facet.outcome === 'open', 'a phantom closes once');
    invariant(result.outcome !== 'open', 'a closed phantom has an outcome');
    const facetNo = this.#numbers.facetNo({ ...facet, outcome: result.outcome });
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
    const facet = this.#numbers.facetOf(id);
    this.#run(
      `UPDATE phantoms SET facet_no = ?, score = ?, score_kind = ?, threshold = ?, reason_no = ?, decided_by = ?
       WHERE no = ?`,
      this.#numbers.facetNo({ ...facet, disposition: decision.disposition }),
      decision.score.value,
      decision.score.kind,
      decision.threshold.value,
      this.#numbers.reasonNo(decision.reason),
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
      features === null ? null : this.#numbers.featureSetNo(features.setId, features.setHash),
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
      ...[kind, instrumentId, Number(simulated), time, this.#numbers.featureSetNo(vector.setId, vector.setHash)],
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

  fillTaken(taken: TakenFill): void {
    putFill(this.#connection, taken);
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
    this.#numbers.forget();
    this.#dropHeld();
  }
}

const INSERT_PHANTOM = `INSERT INTO phantoms (id, facet_no, opened_at, timeout_at, entry, stop, tp1, target, session,
  regime, qscore, score, score_kind, threshold, reason_no, decided_by, resolved_offline, ${RESULT_COLUMNS.join(', ')})
  VALUES (${Array.from({ length: 17 + RESULT_COLUMNS.length }, () => '?').join(', ')})`;

const CLOSE_PHANTOM = `UPDATE phantoms SET facet_no = ?, resolved_offline = ?,
  ${RESULT_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE no = ?`;
