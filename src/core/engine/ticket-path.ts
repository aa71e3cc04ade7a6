/** The way of a ticket through the engine: opened, scored and sized again, clicked or expired, closed (DE-15, DE-16). */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Position, PositionSize, Ticket } from '#core/domain/trading.ts';
import type { EngineParts } from './engine-parts.ts';
import { strategyOfExternal } from './external-signals.ts';
import type { InstrumentState } from './instrument-state.ts';
import type { EngineEvent, EngineInput } from './messages.ts';
import type { RiskDesk } from './risk-desk.ts';
import { freshVectors } from './signal-issuer.ts';
import { scoreOf } from './signal-scorer.ts';
import { sizeFactors } from './size-factors.ts';
import { ticketDecision } from './ticket-decision.ts';
import type { Entry } from './trade-desk.ts';

export class TicketPath {
  readonly #parts: EngineParts;

  readonly #risk: RiskDesk;

  constructor(parts: EngineParts, risk: RiskDesk) {
    this.#parts = parts;
    this.#risk = risk;
  }

  open(phantom: Phantom, size: PositionSize, time: UnixMs, events: EngineEvent[]): void {
    const ticket = this.#parts.desk.open(phantom, size);
    events.push({ kind: 'ticket-opened', time, ticket });
  }

  resize(time: UnixMs, events: EngineEvent[]): void {
    const { states, desk } = this.#parts;
    const instrumentOf = (id: InstrumentId) => states.get(id)?.instrument;
    for (const ticket of desk.resize(instrumentOf, this.#sizing())) {
      events.push({ kind: 'ticket-updated', time, ticket, features: null });
    }
  }

  /** DE-16: open tickets of an instrument are scored again on each of its base bars, on a fresh vector. */
  rescore(state: InstrumentState, time: UnixMs, events: EngineEvent[]): void {
    const { book, desk, memory, models, settings, strategies, thresholds } = this.#parts;
    if (!desk.hasOpenTickets) return;
    for (const ticket of desk.openTickets()) {
      if (ticket.instrumentId !== state.instrument.id || ticket.openedAt >= time) continue;
      const open = book.get(ticket.id);
      if (open === undefined) continue;
      const { strategyId } = open.phantom.signal;
      const active = strategies.find(({ strategy }) => strategy.id === strategyId);
      const strategy = active?.strategy ?? strategyOfExternal(open.phantom.signal);
      if (strategy === null) continue;
      const past = memory.facts(strategyId, state.signals.cluster());
      const vectors = freshVectors(state, strategy, open.phantom, time, past);
      const verdict = scoreOf(strategy, state.instrument.id, vectors, models, time);
      const { context } = open.phantom.signal;
      const threshold = thresholds.choose(strategyId, verdict.score.kind, context, settings, verdict.breakEven);
      const rescored = desk.rescore(ticket.id, verdict.score, threshold);
      if (rescored !== null) events.push({ kind: 'ticket-updated', time, ticket: rescored, features: vectors.own });
    }
  }

  /** The trader's click, at the engine's clock as it stands. */
  intent(input: Extract<EngineInput, { kind: 'approve' | 'skip' }>, events: EngineEvent[]): void {
    const { book, clock: time, desk, states } = this.#parts;
    const { ticketId } = input;
    const open = book.get(ticketId);
    const state = open === undefined ? undefined : states.get(open.phantom.instrumentId);
    if (open === undefined || state === undefined) {
      const message = 'this ticket is closed already';
      events.push({ kind: 'intent-refused', time, ticketId, refusal: 'unknown ticket', message });
      return;
    }
    const result =
      input.kind === 'approve'
        ? desk.approve(ticketId, input.amount, this.#entry(state))
        : desk.skip(ticketId, input.reason, time);
    if (!result.done) {
      events.push({ kind: 'intent-refused', time, ticketId, refusal: result.refusal, message: result.message });
      return;
    }
    this.close(result.ticket, time, events);
    if (result.position !== null) {
      this.#opened(result.position, time, events);
    }
  }

  /** The size that the trade would get now. */
  propose(phantom: Phantom, state: InstrumentState): PositionSize {
    const { clock, settings, watch } = this.#parts;
    const forecast = watch.hourOf(state.instrument.id, clock);
    const factors = sizeFactors(state, phantom.decision, settings.stage, this.#risk.settings, forecast);
    return this.#parts.desk.propose(phantom, state.instrument, { ...this.#sizing(), factors });
  }

  /** Why no ticket may open for this trade now (DE-21, DE-22); null: it may. */
  objection({ terms }: Phantom, size: PositionSize, { instrument }: InstrumentState): string | null {
    const { entry } = terms;
    const order = { instrumentId: instrument.id, notional: size.notional, plannedPrice: entry, fillPrice: entry };
    const objection = this.#risk.objection(instrument, order);
    if (objection !== null) return objection.message;
    return size.amount > 0 ? null : `size: ${size.basis}`;
  }

  /** DE-10, auto: enters without a click; why not, or null when it did. */
  enter(phantom: Phantom, size: PositionSize, state: InstrumentState): Position | string {
    const entered = this.#parts.desk.enter(phantom, size, this.#entry(state));
    return entered.done ? entered.position : entered.message;
  }

  entered(position: Position, time: UnixMs, events: EngineEvent[]): void {
    this.#opened(position, time, events);
  }

  /** DE-23: engaged, what waits for a click is closed; with `closePositions` what is open ends too. */
  killSwitch(engaged: boolean, closePositions: boolean, events: EngineEvent[]): void {
    const { clock: time, desk, states } = this.#parts;
    const isChanged = this.#risk.setKillSwitch(engaged, time);
    if (engaged) for (const ticket of desk.expireAll('kill switch', time)) this.close(ticket, time, events);
    const closed =
      engaged && closePositions ? desk.closeAll((id) => states.get(id)?.lastPrice ?? Number.NaN, time) : [];
    this.settled(closed, time, events);
    const closedPositions = closed.filter(({ kind }) => kind === 'position-closed').length;
    if (isChanged || closedPositions > 0) events.push({ kind: 'kill-switch-set', time, engaged, closedPositions });
  }

  /** Positions ended: told, weighed by the breakers, and the room they leave is shared anew. */
  settled(closed: readonly EngineEvent[], time: UnixMs, events: EngineEvent[]): void {
    if (closed.length === 0) return;
    for (const event of closed) {
      events.push(event);
      if (event.kind === 'position-closed') this.#risk.closed(event.position, time, events);
    }
    this.resize(time, events);
  }

  #opened(position: Position, time: UnixMs, events: EngineEvent[]): void {
    this.#risk.entered();
    events.push({ kind: 'position-opened', time, position });
    this.resize(time, events);
  }

  #sizing() {
    const { maximumNotional } = this.#risk.settings;
    return { riskPerTrade: this.#parts.settings.riskPerTrade, room: this.#risk.room(), maximumNotional };
  }

  #entry({ instrument, lastPrice: price }: InstrumentState): Entry {
    const check: Entry['check'] = (order) => this.#risk.objection(instrument, order);
    return { price, instrument, now: this.#parts.clock, room: this.#risk.room(), check };
  }

  /** The instrument is gone (MK-14): what waited for it expires. */
  endUnavailable(id: InstrumentId, reason: string, time: UnixMs, events: EngineEvent[]): void {
    const { desk } = this.#parts;
    for (const ticket of [...desk.openTickets()]) {
      if (ticket.instrumentId !== id) continue;
      const result = desk.skip(ticket.id, reason, time);
      if (result.done) this.close({ ...result.ticket, state: 'expired' }, time, events);
    }
  }

  close(ticket: Ticket, time: UnixMs, events: EngineEvent[]): void {
    const { book, settings } = this.#parts;
    events.push({ kind: 'ticket-closed', time, ticket });
    const open = book.get(ticket.id);
    const decision = ticketDecision(ticket, open?.phantom.decision, settings.stage, time);
    book.decide(ticket.id, decision);
    events.push({ kind: 'phantom-decided', time, phantomId: ticket.id, decision });
  }
}
