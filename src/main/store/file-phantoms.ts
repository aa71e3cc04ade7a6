/**
 * WS-21: a file brought a signal that the desk then finds itself. The desk's own record has the id and is what counts;
 * the file's stays beside it, marked as imported, under another id.
 */
import { invariant } from '#core/base/invariant.ts';
import type { Decision } from '#core/domain/score.ts';
import type { SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection } from './connection.ts';

/** What becomes of the file's phantom; one that no file brought must not be there a second time. */
export function decisionAside(connection: Connection, phantomNo: number, id: SignalId, time: UnixMs): Decision {
  const imported = connection
    .prepare(
      `SELECT document FROM phantom_events
       WHERE phantom_no = ? AND kind = 'decided' AND json_extract(document, '$.disposition') = 'imported'
       ORDER BY sequence DESC LIMIT 1`,
    )
    .get(phantomNo)?.[0];
  invariant(imported !== undefined, `phantom ${id} is recorded once`);
  const decision: Decision = JSON.parse(imported as string);
  const reason = 'from a file; this desk has found the same signal itself since, and counts its own';
  return { ...decision, disposition: 'imported', reason, decidedAt: time };
}

export function renameAside(connection: Connection, phantomNo: number, id: SignalId): void {
  const aside = `file:${id}`;
  connection.prepare('UPDATE phantoms SET id = ? WHERE no = ?').run(aside, phantomNo);
  connection
    .prepare(`UPDATE phantom_documents SET signal = json_set(signal, '$.id', ?) WHERE phantom_no = ?`)
    .run(aside, phantomNo);
}
