/** What was said of a phantom before it was graded again (PH-10, MK-3, PH-12). */
import type { Outcome } from '#core/domain/phantom.ts';
import type { SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection } from './connection.ts';

export interface EarlierGrade {
  /** rules: another version of the resolver. revised: bars of its life were changed. finer: finer candles came. */
  readonly reason: 'rules' | 'revised' | 'finer';
  readonly outcome: Outcome;
  readonly netR: number | null;
  readonly exitTime: UnixMs | null;
  /** Wall time. */
  readonly replacedAt: UnixMs;
}

/** The newest first. */
export function earlierGrades(connection: Connection, id: SignalId): readonly EarlierGrade[] {
  return connection
    .prepare(
      `SELECT g.reason, g.outcome, g.net_r, g.exit_time, g.replaced_at FROM phantoms p JOIN (
         SELECT phantom_no, 'rules' AS reason, outcome, net_r, exit_time, replaced_at, sequence FROM phantom_grades
         UNION ALL
         SELECT phantom_no, reason, outcome, net_r, exit_time, replaced_at, sequence FROM superseded_grades
       ) g ON g.phantom_no = p.no
       WHERE p.id = ? ORDER BY g.replaced_at DESC, g.sequence DESC`,
    )
    .all(id)
    .map(([reason, outcome, netR, exitTime, replacedAt]) => ({
      reason: reason as EarlierGrade['reason'],
      outcome: outcome as Outcome,
      netR: netR as number | null,
      exitTime: exitTime as number | null,
      replacedAt: replacedAt as number,
    }));
}
