/** Tickets, paper positions and the paper account inside the engine (DE-15, DE-16, DE-30). */

import type { EntryOrder, Objection } from '#core/decisions/risk-limits.ts';
import { chosenSize, positionSize, type SizingLimits } from '#core/decisions/sizing.ts';
import {
  expiredByBar,
  expiredByPrice,
  expiredByTime,
  expireTicket,
  openTicket,
  rescoreTicket,
} from '#core/decisions/tickets.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { Phantom, TradeTerms } from '#core/domain/phantom.ts';
import type { Score, Threshold } from '#core/domain/score.ts';
import { sideSign } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ExpiryReason, PaperAccount, Position, PositionSize, Ticket, TicketId } from '#core/domain/trading.ts';
import { TradeWalk, type WalkState } from '#core/fills/trade-walk.ts';
import type { EngineEvent, Refusal } from './messages.ts';

export interface OpenPosition {
  readonly position: Position;
  readonly walk: TradeWalk;
}

/** What became of an intent. */
export type IntentResult =
  | { readonly done: true; readonly ticket: Ticket; readonly position: Position | null }
  | { readonly done: false; readonly refusal: Refusal; readonly message: string };

/** What an entry is filled and checked with. `check` says why it may not pass now, null when it may. */
export interface Entry {
  /** Newest price known. */
  readonly price: number;
  readonly instrument: Instrument;
  readonly now: UnixMs;
  /** Quote units that the limits leave. */
  readonly room: number;
  readonly check: (order: Omit<EntryOrder, 'cluster' | 'marketPrice'>) => Objection | null;
}

type Refused = Extract<IntentResult, { done: false }>;
export type EntryResult = { readonly done: true; readonly position: Position; readonly size: PositionSize } | Refused;

const BPS = 1e-4;

export class TradeDesk {
  readonly #tickets = new Map<TicketId, Ticket>();
  readonly #positions = new Map<TicketId, OpenPosition>();
  #account: PaperAccount;

  constructor(account: PaperAccount) {
    this.#account = account;
  }

  get account(): PaperAccount {
    return this.#account;
  }

  get hasOpenTickets(): boolean {
    return this.#tickets.size > 0;
  }

  openTickets(): Iterable<Ticket> {
    return this.#tickets.values();
  }

  get hasOpenPositions(): boolean {
    return this.#positions.size > 0;
  }

  openPositions(): Iterable<OpenPosition> {
    return this.#positions.values();
  }

  restore(tickets: readonly Ticket[], positions: readonly { position: Position; state: WalkState | null }[]): void {
    for (const ticket of tickets) this.#tickets.set(ticket.id, ticket);
    for (const { position, state } of positions) {
      const walk = state === null ? new TradeWalk(position.terms) : TradeWalk.continue(position.terms, state);
      this.#positions.set(position.id, { position, walk });
    }
  }

  /** The size a phantom's trade would get now. */
  propose({ terms }: Phantom, instrument: Instrument, sizing: Omit<SizingLimits, 'equity'>): PositionSize {
    return positionSize(terms, instrument, { ...sizing, equity: this.#account.equity });
  }

  /** Opens the ticket of a pending phantom. */
  open(phantom: Phantom, size: PositionSize): Ticket {
    const ticket = openTicket(phantom, size);
    this.#tickets.set(ticket.id, ticket);
    return ticket;
  }

  /**
   * Proposed sizes share the room that is left: whenever a position opens or closes, the open tickets are sized again,
   * by the factors they opened with, so that what a ticket shows is what a click gets. Returns those that changed.
   */
  resize(
    instrumentOf: (id: InstrumentId) => Instrument | undefined,
    sizing: Omit<SizingLimits, 'equity' | 'factors'>,
  ): readonly Ticket[] {
    const { equity } = this.#account;
    const resized: Ticket[] = [];
    for (const ticket of this.#tickets.values()) {
      const instrument = instrumentOf(ticket.instrumentId);
      if (instrument === undefined) continue;
      const size = positionSize(ticket.terms, instrument, { ...sizing, equity, factors: ticket.size.factors ?? [] });
      if (size.amount === ticket.size.amount && size.basis === ticket.size.basis) continue;
      resized.push({ ...ticket, size });
    }
    for (const ticket of resized) this.#tickets.set(ticket.id, ticket);
    return resized;
  }

  /** Closes tickets whose time is up; called when the clock advances. */
  expireByTime(now: UnixMs): readonly Ticket[] {
    if (this.#tickets.size === 0) return NO_TICKETS;
    return this.#expireWhere((ticket) => (expiredByTime(ticket, now) ? 'time' : null), now);
  }

  expireByQuote(instrumentId: InstrumentId, price: number, now: UnixMs): readonly Ticket[] {
    if (this.#tickets.size === 0) return NO_TICKETS;
    return this.#expireWhere(
      (ticket) => (ticket.instrumentId === instrumentId ? expiredByPrice(ticket, price) : null),
      now,
    );
  }

  /** DE-23: what waits for a click waits no longer. */
  expireAll(reason: ExpiryReason, now: UnixMs): readonly Ticket[] {
    return this.#expireWhere(() => reason, now);
  }

  /** A base bar closed after the ticket was opened. */
  expireByBar(instrumentId: InstrumentId, bar: Candle, now: UnixMs): readonly Ticket[] {
    if (this.#tickets.size === 0) return NO_TICKETS;
    return this.#expireWhere(
      (ticket) =>
        ticket.instrumentId === instrumentId && bar.openTime >= ticket.openedAt ? expiredByBar(ticket, bar) : null,
      now,
    );
  }

  rescore(id: TicketId, score: Score, threshold: Threshold): Ticket | null {
    const ticket = this.#tickets.get(id);
    if (ticket === undefined) return null;
    const rescored = rescoreTicket(ticket, score, threshold);
    this.#tickets.set(id, rescored);
    return rescored;
  }

  /**
   * The click: everything is checked again (DE-16), then the paper broker fills at the last price plus slippage
   * (DE-30). `amount` null takes the ticket's size, cut to the room that is left.
   */
  approve(id: TicketId, amount: number | null, entry: Entry): IntentResult {
    const ticket = this.#tickets.get(id);
    if (ticket === undefined) return refused('already decided', 'this ticket is closed already');
    if (expiredByTime(ticket, entry.now)) return refused('expired', 'the ticket expired before the click');
    if (!Number.isFinite(entry.price)) return refused('no price', 'there is no current price to fill at');
    const moved = expiredByPrice(ticket, entry.price);
    if (moved !== null) return refused('price moved', `not filled: ${moved}`);
    const filled = this.#fill(ticket, amount, entry);
    if (!filled.done) return filled;
    const { position } = filled;
    const size = position.amount === ticket.size.amount ? ticket.size : filled.size;
    return { done: true, ticket: this.#close({ ...ticket, size }, 'approved', null, entry.now), position };
  }

  /** DE-10, auto: the same entry without a ticket to click on; the whole chain of checks is the same. */
  enter(phantom: Phantom, size: PositionSize, entry: Entry): EntryResult {
    const ticket = openTicket(phantom, size);
    if (expiredByTime(ticket, entry.now)) return refused('expired', 'expired before it could be entered');
    if (expiredByPrice(ticket, entry.price) !== null) return refused('price moved', 'price moved before the entry');
    return this.#fill(ticket, null, entry);
  }

  #fill(ticket: Ticket, amount: number | null, { price, instrument, now, room, check }: Entry): EntryResult {
    const entry = fillPrice(ticket, price);
    const proposed = amount ?? Math.min(ticket.size.amount, room / entry);
    const size = proposed === ticket.size.amount ? ticket.size : chosenSize(proposed, ticket.terms, instrument);
    const objection = check({
      instrumentId: ticket.instrumentId,
      notional: size.amount * entry,
      plannedPrice: ticket.terms.entry,
      fillPrice: entry,
    });
    if (objection !== null) return refused('risk', `not filled: ${objection.message}`);
    if (!(size.amount > 0)) return refused('size', `not filled: ${size.basis}`);
    const position = fill(ticket, size.amount, price, now);
    if (position === null) return refused('price moved', 'not filled: with slippage the fill lies beyond a level');
    this.#positions.set(ticket.id, { position, walk: new TradeWalk(position.terms) });
    return { done: true, position, size };
  }

  skip(id: TicketId, reason: string | null, now: UnixMs): IntentResult {
    const ticket = this.#tickets.get(id);
    if (ticket === undefined) return refused('already decided', 'this ticket is closed already');
    return { done: true, ticket: this.#close(ticket, 'skipped', reason, now), position: null };
  }

  /** Walks the instrument's positions over a base bar by the resolver's rules; closed ones change the account. */
  onBar(
    instrumentId: InstrumentId,
    bar: Candle,
    durationMs: number,
    time: UnixMs,
    fine?: { readonly candles: readonly Candle[]; readonly durationMs: number },
  ): readonly EngineEvent[] {
    if (this.#positions.size === 0) return NO_EVENTS;
    const events: EngineEvent[] = [];
    for (const open of this.#positions.values()) {
      if (open.position.instrumentId !== instrumentId) continue;
      open.walk.onBar(bar, durationMs, fine?.candles, fine?.durationMs);
      if (open.walk.closed) events.push(...this.#settle(open, time));
    }
    return events;
  }

  /** The exchange delisted or halted the instrument: positions end at the last price, as the market allows. */
  endUnavailable(instrumentId: InstrumentId, time: UnixMs): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    for (const open of this.#positions.values()) {
      if (open.position.instrumentId !== instrumentId) continue;
      open.walk.endUnavailable(time);
      events.push(...this.#settle(open, time));
    }
    return events;
  }

  /** DE-23: every position ends at the newest price that is known of it, with the costs of an exit. */
  closeAll(priceOf: (id: InstrumentId) => number, time: UnixMs): readonly EngineEvent[] {
    return [...this.#positions.values()].flatMap((open) => {
      const price = priceOf(open.position.instrumentId);
      // Without any price there is nothing to close at; its own rules still end it.
      if (!(price > 0)) return NO_EVENTS;
      open.walk.closeAt(price, time);
      return this.#settle(open, time);
    });
  }

  #settle(open: OpenPosition, time: UnixMs): readonly EngineEvent[] {
    const { position, walk } = open;
    const result = walk.result();
    const risk = Math.abs(position.terms.entry - position.terms.stop);
    const profit = result.netR === null ? 0 : result.netR * risk * position.amount;
    const closed: Position = { ...position, state: 'closed', result, profit };
    this.#positions.delete(position.id);
    this.#account = { ...this.#account, equity: this.#account.equity + profit };
    return [
      { kind: 'position-closed', time, position: closed },
      { kind: 'account-changed', time, account: this.#account },
    ];
  }

  #expireWhere(why: (ticket: Ticket) => ExpiryReason | null, now: UnixMs): readonly Ticket[] {
    const expired: Ticket[] = [];
    for (const ticket of this.#tickets.values()) {
      const reason = why(ticket);
      if (reason !== null) expired.push(expireTicket(ticket, reason, now));
    }
    for (const ticket of expired) this.#tickets.delete(ticket.id);
    return expired;
  }

  #close(ticket: Ticket, state: 'approved' | 'skipped', reason: string | null, now: UnixMs): Ticket {
    this.#tickets.delete(ticket.id);
    return { ...ticket, state, closedAt: now, closeReason: reason };
  }
}

/** The paper broker fills at the last price plus slippage (DE-30). */
function fillPrice(ticket: Ticket, price: number): number {
  const { side, costs } = ticket.terms;
  return price * (1 + sideSign(side) * costs.slippageBps * BPS);
}

/** A paper fill at `price` plus slippage; null when slippage would carry it beyond the stop or the target. */
function fill(ticket: Ticket, amount: number, price: number, now: UnixMs): Position | null {
  const planned = ticket.terms;
  const sign = sideSign(planned.side);
  const entry = fillPrice(ticket, price);
  if (sign * (entry - planned.stop) <= 0 || sign * (planned.target - entry) <= 0) return null;
  const terms: TradeTerms = {
    ...planned,
    entry,
    openedAt: now,
    timeoutMs: planned.openedAt + planned.timeoutMs - now,
    costs: { ...planned.costs, entrySlippageInPrice: true },
  };
  return {
    id: ticket.id,
    instrumentId: ticket.instrumentId,
    amount,
    terms,
    intendedPrice: planned.entry,
    hesitationR: (sign * (entry - planned.entry)) / Math.abs(planned.entry - planned.stop),
    state: 'open',
    result: new TradeWalk(terms).result(),
    profit: null,
  };
}

function refused(refusal: Refusal, message: string): Refused {
  return { done: false, refusal, message };
}

const NO_TICKETS: readonly Ticket[] = [];
const NO_EVENTS: readonly EngineEvent[] = [];
