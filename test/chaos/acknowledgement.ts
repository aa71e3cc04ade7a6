/** What the killed desk says it has committed, and how the killer compares it with the record that is left. */

import type { Phantom, PhantomResult } from '#core/domain/phantom.ts';
import type { Decision } from '#core/domain/score.ts';
import type { Position, Ticket } from '#core/domain/trading.ts';
import type { EngineEvent } from '#core/engine/messages.ts';
import { canonicalJson } from '#test/support/canonical-json.ts';

/** Each names one immutable fact of the record: once acknowledged it must be found with the same text for ever. */
export const RECORD_KINDS = [
  'opened',
  'closed',
  'decided',
  'ticket',
  'ticket-closed',
  'position',
  'position-closed',
] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

export interface AcknowledgedRecord {
  readonly kind: RecordKind;
  readonly id: string;
  /** Canonical JSON of what was committed. */
  readonly text: string;
}

/** One line of the desk's standard output, written after the step's transaction has returned. */
export interface Acknowledgement {
  /** Engine clock after the step, UTC ms; null for a setting. */
  readonly clock: number | null;
  /** Newest bar of the step by instrument, open time in UTC ms. */
  readonly bars: readonly (readonly [string, number])[];
  readonly records: readonly AcknowledgedRecord[];
  /** Equity after the step when it changed. */
  readonly equity: number | null;
  /** How often the desk has changed its counting setting; null when the line is not about it. */
  readonly settingsCount: number | null;
}

export function recordsOf(events: readonly EngineEvent[]): readonly AcknowledgedRecord[] {
  return events.flatMap((event): AcknowledgedRecord[] => {
    switch (event.kind) {
      case 'phantom-opened': {
        const { phantom } = event;
        const opened: AcknowledgedRecord = { kind: 'opened', id: phantom.id, text: openedText(phantom) };
        return phantom.decision.disposition === 'pending'
          ? [opened]
          : [opened, decidedRecord(phantom.id, phantom.decision)];
      }
      case 'phantom-closed':
        return [{ kind: 'closed', id: event.phantomId, text: closedText(event.result, event.resolvedOffline) }];
      case 'phantom-decided':
        return [decidedRecord(event.phantomId, event.decision)];
      case 'ticket-opened':
        return [{ kind: 'ticket', id: event.ticket.id, text: ticketPlanText(event.ticket) }];
      case 'ticket-closed':
        return [{ kind: 'ticket-closed', id: event.ticket.id, text: canonicalJson(event.ticket) }];
      case 'position-opened':
        return [{ kind: 'position', id: event.position.id, text: positionPlanText(event.position) }];
      case 'position-closed':
        return [{ kind: 'position-closed', id: event.position.id, text: canonicalJson(event.position) }];
      default:
        return [];
    }
  });
}

export function openedText({ signal, terms, features, simulated }: Phantom): string {
  return canonicalJson({ signal, terms, features, simulated });
}

export function closedText(result: PhantomResult, resolvedOffline: boolean): string {
  return canonicalJson({ result, resolvedOffline });
}

/** What a history row keeps of a decision; who, why and with which score. */
export function decidedText({ disposition, reason, decidedBy, score, threshold }: Decision): string {
  return canonicalJson({ disposition, reason, decidedBy, score, threshold });
}

/** What does not change while a ticket waits: it is scored again on every bar. */
export function ticketPlanText({ id, instrumentId, openedAt, expiresAt, terms }: Ticket): string {
  return canonicalJson({ id, instrumentId, openedAt, expiresAt, terms });
}

export function positionPlanText({ id, instrumentId, amount, terms, intendedPrice, hesitationR }: Position): string {
  return canonicalJson({ id, instrumentId, amount, terms, intendedPrice, hesitationR });
}

/** A counter inside a setting of the trader: risk per trade, in steps too small to matter. */
const RISK_PER_COUNT = 1e-7;

export function riskOfCount(count: number): number {
  return count * RISK_PER_COUNT;
}

export function countOfRisk(risk: number): number {
  return Math.round(risk / RISK_PER_COUNT);
}

function decidedRecord(id: string, decision: Decision): AcknowledgedRecord {
  return { kind: 'decided', id, text: decidedText(decision) };
}
