/**
 * Keeps a live subscription by socket (MK-11, MK-12): connects, reports, watches for muteness, and reconnects with
 * jittered back-off. Each attempt is one CcxtStream on a fresh ccxt instance.
 */
import type { Result } from '#core/base/result.ts';
import { type Timeframe, timeframeMs } from '#core/domain/timeframe.ts';
import { backOffMs, SOCKET_BACK_OFF } from './back-off.ts';
import type { CcxtStream, StreamHandlers } from './ccxt-stream.ts';
import { toExchangeFault } from './exchange-faults.ts';
import type { ExchangeFault, FeedEvent, RawCandle, Subscription } from './feed.ts';
import { type FeedParts, TroubleReports } from './feed-limits.ts';
import type { SubscriptionPlan } from './subscription-plan.ts';
import { orAborted } from './transport-time.ts';

export interface SocketFeedParts extends FeedParts {
  /** Makes sure that the market list is there. */
  readonly prepare: () => Promise<Result<unknown, ExchangeFault>>;
  /** A stream on a fresh instance with the markets set. */
  readonly openStream: (handlers: StreamHandlers) => Promise<CcxtStream>;
  readonly plan: (symbols: readonly string[]) => SubscriptionPlan;
  /** The computer slept or its clock was set: skew is to be measured again (RE-16). */
  readonly onClockStep: () => Promise<unknown>;
}

/** Why an attempt ended, and for how long it had been connected (null: never). */
interface AttemptEnd {
  readonly fault: ExchangeFault;
  readonly connectedForMs: number | null;
}

export function watchBySocket(
  parts: SocketFeedParts,
  symbols: readonly string[],
  timeframe: Timeframe,
  listener: (event: FeedEvent) => void,
): Subscription {
  const feed = new SocketFeed(parts, symbols, timeframe, listener);
  const driven = feed.drive();
  return {
    async close() {
      feed.stop();
      await driven;
    },
  };
}

class SocketFeed {
  readonly #parts: SocketFeedParts;
  readonly #symbols: readonly string[];
  readonly #timeframe: Timeframe;
  readonly #listener: (event: FeedEvent) => void;
  readonly #troubles: TroubleReports;
  readonly #closing = new AbortController();
  #stream: CcxtStream | null = null;

  constructor(
    parts: SocketFeedParts,
    symbols: readonly string[],
    timeframe: Timeframe,
    listener: (event: FeedEvent) => void,
  ) {
    this.#parts = parts;
    this.#symbols = symbols;
    this.#timeframe = timeframe;
    this.#listener = listener;
    this.#troubles = new TroubleReports(parts, (event) => this.#emit(event));
  }

  /** One attempt after the other until the subscription is closed. */
  async drive(): Promise<void> {
    const { time, random, limits, bannedForMs } = this.#parts;
    // Never within the caller's own call to watch(): it does not have its subscription yet.
    await Promise.resolve();
    let failures = 0;
    for (let attempt = 1; !this.#closing.signal.aborted; attempt += 1) {
      const end = await this.#attempt(attempt);
      if (this.#closing.signal.aborted) return;
      failures = (end.connectedForMs ?? 0) >= limits.stableMs ? 0 : failures;
      const retryInMs = Math.max(backOffMs(SOCKET_BACK_OFF, failures, random), bannedForMs());
      failures += 1;
      this.#emit({ kind: 'disconnected', reason: end.fault.message, retryInMs });
      await time.delay(retryInMs, this.#closing.signal);
    }
  }

  stop(): void {
    this.#closing.abort();
    this.#stream?.terminate(new Error('the subscription was closed'));
  }

  #emit(event: FeedEvent): void {
    if (!this.#closing.signal.aborted) this.#listener(event);
  }

  async #attempt(attempt: number): Promise<AttemptEnd> {
    const { prepare, openStream, plan, time } = this.#parts;
    const prepared = await orAborted(prepare(), this.#closing.signal);
    if (prepared === null) return { fault: this.#faultOf(new Error('closed')), connectedForMs: null };
    if (!prepared.ok) return { fault: prepared.error, connectedForMs: null };
    const { groups, together, unknown } = plan(this.#symbols);
    for (const fault of unknown) this.#troubles.report(fault);

    const over = new AbortController();
    const readiness = new Readiness(groups);
    const heard = new Muteness(this.#parts, this.#timeframe);
    let connectedAt: number | null = null;
    let early: { readonly symbol: string; readonly candle: RawCandle; readonly receivedAt: number }[] = [];
    const becomeReady = () => {
      if (connectedAt !== null || over.signal.aborted) return;
      connectedAt = time.monotonicNow();
      this.#emit({ kind: 'connected', attempt });
      for (const bar of early) this.#emit({ kind: 'candle', ...bar });
      early = [];
    };
    const stream = await openStream({
      onCandle: (symbol, candle) => {
        heard.now();
        const bar = { symbol, candle, receivedAt: time.monotonicNow() };
        readiness.barOf(symbol);
        if (connectedAt !== null) this.#emit({ kind: 'candle', ...bar });
        else early.push(bar);
        if (readiness.complete()) becomeReady();
      },
      onSubscribed: () => {
        readiness.answer();
        if (readiness.complete()) becomeReady();
      },
      onOpen: () => {
        void time.delay(this.#parts.limits.settleMs, over.signal).then((elapsed) => {
          if (elapsed) becomeReady();
        });
      },
      onTrouble: (error) => this.#troubles.report(this.#faultOf(error)),
    });
    this.#stream = stream;
    if (this.#closing.signal.aborted) stream.terminate(new Error('closed'));
    const watchdog = this.#watch(stream, heard, over.signal);
    const reason = await stream.run(groups, together).finally(() => over.abort());
    await watchdog;
    this.#stream = null;
    return {
      fault: this.#faultOf(reason),
      connectedForMs: connectedAt === null ? null : time.monotonicNow() - connectedAt,
    };
  }

  /** Cuts a stream that is connected but mute, and one that slept through a suspend or a step of the clock. */
  async #watch(stream: CcxtStream, heard: Muteness, over: AbortSignal): Promise<void> {
    const { time, limits, onClockStep } = this.#parts;
    const apart = () => time.wallNow() - time.monotonicNow();
    let usual = apart();
    while (await time.delay(limits.watchdogMs, over)) {
      if (Math.abs(apart() - usual) > limits.clockStepMs) {
        usual = apart();
        await orAborted(onClockStep(), over);
        stream.terminate(new StreamCut('the computer slept or its clock was set'));
      } else if (heard.tooLongAgo()) {
        stream.terminate(new StreamCut('the connection was open but silent'));
      }
    }
  }

  #faultOf(error: unknown): ExchangeFault {
    const { exchangeName, bannedForMs } = this.#parts;
    if (error instanceof StreamCut) {
      return {
        kind: 'network',
        message: `The live connection to ${exchangeName} was reopened: ${error.message}.`,
        remedy: 'Nothing to do: missing bars are fetched before decisions go on.',
      };
    }
    return toExchangeFault(error, { exchangeName, bannedForMs: bannedForMs() });
  }
}

/** A stream that we cut ourselves. */
class StreamCut extends Error {
  override readonly name = 'StreamCut';
}

/** Whether every subscription has shown that it is made: by the exchange's answer, or by a bar of each symbol. */
class Readiness {
  readonly #waiting: Set<string>;
  readonly #subscriptions: number;
  #answers = 0;

  constructor(groups: readonly (readonly string[])[]) {
    this.#waiting = new Set(groups.flat());
    this.#subscriptions = groups.length;
  }

  answer(): void {
    this.#answers += 1;
  }

  barOf(symbol: string): void {
    this.#waiting.delete(symbol);
  }

  complete(): boolean {
    return this.#waiting.size === 0 || this.#answers >= this.#subscriptions;
  }
}

/** When a bar was last heard, in monotonic and in feed time: mute means both limits are passed (MK-12, MK-24). */
class Muteness {
  readonly #parts: FeedParts;
  readonly #barsMs: number;
  #monotonic: number;
  #feed: number;

  constructor(parts: FeedParts, timeframe: Timeframe) {
    this.#parts = parts;
    this.#barsMs = parts.limits.muteBars * timeframeMs(timeframe);
    this.#monotonic = parts.time.monotonicNow();
    this.#feed = parts.clock.now();
  }

  now(): void {
    this.#monotonic = this.#parts.time.monotonicNow();
    this.#feed = this.#parts.clock.now();
  }

  tooLongAgo(): boolean {
    const { time, clock, limits } = this.#parts;
    return time.monotonicNow() - this.#monotonic > limits.muteMs && clock.now() - this.#feed > this.#barsMs;
  }
}
