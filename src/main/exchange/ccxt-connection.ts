/** An exchange through ccxt: joins loader, guard, clock, history and feeds into the ExchangeConnection that the workstation sees. */
import { setMaxListeners } from 'node:events';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { type MarketFacts, NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import type { CcxtExchange } from './ccxt-client.ts';
import type { LoadedExchange } from './ccxt-loader.ts';
import { CcxtStream, type StreamHandlers } from './ccxt-stream.ts';
import { exchangeSettings } from './exchange-settings.ts';
import type {
  ExchangeConnection,
  ExchangeFault,
  FeedClock,
  FeedEvent,
  HistoryPage,
  HistoryRequest,
  RawCandle,
  Subscription,
} from './feed.ts';
import type { FeedLimits, FeedParts } from './feed-limits.ts';
import { type FetchFunction, GuardedFetch } from './guarded-fetch.ts';
import { pageHistory } from './history.ts';
import { baseTimeframeOf, type InstrumentOrigin, instrumentsOf } from './instruments.ts';
import { MarketFactCalls } from './market-fact-calls.ts';
import { type PollingFeedParts, watchByPolling } from './polling-feed.ts';
import { PROMPT, RestCalls } from './rest-calls.ts';
import { SkewClock, type SkewSample, skewFrom } from './skew-clock.ts';
import { watchBySocket } from './socket-feed.ts';
import { BarSubject, TradeSubject } from './stream-subjects.ts';
import { planSubscriptions } from './subscription-plan.ts';
import type { TransportTime } from './transport-time.ts';
import { correctGatePushes, inBaseUnits } from './volume-units.ts';

export interface CcxtConnectionSettings {
  readonly loaded: LoadedExchange;
  readonly origin: InstrumentOrigin;
  readonly exchangeName: string;
  /** Laid over ccxt's own configuration (the demo exchange: addresses and rate limit). */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** The demo market's clock; null for a real exchange, whose clock is measured. */
  readonly marketClock: Omit<FeedClock, 'skewMs'> | null;
  readonly time: TransportTime;
  readonly random: () => number;
  readonly limits: FeedLimits;
  readonly fetchFunction?: FetchFunction;
}

/** Questions per measurement of skew; one is enough to keep a forming bar out of history (Kraken's limiter costs 1 s each). */
const SKEW_SAMPLES = { shown: 3, first: 1 };

export class CcxtConnection implements ExchangeConnection {
  readonly exchange: string;
  readonly simulated: boolean;
  readonly clock: FeedClock;
  readonly live: 'socket' | 'polling';
  readonly #settings: CcxtConnectionSettings;
  readonly #guard: GuardedFetch;
  readonly #calls: RestCalls;
  readonly #rest: CcxtExchange;
  readonly #facts: MarketFactCalls;
  readonly #skewClock: SkewClock | null;
  readonly #closing = new AbortController();
  readonly #subscriptions = new Set<Subscription>();
  #loading: Promise<Result<unknown, ExchangeFault>> | null = null;

  constructor(settings: CcxtConnectionSettings) {
    const { loaded, origin, marketClock, time, random, exchangeName } = settings;
    this.#settings = settings;
    this.exchange = origin.exchange;
    this.simulated = origin.simulated;
    setMaxListeners(0, this.#closing.signal);
    this.#guard = new GuardedFetch(time, settings.fetchFunction);
    this.#calls = new RestCalls({ exchangeName, guard: this.#guard, time, random, closing: this.#closing.signal });
    this.#rest = this.#newInstance();
    this.#facts = new MarketFactCalls(this.#rest, this.#calls);
    this.live = this.#rest.has.watchOHLCV === true && loaded.known.pro ? 'socket' : 'polling';
    this.#skewClock = marketClock === null ? new SkewClock(time) : null;
    this.clock =
      marketClock === null
        ? (this.#skewClock ?? new SkewClock(time))
        : { now: () => marketClock.now(), speed: () => marketClock.speed(), skewMs: () => 0 };
  }

  async loadInstruments(): Promise<Result<readonly Instrument[], ExchangeFault>> {
    const base = baseTimeframeOf(this.#rest.timeframes);
    if (base === null) {
      return err({
        kind: 'unsupported',
        message: `${this.#settings.exchangeName} serves neither 1-minute nor 5-minute bars.`,
        remedy: 'Choose another exchange.',
      });
    }
    const loaded = await this.#load();
    if (!loaded.ok) return loaded;
    if (this.#skewClock?.skewMs() === null) await this.#measureSkew(SKEW_SAMPLES.first);
    return ok(instrumentsOf(this.#rest, base, this.#settings.origin));
  }

  async *history(request: HistoryRequest): AsyncGenerator<Result<HistoryPage, ExchangeFault>> {
    const prepared = await this.#prepare();
    if (!prepared.ok) {
      yield prepared;
      return;
    }
    yield* pageHistory(
      {
        exchange: this.#rest,
        settings: exchangeSettings(this.#rest.id),
        clock: this.clock,
        calls: this.#calls,
      },
      request,
    );
  }

  watch(symbols: readonly string[], timeframe: Timeframe, listener: (event: FeedEvent) => void): Subscription {
    const { exchangeName, time, random, limits } = this.#settings;
    const parts: FeedParts & { prepare: () => Promise<Result<unknown, ExchangeFault>> } = {
      exchangeName,
      clock: this.clock,
      time,
      random,
      limits,
      bannedForMs: () => this.#guard.bannedForMs(),
      prepare: () => this.#prepare(),
    };
    const bySocket = (what: 'candles' | 'trades', wanted: readonly string[], on: (event: FeedEvent) => void) =>
      watchBySocket(
        {
          ...parts,
          openStream: (handlers) => this.#openStream(what, timeframe, handlers),
          plan: (all) => planSubscriptions(this.#rest, exchangeSettings(this.#rest.id), exchangeName, all, what),
          onClockStep: () => this.measureSkew(),
        },
        wanted,
        timeframe,
        on,
      );
    const polling: PollingFeedParts = {
      ...parts,
      latest: (...question) => this.#latest(...question),
      trades: this.#hasTrades ? (wanted, on) => bySocket('trades', wanted, on) : null,
    };
    const inner =
      this.live === 'socket'
        ? bySocket('candles', symbols, listener)
        : watchByPolling(polling, symbols, timeframe, listener);
    const subscription: Subscription = {
      close: async () => {
        this.#subscriptions.delete(subscription);
        await inner.close();
      },
    };
    this.#subscriptions.add(subscription);
    return subscription;
  }

  async marketFacts(symbol: string, since: UnixMs, signal: AbortSignal): Promise<MarketFacts> {
    if (this.#rest.markets === undefined) return NO_MARKET_FACTS;
    return this.#facts.read(symbol, this.clock.now(), since, signal);
  }

  marketFactsCostMs(): number | null {
    return this.#facts.costMs;
  }

  measureSkew(): Promise<Result<number, ExchangeFault>> {
    return this.#measureSkew(SKEW_SAMPLES.shown);
  }

  async #measureSkew(questions: number): Promise<Result<number, ExchangeFault>> {
    if (this.#skewClock === null) return ok(0);
    if (this.#rest.has.fetchTime !== true) {
      return err({
        kind: 'unsupported',
        message: `${this.#settings.exchangeName} does not tell its time.`,
        remedy: "Keep this computer's clock set by the network.",
      });
    }
    const { time } = this.#settings;
    const samples: SkewSample[] = [];
    for (let index = 0; index < questions; index += 1) {
      let sentAt = 0;
      const answer = await this.#calls.call(() => {
        sentAt = time.wallNow();
        return this.#rest.fetchTime();
      }, PROMPT);
      if (!answer.ok) return answer;
      if (typeof answer.value === 'number' && Number.isFinite(answer.value)) {
        samples.push({ sentAt, answeredAt: time.wallNow(), exchangeTime: answer.value });
      }
    }
    if (samples.length === 0) {
      return err({
        kind: 'exchange',
        message: `${this.#settings.exchangeName} gave a time that cannot be read.`,
        remedy: 'Try again in a minute.',
      });
    }
    const skewMs = skewFrom(samples);
    this.#skewClock.set(skewMs);
    return ok(skewMs);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#guard.close();
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
  }

  /** The market list and, for a real exchange, its clock: what history and feeds stand on. */
  async #prepare(): Promise<Result<unknown, ExchangeFault>> {
    if (this.#rest.markets !== undefined) return ok(undefined);
    const loaded = await this.#load();
    if (loaded.ok && this.#skewClock?.skewMs() === null) await this.#measureSkew(SKEW_SAMPLES.first);
    return loaded;
  }

  /** ccxt keeps a failed load for ever; asking to reload starts a new one. One at a time, for all who wait. */
  #load(): Promise<Result<unknown, ExchangeFault>> {
    this.#loading ??= this.#calls
      .call(() => this.#rest.loadMarkets(true), PROMPT)
      .finally(() => {
        this.#loading = null;
      });
    return this.#loading;
  }

  async #latest(
    symbol: string,
    timeframe: Timeframe,
    since: number,
    signal: AbortSignal,
  ): Promise<Result<readonly RawCandle[], ExchangeFault>> {
    const answer = await this.#calls.call(() => this.#rest.fetchOHLCV(symbol, timeframe, since, 10), PROMPT, signal);
    if (!answer.ok) return answer;
    const rows = Array.isArray(answer.value) ? answer.value.filter((row) => Array.isArray(row)) : [];
    return ok(rows.map((row) => this.#inBaseUnits(symbol, row)));
  }

  async #openStream(what: 'candles' | 'trades', timeframe: Timeframe, handlers: StreamHandlers): Promise<CcxtStream> {
    const { loaded, time } = this.#settings;
    const exchange = this.#newInstance();
    exchange.setMarketsFromExchange(this.#rest);
    await exchange.loadHttpProxyAgent();
    if (what === 'trades') return new CcxtStream(exchange, new TradeSubject(), handlers, time);
    const inUnits: StreamHandlers = {
      ...handlers,
      onCandle: (symbol, candle) => handlers.onCandle(symbol, this.#inBaseUnits(symbol, candle)),
    };
    return new CcxtStream(exchange, new BarSubject(loaded.BarCache, timeframe), inUnits, time);
  }

  get #hasTrades(): boolean {
    const { watchTrades, watchTradesForSymbols } = this.#rest.has;
    return this.#settings.loaded.known.pro && (watchTrades === true || watchTradesForSymbols === true);
  }

  #inBaseUnits(symbol: string, row: RawCandle): RawCandle {
    return inBaseUnits(this.#rest, exchangeSettings(this.#rest.id), symbol, row);
  }

  /** A public instance: no keys (keys add signed calls), no retries of ccxt's own (RE-20). */
  #newInstance(): CcxtExchange {
    const { loaded, configuration } = this.#settings;
    const settings = exchangeSettings(loaded.known.id);
    const { options, ...rest } = configuration;
    const exchange = new loaded.ExchangeClass({
      enableRateLimit: true,
      timeout: 10_000,
      fetchImplementation: this.#guard.request,
      ...rest,
      options: {
        ...settings.options,
        maxRetriesOnFailure: 0,
        ws: {
          // One back-off, and it is ours (socket-feed.ts): ccxt's would dial once more after a close.
          backoff: { base: 0, factor: 1, max: 0 },
          ...(settings.subscriptionCost === undefined ? {} : { cost: settings.subscriptionCost }),
        },
        ...(options as Record<string, unknown> | undefined),
      },
    });
    if (loaded.known.id.startsWith('gate')) correctGatePushes(exchange);
    return exchange;
  }
}
