/** The figures of a ticket that the window derives: distances, what another size would risk, time left. Prices in quote units. */
import type { TicketView } from '#contract/areas/trading.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

export interface LevelRow {
  readonly name: 'target' | 'tp1' | 'entry' | 'stop';
  readonly price: number;
  /** From the entry, in R; positive in the trade's favour. */
  readonly distanceR: number;
  /** From the entry, in percent of it; signed as the price moves. */
  readonly distancePercent: number;
}

/** The levels from the highest price to the lowest, as they lie on the chart. */
export function levelRows(terms: TicketView['terms']): readonly LevelRow[] {
  const sign = terms.side === 'long' ? 1 : -1;
  const risk = Math.abs(terms.entry - terms.stop);
  // Adding zero turns a short's -0 at the entry into 0.
  const row = (name: LevelRow['name'], price: number): LevelRow => ({
    name,
    price,
    distanceR: risk > 0 ? (sign * (price - terms.entry)) / risk + 0 : 0,
    distancePercent: (price / terms.entry - 1) * 100,
  });
  const rows = [row('target', terms.target), row('entry', terms.entry), row('stop', terms.stop)];
  if (terms.tp1 !== null) rows.push(row('tp1', terms.tp1));
  return rows.sort((a, b) => b.price - a.price);
}

export interface SizeFigures {
  readonly amount: number;
  readonly notional: number;
  readonly riskAmount: number;
  readonly costAmount: number;
  /** Against the proposed size; 1 is the proposal. */
  readonly factor: number;
}

/** What another amount would mean; everything scales with the amount. */
export function sizeFigures(ticket: TicketView, amount: number | null): SizeFigures {
  const proposed = ticket.size.amount;
  const chosen = amount ?? proposed;
  const factor = proposed > 0 ? chosen / proposed : 0;
  return {
    amount: chosen,
    notional: ticket.size.notional * factor,
    riskAmount: ticket.size.riskAmount * factor,
    costAmount: ticket.costAmount * factor,
    factor,
  };
}

export interface TimeLeft {
  readonly leftMs: number;
  /** Share of the ticket's life that is left, 0-1. */
  readonly share: number;
  /** What is left on the trader's own clock; null while the market is paused. */
  readonly wallMs: number | null;
  readonly isUrgent: boolean;
}

const URGENT_SHARE = 0.2;

export function timeLeft(ticket: Pick<TicketView, 'openedAt' | 'expiresAt'>, now: UnixMs, speed: number): TimeLeft {
  const leftMs = Math.max(0, ticket.expiresAt - now);
  const life = Math.max(1, ticket.expiresAt - ticket.openedAt);
  const share = Math.min(1, leftMs / life);
  return { leftMs, share, wallMs: speed > 0 ? leftMs / speed : null, isUrgent: share < URGENT_SHARE };
}

/** Beyond this distance from the entry a ticket expires by itself (DE-16). */
export const MOVE_LIMIT_R = 0.25;

export interface MoveLimits {
  /** The prices at which the ticket expires: against the trade, and in its favour. */
  readonly against: number;
  readonly favour: number;
  /** What is left until the nearer of them, in R; null without a price. */
  readonly leftR: number | null;
  readonly isNear: boolean;
}

const NEAR_SHARE = 0.3;

export function moveLimits({ terms, movedR }: Pick<TicketView, 'terms' | 'movedR'>): MoveLimits {
  const move = MOVE_LIMIT_R * (terms.entry - terms.stop);
  const leftR = movedR === null ? null : Math.max(0, MOVE_LIMIT_R - Math.abs(movedR));
  return {
    against: terms.entry - move,
    favour: terms.entry + move,
    leftR,
    isNear: leftR !== null && leftR < MOVE_LIMIT_R * NEAR_SHARE,
  };
}
