/** What models said of signals and what came of them, read in pages small enough to leave the event loop its turns (ML-45). */

import type { InstrumentId } from '#core/domain/instrument.ts';
import type { ModelId, PredictionRole } from '#core/domain/model.ts';
import type { ObservationKind } from '#core/domain/observation.ts';
import { RESOLVER_VERSION } from '#core/domain/phantom.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection } from './connection.ts';

/** A prediction of one model whose signal has a result, in the order of the results. */
export interface JudgedPrediction {
  /** Place in the order in which the strategy's signals were resolved. */
  readonly sequence: number;
  readonly openedAt: UnixMs;
  readonly resolvedAt: UnixMs;
  readonly netR: number;
  /** Calibrated probability of a win. */
  readonly probability: number;
  /** What the other model said of the same signal; null when it said nothing. */
  readonly otherProbability: number | null;
}

/** Of two models that both scored the signal. */
export interface ComparedPrediction extends JudgedPrediction {
  readonly otherProbability: number;
}

/** What made a score, or was shown beside one. */
export type SaidRole = Extract<PredictionRole, 'decided' | 'opinion'>;

export interface SaidPrediction {
  readonly phantomNo: number;
  readonly modelId: ModelId;
  readonly time: UnixMs;
  readonly probability: number;
  /** Null while open, and for signals that never get a result. */
  readonly netR: number | null;
  readonly resolvedAt: UnixMs | null;
  readonly open: boolean;
  /**
   * Of a signal whose score is an enhanced one (ML-30): its base, which is its own grade (ML-11), what it became, and the
   * threshold of its decision; null for all others.
   */
  readonly graded: { readonly base: number; readonly enhanced: number; readonly threshold: number } | null;
}

export interface PredictionPlace {
  readonly time: UnixMs;
  readonly phantomNo: number;
  readonly modelId: ModelId;
}

/** An opening, an hour or a signal, what was forecast of it and what came. */
export interface ObservedRow {
  readonly no: number;
  readonly instrumentId: InstrumentId;
  readonly time: UnixMs;
  readonly said: { readonly modelId: ModelId; readonly answer: Readonly<Record<string, number>> } | null;
  /** Null while waiting, and where it can never be known. */
  readonly target: number | null;
  readonly resolvedAt: UnixMs | null;
  readonly waiting: boolean;
}

/** What a signal brought, in the order in which a strategy's signals were resolved. */
export interface SignalResult {
  readonly sequence: number;
  readonly resolvedAt: UnixMs;
  readonly netR: number;
}

export class PredictionHistory {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The newest time that the engine reached; null while it never ran. */
  clock(): UnixMs | null {
    const time = this.#connection.prepare('SELECT time FROM engine_clock').get()?.[0];
    return typeof time === 'number' ? time : null;
  }

  /** Where `judged` begins for a model: no result before it is of a signal that the model saw. Null: it saw none yet. */
  firstJudged(modelId: ModelId): number | null {
    const first = this.#connection
      .prepare('SELECT min(phantom_no) FROM predictions WHERE model_id = ?')
      .get(modelId)?.[0];
    if (typeof first !== 'number') return null;
    const sequence = this.#connection
      .prepare('SELECT min(sequence) FROM resolutions WHERE phantom_no >= ?')
      .get(first)?.[0];
    return typeof sequence === 'number' ? sequence : null;
  }

  /** The newest result: whatever resolves later comes after it. 0 without any. */
  newestResolution(): number {
    return (this.#connection.prepare('SELECT max(sequence) FROM resolutions').get()?.[0] ?? 0) as number;
  }

  /**
   * Wins, losses and timeouts (ML-5) of signals that the model saw, after a place in their order, oldest first; of one
   * strategy, or of all (null).
   */
  judged(
    modelId: ModelId,
    otherId: ModelId | null,
    strategyId: string | null,
    after: number,
    limit: number,
  ): readonly JudgedPrediction[] {
    return this.#connection
      .prepare(
        `SELECT s.sequence, r.time, p.exit_time, p.net_r, r.probability, o.probability
         FROM resolutions s
         CROSS JOIN predictions r ON r.model_id = ? AND r.phantom_no = s.phantom_no
         CROSS JOIN phantoms p ON p.no = s.phantom_no
         LEFT JOIN predictions o ON o.model_id = ? AND o.phantom_no = s.phantom_no
         WHERE ${strategyId === null ? 'TRUE' : 's.strategy_id = ?'} AND s.sequence > ? AND p.net_r IS NOT NULL
           AND p.resolver_version = ${RESOLVER_VERSION}
         ORDER BY s.sequence LIMIT ?`,
      )
      .all(modelId, otherId, ...(strategyId === null ? [] : [strategyId]), after, limit)
      .map(([sequence, openedAt, resolvedAt, netR, probability, otherProbability]) => ({
        sequence: sequence as number,
        openedAt: openedAt as number,
        resolvedAt: resolvedAt as number,
        netR: netR as number,
        probability: probability as number,
        otherProbability: otherProbability as number | null,
      }));
  }

  /**
   * Signals with a result (ML-5) that versions of both models scored without having seen it, newest `limit`, oldest
   * first; of several versions that scored one signal the newest speaks (ML-50).
   */
  compared(model: string, other: string, limit: number): readonly ComparedPrediction[] {
    return this.#connection
      .prepare(COMPARED)
      .all(model, other, limit)
      .map(([sequence, openedAt, resolvedAt, netR, probability, otherProbability]) => ({
        sequence: sequence as number,
        openedAt: openedAt as number,
        resolvedAt: resolvedAt as number,
        netR: netR as number,
        probability: probability as number,
        otherProbability: otherProbability as number,
      }))
      .reverse();
  }

  /** Predictions of a win in one role, of all models, after a place in their order, oldest first. */
  said(role: SaidRole, after: PredictionPlace, limit: number): readonly SaidPrediction[] {
    return this.#connection
      .prepare(SAID)
      .all(role, after.time, after.phantomNo, after.modelId, limit)
      .map(([phantomNo, modelId, time, probability, netR, resolvedAt, open, kind, base, enhanced, threshold]) => ({
        phantomNo: phantomNo as number,
        modelId: modelId as string,
        time: time as number,
        probability: probability as number,
        netR: netR as number | null,
        resolvedAt: resolvedAt as number | null,
        open: open !== null,
        graded:
          kind === 'enhanced'
            ? { base: base as number, enhanced: enhanced as number, threshold: threshold as number }
            : null,
      }));
  }

  /** Openings or hours in one state, after a place in their order, oldest first. */
  observed(
    kind: ObservationKind,
    simulated: boolean,
    state: 'waiting' | 'labelled' | 'unknown',
    after: Pick<ObservedRow, 'time' | 'no'>,
    limit: number,
  ): readonly ObservedRow[] {
    return this.#connection
      .prepare(
        `SELECT no, instrument_id, time, model_id, said, target, resolved_at
         FROM observations INDEXED BY observations_to_learn_from
         WHERE kind = ? AND simulated = ? AND state = ? AND (time, no) > (?, ?) ORDER BY time, no LIMIT ?`,
      )
      .all(kind, Number(simulated), state, after.time, after.no, limit)
      .map(([no, instrumentId, time, modelId, said, target, resolvedAt]) => ({
        no: no as number,
        instrumentId: instrumentId as string,
        time: time as number,
        said:
          modelId === null || said === null ? null : { modelId: modelId as string, answer: JSON.parse(said as string) },
        target: target as number | null,
        resolvedAt: resolvedAt as number | null,
        waiting: state === 'waiting',
      }));
  }

  /** Signals of which versions of a model forecast what they bring, after a place in their order, oldest first. */
  valued(model: string, after: Pick<ObservedRow, 'time' | 'no'>, limit: number): readonly ObservedRow[] {
    return this.#connection
      .prepare(VALUED)
      .all(model, after.time, after.no, limit)
      .map(([no, instrumentId, time, modelId, value, netR, resolvedAt, open]) => ({
        no: no as number,
        instrumentId: instrumentId as string,
        time: time as number,
        said: { modelId: modelId as string, answer: { value: value as number } },
        target: netR as number | null,
        resolvedAt: resolvedAt as number | null,
        waiting: open !== null,
      }));
  }

  /** Every result of a strategy's signals (ML-5), after a place in their order. */
  results(strategyId: string, simulated: boolean, after: number, limit: number): readonly SignalResult[] {
    return this.#connection
      .prepare(
        `SELECT s.sequence, p.exit_time, p.net_r FROM resolutions s
         CROSS JOIN phantoms p ON p.no = s.phantom_no
         CROSS JOIN facets f ON f.no = p.facet_no
         WHERE s.strategy_id = ? AND s.sequence > ? AND f.simulated = ? AND p.net_r IS NOT NULL
           AND p.resolver_version = ${RESOLVER_VERSION}
         ORDER BY s.sequence LIMIT ?`,
      )
      .all(strategyId, after, Number(simulated), limit)
      .map(([sequence, resolvedAt, netR]) => ({
        sequence: sequence as number,
        resolvedAt: resolvedAt as number,
        netR: netR as number,
      }));
  }

  /** The steps behind `said`, for tests that hold it to its index. */
  explainSaid(): readonly string[] {
    const steps = this.#connection.prepare(`EXPLAIN QUERY PLAN ${SAID}`).all('decided', 0, 0, '', 10);
    return steps.map((step) => step[3] as string);
  }
}

/** What other rules graded has no result here (PH-10). */
const SAID = `SELECT r.phantom_no, r.model_id, r.time, r.probability,
    iif(p.resolver_version = ${RESOLVER_VERSION}, p.net_r, NULL), p.exit_time, o.phantom_no,
    p.score_kind, p.qscore, p.score, p.threshold
  FROM predictions r
  CROSS JOIN phantoms p ON p.no = r.phantom_no
  LEFT JOIN open_phantoms o ON o.phantom_no = r.phantom_no
  WHERE r.role = ? AND (r.time, r.phantom_no, r.model_id) > (?, ?, ?) AND r.probability IS NOT NULL
  ORDER BY r.time, r.phantom_no, r.model_id LIMIT ?`;

/** Forecasts of values stand among the opinions without a probability: the index finds them without reading any other. */
const VALUED = `SELECT r.phantom_no, f.instrument_id, r.time, r.model_id, r.value,
    iif(p.resolver_version = ${RESOLVER_VERSION}, p.net_r, NULL), p.exit_time, o.phantom_no
  FROM predictions r INDEXED BY predictions_by_time
  CROSS JOIN models m ON m.id = r.model_id AND m.model = ?
  CROSS JOIN phantoms p ON p.no = r.phantom_no
  CROSS JOIN facets f ON f.no = p.facet_no
  LEFT JOIN open_phantoms o ON o.phantom_no = r.phantom_no
  WHERE r.role = 'opinion' AND (r.time, r.phantom_no) > (?, ?) AND r.probability IS NULL
  ORDER BY r.time, r.phantom_no LIMIT ?`;

/** A bare column beside max() is of the row that holds the maximum (SQLite, "Bare columns in an aggregate query"). */
const COMPARED = `WITH own AS (
    SELECT r.phantom_no AS no, r.probability, max(m.version) FROM models m
    CROSS JOIN predictions r ON r.model_id = m.id AND r.time > m.trained_until
    WHERE m.model = ? AND r.probability IS NOT NULL GROUP BY r.phantom_no
  ), other AS (
    SELECT r.phantom_no AS no, r.probability, max(m.version) FROM models m
    CROSS JOIN predictions r ON r.model_id = m.id AND r.time > m.trained_until
    WHERE m.model = ? AND r.probability IS NOT NULL GROUP BY r.phantom_no
  )
  SELECT s.sequence, p.opened_at, p.exit_time, p.net_r, own.probability, other.probability
  FROM own
  CROSS JOIN resolutions s ON s.phantom_no = own.no
  CROSS JOIN phantoms p ON p.no = own.no
  JOIN other ON other.no = own.no
  WHERE p.net_r IS NOT NULL AND p.resolver_version = ${RESOLVER_VERSION} ORDER BY s.sequence DESC LIMIT ?`;
