/** Tickets and paper positions: what the trader is asked and what came of it (DE-15, DE-16, DE-30). */
import { z } from 'zod';
import type { SignalAdvice } from '#core/domain/advice.ts';
import type { Regime, Session } from '#core/domain/context.ts';
import type { QualityPart, Side, SignalMark } from '#core/domain/signal.ts';
import type { Position, Ticket, TicketId } from '#core/domain/trading.ts';

export interface TicketView extends Ticket {
  readonly symbol: string;
  readonly exchange: string;
  readonly simulated: boolean;
  readonly strategyId: string;
  readonly side: Side;
  readonly priceDecimals: number;
  readonly reasons: readonly string[];
  readonly qscore: number;
  readonly qualityParts: readonly QualityPart[];
  readonly marks: readonly SignalMark[];
  readonly plannedRr: number;
  readonly plannedNetRr: number;
  readonly session: Session;
  readonly regime: Regime | null;
  /** What models said beside the score when the signal came (ML-31, ML-32); null where none did. */
  readonly advice: SignalAdvice | null;
  /** Last price, and how far it is from the entry in R (positive = in the trade's favour). */
  readonly price: number | null;
  readonly movedR: number | null;
  /** Cost of the round trip: in quote units for the ticket's size, and in R. */
  readonly costAmount: number;
  readonly costR: number;
}

export interface TicketsDelta {
  readonly upserted: readonly TicketView[];
  /** Closed tickets leave the list; their last state came with `upserted` in the same frame. */
  readonly removed: readonly TicketId[];
}

const ticketId = z.string().min(3).max(200);

export const approveInput = z.object({ ticketId, amount: z.number().positive().nullable() }).strict();
export const skipInput = z.object({ ticketId, reason: z.string().max(500).nullable() }).strict();

/** What became of an intent; a refusal says why in words and changes nothing. */
export interface IntentAnswer {
  readonly done: boolean;
  readonly message: string;
}

export interface PositionView extends Position {
  readonly symbol: string;
  readonly exchange: string;
  readonly simulated: boolean;
  readonly strategyId: string;
  readonly priceDecimals: number;
  readonly price: number | null;
  readonly unrealisedR: number | null;
  readonly unrealisedProfit: number | null;
}

export interface PositionsDelta {
  readonly upserted: readonly PositionView[];
}
