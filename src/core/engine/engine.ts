/**
 * The engine: `step(input) -> events`, synchronous, without I/O, clock or randomness of its own (PL-1 to PL-4). The same
 * object serves live trading, replay, bootstrap and tests; only the source of inputs and the sink of events differ.
 */
import { invariant } from '#core/base/invariant.ts';
import type { BarsView } from '#core/domain/bar-series.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import { instrumentId as idOf } from '#core/domain/instrument.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { Decision, Disposition, Score } from '#core/domain/score.ts';
import type { FeatureVector, SignalDraft, SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount, Position, Ticket } from '#core/domain/trading.ts';
import type { WalkState } from '#core/fills/trade-walk.ts';
import { LifeCycleMemory, type ResolvedLife, resolvedLife } from '#core/phantoms/life-cycle.ts';
import { type OpenPhantom, PhantomBook, type PhantomStep } from '#core/phantoms/phantom-book.ts';
import type { PeerReader } from '#core/signals/instrument-signals.ts';
import { featureRecord } from './feature-reading.ts';
import { type ActiveStrategy, InstrumentState, type MarketSnapshot } from './instrument-state.ts';
import type { BaseBar, BatchOrigin, EngineEvent, EngineInput, EngineSettings } from './messages.ts';
import { prediction, type StrategyModels } from './scoring-model.ts';
import {
  besideSets,
  decide,
  defaultCosts,
  issueSignal,
  openedPhantom,
  scoreOf,
  signalFeatures,
  thresholdOf,
} from './signal-issuer.ts';
import { type OpenPosition, TradeDesk } from './trade-desk.ts';

export interface EngineOptions {
  readonly instruments: readonly Instrument[];
  readonly strategies: readonly ActiveStrategy[];
  readonly settings: EngineSettings;
  readonly account: PaperAccount;
}

/** What a restart brings back from the record (PL-6). */
export interface RestoredBook {
  readonly clock: UnixMs;
  /** State null: no bar was walked yet. */
  readonly phantoms: readonly { readonly phantom: Phantom; readonly state: WalkState | null }[];
  readonly tickets: readonly Ticket[];
  readonly positions: readonly { readonly position: Position; readonly state: WalkState | null }[];
  /** The newest resolved lives in the order in which they resolved. */
  readonly lives: readonly ResolvedLife[];
}

const LEADER_BASE = 'BTC';
const NO_EVENTS: readonly EngineEvent[] = [];

export class Engine {
  readonly #states = new Map<InstrumentId, InstrumentState>();
  readonly #strategies: readonly ActiveStrategy[];
  readonly #book = new PhantomBook();
  readonly #memory = new LifeCycleMemory();
  readonly #models = new Map<string, StrategyModels>();
  readonly #desk: TradeDesk;
  #settings: EngineSettings;
  #clock: UnixMs = 0;

  constructor(options: EngineOptions) {
    this.#strategies = options.strategies;
    this.#settings = options.settings;
    this.#desk = new TradeDesk(options.account);
    for (const instrument of options.instruments) this.addInstrument(instrument);
  }

  /** Engine time: the newest time any input carried. */
  get clock(): UnixMs {
    return this.#clock;
  }

  get settings(): EngineSettings {
    return this.#settings;
  }

  get account(): PaperAccount {
    return this.#desk.account;
  }

  get openPhantoms(): PhantomBook {
    return this.#book;
  }

  openTickets(): Iterable<Ticket> {
    return this.#desk.openTickets();
  }

  openPositions(): Iterable<OpenPosition> {
    return this.#desk.openPositions();
  }

  /** Undefined for an instrument the engine does not know. */
  instrument(id: InstrumentId): InstrumentState | undefined {
    return this.#states.get(id);
  }

  instruments(): Iterable<InstrumentState> {
    return this.#states.values();
  }

  addInstrument(instrument: Instrument): void {
    invariant(!this.#states.has(instrument.id), `instrument ${instrument.id} is added once`);
    this.#states.set(instrument.id, new InstrumentState(instrument, this.#strategies, this.#peers));
  }

  /** Feeds one input; the events are in the order in which they happened. */
  step(input: EngineInput): readonly EngineEvent[] {
    switch (input.kind) {
      case 'bars':
        return this.#onBars(input.closeTime, input.bars, input.origin);
      case 'heartbeat':
        return this.#onTime(input.time);
      case 'quote':
        return this.#onQuote(input.instrumentId, input.price, input.time);
      case 'approve':
      case 'skip':
        return this.#onIntent(input);
      case 'settings':
        this.#settings = input.settings;
        return this.#onTime(input.time);
      case 'models':
        if (input.models === null) this.#models.delete(input.strategyId);
        else this.#models.set(input.strategyId, input.models);
        return this.#onTime(input.time);
      case 'delisted':
        return this.#onDelisted(input.instrumentId, input.reason, input.time);
    }
  }

  /** Rebuilds series, indicators and strategies from stored bars without deciding anything: the replay behind a snapshot (PL-6). */
  warm(bars: readonly BaseBar[]): void {
    for (const { instrumentId, candle } of bars) {
      const state = this.#states.get(instrumentId);
      if (state === undefined || candle.openTime <= state.lastOpenTime) continue;
      state.onBar(candle);
      state.propose();
    }
  }

  /** False when the snapshot is of another version or configuration: the caller then warms from stored bars instead. */
  restoreMarket(id: InstrumentId, snapshot: MarketSnapshot): boolean {
    const state = this.#states.get(id);
    invariant(state !== undefined, `instrument ${id} is known before its snapshot`);
    if (!state.signals.accepts(snapshot.signals)) return false;
    state.restore(snapshot);
    return true;
  }

  restoreBook(restored: RestoredBook): void {
    this.#clock = restored.clock;
    for (const { phantom, state } of restored.phantoms) this.#book.open(phantom, state ?? undefined);
    for (const life of restored.lives) this.#memory.add(life);
    this.#desk.restore(restored.tickets, restored.positions);
  }

  readonly #peers: PeerReader = {
    leader15m: (id: InstrumentId): BarsView | null => {
      const own = this.#states.get(id);
      if (own === undefined || own.instrument.base === LEADER_BASE) return null;
      const { exchange, quote, symbol } = own.instrument;
      const settled = symbol.slice(symbol.indexOf('/'));
      const leader =
        this.#states.get(idOf(exchange, `${LEADER_BASE}${settled}`)) ??
        this.#states.get(idOf(exchange, `${LEADER_BASE}/${quote}`));
      return leader?.signals.bars('15m') ?? null;
    },
  };

  #onBars(closeTime: UnixMs, bars: readonly BaseBar[], origin: BatchOrigin): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(closeTime, events);
    const offline = origin === 'gap';
    const fresh: InstrumentState[] = [];
    let previous = '';
    for (const bar of bars) {
      invariant(bar.instrumentId > previous, 'the bars of a batch come in order of instrument id, one each');
      previous = bar.instrumentId;
      const state = this.#states.get(bar.instrumentId);
      // A bar that was worked already, e.g. one REST returns again after a restart, changes nothing (MK-3).
      if (state === undefined || bar.candle.openTime <= state.lastOpenTime) continue;
      this.#resolve(state, bar, offline, closeTime, events);
      fresh.push(state);
      state.onBar(bar.candle);
    }
    for (const state of fresh) {
      for (const { active, draft } of state.propose()) {
        this.#issue(state, active, draft, origin, closeTime, events);
      }
      for (const fault of state.takeFaults()) {
        events.push({
          kind: 'fault-raised',
          time: closeTime,
          source: fault.strategyId,
          instrumentId: state.instrument.id,
          message: `${fault.strategyId} is quarantined on ${state.instrument.symbol}: ${fault.message}`,
        });
      }
      this.#rescoreTickets(state, closeTime, events);
    }
    return events.length === 0 ? NO_EVENTS : events;
  }

  #resolve(state: InstrumentState, bar: BaseBar, offline: boolean, time: UnixMs, events: EngineEvent[]): void {
    const { instrumentId, candle } = bar;
    const fine =
      bar.fine === undefined || bar.fine.length === 0
        ? undefined
        : { candles: bar.fine, durationMs: state.durationMs / bar.fine.length };
    const steps = this.#book.onBar(instrumentId, candle, state.durationMs, offline, fine);
    for (const step of steps) this.#reportStep(step, time, events);
    const settled = this.#desk.onBar(instrumentId, candle, state.durationMs, time);
    for (const event of settled) events.push(event);
    for (const ticket of this.#desk.expireByBar(instrumentId, candle, time)) this.#closeTicket(ticket, time, events);
    if (settled.length > 0) this.#resizeTickets(time, events);
  }

  #reportStep({ kind, open }: PhantomStep, time: UnixMs, events: EngineEvent[]): void {
    if (kind === 'tp1') {
      const price = open.phantom.terms.tp1 ?? open.phantom.terms.target;
      events.push({ kind: 'phantom-tp1', time, phantomId: open.phantom.id, price });
      return;
    }
    this.#reportClosed(open, time, events);
  }

  #reportClosed(open: OpenPhantom, time: UnixMs, events: EngineEvent[]): void {
    const result = open.walk.result();
    const { phantom } = open;
    const life = resolvedLife(phantom.signal.strategyId, phantom.signal.cluster, result);
    if (life !== null) this.#memory.add(life);
    events.push({
      kind: 'phantom-closed',
      time,
      phantomId: phantom.id,
      result,
      resolvedOffline: open.resolvedOffline,
    });
  }

  #issue(
    state: InstrumentState,
    active: ActiveStrategy,
    draft: SignalDraft,
    origin: BatchOrigin,
    time: UnixMs,
    events: EngineEvent[],
  ): void {
    const { strategy } = active;
    const { instrument } = state;
    if (this.#settings.disabledStrategies.includes(strategy.id)) return;
    if (this.#book.hasStructure(instrument.id, strategy.id, draft.side, draft.structureKey)) return;
    const costs = defaultCosts(instrument, this.#settings);
    const signal = issueSignal(state, active, draft, time, costs);
    if (signal === null) return;
    const past = this.#memory.facts(strategy.id, state.signals.cluster());
    const vectorOf = (setId: string): FeatureVector | null => {
      const vector = signalFeatures(state, setId, signal, draft.measures, past);
      if (!('fault' in vector)) return vector;
      const message = `features of ${signal.id} failed: ${vector.fault}`;
      events.push({ kind: 'fault-raised', time, source: setId, instrumentId: instrument.id, message });
      return null;
    };
    const features = vectorOf(strategy.featureSet);
    const beside = besideSets(strategy)
      .map(vectorOf)
      .filter((vector) => vector !== null);
    const models = this.#models.get(strategy.id);
    const score = scoreOf(strategy.id, features, models, time);
    const threshold = thresholdOf(score, models, this.#settings);
    const decision = decide(strategy, signal, score, threshold, origin, this.#settings, time);
    const phantom = openedPhantom(signal, costs, features, beside, decision, instrument.simulated, origin === 'gap');
    this.#book.open(phantom);
    events.push({ kind: 'phantom-opened', time, phantom });
    if (models !== undefined && features !== null) this.#predict(models, signal.id, features, score, time, events);
    if (decision.disposition === 'pending') {
      const ticket = this.#desk.open(phantom, instrument, this.#settings.riskPerTrade);
      events.push({ kind: 'ticket-opened', time, ticket });
    }
  }

  #resizeTickets(time: UnixMs, events: EngineEvent[]): void {
    const instrumentOf = (id: InstrumentId) => this.#states.get(id)?.instrument;
    for (const ticket of this.#desk.resize(instrumentOf, this.#settings.riskPerTrade)) {
      events.push({ kind: 'ticket-updated', time, ticket, features: null });
    }
  }

  /** ML-45: what each model said is kept; the champion's word decided unless something kept it from scoring. */
  #predict(
    models: StrategyModels,
    id: SignalId,
    vector: FeatureVector,
    score: Score,
    time: UnixMs,
    events: EngineEvent[],
  ): void {
    const decided = prediction(models.champion, score.kind === 'model' ? 'decided' : 'shadow', id, vector, time);
    const watched = models.shadow === null ? null : prediction(models.shadow, 'shadow', id, vector, time);
    for (const said of [decided, watched]) {
      if (said !== null) events.push({ kind: 'predicted', time, prediction: said });
    }
  }

  /** DE-16: open tickets of an instrument are scored again on each of its base bars, on a fresh vector. */
  #rescoreTickets(state: InstrumentState, time: UnixMs, events: EngineEvent[]): void {
    if (!this.#desk.hasOpenTickets) return;
    for (const ticket of this.#desk.openTickets()) {
      if (ticket.instrumentId !== state.instrument.id || ticket.openedAt >= time) continue;
      const open = this.#book.get(ticket.id);
      if (open === undefined) continue;
      const { signal } = open.phantom;
      const set = this.#strategies.find(({ strategy }) => strategy.id === signal.strategyId)?.strategy.featureSet;
      if (set === undefined) continue;
      const past = this.#memory.facts(signal.strategyId, state.signals.cluster());
      const vector = signalFeatures(
        state,
        set,
        { ...signal, time },
        open.phantom.features === null ? {} : featureRecord(open.phantom.features),
        past,
      );
      const features = 'fault' in vector ? null : vector;
      const models = this.#models.get(signal.strategyId);
      const score = scoreOf(signal.strategyId, features, models, time);
      const rescored = this.#desk.rescore(ticket.id, score, thresholdOf(score, models, this.#settings));
      if (rescored !== null) events.push({ kind: 'ticket-updated', time, ticket: rescored, features });
    }
  }

  #onQuote(id: InstrumentId, price: number, time: UnixMs): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(time, events);
    const state = this.#states.get(id);
    if (state === undefined || !(price > 0)) return events;
    state.quote(price);
    for (const ticket of this.#desk.expireByQuote(id, price, this.#clock)) this.#closeTicket(ticket, time, events);
    return events.length === 0 ? NO_EVENTS : events;
  }

  #onIntent(input: Extract<EngineInput, { kind: 'approve' | 'skip' }>): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(input.time, events);
    const { ticketId } = input;
    const time = this.#clock;
    const open = this.#book.get(ticketId);
    const state = open === undefined ? undefined : this.#states.get(open.phantom.instrumentId);
    if (open === undefined || state === undefined) {
      const message = 'this ticket is closed already';
      events.push({ kind: 'intent-refused', time, ticketId, refusal: 'unknown ticket', message });
      return events;
    }
    const result =
      input.kind === 'approve'
        ? this.#desk.approve(ticketId, input.amount, state.lastPrice, state.instrument, time)
        : this.#desk.skip(ticketId, input.reason, time);
    if (!result.done) {
      events.push({ kind: 'intent-refused', time, ticketId, refusal: result.refusal, message: result.message });
      return events;
    }
    this.#closeTicket(result.ticket, time, events);
    if (result.position !== null) {
      events.push({ kind: 'position-opened', time, position: result.position });
      this.#resizeTickets(time, events);
    }
    return events;
  }

  #closeTicket(ticket: Ticket, time: UnixMs, events: EngineEvent[]): void {
    events.push({ kind: 'ticket-closed', time, ticket });
    const open = this.#book.get(ticket.id);
    const before = open?.phantom.decision;
    // Where the phantom itself ended on the same bar, the decision is made of what the ticket was opened with.
    const [disposition, reason] = ticketDisposition(ticket);
    const decision: Decision = {
      stage: before?.stage ?? this.#settings.stage,
      score: before?.score ?? ticket.score,
      threshold: before?.threshold ?? ticket.threshold,
      disposition,
      reason,
      decidedBy: ticket.state === 'expired' ? 'engine' : 'trader',
      decidedAt: time,
    };
    this.#book.decide(ticket.id, decision);
    events.push({ kind: 'phantom-decided', time, phantomId: ticket.id, decision });
  }

  #onDelisted(id: InstrumentId, reason: string, time: UnixMs): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(time, events);
    for (const ticket of [...this.#desk.openTickets()]) {
      if (ticket.instrumentId !== id) continue;
      const result = this.#desk.skip(ticket.id, reason, time);
      if (result.done) this.#closeTicket({ ...result.ticket, state: 'expired' }, time, events);
    }
    for (const open of this.#book.endUnavailable(id, time)) this.#reportClosed(open, time, events);
    events.push(...this.#desk.endUnavailable(id, time));
    return events;
  }

  #onTime(time: UnixMs): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(time, events);
    return events.length === 0 ? NO_EVENTS : events;
  }

  /** Moves the clock, never back (a late batch carries an older time), and closes tickets whose time is up. */
  #advance(time: UnixMs, events: EngineEvent[]): void {
    if (time <= this.#clock) return;
    this.#clock = time;
    for (const ticket of this.#desk.expireByTime(time)) this.#closeTicket(ticket, time, events);
  }
}

function ticketDisposition(ticket: Ticket): readonly [Disposition, string] {
  switch (ticket.state) {
    case 'approved':
      return ['executed', 'approved by you'];
    case 'skipped':
      return ['skipped', ticket.closeReason ?? 'skipped by you'];
    default:
      return ['expired', `the ticket expired: ${ticket.closeReason ?? 'time'}`];
  }
}
