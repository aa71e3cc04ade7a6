/** Small tables of the record that belong to no step: settings, log, faults, the demo market's clock, closed trades. */
import type { Result } from '#core/base/result.ts';
import type { ScoreKind } from '#core/domain/score.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Position, Ticket } from '#core/domain/trading.ts';
import type { Connection, Row } from './connection.ts';
import { decodeVector, encodeVector } from './phantom-rows.ts';
import type { RecordSteps } from './record.ts';
import type { FaultNote } from './step-writer.ts';
import type { StoreFault } from './store-fault.ts';

const LOG_LEVELS = ['info', 'notice', 'warning', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogLine {
  readonly time: UnixMs;
  /** Null where exchange time does not matter. */
  readonly exchangeTime: UnixMs | null;
  readonly level: LogLevel;
  readonly source: string;
  readonly message: string;
}

export interface StoredLogLine extends LogLine {
  readonly sequence: number;
}

/** MK-25: exchange time = anchorExchange + speed x (wall clock - anchorWall). */
export interface DemoMarketState {
  readonly seed: string;
  readonly epoch: UnixMs;
  readonly anchorExchange: UnixMs;
  readonly anchorWall: UnixMs;
  readonly speed: number;
}

/** One later score of an open ticket. */
export interface TicketRescore {
  readonly time: UnixMs;
  readonly score: number;
  readonly scoreKind: ScoreKind;
  readonly threshold: number;
  readonly belowThreshold: boolean;
  readonly features: FeatureVector | null;
}

/** Log lines kept; older ones go when the log is opened or grows a tenth beyond. */
const LOG_KEPT = 100_000;

export class DeskTables {
  readonly #connection: Connection;
  readonly #steps: RecordSteps;

  constructor(connection: Connection, steps: RecordSteps) {
    this.#connection = connection;
    this.#steps = steps;
  }

  /** All settings as stored; values are whatever JSON holds, the reader checks them. */
  settings(): ReadonlyMap<string, unknown> {
    const rows = this.#connection.prepare('SELECT key, value FROM settings ORDER BY key').all();
    return new Map(rows.map(([key, value]) => [key as string, JSON.parse(value as string)]));
  }

  /** The engine's clock at the end of its newest step; null on a fresh profile. */
  engineClock(): UnixMs | null {
    return (this.#connection.prepare('SELECT time FROM engine_clock').get()?.[0] as number | undefined) ?? null;
  }

  putSettings(changes: Readonly<Record<string, unknown>>): Result<void, StoreFault> {
    return this.#steps.write(() => {
      const put = this.#connection.prepare(
        'INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      );
      for (const [key, value] of Object.entries(changes)) {
        if (value !== undefined) put.run(key, JSON.stringify(value));
      }
    });
  }

  /** Appends; a bulk's open steps are not committed for it. */
  appendLog(lines: readonly LogLine[]): Result<void, StoreFault> {
    return this.#steps.join(() => {
      const insert = this.#connection.prepare('INSERT INTO log_entries VALUES (NULL, ?, ?, ?, ?, ?)');
      for (const line of lines) insert.run(line.time, line.exchangeTime, line.level, line.source, line.message);
      this.#connection
        .prepare(
          `DELETE FROM log_entries WHERE (SELECT max(sequence) - min(sequence) FROM log_entries) >= ${LOG_KEPT * 1.1}
             AND sequence <= (SELECT max(sequence) FROM log_entries) - ${LOG_KEPT}`,
        )
        .run();
    });
  }

  /** The newest lines, oldest first; `before` pages back. */
  logTail(limit: number, before: number = Number.MAX_SAFE_INTEGER): readonly StoredLogLine[] {
    return this.#connection
      .prepare('SELECT * FROM log_entries WHERE sequence < ? ORDER BY sequence DESC LIMIT ?')
      .all(before, limit)
      .map(([sequence, time, exchangeTime, level, source, message]) => ({
        sequence: sequence as number,
        time: time as number,
        exchangeTime: exchangeTime as number | null,
        level: level as LogLevel,
        source: source as string,
        message: message as string,
      }))
      .reverse();
  }

  /** Newest first. */
  faults(limit: number): readonly FaultNote[] {
    return this.#connection
      .prepare('SELECT time, source, instrument_id, message FROM faults ORDER BY sequence DESC LIMIT ?')
      .all(limit)
      .map(([time, source, instrumentId, message]) => ({
        time: time as number,
        source: source as string,
        instrumentId: instrumentId as string | null,
        message: message as string,
      }));
  }

  demoMarket(): DemoMarketState | null {
    const row = this.#connection
      .prepare('SELECT seed, epoch, anchor_exchange, anchor_wall, speed FROM demo_market')
      .get();
    if (row === undefined) return null;
    const [seed, epoch, anchorExchange, anchorWall, speed] = row as readonly [string, number, number, number, number];
    return { seed, epoch, anchorExchange, anchorWall, speed };
  }

  putDemoMarket(state: DemoMarketState): Result<void, StoreFault> {
    return this.#steps.write(() =>
      this.#connection
        .prepare('INSERT OR REPLACE INTO demo_market VALUES (1, ?, ?, ?, ?, ?)')
        .run(state.seed, state.epoch, state.anchorExchange, state.anchorWall, state.speed),
    );
  }

  /** Where a day of the demo market begins; null where it was not kept. */
  demoCheckpoint(market: string, block: number): Float64Array | null {
    const row = this.#connection
      .prepare('SELECT state FROM demo_checkpoints WHERE market = ? AND block = ?')
      .get(market, block);
    return row === undefined ? null : decodeVector(row[0] as Buffer);
  }

  /** Drops those of any other market. */
  keepDemoCheckpoints(market: string, states: ReadonlyMap<number, Float64Array>): Result<void, StoreFault> {
    return this.#steps.write(() => {
      this.#connection.prepare('DELETE FROM demo_checkpoints WHERE market <> ?').run(market);
      const put = this.#connection.prepare('INSERT OR REPLACE INTO demo_checkpoints VALUES (?, ?, ?)');
      for (const [block, state] of states) put.run(market, block, encodeVector(state));
    });
  }

  /** Closed positions, newest first. */
  closedPositions(limit: number): readonly Position[] {
    return this.#connection
      .prepare("SELECT document FROM positions WHERE state = 'closed' ORDER BY closed_at DESC, id DESC LIMIT ?")
      .all(limit)
      .map(documentOf<Position>);
  }

  /** Tickets in any state, newest first. */
  recentTickets(limit: number): readonly Ticket[] {
    return this.#connection
      .prepare('SELECT document FROM tickets ORDER BY opened_at DESC, id DESC LIMIT ?')
      .all(limit)
      .map(documentOf<Ticket>);
  }

  /** Every score an open ticket got after its first, oldest first, with the vector it rests on (DE-16, PL-10). */
  rescores(ticketId: string): readonly TicketRescore[] {
    return this.#connection
      .prepare(
        `SELECT r.time, r.score, r.score_kind, r.threshold, r.below_threshold, s.set_id, s.set_hash, r.vector
         FROM ticket_rescores r LEFT JOIN feature_sets s ON s.no = r.set_no WHERE r.ticket_id = ? ORDER BY r.sequence`,
      )
      .all(ticketId)
      .map(([time, score, scoreKind, threshold, below, setId, setHash, vector]) => ({
        time: time as number,
        score: score as number,
        scoreKind: scoreKind as ScoreKind,
        threshold: threshold as number,
        belowThreshold: below === 1,
        features:
          vector === null
            ? null
            : { setId: setId as string, setHash: setHash as string, values: decodeVector(vector as Buffer) },
      }));
  }

  ticket(id: string): Ticket | null {
    const row = this.#connection.prepare('SELECT document FROM tickets WHERE id = ?').get(id);
    return row === undefined ? null : documentOf<Ticket>(row);
  }
}

function documentOf<T>(row: Row): T {
  return JSON.parse(row[0] as string);
}
