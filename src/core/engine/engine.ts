/**
 * The engine: `step(input) -> events`, synchronous, without I/O, clock or randomness of its own (PL-1 to PL-4). The same
 * object serves live trading, replay, bootstrap and tests; only the source of inputs and the sink of events differ.
 */
import { invariant } from '#core/base/invariant.ts';
import type { BrokerFill } from '#core/domain/broker-fill.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { RiskReport, RiskState } from '#core/domain/risk.ts';
import { NO_SENTIMENT, type SentimentIndex } from '#core/domain/sentiment-index.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount, Ticket } from '#core/domain/trading.ts';
import { FillBook } from '#core/fills/measured-costs.ts';
import { LifeCycleMemory, resolvedLife } from '#core/phantoms/life-cycle.ts';
import { type OpenPhantom, PhantomBook, type PhantomStep } from '#core/phantoms/phantom-book.ts';
import type { EngineParts } from './engine-parts.ts';
import type { ExternalInput, ExternalObjection } from './external-signals.ts';
import { GatedStructures } from './gated-structures.ts';
import { type ClusterState, InstrumentClusters } from './instrument-clusters.ts';
import { type ActiveStrategy, InstrumentState, type MarketSnapshot } from './instrument-state.ts';
import { MarketWatch } from './market-watch.ts';
import type { BaseBar, BatchOrigin, EngineEvent, EngineInput, EngineSettings } from './messages.ts';
import { ModelBook } from './model-book.ts';
import { peerReader } from './peer-bars.ts';
import type { RestoredBook } from './restored-book.ts';
import { RiskDesk } from './risk-desk.ts';
import { SignalPath } from './signal-path.ts';
import { ThresholdDesk } from './threshold-desk.ts';
import { TicketPath } from './ticket-path.ts';
import { type OpenPosition, TradeDesk } from './trade-desk.ts';

export interface EngineOptions {
  readonly instruments: readonly Instrument[];
  readonly strategies: readonly ActiveStrategy[];
  readonly settings: EngineSettings;
  readonly account: PaperAccount;
  readonly sentiment?: SentimentIndex;
}

const NO_EVENTS: readonly EngineEvent[] = [];

export class Engine {
  readonly #states = new Map<InstrumentId, InstrumentState>();
  readonly #peers = peerReader(this.#states);
  readonly #clusters = new InstrumentClusters(this.#states);
  readonly #parts: EngineParts;
  readonly #risk: RiskDesk;
  readonly #tickets: TicketPath;
  readonly #signals: SignalPath;

  constructor(options: EngineOptions) {
    const models = new ModelBook();
    models.mayScore = options.settings.scoreSignals ?? true;
    this.#parts = {
      states: this.#states,
      strategies: options.strategies,
      book: new PhantomBook(),
      memory: new LifeCycleMemory(),
      models,
      watch: new MarketWatch(models),
      desk: new TradeDesk(options.account),
      thresholds: new ThresholdDesk(),
      fills: new FillBook(),
      gated: new GatedStructures(),
      settings: options.settings,
      sentiment: options.sentiment ?? NO_SENTIMENT,
      clock: 0,
      onTheWayMs: 0,
    };
    this.#risk = new RiskDesk(this.#parts);
    this.#tickets = new TicketPath(this.#parts, this.#risk);
    this.#signals = new SignalPath(this.#parts, this.#tickets);
    for (const instrument of options.instruments) this.addInstrument(instrument);
  }

  /** Engine time: the newest time any input carried. */
  get clock(): UnixMs {
    return this.#parts.clock;
  }

  get settings(): EngineSettings {
    return this.#parts.settings;
  }

  get account(): PaperAccount {
    return this.#parts.desk.account;
  }

  get openPhantoms(): PhantomBook {
    return this.#parts.book;
  }

  openTickets(): Iterable<Ticket> {
    return this.#parts.desk.openTickets();
  }

  /** Limits, breakers and the kill switch with their present values. */
  riskReport(): RiskReport {
    return this.#risk.report();
  }

  /** What risk remembers, as the record keeps it. */
  get riskState(): RiskState {
    return this.#risk.state;
  }

  openPositions(): Iterable<OpenPosition> {
    return this.#parts.desk.openPositions();
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
    const sentiment: SentimentIndex = { at: (of, time) => this.#parts.sentiment.at(of, time) };
    const state = new InstrumentState(instrument, this.#parts.strategies, this.#peers, sentiment);
    this.#states.set(instrument.id, state);
    this.#parts.watch.add(instrument, state.signals, this.#parts.strategies);
  }

  /** Feeds one input; the events are in the order in which they happened. */
  step(input: EngineInput): readonly EngineEvent[] {
    const events = this.#work(input);
    const changed = this.#risk.takeChange(this.clock);
    const all = changed === null ? events : [...events, changed];
    return this.#parts.thresholds.afterStep(all, this.#parts.book);
  }

  #work(input: EngineInput): readonly EngineEvent[] {
    switch (input.kind) {
      case 'bars':
        return this.#onBars(input.closeTime, input.bars, input.origin);
      case 'market':
        this.#states.get(input.instrumentId)?.onMarket(input.facts, input.time);
        return this.#onTime(input.time);
      case 'heartbeat':
        this.#parts.onTheWayMs = input.onTheWayMs ?? 0;
        return this.#onTime(input.time);
      case 'quote':
        return this.#onQuote(input.instrumentId, input.price, input.time);
      case 'approve':
      case 'skip':
        return this.#onIntent(input);
      case 'external':
        return this.#signals.external(input, (events) => this.#advance(input.time, events));
      case 'filled':
        return this.#onFill(input.fill, input.time);
      case 'settings':
        return this.#onSettings(input.settings, input.time);
      case 'models':
        this.#parts.models.put(input.model, input.models);
        return this.#onTime(input.time);
      case 'sentiment':
        this.#parts.sentiment = input.index;
        return this.#onTime(input.time);
      case 'kill-switch':
        return this.#after(input.time, (events) =>
          this.#tickets.killSwitch(input.engaged, input.closePositions, events),
        );
      case 'breaker':
        return this.#after(input.time, (events) => this.#risk.breaker(input.breaker, input.action, this.clock, events));
      case 'drift':
        return this.#after(input.time, (events) => this.#risk.drift(input.alerts, this.clock, events));
      case 'order-failed':
        return this.#after(input.time, (events) => this.#risk.orderFailed(this.clock, events));
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
    this.#parts.clock = restored.clock;
    for (const [id, closeTime] of restored.workedUntil ?? []) this.#states.get(id)?.setWorkedUntil(closeTime);
    for (const { phantom, state } of restored.phantoms) this.#parts.book.open(phantom, state ?? undefined);
    for (const life of restored.lives) this.#parts.memory.add(life);
    for (const { source, id, signalId } of restored.externals ?? []) this.#signals.taken.add(source, id, signalId);
    for (const fill of restored.fills ?? []) this.#parts.fills.take(fill);
    this.#parts.watch.restore(restored.observations ?? []);
    if (restored.thresholds !== undefined) this.#parts.thresholds.restore(restored.thresholds);
    for (const gate of restored.gated ?? []) this.#parts.gated.add(gate);
    if (restored.risk !== undefined) this.#risk.restore(restored.risk);
    this.#parts.desk.restore(restored.tickets, restored.positions);
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
      // Worked before a restart that could not warm on it: candles were lost, or had another length then.
      if (state.wasWorked(bar.candle)) {
        this.warm([bar]);
        continue;
      }
      this.#resolve(state, bar, offline, closeTime, events);
      fresh.push(state);
      state.onBar(bar.candle);
    }
    for (const state of fresh) {
      this.#parts.watch.onClose(state.instrument.id, closeTime, events);
      for (const { active, draft } of state.propose()) {
        this.#signals.issue(state, active, draft, origin, closeTime, events);
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
      this.#tickets.rescore(state, closeTime, events);
    }
    // While a gap is being filled, bars that are missing may still be on their way.
    if (origin === 'live') this.#giveUpSilent(closeTime, events);
    this.#risk.afterBars(origin === 'live', this.clock, events);
    return events.length === 0 ? NO_EVENTS : events;
  }

  #resolve(state: InstrumentState, bar: BaseBar, offline: boolean, time: UnixMs, events: EngineEvent[]): void {
    const { instrumentId, candle } = bar;
    const fine =
      bar.fine === undefined || bar.fine.length === 0
        ? undefined
        : { candles: bar.fine, durationMs: state.durationMs / bar.fine.length };
    const steps = this.#parts.book.onBar(instrumentId, candle, state.durationMs, offline, fine);
    for (const step of steps) this.#reportStep(step, time, events);
    const settled = this.#parts.desk.onBar(instrumentId, candle, state.durationMs, time, fine);
    for (const ticket of this.#parts.desk.expireByBar(instrumentId, candle, time))
      this.#tickets.close(ticket, time, events);
    this.#tickets.settled(settled, time, events);
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
    // PH-2: nor does what a gate ruled out, so that following it as well changes nothing else.
    const { disposition } = phantom.decision;
    if (life !== null && disposition !== 'imported' && disposition !== 'gated') this.#parts.memory.add(life);
    events.push({
      kind: 'phantom-closed',
      time,
      phantomId: phantom.id,
      result,
      resolvedOffline: open.resolvedOffline,
    });
    this.#parts.thresholds.onResolved(phantom, result, time, this.#parts.settings, events);
  }

  /** ST-20: why this signal from outside would not be taken now; null when it would be. Changes nothing. */
  externalObjection(input: ExternalInput): ExternalObjection | null {
    return this.#signals.objection(input);
  }

  #onQuote(id: InstrumentId, price: number, time: UnixMs): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(time, events);
    const state = this.#states.get(id);
    // What was heard before the newest bar closed is known better by now.
    if (state === undefined || !(price > 0) || time < state.lastPriceAt) return events;
    state.quote(price, time);
    for (const ticket of this.#parts.desk.expireByQuote(id, price, this.#parts.clock))
      this.#tickets.close(ticket, time, events);
    return events.length === 0 ? NO_EVENTS : events;
  }

  #onIntent(input: Extract<EngineInput, { kind: 'approve' | 'skip' }>): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(input.time, events);
    this.#tickets.intent(input, events);
    return events;
  }

  /** MK-14: what gave no bar for seven days past a timeout ends without a result, never as a win or a loss. */
  #giveUpSilent(time: UnixMs, events: EngineEvent[]): void {
    for (const id of this.#states.keys()) {
      if (this.#parts.book.isGivenUp(id, time)) this.#endUnavailable(id, time, events);
    }
  }

  #endUnavailable(id: InstrumentId, time: UnixMs, events: EngineEvent[]): void {
    for (const open of this.#parts.book.endUnavailable(id, time)) this.#reportClosed(open, time, events);
    this.#tickets.settled(this.#parts.desk.endUnavailable(id, time), time, events);
  }

  #onDelisted(id: InstrumentId, reason: string, time: UnixMs): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(time, events);
    this.#tickets.endUnavailable(id, reason, time, events);
    this.#endUnavailable(id, time, events);
    this.#states.get(id)?.end();
    return events;
  }

  #onFill(fill: BrokerFill, time: UnixMs): readonly EngineEvent[] {
    return this.#after(time, (events) => {
      if (this.#parts.fills.take(fill)) events.push({ kind: 'fill-taken', time: this.clock, fill });
    });
  }

  #onSettings(settings: EngineSettings, time: UnixMs): readonly EngineEvent[] {
    const before = this.#parts.settings.stage;
    this.#parts.settings = settings;
    this.#parts.models.mayScore = settings.scoreSignals ?? true;
    const { stage } = settings;
    return this.#after(time, (events) => {
      if (stage !== before) events.push({ kind: 'stage-set', time: this.clock, stage, before });
    });
  }

  /** Work at the engine's clock once that has come to `time`. */
  #after(time: UnixMs, work: (events: EngineEvent[]) => void): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(time, events);
    work(events);
    return events;
  }

  #onTime(time: UnixMs): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    this.#advance(time, events);
    return events.length === 0 ? NO_EVENTS : events;
  }

  /** Moves the clock, never back (a late batch carries an older time), and closes tickets whose time is up. */
  #advance(time: UnixMs, events: EngineEvent[]): void {
    if (time <= this.#parts.clock) return;
    const before = this.#parts.clock;
    this.#parts.clock = time;
    this.#risk.advance(before, time, events);
    for (const ticket of this.#parts.desk.expireByTime(time)) this.#tickets.close(ticket, time, events);
  }
}
