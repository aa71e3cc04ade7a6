/** Reads what thresholds were learned from, every version of them, and the minimums that follow executions. */
import type { Regime, Session } from '#core/domain/context.ts';
import { RESOLVER_VERSION } from '#core/domain/phantom.ts';
import type { ScoreKind } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { TicketId } from '#core/domain/trading.ts';
import type { Connection, Row } from './connection.ts';

/** Kinds that have a threshold of their own. */
export type RecordedKind = Exclude<ScoreKind, 'neutral'>;

export interface StoredThresholdRecord {
  readonly time: UnixMs;
  readonly score: number;
  readonly netR: number;
  readonly win: boolean;
  readonly session: Session;
  readonly regime: Regime | null;
}

export interface StoredThresholdVersion {
  readonly no: number;
  readonly time: UnixMs;
  readonly strategyId: string;
  readonly kind: RecordedKind;
  readonly version: number;
  readonly who: 'engine';
  readonly why: string;
  /** The book, as it was given to the writer. */
  readonly document: unknown;
}

export interface StoredMinimum {
  readonly strategyId: string;
  /** As it was given to the writer. */
  readonly document: unknown;
}

export interface ThresholdPair {
  readonly strategyId: string;
  readonly kind: RecordedKind;
  /** Records that there are, whichever version of the resolver graded them: fits are counted by it. */
  readonly total: number;
}

export interface ThresholdFilter {
  readonly strategyId?: string | undefined;
  readonly kind?: RecordedKind | undefined;
}

/** Resolved signals of one UTC day that were refused, by strategy and the rule before the colon of the reason. */
export interface StoredRefusals {
  readonly day: UnixMs;
  readonly strategyId: string;
  readonly disposition: 'blocked' | 'gated';
  readonly rule: string;
  readonly count: number;
}

export interface StoredWinRate {
  readonly strategyId: string;
  readonly resolved: number;
  readonly wins: number;
}

const DAY_MS = 86_400_000;

/** One step of a minimum or margin. */
export interface StoredMove {
  readonly time: UnixMs;
  readonly from: number;
  readonly to: number;
  readonly executions: number;
}

export class ThresholdStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Strategies and kinds with at least one record. */
  pairs(): readonly ThresholdPair[] {
    return this.#connection
      .prepare('SELECT strategy_id, kind, count(*) FROM threshold_records GROUP BY 1, 2 ORDER BY 1, 2')
      .all()
      .map(([strategyId, kind, total]) => ({
        strategyId: strategyId as string,
        kind: kind as RecordedKind,
        total: total as number,
      }));
  }

  /** The newest records of one strategy and kind that the resolver's version of now graded (PH-10), oldest first. */
  newest(strategyId: string, kind: RecordedKind, limit: number): readonly StoredThresholdRecord[] {
    return this.#connection
      .prepare(
        `SELECT p.exit_time, p.score, p.net_r, p.session, p.regime FROM threshold_records t
           CROSS JOIN phantoms p ON p.no = t.phantom_no
         WHERE t.strategy_id = ? AND t.kind = ? AND p.resolver_version = ${RESOLVER_VERSION} ORDER BY t.sequence DESC LIMIT ?`,
      )
      .all(strategyId, kind, limit)
      .map(recordOf)
      .reverse();
  }

  /** The same of every kind with the qscore in the place of the score. */
  newestByQuality(strategyId: string, limit: number): readonly StoredThresholdRecord[] {
    return this.#connection
      .prepare(
        `SELECT p.exit_time, p.qscore, p.net_r, p.session, p.regime FROM resolutions z
           CROSS JOIN phantoms p ON p.no = z.phantom_no
           JOIN threshold_records t ON t.phantom_no = p.no
         WHERE z.strategy_id = ? AND p.resolver_version = ${RESOLVER_VERSION} ORDER BY z.sequence DESC LIMIT ?`,
      )
      .all(strategyId, limit)
      .map(recordOf)
      .reverse();
  }

  /** The newest version of one strategy and kind; null before the first. */
  newestVersion(strategyId: string, kind: RecordedKind): StoredThresholdVersion | null {
    const row = this.#connection
      .prepare(`SELECT ${VERSION_COLUMNS} FROM threshold_versions WHERE strategy_id = ? AND kind = ?
                ORDER BY version DESC LIMIT 1`)
      .get(strategyId, kind);
    return row === undefined ? null : versionOf(row);
  }

  /** The version that came before one. */
  versionBefore({ strategyId, kind, version }: StoredThresholdVersion): StoredThresholdVersion | null {
    const row = this.#connection
      .prepare(`SELECT ${VERSION_COLUMNS} FROM threshold_versions WHERE strategy_id = ? AND kind = ? AND version = ?`)
      .get(strategyId, kind, version - 1);
    return row === undefined ? null : versionOf(row);
  }

  /** Newest first, those before entry `before` only. */
  versions(filter: ThresholdFilter, before: number | null, limit: number): readonly StoredThresholdVersion[] {
    return this.#connection
      .prepare(
        `SELECT ${VERSION_COLUMNS} FROM threshold_versions
         WHERE no < ? AND (? IS NULL OR strategy_id = ?) AND (? IS NULL OR kind = ?) ORDER BY no DESC LIMIT ?`,
      )
      .all(
        ...[before ?? Number.MAX_SAFE_INTEGER, filter.strategyId ?? null, filter.strategyId ?? null],
        ...[filter.kind ?? null, filter.kind ?? null, limit],
      )
      .map(versionOf);
  }

  /** The newest of each strategy and scale. */
  minimums(): readonly StoredMinimum[] {
    return this.#connection
      .prepare(
        `SELECT strategy_id, document FROM threshold_minimums
         WHERE sequence IN (SELECT max(sequence) FROM threshold_minimums GROUP BY strategy_id, scale)
         ORDER BY strategy_id, scale`,
      )
      .all()
      .map(([strategyId, document]) => ({
        strategyId: strategyId as string,
        document: JSON.parse(document as string),
      }));
  }

  /** How the value of one strategy and scale moved: its steps, newest first, each with the execution count it came at. */
  minimumMoves(strategyId: string, scale: 'score' | 'margin', limit: number): readonly StoredMove[] {
    return this.#connection
      .prepare(
        `SELECT time, earlier, value, json_extract(document, '$.resolved') FROM (
           SELECT sequence, time, value, document, lag(value) OVER (ORDER BY sequence) AS earlier
           FROM threshold_minimums WHERE strategy_id = ? AND scale = ?)
         WHERE earlier IS NOT NULL AND earlier <> value ORDER BY sequence DESC LIMIT ?`,
      )
      .all(strategyId, scale, limit)
      .map(([time, from, to, executions]) => ({
        ...{ time: time as number, from: from as number, to: to as number, executions: executions as number },
      }));
  }

  /** Open positions with what their signal's decision compared. */
  executions(): readonly { readonly id: TicketId; readonly strategyId: string; readonly kind: ScoreKind }[] {
    return this.#connection
      .prepare(
        `SELECT o.id, f.strategy_id, p.score_kind FROM positions o JOIN phantoms p ON p.id = o.id
           JOIN facets f ON f.no = p.facet_no WHERE o.state = 'open' ORDER BY o.opened_at, o.id`,
      )
      .all()
      .map(([id, strategyId, kind]) => ({
        id: id as string,
        strategyId: strategyId as string,
        kind: kind as ScoreKind,
      }));
  }

  /** PH-22: of the newest resolved of each strategy, at most `window` each; what was imported counts for nobody. */
  winRates(window: number): readonly StoredWinRate[] {
    const strategies = this.#connection.prepare('SELECT DISTINCT strategy_id FROM facets ORDER BY 1').all();
    const select = this.#connection.prepare(
      `SELECT count(*), coalesce(sum(net_r > 0), 0) FROM (
         SELECT p.net_r FROM resolutions z CROSS JOIN phantoms p ON p.no = z.phantom_no
           JOIN facets f ON f.no = p.facet_no
         WHERE z.strategy_id = ? AND f.disposition NOT IN ('imported', 'gated')
           AND p.resolver_version = ${RESOLVER_VERSION} ORDER BY z.sequence DESC LIMIT ?)`,
    );
    return strategies.map(([strategyId]) => {
      const [resolved, wins] = select.get(strategyId as string, window) ?? [0, 0];
      return { strategyId: strategyId as string, resolved: resolved as number, wins: wins as number };
    });
  }

  /** PH-22: blocked and gated signals since `from`, by day of their opening; newest day first. */
  refusals(from: UnixMs): readonly StoredRefusals[] {
    return this.#connection
      .prepare(
        `SELECT p.opened_at / ${DAY_MS} * ${DAY_MS}, f.strategy_id, f.disposition,
           iif(instr(r.text, ':') > 0, substr(r.text, 1, instr(r.text, ':') - 1), r.text), count(*)
         FROM facets f CROSS JOIN phantoms p ON p.facet_no = f.no JOIN reasons r ON r.no = p.reason_no
         WHERE f.disposition IN ('blocked', 'gated') AND p.opened_at >= ?
         GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 5 DESC, 2, 4`,
      )
      .all(from)
      .map(([day, strategyId, disposition, rule, count]) => ({
        day: day as number,
        strategyId: strategyId as string,
        disposition: disposition as 'blocked' | 'gated',
        rule: rule as string,
        count: count as number,
      }));
  }
}

const VERSION_COLUMNS = 'no, time, strategy_id, kind, version, who, why, document';

function versionOf([no, time, strategyId, kind, version, who, why, document]: Row): StoredThresholdVersion {
  return {
    no: no as number,
    time: time as number,
    strategyId: strategyId as string,
    kind: kind as RecordedKind,
    version: version as number,
    who: who as 'engine',
    why: why as string,
    document: JSON.parse(document as string),
  };
}

function recordOf([time, score, netR, session, regime]: Row): StoredThresholdRecord {
  return {
    time: time as number,
    score: score as number,
    netR: netR as number,
    win: (netR as number) > 0,
    session: session as Session,
    regime: regime as Regime | null,
  };
}
