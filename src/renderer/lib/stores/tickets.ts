/** Open tickets in the order they run out, and the newest closed ones with how they ended. */
import type { TicketsDelta, TicketView } from '#contract/areas/trading.ts';
import { applyRows } from './stream-store.ts';

export interface TicketBook {
  /** Next to expire first. */
  readonly open: readonly TicketView[];
  /** Newest first, since the window was opened. */
  readonly closed: readonly TicketView[];
}

const CLOSED_KEPT = 20;

const byUrgency = (a: TicketView, b: TicketView) =>
  a.expiresAt - b.expiresAt || a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);

export function ticketBook(tickets: readonly TicketView[]): TicketBook {
  return { open: tickets.filter((ticket) => ticket.state === 'open').sort(byUrgency), closed: [] };
}

/** A ticket's last state comes with the delta that removes it, or before it. */
export function reduceTickets(book: TicketBook, delta: TicketsDelta): TicketBook {
  const closedNow = delta.upserted.filter((ticket) => ticket.state !== 'open');
  const gone = [...delta.removed, ...closedNow.map((ticket) => ticket.id)];
  const stillOpen = delta.upserted.filter((ticket) => ticket.state === 'open');
  const open = applyRows(book.open, stillOpen, gone, (ticket) => ticket.id);
  const known = new Set(book.closed.map((ticket) => ticket.id));
  const fresh = closedNow.filter((ticket) => !known.has(ticket.id)).reverse();
  return {
    open: open === book.open ? open : [...open].sort(byUrgency),
    closed: fresh.length === 0 ? book.closed : [...fresh, ...book.closed].slice(0, CLOSED_KEPT),
  };
}
