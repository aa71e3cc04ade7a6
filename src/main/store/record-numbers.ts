/** The numbers under which the record knows what many rows share: facets, reasons, quality forms, feature sets. */
import { invariant } from '#core/base/invariant.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import type { Disposition } from '#core/domain/score.ts';
import type { SignalId } from '#core/domain/signal.ts';
import type { Connection, Row, Value } from './connection.ts';

export interface StoredFacet {
  readonly phantomNo: number;
  readonly instrumentId: string;
  readonly strategyId: string;
  readonly side: string;
  readonly outcome: Outcome;
  readonly disposition: Disposition;
  readonly simulated: number;
}

/** Numbers remembered per kind; reasons with figures in them would otherwise grow without end. */
const CACHE_LIMIT = 20_000;

/** Asks for each number once, and gives one to what has none yet. */
export class RecordNumbers {
  readonly #connection: Connection;
  readonly #facets = new Map<string, number>();
  readonly #reasons = new Map<string, number>();
  readonly #forms = new Map<string, number>();
  readonly #featureSets = new Map<string, number>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  facetOf(id: SignalId): StoredFacet {
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

  facetNo(facet: Omit<StoredFacet, 'phantomNo'>): number {
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

  reasonNo(reason: string): number {
    return this.#textNo(this.#reasons, 'reasons', 'text', reason);
  }

  formNo(form: string): number {
    return this.#textNo(this.#forms, 'quality_forms', 'document', form);
  }

  #textNo(known: Map<string, number>, table: string, column: string, text: string): number {
    const insert = `INSERT INTO ${table} (${column}) VALUES (?) RETURNING no`;
    return this.#number(known, text, `SELECT no FROM ${table} WHERE ${column} = ?`, insert, [text]);
  }

  featureSetNo(setId: string, setHash: string): number {
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

  /** After a rollback: what was given a number may be gone. */
  forget(): void {
    for (const cache of [this.#facets, this.#reasons, this.#forms, this.#featureSets]) cache.clear();
  }

  #one(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#connection.prepare(sql).get(...values);
  }
}
