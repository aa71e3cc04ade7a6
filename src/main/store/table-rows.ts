/** Tickets and positions one after the other, for exports (WS-20): streams, each to be read on a connection of its own. */
import type { Position, Ticket } from '#core/domain/trading.ts';
import type { Connection } from './connection.ts';

/** By opening time. */
export function* ticketRows(connection: Connection): Generator<Ticket, void, undefined> {
  const select = 'SELECT document FROM tickets INDEXED BY tickets_by_opened ORDER BY opened_at, id';
  for (const [document] of connection.prepare(select).iterate()) yield JSON.parse(document as string);
}

/** Closed ones by closing time, then those that are open. */
export function* positionRows(connection: Connection): Generator<Position, void, undefined> {
  for (const condition of ['closed_at IS NOT NULL', 'closed_at IS NULL']) {
    const select = `SELECT document FROM positions INDEXED BY positions_by_closed WHERE ${condition} ORDER BY closed_at, id`;
    for (const [document] of connection.prepare(select).iterate()) yield JSON.parse(document as string);
  }
}
