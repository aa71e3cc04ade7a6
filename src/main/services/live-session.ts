/**
 * The running desk: exchange -> gate -> batches -> engine -> record, from the first connect over bootstrap and gaps to
 * live (PL-1, PL-8, MK-12). It owns the state the status bar shows; views read it and listen to it.
 */

import type { ConnectionState, HistoryWay, JobProgress } from '#contract/areas/session.ts';
import type { Settings } from '#contract/areas/settings.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import { Emitter } from '#core/base/emitter.ts';
import type { Fault } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { TicketId } from '#core/domain/trading.ts';
import type { ExchangeConnection, ExchangeFault } from '#main/exchange/feed.ts';
import { type ApproachHost, approachLive } from './approach.ts';
import { chosenInstruments, sameChoice } from './chosen-instruments.ts';
import { EngineKeeper, type EngineStep } from './engine-keeper.ts';
import { logEvent } from './event-log.ts';
import { ExchangeWatch } from './exchange-watch.ts';
import { gapProgress, HistoryControl, standingStill } from './history-control.ts';
import { type FinalBars, type FormingBar, startLiveFeed } from './live-feed.ts';
import type { LiveMarket, MarketState } from './live-market.ts';
import { type SessionOptions, type SessionState, unexpectedFault } from './session-parts.ts';
import { haveOtherParameters, withParameters } from './strategy-settings.ts';
import { approveTicket, skipTicket } from './trader-intents.ts';

/** Pause before the record is tried again after a fault of the disk. */
const STORE_RETRY_MS = 3_000;
/** Pause before an exchange that could not be reached is tried again. */
const RETRY_MS = 15_000;
export class LiveSession {
  readonly changed = new Emitter<SessionState>();
  readonly stepped = new Emitter<EngineStep>();
  readonly formed = new Emitter<FormingBar>();
  readonly finalised = new Emitter<FinalBars>();
  /** The exchange changed a closed bar, which is stored by now (MK-3). */
  readonly revised = new Emitter<InstrumentId>();
  /** Another exchange or other instruments: everything shown is stale. */
  readonly reopened = new Emitter<void>();
  readonly #options: SessionOptions;
  #state: SessionState = { connection: 'starting', message: '', remedy: '', progress: null };
  #connection: ExchangeConnection | null = null;
  #keeper: EngineKeeper | null = null;
  #market: LiveMarket | null = null;
  #watch: ExchangeWatch | null = null;
  #instruments: readonly Instrument[] = [];
  #abort = new AbortController();
  readonly #history = new HistoryControl();
  #retry: ReturnType<typeof setTimeout> | null = null;
  readonly #forming = new Map<InstrumentId, { readonly candle: Candle; readonly at: UnixMs }>();
  #queue: Promise<void> = Promise.resolve();
  readonly #approachHost: ApproachHost = {
    history: this.#history,
    keeper: () => this.#keeper,
    instruments: () => this.#instruments,
    storedInstruments: () => this.#storedInstruments(),
    wake: (instruments) => this.#wake(instruments),
    now: () => this.now(),
    progress: (progress) => this.#enter('bootstrapping', '', '', progress),
  };

  constructor(options: SessionOptions) {
    this.#options = options;
    options.settings.changed.on(({ before, after }) => this.#onSettings(before, after));
  }

  get state(): SessionState {
    return this.#state;
  }

  get connection(): ExchangeConnection | null {
    return this.#connection;
  }

  get keeper(): EngineKeeper | null {
    return this.#keeper;
  }

  get instruments(): readonly Instrument[] {
    return this.#instruments;
  }

  /** Exchange time; the engine's own clock while no exchange is there. */
  now(): UnixMs {
    return this.#connection?.clock.now() ?? this.#keeper?.engine.clock ?? 0;
  }

  forming(id: InstrumentId): Candle | null {
    return this.#forming.get(id)?.candle ?? null;
  }

  /** What the forming bar last said, and when it said so; null while nothing is forming. */
  quote(id: InstrumentId): { readonly price: number; readonly at: UnixMs } | null {
    const forming = this.#forming.get(id);
    return forming === undefined ? null : { price: forming.candle.close, at: forming.at };
  }

  /** Newest known price of an instrument; null before the first bar. */
  price(id: InstrumentId): number | null {
    const forming = this.#forming.get(id);
    if (forming !== undefined) return forming.candle.close;
    const last = this.#keeper?.engine.instrument(id)?.lastPrice;
    return last === undefined || Number.isNaN(last) ? null : last;
  }

  /** Resolves when stored data is on screen; connecting goes on behind it. */
  start(): Promise<void> {
    return this.#serially(() => this.#open());
  }

  /** Tries the exchange again now. */
  reconnect(): Promise<void> {
    return this.#serially(async () => {
      await this.#shut();
      await this.#open();
    });
  }

  /** The engine anew from the record, after something else has changed it. `message`: why. */
  startAnew(message: string): Promise<void> {
    return this.#serially(() => this.#connectAgain('catching-up', message, 'whole'));
  }

  close(): Promise<void> {
    return this.#serially(async () => {
      this.#keeper?.snapshotAll();
      await this.#shut();
    });
  }

  /** The trader's click; the answer says what became of it (DE-16). */
  approve(ticketId: TicketId, amount: number | null): IntentAnswer {
    return approveTicket(this, ticketId, amount);
  }

  skip(ticketId: TicketId, reason: string | null): IntentAnswer {
    return skipTicket(this, ticketId, reason);
  }

  /** PL-11: the trader stopped the history run, and it waits to be gone on with. */
  get historyStopped(): boolean {
    return this.#history.isStopped;
  }

  cancelHistory(): IntentAnswer {
    return this.#history.cancel();
  }

  resumeHistory(way: HistoryWay): IntentAnswer {
    const answer = this.#history.resume(way);
    if (answer.done) void this.#serially(() => this.#connectAgain('bootstrapping', '', way));
    return answer;
  }

  async #open(): Promise<void> {
    const { settings, openExchange } = this.#options;
    this.#abort = new AbortController();
    this.#history.reset();
    this.#enter('starting', '');
    const exchange = settings.current.exchange;
    const opened = await openExchange(exchange);
    if (!opened.ok) {
      this.#wake(this.#storedInstruments());
      this.#fail('failed', opened.error);
      return;
    }
    this.#connection = opened.value;
    // Stored data first: the window has something to show before, and even without, a network (RE-33).
    const stored = this.#storedInstruments();
    if (stored.length === settings.current.symbols.length) this.#wake(stored);
    this.#connectBehind('whole');
  }

  #connectBehind(way: HistoryWay): void {
    void this.#connect(way).catch((error: unknown) => {
      this.#options.log.write('error', 'session', `connecting failed unexpectedly: ${String(error)}`);
      this.#fail('failed', unexpectedFault(error));
    });
  }

  /** The engine anew from the record, on the connection there is: with other parameters, or to go on with history. */
  async #connectAgain(state: ConnectionState, message: string, way: HistoryWay): Promise<void> {
    const connection = this.#connection;
    if (connection === null || this.#keeper === null) return;
    this.#abort.abort();
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#history.ended;
    await this.#endFeed();
    this.#keeper.snapshotAll();
    this.#abort = new AbortController();
    this.#enter(state, message);
    this.#wake(this.#instruments);
    this.#connectBehind(way);
  }

  async #connect(way: HistoryWay = 'whole'): Promise<void> {
    const connection = this.#connection;
    if (connection === null) return;
    const { signal } = this.#abort;
    const arrival = await approachLive(connection, this.#approachHost, this.#options, way, signal);
    switch (arrival.kind) {
      case 'caught-up':
        return this.#goLive(connection, arrival.keeper);
      case 'history-stopped':
        return this.#stopHistory();
      case 'failed':
        return this.#fail('failed', arrival.fault);
      case 'offline':
        this.#fail('offline', arrival.fault);
        return this.#retryLater();
      case 'given-up':
        return;
    }
  }

  /** Nothing is decided from here on: strategies need every bar in order, and the rest of them is still to come. */
  #stopHistory(): void {
    this.#history.markStopped();
    this.#options.log.write('notice', 'session', 'the history run was stopped by you', this.now());
    const message = 'The history run was stopped by you; nothing is decided until it goes on.';
    this.#enter('bootstrapping', message, '', standingStill(this.#state.progress));
  }

  #goLive(connection: ExchangeConnection, keeper: EngineKeeper): void {
    const { profile, settings, log, monotonic } = this.#options;
    this.#market = startLiveFeed({
      connection,
      keeper,
      profile,
      log,
      monotonic,
      instruments: this.#instruments,
      baseTimeframe: settings.current.baseTimeframe,
      onState: (state, fault) => this.#onMarketState(state, fault),
      onStoreFault: (fault) => this.#onStoreFault(fault),
      onFinal: (bars) => this.finalised.emit(bars),
      onForming: (bar) => {
        this.#forming.set(bar.instrumentId, { candle: bar.candle, at: this.now() });
        this.formed.emit(bar);
      },
      onRevised: (id) => this.revised.emit(id),
      onProgress: (fetched, expected) => this.#onBackfill(fetched, expected),
    });
    this.#watch = new ExchangeWatch({
      connection,
      log,
      instruments: this.#instruments,
      onGone: ({ id }) => {
        keeper.apply({ kind: 'delisted', time: this.now(), instrumentId: id, reason: 'no longer traded' });
        this.#market?.stopExpecting(id);
      },
    });
  }

  /** Looks at the exchange's clock and list now; it happens by itself every few minutes. */
  async checkExchange(): Promise<void> {
    await this.#watch?.checkSkew();
    await this.#watch?.checkList();
  }

  /** MK-14: the exchange reported it delisted or halted. */
  isGone(id: InstrumentId): boolean {
    return this.#watch?.isGone(id) ?? false;
  }

  #onMarketState(state: MarketState, fault: ExchangeFault | null): void {
    if (fault !== null) this.#options.log.write('warning', 'exchange', `${fault.message} ${fault.remedy}`, this.now());
    switch (state) {
      case 'live':
        return this.#enter('live', fault?.message ?? '', fault?.remedy ?? '');
      case 'catching-up':
        return this.#enter('catching-up', fault?.message ?? 'filling the gap since the last bar', fault?.remedy ?? '');
      case 'reconnecting':
        return this.#enter('reconnecting', fault?.message ?? '', fault?.remedy ?? '');
      case 'connecting':
      case 'closed':
        return;
    }
  }

  #onBackfill(fetched: number, expected: number): void {
    if (this.#state.connection !== 'catching-up') return;
    this.#enter('catching-up', this.#state.message, this.#state.remedy, gapProgress(fetched, expected));
  }

  /** Builds the engine for these instruments from the record. */
  #wake(instruments: readonly Instrument[]): void {
    if (instruments.length === 0) return;
    const { profile, strategies, settings, log } = this.#options;
    const { startingEquity } = settings.current;
    this.#instruments = instruments;
    this.#forming.clear();
    this.#keeper = EngineKeeper.restore({
      profile,
      instruments,
      strategies: withParameters(strategies, settings.current.strategyParameters),
      settings: settings.engine(),
      account: { currency: instruments[0]?.quote ?? 'USDT', startingEquity, equity: startingEquity },
    });
    this.#keeper.stepped.on((step) => this.#onStep(step));
    this.#keeper.steppedAside.on((count) => {
      const message = `${count} of the signals that a file brought were found by this desk itself: its own count from now on, the file's stay beside them as imported`;
      log.write('notice', 'import', message, this.now());
    });
    this.#keeper.failed.on((fault) => this.#onStoreFault(fault));
    log.write('info', 'session', `${instruments.length} instruments on ${instruments[0]?.exchange}`, this.now());
    this.reopened.emit();
  }

  /**
   * RE-4: what cannot be recorded is not decided. The desk stops, says why, and starts anew from the record after a
   * pause; while the fault lasts it fails again, and goes on by itself once it is gone.
   */
  #onStoreFault(fault: Fault): void {
    void this.#serially(async () => {
      await this.#shut();
      this.#keeper = null;
      this.#fail('failed', fault);
      this.#retry = setTimeout(() => void this.start(), STORE_RETRY_MS);
    });
  }

  #onStep(step: EngineStep): void {
    for (const event of step.events) logEvent(this.#options.log, event);
    this.stepped.emit(step);
  }

  #storedInstruments(): readonly Instrument[] {
    return chosenInstruments(this.#options.profile.notes.instruments(), this.#options.settings.current);
  }

  #onSettings(before: Settings, after: Settings): void {
    if (!sameChoice(before, after)) {
      void this.#serially(async () => {
        this.#keeper?.snapshotAll();
        await this.#shut();
        this.#keeper = null;
        this.#instruments = [];
        this.#forming.clear();
        this.reopened.emit();
        await this.#open();
      });
      return;
    }
    // Indicators and strategies of other parameters warm up from stored bars; open phantoms come from the record. Where
    // history is stopped, it goes on with them.
    if (haveOtherParameters(before, after) && !this.#history.isStopped) {
      const message = 'strategy settings have changed: the engine starts anew from the record';
      void this.#serially(() => this.#connectAgain('catching-up', message, 'whole'));
    }
    this.#keeper?.apply({ kind: 'settings', time: this.now(), settings: this.#options.settings.engine() });
    this.changed.emit(this.#state);
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => void this.#connect(), RETRY_MS);
  }

  async #shut(): Promise<void> {
    this.#abort.abort();
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#endFeed();
    await this.#connection?.close();
    this.#connection = null;
  }

  async #endFeed(): Promise<void> {
    this.#watch?.close();
    this.#watch = null;
    await this.#market?.close();
    this.#market = null;
  }

  #fail(state: 'offline' | 'failed', fault: Fault): void {
    this.#options.log.write(state === 'failed' ? 'error' : 'warning', 'session', `${fault.message} ${fault.remedy}`);
    this.#enter(state, fault.message, fault.remedy);
  }

  #enter(connection: ConnectionState, message: string, remedy = '', progress: JobProgress | null = null): void {
    this.#state = { connection, message, remedy, progress };
    this.changed.emit(this.#state);
  }

  /** Opening, closing and switching never overlap. */
  #serially(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work, work);
    return this.#queue;
  }
}
