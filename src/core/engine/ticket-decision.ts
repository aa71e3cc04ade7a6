/** What a closed ticket decides about its phantom (PH-1). */
import type { Decision, Disposition, Stage } from '#core/domain/score.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Ticket } from '#core/domain/trading.ts';

/** `before`: the phantom's decision so far; where the phantom itself ended on the same bar, the ticket's own facts count. */
export function ticketDecision(ticket: Ticket, before: Decision | undefined, stage: Stage, time: UnixMs): Decision {
  const [disposition, reason] = ticketDisposition(ticket);
  return {
    stage: before?.stage ?? stage,
    score: before?.score ?? ticket.score,
    threshold: before?.threshold ?? ticket.threshold,
    disposition,
    reason,
    decidedBy: ticket.state === 'expired' ? 'engine' : 'trader',
    decidedAt: time,
    ...(before?.advice === undefined ? {} : { advice: before.advice }),
  };
}

function ticketDisposition(ticket: Ticket): readonly [Disposition, string] {
  switch (ticket.state) {
    case 'approved':
      return ['executed', 'approved by you'];
    case 'skipped':
      return ['skipped', ticket.closeReason ?? 'skipped by you'];
    default:
      if (ticket.closeReason === 'kill switch') return ['blocked', 'kill-switch: engaged while the ticket waited'];
      return ['expired', `the ticket expired: ${ticket.closeReason ?? 'time'}`];
  }
}
