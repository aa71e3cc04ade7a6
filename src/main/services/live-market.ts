/**
 * From an exchange connection to batches of final bars: one gate per instrument, backfill after every (re)connect
 * (MK-12), REST confirmation of quiet bars (RE-12), batches by close time (PL-4). Decides nothing and stores nothing.
 */
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { MarketFacts } from '#core/domain/market-facts.ts';
import { type BaseTimeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { type Batch, Batcher } from '#core/market/batcher.ts';
import { CandleGate, checkCandle, type GateEvent, type Rejection } from '#core/market/candle-gate.ts';
import { fillQuietBars } from '#core/market/gaps.ts';
import type { ExchangeConnection, ExchangeFault, FeedEvent, Subscription } from '#main/exchange/feed.ts';
import { MarketFactRounds } from './market-fact-rounds.ts';

/** Bars missing inside a REST answer up to this many are quiet minutes; more is an outage and stays a hole (MK-1). */
const LONGEST_QUIET_BARS = 60;
/** A bar counts as over for REST this long after its close: exchanges settle their last trades first. */
const SETTLE_MS = 1_000;
/** A bar without a successor is confirmed by REST after this much feed time and this much real time. */
const CONFIRM_FEED_MS = 2_000;
const CONFIRM_REAL_MS = 1_000;
/** Bars of one batch arrive in one burst of frames; at high demo speeds it spans more than PL-4's 2 s of feed time. */
const BURST_MS = 25;
/** How often due batches, quiet bars and heartbeats are looked after, real time. */
const TICK_MS = 200;
/** Real time within which a bar is worked also on a machine that is busy. */
const TRANSPORT_MS = 5_000;
/** Pause before a failed backfill is tried again. */
const RETRY_MS = 2_000;
/** How often, and after which pause, history is asked again for bars it does not have yet. */
const TAIL_ROUNDS = 5;
const TAIL_PAUSE_MS = 1_000;

export type MarketState = 'connecting' | 'catching-up' | 'live' | 'reconnecting' | 'closed';

export interface MarketListener {
  state(state: MarketState, fault: ExchangeFault | null): void;
  /** Newly final bars of one instrument, ascending; called before the batch that holds them. */
  final(instrumentId: InstrumentId, candles: readonly Candle[]): void;
  /** `offline` is true when any bar in it came from a backfill (PL-8). */
  batch(batch: Batch, offline: boolean): void;
  forming(instrumentId: InstrumentId, candle: Candle): void;
  rejected(instrumentId: InstrumentId, reason: Rejection, raw: readonly unknown[]): void;
  revised(instrumentId: InstrumentId, candle: Candle): void;
  /** What the exchange told beside candles (MK-15), asked for at `askedAt`. */
  facts(instrumentId: InstrumentId, facts: MarketFacts, askedAt: UnixMs): void;
  /** `onTheWayMs`: see the engine's input of that name. */
  heartbeat(time: UnixMs, onTheWayMs: number): void;
  progress(fetched: number, expected: number): void;
}

interface Line {
  readonly instrument: Instrument;
  readonly gate: CandleGate;
  last: Candle | null;
  confirming: boolean;
  lastConfirmed: number;
}

export interface LastWorked {
  readonly openTime: UnixMs;
  readonly candle: Candle | null;
}

export interface LiveMarketOptions {
  readonly connection: ExchangeConnection;
  readonly instruments: readonly Instrument[];
  readonly baseTimeframe: BaseTimeframe;
  /**
   * The newest bar that was worked already, per instrument; null starts at the next bar that closes. Its candle is null
   * where the store has lost it: the series goes on behind it all the same.
   */
  readonly lastWorked: (instrumentId: InstrumentId) => LastWorked | null;
  readonly listener: MarketListener;
  /** Monotonic real time, ms. */
  readonly monotonic: () => number;
}

export class LiveMarket {
  readonly #options: LiveMarketOptions;
  readonly #lines = new Map<string, Line>();
  readonly #batcher: Batcher;
  readonly #expected: Set<InstrumentId>;
  readonly #durationMs: number;
  readonly #abort = new AbortController();
  readonly #facts: MarketFactRounds;
  #factsEnded: Promise<void> = Promise.resolve();
  #subscription: Subscription | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #burst: ReturnType<typeof setTimeout> | null = null;
  #state: MarketState = 'connecting';
  /** Rises with every connect; a backfill of an older connection gives up. */
  #connection = 0;
  readonly #offlineCloses = new Set<UnixMs>();
  readonly #speeds: { readonly at: number; readonly speed: number }[] = [];

  constructor(options: LiveMarketOptions) {
    this.#options = options;
    this.#durationMs = timeframeMs(options.baseTimeframe);
    let released = Number.NEGATIVE_INFINITY;
    for (const instrument of options.instruments) {
      const last = options.lastWorked(instrument.id);
      if (last !== null) released = Math.max(released, last.openTime + this.#durationMs);
      const gate = new CandleGate(options.baseTimeframe, last?.openTime ?? null);
      const line = { instrument, gate, last: last?.candle ?? null, confirming: false, lastConfirmed: 0 };
      this.#lines.set(instrument.symbol, line);
    }
    this.#batcher = new Batcher(this.#durationMs, released);
    this.#expected = new Set(options.instruments.map((instrument) => instrument.id));
    this.#batcher.expect(this.#expected);
    const { connection, instruments, baseTimeframe, listener } = options;
    this.#facts = new MarketFactRounds({
      connection,
      instruments,
      baseTimeframe,
      isLive: () => this.#state === 'live',
      onFacts: (id, facts, askedAt) => listener.facts(id, facts, askedAt),
    });
  }

  /** Batches no longer wait for an instrument that is not traded any more. */
  stopExpecting(id: InstrumentId): void {
    this.#expected.delete(id);
    this.#batcher.expect(this.#expected);
  }

  get state(): MarketState {
    return this.#state;
  }

  start(): void {
    const { connection, instruments, baseTimeframe } = this.#options;
    const symbols = instruments.map((instrument) => instrument.symbol);
    this.#subscription = connection.watch(symbols, baseTimeframe, (event) => this.#onFeed(event));
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#factsEnded = this.#facts.run();
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#abort.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#burst !== null) clearTimeout(this.#burst);
    this.#facts.close();
    await this.#subscription?.close();
    await this.#factsEnded;
  }

  #onFeed(event: FeedEvent): void {
    if (this.#state === 'closed') return;
    switch (event.kind) {
      case 'connected':
        void this.#catchUp();
        return;
      case 'disconnected':
        this.#connection++;
        for (const line of this.#lines.values()) line.gate.onDisconnect();
        this.#enter('reconnecting', {
          kind: 'network',
          message: event.reason,
          remedy: `It is tried again in ${Math.ceil(event.retryInMs / 1000)} s; the gap is then filled.`,
        });
        return;
      case 'trouble':
        this.#options.listener.state(this.#state, event.fault);
        return;
      case 'candle': {
        const line = this.#lines.get(event.symbol);
        if (line === undefined) return;
        this.#take(line, line.gate.onUpdate(event.candle, this.#now()), false);
        this.#flush();
      }
    }
  }

  /** PL-8, MK-12: everything since the last worked bar comes from history before live bars decide anything again. */
  async #catchUp(): Promise<void> {
    const connection = ++this.#connection;
    this.#enter('catching-up', null);
    const stale = () => connection !== this.#connection || this.#state === 'closed';
    for (let round = 0; ; round++) {
      const upTo = this.#settledTime();
      const missing = [...this.#lines.values()].filter((line) => this.#missingBars(line, upTo) > 0);
      if (missing.length === 0) break;
      for (const line of missing) {
        const fault = await this.#readHistory(line, upTo, true);
        if (stale()) return;
        if (fault !== null) {
          this.#options.listener.state('catching-up', fault);
          this.#retry = setTimeout(
            () => {
              if (!stale()) void this.#catchUp();
            },
            Math.max(RETRY_MS, fault.retryAfterMs ?? 0),
          );
          return;
        }
        // REST may lag behind the close; what it does not have after some rounds it will not have: the hole is
        // declared and the series goes on behind it (MK-11).
        if (this.#missingBars(line, upTo) > 0 && round >= TAIL_ROUNDS) {
          this.#take(line, line.gate.skipTo(upTo), true);
        }
      }
      this.#release(this.#now());
      if (missing.some((line) => this.#missingBars(line, upTo) > 0)) await this.#pause(TAIL_PAUSE_MS);
      if (stale()) return;
    }
    this.#enter('live', null);
    this.#flush();
  }

  #missingBars(line: Line, upTo: UnixMs): number {
    const last = line.gate.lastFinal;
    return last === null ? 0 : (upTo - last) / this.#durationMs - 1;
  }

  /**
   * Feeds history from the last final bar up to `upTo` through the gate, quiet bars filled; a backfill and the
   * confirmation of a quiet bar differ only in what their signals become (`offline`).
   */
  async #readHistory(line: Line, upTo: UnixMs, offline: boolean): Promise<ExchangeFault | null> {
    const connection = this.#connection;
    const last = line.gate.lastFinal;
    if (last === null) return null;
    const from = last + this.#durationMs;
    const expected = (upTo - from) / this.#durationMs;
    let fetched = 0;
    const pages = this.#options.connection.history({
      symbol: line.instrument.symbol,
      timeframe: this.#options.baseTimeframe,
      from,
      to: upTo,
      signal: this.#abort.signal,
    });
    for await (const page of pages) {
      if (!page.ok) return page.error;
      if (connection !== this.#connection || this.#state === 'closed') return null;
      const candles: Candle[] = [];
      for (const raw of page.value.candles) {
        const candle = checkCandle(raw, this.#options.baseTimeframe);
        if (typeof candle === 'string') this.#options.listener.rejected(line.instrument.id, candle, raw);
        else candles.push(candle);
      }
      const filled = fillQuietBars(line.last, candles, this.#durationMs, LONGEST_QUIET_BARS);
      this.#take(line, line.gate.onHistory(filled.map(toRow), upTo), offline);
      fetched += candles.length;
      if (offline) this.#options.listener.progress(fetched, expected);
    }
    return null;
  }

  #take(line: Line, events: readonly GateEvent[], offline: boolean): void {
    const { listener } = this.#options;
    const id = line.instrument.id;
    const finals: Candle[] = [];
    for (const event of events) {
      switch (event.kind) {
        case 'final':
          finals.push(event.candle);
          line.last = event.candle;
          if (offline) this.#offlineCloses.add(event.candle.openTime + this.#durationMs);
          this.#batcher.add(id, event.candle);
          break;
        case 'forming':
          listener.forming(id, event.candle);
          break;
        case 'hole':
          if (this.#state === 'live') void this.#catchUp();
          break;
        case 'revision':
          listener.revised(id, event.candle);
          break;
        case 'rejected':
          listener.rejected(id, event.reason, event.raw);
          break;
      }
    }
    if (finals.length > 0) listener.final(id, finals);
  }

  /** Complete batches go out at once; the others get a moment of real time, in which the rest of a burst arrives. */
  #flush(): void {
    if (this.#state !== 'live') return;
    this.#release(Number.NEGATIVE_INFINITY);
    this.#burst ??= setTimeout(() => {
      this.#burst = null;
      if (this.#state === 'live') this.#release(this.#now());
    }, BURST_MS);
  }

  #release(now: UnixMs): void {
    for (const batch of this.#batcher.due(now)) {
      const offline = this.#offlineCloses.delete(batch.closeTime);
      this.#options.listener.batch(batch, offline);
    }
  }

  #tick(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'live') {
      this.#confirmQuietBars();
      this.#flush();
    }
    this.#options.listener.heartbeat(this.#now(), this.#onTheWay());
  }

  /** RE-12: a bar in which nothing traded has no successor to prove it; REST does. */
  #confirmQuietBars(): void {
    const feedWait = Math.max(CONFIRM_FEED_MS, CONFIRM_REAL_MS * this.#options.connection.clock.speed());
    const upTo = this.#settledTime();
    const real = this.#options.monotonic();
    for (const line of this.#lines.values()) {
      if (line.confirming || this.#missingBars(line, upTo) <= 0 || real - line.lastConfirmed < CONFIRM_REAL_MS)
        continue;
      if (this.#now() < upTo + feedWait && this.#missingBars(line, upTo) < 2) continue;
      line.confirming = true;
      line.lastConfirmed = real;
      void this.#confirm(line, upTo);
    }
  }

  async #confirm(line: Line, upTo: UnixMs): Promise<void> {
    try {
      // A fault is no news here: the bar is asked for again, or its successor proves it.
      await this.#readHistory(line, upTo, false);
      this.#flush();
    } finally {
      line.confirming = false;
    }
  }

  #pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#retry = setTimeout(resolve, durationMs);
    });
  }

  #enter(state: MarketState, fault: ExchangeFault | null): void {
    if (this.#state === 'closed') return;
    this.#state = state;
    this.#options.listener.state(state, fault);
  }

  /** MK-24: what the market goes on while a bar is on its way, beyond what it does in real time. */
  #onTheWay(): number {
    const now = this.#options.monotonic();
    this.#speeds.push({ at: now, speed: this.#options.connection.clock.speed() });
    // What was sent before the market was slowed down still arrives late.
    while ((this.#speeds[0]?.at ?? now) < now - TRANSPORT_MS) this.#speeds.shift();
    const fastest = Math.max(...this.#speeds.map(({ speed }) => speed));
    return TRANSPORT_MS * Math.max(0, fastest - 1);
  }

  #now(): UnixMs {
    return this.#options.connection.clock.now();
  }

  /** Open time of the bar that is not over yet for REST. */
  #settledTime(): UnixMs {
    return Math.floor((this.#now() - SETTLE_MS) / this.#durationMs) * this.#durationMs;
  }
}

function toRow(candle: Candle): readonly number[] {
  return [candle.openTime, candle.open, candle.high, candle.low, candle.close, candle.volume];
}
