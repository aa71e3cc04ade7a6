/** The trader's clicks on tickets, checked against the newest price and answered in words (DE-15, DE-16). */

import type { IntentAnswer } from '#contract/areas/trading.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { TicketId } from '#core/domain/trading.ts';
import type { EngineInput } from '#core/engine/messages.ts';
import type { LiveSession } from './live-session.ts';

export function approveTicket(session: LiveSession, ticketId: TicketId, amount: number | null): IntentAnswer {
  if (session.keeper !== null && session.state.connection !== 'live') {
    return { done: false, message: 'not filled: the exchange is not live, prices may be stale' };
  }
  quoteNewest(session, ticketId);
  const input = { kind: 'approve', time: session.now(), ticketId, amount } as const;
  return carryOut(session, input, 'approved: the paper position is open');
}

export function skipTicket(session: LiveSession, ticketId: TicketId, reason: string | null): IntentAnswer {
  const input = { kind: 'skip', time: session.now(), ticketId, reason } as const;
  return carryOut(session, input, 'skipped: its phantom goes on');
}

/** DE-16: at the click the newest price counts, not the last bar's. */
function quoteNewest(session: LiveSession, ticketId: TicketId): void {
  const { keeper } = session;
  const instrumentId = keeper?.engine.openPhantoms.get(ticketId)?.phantom.instrumentId;
  if (keeper === null || instrumentId === undefined) return;
  applyQuote(session, instrumentId);
}

/** With the time at which it was heard: a price that stands still grows old (RE-22). */
export function applyQuote(session: Pick<LiveSession, 'keeper' | 'quote'>, instrumentId: InstrumentId): void {
  const quote = session.quote(instrumentId);
  if (quote !== null) session.keeper?.apply({ kind: 'quote', time: quote.at, instrumentId, price: quote.price });
}

function carryOut(
  session: LiveSession,
  input: Extract<EngineInput, { kind: 'approve' | 'skip' }>,
  done: string,
): IntentAnswer {
  if (session.keeper === null) return { done: false, message: 'the desk is not running yet' };
  const events = session.keeper.apply(input);
  const refusal = events.find((event) => event.kind === 'intent-refused');
  if (refusal !== undefined) return { done: false, message: refusal.message };
  const closed = events.some((event) => event.kind === 'ticket-closed' && event.ticket.id === input.ticketId);
  return closed ? { done: true, message: done } : { done: false, message: 'it could not be recorded; nothing changed' };
}
