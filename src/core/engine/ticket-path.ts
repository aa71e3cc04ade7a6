/** The way of a ticket through the engine: opened, scored and sized again, clicked or expired, closed (DE-15, DE-16). */
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Ticket } from '#core/domain/trading.ts';
import type { EngineParts } from './engine-parts.ts';
import { strategyOfExternal } from './external-signals.ts';
import type { InstrumentState } from './instrument-state.ts';
import type { EngineEvent, EngineInput } from './messages.ts';
import { freshVectors } from './signal-issuer.ts';
import { scoreOf } from './signal-scorer.ts';
import { ticketDecision } from './ticket-decision.ts';

export class TicketPath {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  open(phantom: Phantom, instrument: Instrument, time: UnixMs, events: EngineEvent[]): void {
    const ticket = this.#parts.desk.open(phantom, instrument, this.#parts.settings.riskPerTrade);
    events.push({ kind: 'ticket-opened', time, ticket });
  }

  resize(time: UnixMs, events: EngineEvent[]): void {
    const { states, desk, settings } = this.#parts;
    const instrumentOf = (id: InstrumentId) => states.get(id)?.instrument;
    for (const ticket of desk.resize(instrumentOf, settings.riskPerTrade)) {
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
        ? desk.approve(ticketId, input.amount, state.lastPrice, state.instrument, time)
        : desk.skip(ticketId, input.reason, time);
    if (!result.done) {
      events.push({ kind: 'intent-refused', time, ticketId, refusal: result.refusal, message: result.message });
      return;
    }
    this.close(result.ticket, time, events);
    if (result.position !== null) {
      events.push({ kind: 'position-opened', time, position: result.position });
      this.resize(time, events);
    }
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
