/** Graded again: a phantom's row takes the new result, and what was said of it before is kept beside (PH-10, MK-3, PH-12). */
import type { Result } from '#core/base/result.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Outcome, PhantomResult, TradeTerms } from '#core/domain/phantom.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection } from './connection.ts';
import { RESULT_COLUMNS, resultOf, resultValues } from './phantom-rows.ts';
import type { RecordSteps } from './record.ts';
import type { StoreFault } from './store-fault.ts';

/** A resolved phantom as it is graded now. */
export interface OldGrade {
  readonly no: number;
  readonly instrumentId: InstrumentId;
  readonly terms: TradeTerms;
  readonly result: PhantomResult;
}

/** revised: the exchange changed a bar of its life. finer: finer candles of it are stored. */
export type CandleReason = 'revised' | 'finer';

export interface NewGrade {
  readonly no: number;
  readonly result: PhantomResult;
  /** Why the same version of the resolver says something else; of no account where another version spoke before. */
  readonly reason: CandleReason;
}

/** Which phantoms to look at: those that another version graded, those of these instruments, and these. */
export interface GradeChoice {
  /** Null: whatever the version. */
  readonly notOfVersion: number | null;
  readonly instrumentIds: readonly InstrumentId[];
  readonly phantomNos: readonly number[];
}

/** A closed phantom's life, and the newest change of a bar that it was resolved again for (0: none). */
export interface CheckedLife {
  readonly no: number;
  readonly openedAt: UnixMs;
  readonly exitTime: UnixMs;
  readonly checkedFor: number;
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
  count(choice: GradeChoice): number {
    return this.#connection.prepare(`SELECT count(*) ${CHOSEN}`).get(0, ...valuesOf(choice))?.[0] as number;
  }

  /** In the order of recording, after a number. */
  page(choice: GradeChoice, after: number, limit: number): readonly OldGrade[] {
    return this.#connection
      .prepare(
        `SELECT p.no, f.instrument_id, (SELECT terms FROM phantom_documents WHERE phantom_no = p.no), f.outcome,
           ${RESULT_COLUMNS.map((column) => `p.${column}`).join(', ')}
         ${CHOSEN} ORDER BY p.no LIMIT ?`,
      )
      .all(after, ...valuesOf(choice), limit)
      .map(([no, instrumentId, terms, outcome, ...result]) => ({
        no: no as number,
        instrumentId: instrumentId as string,
        terms: JSON.parse(terms as string),
        result: resultOf(outcome as Outcome, result),
      }));
  }

  /** Closed phantoms of an instrument that opened at `from` or later, by `to` at the latest, and ended at `endFrom` or later. */
  lives(instrumentId: InstrumentId, from: UnixMs, to: UnixMs, endFrom: UnixMs): readonly CheckedLife[] {
    return this.#connection
      .prepare(
        `SELECT p.no, p.opened_at, p.exit_time, coalesce(c.revision, 0)
         FROM facets f CROSS JOIN phantoms p INDEXED BY phantoms_by_facet ON p.facet_no = f.no
           LEFT JOIN revision_checks c ON c.phantom_no = p.no
         WHERE f.instrument_id = ? AND f.disposition <> 'imported' AND p.opened_at BETWEEN ? AND ?
           AND p.net_r IS NOT NULL AND p.exit_time >= ?`,
      )
      .all(instrumentId, from, to, endFrom)
      .map(([no, openedAt, exitTime, checkedFor]) => ({
        no: no as number,
        openedAt: openedAt as number,
        exitTime: exitTime as number,
        checkedFor: checkedFor as number,
      }));
  }

  /**
   * All of them or none. `checked`: phantoms that were resolved again for changes of bars up to a number, whether
   * anything came of it or not. `replacedAt`: wall time.
   */
  replace(
    grades: readonly NewGrade[],
    checked: ReadonlyMap<number, number>,
    replacedAt: UnixMs,
  ): Result<void, StoreFault> {
    return this.#steps.write(() => {
      for (const grade of grades) this.#replaceOne(grade, replacedAt);
      const note = this.#connection.prepare(
        'INSERT INTO revision_checks VALUES (?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision',
      );
      for (const [no, revision] of checked) note.run(no, revision);
    });
  }

  #replaceOne({ no, result, reason }: NewGrade, replacedAt: UnixMs): void {
    const run = (sql: string, ...values: readonly (number | string | null)[]) =>
      this.#connection.prepare(sql).run(...values);
    const versionNow = this.#connection.prepare('SELECT resolver_version FROM phantoms WHERE no = ?').get(no)?.[0];
    const [table, column, value] =
      versionNow === result.resolverVersion ? ['superseded_grades', 'reason, ', [reason]] : ['phantom_grades', '', []];
    run(
      `INSERT INTO ${table} (phantom_no, ${column}resolver_version, outcome, replaced_at, ${KEPT})
       SELECT p.no, ${column === '' ? '' : '?, '}p.resolver_version, f.outcome, ?, ${KEPT}
       FROM phantoms p JOIN facets f ON f.no = p.facet_no WHERE p.no = ?`,
      ...(value as readonly string[]),
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

const CHOSEN = `FROM phantoms p CROSS JOIN facets f ON f.no = p.facet_no
  WHERE p.no > ? AND p.net_r IS NOT NULL AND f.disposition <> 'imported'
    AND (p.resolver_version <> ? OR f.instrument_id IN (SELECT value FROM json_each(?))
      OR p.no IN (SELECT value FROM json_each(?)))`;

/** NULL differs from nothing: no version is chosen then. */
function valuesOf({ notOfVersion, instrumentIds, phantomNos }: GradeChoice): readonly (number | string | null)[] {
  return [notOfVersion, JSON.stringify(instrumentIds), JSON.stringify(phantomNos)];
}
