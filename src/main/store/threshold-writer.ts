/** Writes what thresholds are learned from, their versions, and the minimums that follow executions; all inside a step. */
import { type Disposition, type ScoreKind, teachesThresholds } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection } from './connection.ts';

export interface ThresholdVersionNote {
  readonly strategyId: string;
  readonly kind: ScoreKind;
  readonly version: number;
  /** In words. */
  readonly why: string;
}

export interface ResolvedPhantom {
  readonly phantomNo: number;
  readonly strategyId: string;
  readonly disposition: Disposition;
}

/** Notes a phantom that was just resolved if it counts for thresholds (DE-2), by the same rule as in the engine. */
export function noteThresholdRecord(connection: Connection, resolved: ResolvedPhantom): void {
  const { phantomNo, strategyId, disposition } = resolved;
  const [kind, reasonNo] =
    connection.prepare('SELECT score_kind, reason_no FROM phantoms WHERE no = ?').get(phantomNo) ?? [];
  const reason =
    disposition === 'blocked'
      ? connection.prepare('SELECT text FROM reasons WHERE no = ?').get(reasonNo as number)?.[0]
      : '';
  if (kind === 'neutral' || !teachesThresholds({ disposition, reason: reason as string })) return;
  connection.prepare('INSERT INTO threshold_records VALUES (NULL, ?, ?, ?)').run(phantomNo, strategyId, kind as string);
}

export function putThresholdVersion(
  connection: Connection,
  time: UnixMs,
  { strategyId, kind, version, why }: ThresholdVersionNote,
  document: object,
): void {
  connection
    .prepare("INSERT INTO threshold_versions VALUES (NULL, ?, ?, ?, ?, 'engine', ?, ?)")
    .run(time, strategyId, kind, version, why, JSON.stringify(document));
}

export function putMinimum(
  connection: Connection,
  time: UnixMs,
  strategyId: string,
  scale: 'score' | 'margin',
  value: number,
  document: object,
): void {
  connection
    .prepare('INSERT INTO threshold_minimums VALUES (NULL, ?, ?, ?, ?, ?)')
    .run(time, strategyId, scale, value, JSON.stringify(document));
}
