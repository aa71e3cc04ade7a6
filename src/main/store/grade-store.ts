/** Graded again: a phantom's row takes the new result, and what the older version of the resolver said is kept beside (PH-10). */
import type { Result } from '#core/base/result.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { PhantomResult, TradeTerms } from '#core/domain/phantom.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection } from './connection.ts';
import { RESULT_COLUMNS, resultValues } from './phantom-rows.ts';
import type { RecordSteps } from './record.ts';
import type { StoreFault } from './store-fault.ts';

/** A resolved phantom that another version of the resolver graded. */
export interface OldGrade {
  readonly no: number;
  readonly instrumentId: InstrumentId;
  readonly terms: TradeTerms;
  readonly netR: number;
}

export interface NewGrade {
  readonly no: number;
  readonly result: PhantomResult;
}

const KEPT = RESULT_COLUMNS.filter((column) => column !== 'resolver_version').join(', ');

export class GradeStore {
  readonly #connection: Connection;
  readonly #steps: RecordSteps;

  constructor(connection: Connection, steps: RecordSteps) {
    this.#connection = connection;
    this.#steps = steps;
  }

  /** Imported phantoms are left out: they were resolved on candles that are not ours. */
  count(version: number): number {
    return this.#connection.prepare(`SELECT count(*) ${OLD}`).get(0, version)?.[0] as number;
  }

  /** In the order of recording, after a number. */
  page(version: number, after: number, limit: number): readonly OldGrade[] {
    return this.#connection
      .prepare(
        `SELECT p.no, f.instrument_id, (SELECT terms FROM phantom_documents WHERE phantom_no = p.no), p.net_r
         ${OLD} ORDER BY p.no LIMIT ?`,
      )
      .all(after, version, limit)
      .map(([no, instrumentId, terms, netR]) => ({
        no: no as number,
        instrumentId: instrumentId as string,
        terms: JSON.parse(terms as string),
        netR: netR as number,
      }));
  }

  /** All of them or none. `replacedAt`: wall time. */
  replace(grades: readonly NewGrade[], replacedAt: UnixMs): Result<void, StoreFault> {
    return this.#steps.write(() => {
      for (const { no, result } of grades) this.#replaceOne(no, result, replacedAt);
    });
  }

  #replaceOne(no: number, result: PhantomResult, replacedAt: UnixMs): void {
    const run = (sql: string, ...values: readonly (number | string | null)[]) =>
      this.#connection.prepare(sql).run(...values);
    run(
      `INSERT INTO phantom_grades (phantom_no, resolver_version, outcome, replaced_at, ${KEPT})
       SELECT p.no, p.resolver_version, f.outcome, ?, ${KEPT} FROM phantoms p JOIN facets f ON f.no = p.facet_no
       WHERE p.no = ?`,
      replacedAt,
      no,
    );
    run(
      `INSERT INTO facets (instrument_id, strategy_id, side, outcome, disposition, simulated)
       SELECT f.instrument_id, f.strategy_id, f.side, ?, f.disposition, f.simulated
       FROM phantoms p JOIN facets f ON f.no = p.facet_no WHERE p.no = ? ON CONFLICT DO NOTHING`,
      result.outcome,
      no,
    );
    run(
      `UPDATE phantoms SET facet_no = (
         SELECT n.no FROM facets n JOIN facets f ON f.no = phantoms.facet_no
           AND n.instrument_id = f.instrument_id AND n.strategy_id = f.strategy_id AND n.side = f.side
           AND n.disposition = f.disposition AND n.simulated = f.simulated AND n.outcome = ?),
         ${RESULT_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE no = ?`,
      ...[result.outcome, ...(resultValues(result) as readonly (number | string | null)[]), no],
    );
  }
}

const OLD = `FROM phantoms p CROSS JOIN facets f ON f.no = p.facet_no
  WHERE p.no > ? AND p.net_r IS NOT NULL AND p.resolver_version <> ? AND f.disposition <> 'imported'`;
