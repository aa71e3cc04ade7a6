/**
 * The engine: `step(input) -> events`, synchronous, without I/O, clock or randomness of its own (PL-1 to PL-4). The same
 * object serves live trading, replay, bootstrap and tests; only the source of inputs and the sink of events differ.
 */
import { invariant } from '#core/base/invariant.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { FeatureVector, SignalDraft } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount, Position, Ticket } from '#core/domain/trading.ts';
import type { WalkState } from '#core/fills/trade-walk.ts';
import { LifeCycleMemory, type ResolvedLife, resolvedLife } from '#core/phantoms/life-cycle.ts';
import { type OpenPhantom, PhantomBook, type PhantomStep } from '#core/phantoms/phantom-book.ts';
import type { IssuedSignal } from './complete-signal.ts';
import {
  draftExternal,
  ExternalBook,
  type ExternalInput,
  type ExternalObjection,
  strategyOfExternal,
  type TakenKey,
} from './external-signals.ts';
import { type ClusterState, InstrumentClusters } from './instrument-clusters.ts';
import { type ActiveStrategy, InstrumentState, type MarketSnapshot } from './instrument-state.ts';
import { type KeptOfInstrument, MarketWatch } from './market-watch.ts';
import type { BaseBar, BatchOrigin, EngineEvent, EngineInput, EngineSettings, SignalOrigin } from './messages.ts';
import { ModelBook } from './model-book.ts';
import { peerReader } from './peer-bars.ts';
import {
  besideSets,
  decide,
  defaultCosts,
  freshVectors,
  issueSignal,
  openedPhantom,
  signalFeatures,
  thresholdOf,
} from './signal-issuer.ts';
import { adviceOf, judgeSignal, scoreOf } from './signal-scorer.ts';
import { ticketDecision } from './ticket-decision.ts';
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
  /** Signals from outside that were taken (ST-20). */
  readonly externals?: readonly TakenKey[];
  /** Observations that wait for their label or are still looked back on. */
  readonly observations?: readonly KeptOfInstrument[];
}

const NO_EVENTS: readonly EngineEvent[] = [];

export class Engine {
  readonly #states = new Map<InstrumentId, InstrumentState>();
  readonly #peers = peerReader(this.#states);
  readonly #clusters = new InstrumentClusters(this.#states);
  readonly #strategies: readonly ActiveStrategy[];
  readonly #book = new PhantomBook();
  readonly #memory = new LifeCycleMemory();
  readonly #external = new ExternalBook();
  readonly #models = new ModelBook();
  readonly #watch = new MarketWatch(this.#models);
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
    const state = new InstrumentState(instrument, this.#strategies, this.#peers);
    this.#states.set(instrument.id, state);
    this.#watch.add(instrument, state.signals, this.#strategies);
  }

  /** Feeds one input; the events are in the order in which they happened. */
  step(input: EngineInput): readonly EngineEvent[] {
    switch (input.kind) {
      case 'bars':
        return this.#onBars(input.closeTime, input.bars, input.origin);
      case 'market':
        this.#states.get(input.instrumentId)?.onMarket(input.facts, input.time);
        return this.#onTime(input.time);
      case 'heartbeat':
        return this.#onTime(input.time);
      case 'quote':
        return this.#onQuote(input.instrumentId, input.price, input.time);
      case 'approve':
      case 'skip':
        return this.#onIntent(input);
      case 'external':
        return this.#onExternal(input);
      case 'settings':
        this.#settings = input.settings;
        return this.#onTime(input.time);
      case 'models':
        this.#models.put(input.model, input.models);
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
      this.#clusters.beforeBars(candle.openTime + state.durationMs);
      state.onBar(candle);
      state.propose();
    }
  }

  /** FE-3: clusters across instruments; a new object where they changed. */
  get clusters(): ClusterState {
    return this.#clusters.state;
  }

  /** Before anything is warmed: bars of a week whose fit is known fit nothing anew. */
  restoreClusters(state: ClusterState): void {
    this.#clusters.restore(state);
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
    for (const { source, id, signalId } of restored.externals ?? []) this.#external.add(source, id, signalId);
    this.#watch.restore(restored.observations ?? []);
    this.#desk.restore(restored.tickets, restored.positions);
  }

  #onBars(closeTime: UnixMs, bars: readonly BaseBar[], origin: BatchOrigin): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(closeTime, events);
    this.#clusters.beforeBars(closeTime);
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
      this.#watch.onClose(state.instrument.id, closeTime, events);
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
    // WS-21: what came from a file of somebody else bears on nothing that is decided here.
    if (life !== null && phantom.decision.disposition !== 'imported') this.#memory.add(life);
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
    this.#follow({ state, strategy, signal, measures: draft.measures, costs }, origin, time, events);
  }

  /** ST-20: why this signal from outside would not be taken now; null when it would be. Changes nothing. */
  externalObjection(input: ExternalInput): ExternalObjection | null {
    const draft = this.#draftExternal(input);
    return draft.ok ? null : draft.error;
  }

  #draftExternal(input: ExternalInput) {
    const state = this.#states.get(input.instrumentId);
    return draftExternal(input, { state, taken: this.#external, settings: this.#settings });
  }

  #onExternal(input: ExternalInput): readonly EngineEvent[] {
    const drafted = this.#draftExternal(input);
    if (!drafted.ok) return NO_EVENTS;
    const events: EngineEvent[] = [];
    this.#advance(input.time, events);
    this.#external.add(input.signal.source, input.signal.id, drafted.value.signal.id);
    this.#follow(drafted.value, input.origin, input.time, events);
    return events;
  }

  /** Every signal gets features, a score, a decision and a phantom (PH-1); one that waits for the trader gets a ticket. */
  #follow(issued: IssuedSignal, origin: SignalOrigin, time: UnixMs, events: EngineEvent[]): void {
    const { state, strategy, signal, measures, costs } = issued;
    const { instrument } = state;
    const past = this.#memory.facts(strategy.id, state.signals.cluster());
    const vectorOf = (setId: string): FeatureVector | null => {
      const vector = signalFeatures(state, setId, signal, measures, past);
      if (!('fault' in vector)) return vector;
      const message = `features of ${signal.id} failed: ${vector.fault}`;
      events.push({ kind: 'fault-raised', time, source: setId, instrumentId: instrument.id, message });
      return null;
    };
    const features = vectorOf(strategy.featureSet);
    const beside = besideSets(strategy)
      .map(vectorOf)
      .filter((vector) => vector !== null);
    const vectors = { own: features, beside, cluster: signal.cluster };
    const opening = this.#watch.openingOf(instrument.id, measures, time);
    const verdict = judgeSignal(strategy, instrument.id, signal.side, vectors, this.#models, time, opening);
    const threshold = thresholdOf(verdict, this.#settings);
    const decided = decide(strategy, signal, verdict.score, threshold, origin, this.#settings, time);
    const advice = adviceOf(verdict, decided.disposition === 'pending', vectors, this.#models);
    const decision = advice === null ? decided : { ...decided, advice };
    const phantom = openedPhantom(signal, costs, features, beside, decision, instrument.simulated, origin === 'gap');
    this.#book.open(phantom);
    events.push({ kind: 'phantom-opened', time, phantom });
    for (const said of verdict.said)
      events.push({ kind: 'predicted', time, prediction: { ...said, signalId: signal.id } });
    for (const message of verdict.faults) {
      events.push({ kind: 'fault-raised', time, source: strategy.model, instrumentId: instrument.id, message });
    }
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

  /** DE-16: open tickets of an instrument are scored again on each of its base bars, on a fresh vector. */
  #rescoreTickets(state: InstrumentState, time: UnixMs, events: EngineEvent[]): void {
    if (!this.#desk.hasOpenTickets) return;
    for (const ticket of this.#desk.openTickets()) {
      if (ticket.instrumentId !== state.instrument.id || ticket.openedAt >= time) continue;
      const open = this.#book.get(ticket.id);
      if (open === undefined) continue;
      const { strategyId } = open.phantom.signal;
      const active = this.#strategies.find(({ strategy }) => strategy.id === strategyId);
      const strategy = active?.strategy ?? strategyOfExternal(open.phantom.signal);
      if (strategy === null) continue;
      const past = this.#memory.facts(strategyId, state.signals.cluster());
      const vectors = freshVectors(state, strategy, open.phantom, time, past);
      const verdict = scoreOf(strategy, state.instrument.id, vectors, this.#models, time);
      const rescored = this.#desk.rescore(ticket.id, verdict.score, thresholdOf(verdict, this.#settings));
      if (rescored !== null) events.push({ kind: 'ticket-updated', time, ticket: rescored, features: vectors.own });
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
    const decision = ticketDecision(ticket, open?.phantom.decision, this.#settings.stage, time);
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
