/** The life of a ticket as pure functions: opening, expiry, re-scoring, the check at the click (DE-15, DE-16). */
import type { Candle } from '#core/domain/candle.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { Score, Threshold } from '#core/domain/score.ts';
import { sideSign } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ExpiryReason, PositionSize, Ticket } from '#core/domain/trading.ts';
import { passes } from './threshold.ts';

/** A ticket expires when price has moved more than this from the entry, either way (DE-16). */
const MAX_MOVE_R = 0.25;

export function openTicket(phantom: Phantom, size: PositionSize): Ticket {
  return {
    id: phantom.id,
    instrumentId: phantom.instrumentId,
    openedAt: phantom.signal.time,
    expiresAt: phantom.signal.expiresAt,
    terms: phantom.terms,
    size,
    score: phantom.decision.score,
    threshold: phantom.decision.threshold,
    belowThreshold: false,
    state: 'open',
    closedAt: null,
    closeReason: null,
  };
}

/** Distance of `price` from the entry in R, positive in the trade's favour. */
export function movedR(ticket: Ticket, price: number): number {
  const { side, entry, stop } = ticket.terms;
  return (sideSign(side) * (price - entry)) / Math.abs(entry - stop);
}

/** Why the ticket cannot be taken at `price` any more, or null. */
export function expiredByPrice(ticket: Ticket, price: number): ExpiryReason | null {
  const { side, stop, target } = ticket.terms;
  const sign = sideSign(side);
  if (sign * (price - stop) <= 0) return 'stop reached';
  if (sign * (price - target) >= 0) return 'target reached';
  return Math.abs(movedR(ticket, price)) > MAX_MOVE_R ? 'price moved' : null;
}

/** The same for a whole bar: its extremes reach stop and target, its close has moved. */
export function expiredByBar(ticket: Ticket, bar: Candle): ExpiryReason | null {
  const { side, stop, target } = ticket.terms;
  const [adverse, favorable] = side === 'long' ? [bar.low, bar.high] : [bar.high, bar.low];
  const sign = sideSign(side);
  if (sign * (adverse - stop) <= 0) return 'stop reached';
  if (sign * (favorable - target) >= 0) return 'target reached';
  return expiredByPrice(ticket, bar.close);
}

export function expiredByTime(ticket: Ticket, now: UnixMs): boolean {
  return now >= ticket.expiresAt;
}

export function expireTicket(ticket: Ticket, reason: ExpiryReason, time: UnixMs): Ticket {
  return { ...ticket, state: 'expired', closedAt: time, closeReason: reason };
}

/** A ticket that falls below the threshold stays, marked (DE-16). */
export function rescoreTicket(ticket: Ticket, score: Score, threshold: Threshold): Ticket {
  return { ...ticket, score, threshold, belowThreshold: !passes(score, threshold) };
}
