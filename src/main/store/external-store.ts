/** Signals from outside as they were taken, and the truth log of others (ST-20). */

import type { Result } from '#core/base/result.ts';
import type { ExternalSignal, TakenExternal } from '#core/domain/external-signal.ts';
import type { SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { TruthFacts, TruthOutcome } from '#core/domain/truth-log.ts';
import type { Connection, Row } from './connection.ts';
import type { RecordSteps } from './record.ts';
import type { StoreFault } from './store-fault.ts';

export interface StoredTruth extends TruthFacts {
  readonly signalId: SignalId;
  readonly fileName: string;
  /** Wall time. */
  readonly importedAt: UnixMs;
}

/** What one line of a truth log says of a recorded signal. */
export type TruthNote = TruthFacts & { readonly signalId: SignalId };

const TAKEN = `SELECT e.document, e.instrument_id, e.time, e.after_close_time, e.origin, p.id
  FROM external_signals e JOIN phantoms p ON p.no = e.phantom_no`;

export class ExternalStore {
  readonly #connection: Connection;
  readonly #steps: RecordSteps;

  constructor(connection: Connection, steps: RecordSteps) {
    this.#connection = connection;
    this.#steps = steps;
  }

  /** In the order in which they were taken. */
  taken(): readonly TakenExternal[] {
    return this.#connection.prepare(`${TAKEN} ORDER BY e.sequence`).all().map(takenOf);
  }

  /** Every source that a signal was taken from. */
  sources(): readonly string[] {
    return this.#connection
      .prepare('SELECT DISTINCT source FROM external_signals ORDER BY source')
      .all()
      .map(([source]) => source as string);
  }

  /** What a source's id became; null when it was never taken. */
  find(source: string, externalId: string): TakenExternal | null {
    const row = this.#connection.prepare(`${TAKEN} WHERE e.source = ? AND e.external_id = ?`).get(source, externalId);
    return row === undefined ? null : takenOf(row);
  }

  /** All signals that some source calls by this id. */
  named(externalId: string): readonly TakenExternal[] {
    return this.#connection
      .prepare(`${TAKEN} WHERE e.external_id = ? ORDER BY e.sequence`)
      .all(externalId)
      .map(takenOf);
  }

  /** What others say of a signal; null when nobody said anything. */
  truth(signalId: SignalId): StoredTruth | null {
    const row = this.#connection
      .prepare(
        `SELECT p.id, t.completed, t.outcome, t.max_favorable_pips, t.max_adverse_pips, t.runtime_seconds, t.file_name,
           t.imported_at
         FROM truth_log t JOIN phantoms p ON p.no = t.phantom_no WHERE p.id = ?`,
      )
      .get(signalId);
    return row === undefined ? null : truthRow(row);
  }

  /** One file, one transaction; a newer word on a signal replaces the older one. Signals must be recorded. */
  putTruth(notes: readonly TruthNote[], fileName: string, importedAt: UnixMs): Result<void, StoreFault> {
    return this.#steps.write(() => {
      const put = this.#connection.prepare(
        `INSERT INTO truth_log SELECT no, ?, ?, ?, ?, ?, ?, ? FROM phantoms WHERE id = ?
         ON CONFLICT (phantom_no) DO UPDATE SET completed = excluded.completed, outcome = excluded.outcome,
           max_favorable_pips = excluded.max_favorable_pips, max_adverse_pips = excluded.max_adverse_pips,
           runtime_seconds = excluded.runtime_seconds, file_name = excluded.file_name,
           imported_at = excluded.imported_at`,
      );
      for (const { signalId, completed, outcome, maxFavorablePips, maxAdversePips, runtimeSeconds } of notes) {
        const figures = [maxFavorablePips, maxAdversePips, runtimeSeconds];
        put.run(Number(completed), outcome, ...figures, fileName, importedAt, signalId);
      }
    });
  }
}

function takenOf([document, instrumentId, time, afterCloseTime, origin, signalId]: Row): TakenExternal {
  return {
    signal: JSON.parse(document as string) as ExternalSignal,
    instrumentId: instrumentId as string,
    time: time as number,
    afterCloseTime: afterCloseTime as number,
    origin: origin as TakenExternal['origin'],
    signalId: signalId as string,
  };
}

function truthRow(row: Row): StoredTruth {
  return {
    signalId: row[0] as string,
    completed: row[1] === 1,
    outcome: row[2] as TruthOutcome | null,
    maxFavorablePips: row[3] as number | null,
    maxAdversePips: row[4] as number | null,
    runtimeSeconds: row[5] as number | null,
    fileName: row[6] as string,
    importedAt: row[7] as number,
  };
}
