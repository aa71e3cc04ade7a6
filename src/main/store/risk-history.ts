/** What risk did, the equity curve, entries beside their phantoms, and the evidence that unlocks auto (DE-12, DE-30, DE-34). */
import type { Result } from '#core/base/result.ts';
import type { EquityPoint } from '#core/domain/risk.ts';
import type { Stage } from '#core/domain/score.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { Position } from '#core/domain/trading.ts';
import type { Connection } from './connection.ts';
import type { RecordSteps } from './record.ts';
import type { RiskEventKind } from './step-writer.ts';
import type { StoreFault } from './store-fault.ts';

export interface RiskEvent {
  readonly time: UnixMs;
  readonly kind: RiskEventKind;
  /** As it was noted; the reader knows the kind. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** A paper position with what its phantom came to. */
export interface FilledEntry {
  readonly position: Position;
  readonly decidedBy: 'trader' | 'engine';
  /** Null while the phantom is open, or ended without a result. */
  readonly phantomNetR: number | null;
  readonly phantomRisk: number;
}

/** A signal that was decided live and has resolved, not simulated. */
export interface JudgedSignal {
  readonly passed: boolean;
  readonly win: boolean;
  readonly netR: number;
}

/** Dispositions of signals that nobody decided when they came. */
const NOT_LIVE = "('bootstrap', 'gap', 'imported', 'fault')";

export class RiskHistory {
  readonly #connection: Connection;
  readonly #steps: RecordSteps;

  constructor(connection: Connection, steps: RecordSteps) {
    this.#connection = connection;
    this.#steps = steps;
  }

  /** Newest first. */
  events(limit: number): readonly RiskEvent[] {
    return this.#connection
      .prepare('SELECT time, kind, document FROM risk_events ORDER BY sequence DESC LIMIT ?')
      .all(limit)
      .map(eventOf);
  }

  /** Oldest first. */
  eventsOf(kind: RiskEventKind): readonly RiskEvent[] {
    return this.#connection
      .prepare('SELECT time, kind, document FROM risk_events WHERE kind = ? ORDER BY sequence')
      .all(kind)
      .map(eventOf);
  }

  noteApproval(time: UnixMs, phrase: string): Result<void, StoreFault> {
    const document = JSON.stringify({ phrase });
    return this.#steps.write(() => {
      this.#connection.prepare("INSERT INTO risk_events VALUES (NULL, ?, 'approval', ?)").run(time, document);
    });
  }

  /** The newest `limit` from `from` on, ascending. */
  equity(from: UnixMs, limit: number): readonly EquityPoint[] {
    return this.#connection
      .prepare('SELECT time, equity, unrealised FROM equity_points WHERE time >= ? ORDER BY sequence DESC LIMIT ?')
      .all(from, limit)
      .map(([time, equity, unrealised]) => ({
        time: time as number,
        equity: equity as number,
        unrealised: unrealised as number,
      }))
      .reverse();
  }

  /** Newest first. */
  entries(limit: number): readonly FilledEntry[] {
    return this.#connection
      .prepare(
        `SELECT p.document, h.decided_by, h.net_r, abs(h.entry - h.stop) FROM positions p
         JOIN phantoms h ON h.id = p.id ORDER BY p.opened_at DESC, p.id DESC LIMIT ?`,
      )
      .all(limit)
      .map(([document, decidedBy, phantomNetR, phantomRisk]) => ({
        position: JSON.parse(document as string),
        decidedBy: decidedBy === 'engine' ? 'engine' : 'trader',
        phantomNetR: phantomNetR as number | null,
        phantomRisk: phantomRisk as number,
      }));
  }

  /** Strategies with live decisions on a market that is not simulated. */
  strategies(): readonly string[] {
    return this.#connection
      .prepare(
        `SELECT DISTINCT strategy_id FROM facets WHERE simulated = 0 AND disposition NOT IN ${NOT_LIVE} ORDER BY 1`,
      )
      .all()
      .map(([id]) => id as string);
  }

  /** UTC days on which a strategy's signals were decided live, outside simulated markets, by their first millisecond. */
  liveDays(strategyId: string): readonly UnixMs[] {
    return this.#connection
      .prepare(
        `SELECT DISTINCT p.opened_at / ${DAY_MS} FROM phantoms p JOIN facets f ON f.no = p.facet_no
         WHERE f.strategy_id = ? AND f.simulated = 0 AND f.disposition NOT IN ${NOT_LIVE} ORDER BY 1`,
      )
      .all(strategyId)
      .map(([day]) => (day as number) * DAY_MS);
  }

  /** Wins and losses, and timeouts by the sign of what they brought, that opened from `from` on, oldest first. */
  judged(strategyId: string, from: UnixMs): readonly JudgedSignal[] {
    return this.#connection
      .prepare(
        `SELECT p.score >= p.threshold, p.net_r FROM phantoms p JOIN facets f ON f.no = p.facet_no
         WHERE f.strategy_id = ? AND f.simulated = 0 AND f.disposition NOT IN ${NOT_LIVE} AND p.opened_at >= ?
           AND f.outcome IN ('win', 'loss', 'timeout') AND p.net_r IS NOT NULL ORDER BY p.opened_at, p.no`,
      )
      .all(strategyId, from)
      .map(([passed, netR]) => ({ passed: passed === 1, win: (netR as number) > 0, netR: netR as number }));
  }

  /** The stage by time, oldest first; `first`: before anything was noted. */
  stages(first: Stage): readonly { readonly from: UnixMs; readonly stage: Stage }[] {
    const set = this.eventsOf('stage-set');
    const before = (set[0]?.document.before as Stage | undefined) ?? first;
    return [
      { from: 0, stage: before },
      ...set.map(({ time, document }) => ({ from: time, stage: document.stage as Stage })),
    ];
  }
}

function eventOf([time, kind, document]: readonly unknown[]): RiskEvent {
  return { time: time as number, kind: kind as RiskEventKind, document: JSON.parse(document as string) };
}
