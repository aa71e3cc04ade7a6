/** Tickets and paper positions: what the trader is asked, and what came of an approval (DE-15, DE-16, DE-30). */
import type { InstrumentId } from './instrument.ts';
import type { PhantomResult, TradeTerms } from './phantom.ts';
import type { Score, Threshold } from './score.ts';
import type { SignalId } from './signal.ts';
import type { UnixMs } from './timeframe.ts';

/** A ticket's id is its signal's id. */
export type TicketId = SignalId;

const TICKET_STATES = ['open', 'approved', 'skipped', 'expired'] as const;
export type TicketState = (typeof TICKET_STATES)[number];

const EXPIRY_REASONS = ['time', 'price moved', 'stop reached', 'target reached', 'kill switch'] as const;
/** DE-16, DE-23. */
export type ExpiryReason = (typeof EXPIRY_REASONS)[number];

/** What scales a size, e.g. volatility (DE-20). */
export interface SizeFactor {
  readonly name: string;
  readonly value: number;
}

/** How much to trade and what is at stake, in quote units unless named otherwise. */
export interface PositionSize {
  /** Base units, cut to the instrument's step. */
  readonly amount: number;
  readonly notional: number;
  /** Loss at the stop, costs included. */
  readonly riskAmount: number;
  /** What bound the size, e.g. `risk 0.5 % of equity` or `cut to the exposure limit`. */
  readonly basis: string;
  /** Absent: none, or sized before there were any. */
  readonly factors?: readonly SizeFactor[];
}

export interface Ticket {
  readonly id: TicketId;
  readonly instrumentId: InstrumentId;
  readonly openedAt: UnixMs;
  readonly expiresAt: UnixMs;
  readonly terms: TradeTerms;
  readonly size: PositionSize;
  /** The newest score: a ticket is scored again on each base bar (DE-16). */
  readonly score: Score;
  readonly threshold: Threshold;
  /** The newest score fell below the threshold: the ticket stays, marked. */
  readonly belowThreshold: boolean;
  readonly state: TicketState;
  readonly closedAt: UnixMs | null;
  /** The trader's reason for a skip, or why it expired. */
  readonly closeReason: string | null;
}

export interface Position {
  readonly id: TicketId;
  readonly instrumentId: InstrumentId;
  readonly amount: number;
  /** As filled: entry is the fill price, openedAt the click's time. */
  readonly terms: TradeTerms;
  /** The signal's price, and what the delay cost against it in R (positive = worse). */
  readonly intendedPrice: number;
  readonly hesitationR: number;
  readonly state: 'open' | 'closed';
  readonly result: PhantomResult;
  /** Net, in quote units; null while open. */
  readonly profit: number | null;
}

export interface PaperAccount {
  readonly currency: string;
  readonly startingEquity: number;
  /** Starting equity plus realised profit. */
  readonly equity: number;
}
