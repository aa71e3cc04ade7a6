/**
 * One socket life of one ccxt instance: subscribes, hands on what ccxt's handlers parse (stream-subjects.ts), and ends.
 * Reconnecting is not done here: each attempt gets a fresh instance (socket-feed.ts), so nothing of a dead socket
 * (subscription flags, futures, listeners, caches) can reach the next one.
 */
import { InvariantError } from '#core/base/invariant.ts';
import type { CcxtExchange, CcxtSocket } from './ccxt-client.ts';
import { isOfClass } from './exchange-faults.ts';
import type { RawCandle } from './feed.ts';
import { ConnectionClosedError } from './guarded-fetch.ts';
import type { TransportTime } from './transport-time.ts';

export interface StreamHandlers {
  /**
   * A bar as ccxt parsed it, in the order of arrival; a subscription's snapshot of older bars comes here too. A trade is a
   * bar of its own: its time, its price four times, its amount.
   */
  onCandle(symbol: string, candle: RawCandle): void;
  /** A socket is open and its subscriptions are on their way; again for each further socket. */
  onOpen(): void;
  /** The exchange has confirmed one subscription. */
  onSubscribed(): void;
  /** A frame that ccxt could not read, or a subscription that the exchange refused; the stream goes on. */
  onTrouble(error: unknown): void;
}

/** What a stream subscribes to, and how ccxt's answers become rows for `onCandle`. */
export interface StreamSubject {
  /** Before the first subscription; `deliver` hands a row on. */
  begin(exchange: CcxtExchange, symbols: readonly string[], deliver: StreamHandlers['onCandle']): void;
  /** Subscribes at the first call; resolves with what is new, or rejects with a lost connection. */
  ask(exchange: CcxtExchange, group: readonly string[], together: boolean): Promise<unknown>;
  answered(answer: unknown, group: readonly string[]): void;
}

const REFUSAL_PAUSE_MS = 1_000;
/** Refusals in a row, without a bar between them, after which a stream is of no use. */
const REFUSALS_TO_END = 3;

export class CcxtStream {
  readonly #exchange: CcxtExchange;
  readonly #subject: StreamSubject;
  readonly #handlers: StreamHandlers;
  readonly #time: TransportTime;
  readonly #sockets = new Set<CcxtSocket>();
  readonly #stopping = new AbortController();
  readonly #ended: Promise<unknown>;
  #resolveEnded: (reason: unknown) => void = () => undefined;
  /** Rows of the frame in ccxt's hands; delivered when its handler has returned, so that our errors are not taken for ccxt's. */
  #pending: { readonly symbol: string; readonly candle: RawCandle }[] = [];
  #handling = false;

  /** `exchange` must be fresh and have its markets set; the stream takes it over. */
  constructor(exchange: CcxtExchange, subject: StreamSubject, handlers: StreamHandlers, time: TransportTime) {
    this.#exchange = exchange;
    this.#subject = subject;
    this.#handlers = handlers;
    this.#time = time;
    this.#ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#takeOver();
  }

  /**
   * Subscribes to each group (one subscription for all its symbols; a group of one by the single call) and resolves
   * with the reason when the stream has ended: a connection error of ccxt, or what `terminate` was given.
   */
  async run(groups: readonly (readonly string[])[], together: boolean): Promise<unknown> {
    this.#subject.begin(this.#exchange, groups.flat(), (symbol, candle) => {
      this.#pending.push({ symbol, candle });
      if (!this.#handling) this.#deliver();
    });
    const loops = groups.map((group) => this.#keepSubscribed(group, together));
    try {
      // A loop rejects only with a bug of ours (InvariantError), which must come through.
      return await Promise.race([this.#ended, Promise.all(loops).then(() => this.#ended)]);
    } finally {
      this.terminate(new ConnectionClosedError('the stream has ended'));
      await Promise.allSettled(loops);
    }
  }

  /** Ends the stream at once: sockets are cut, not closed, because a mute one would not answer the closing handshake. */
  terminate(reason: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#resolveEnded(reason);
    for (const socket of this.#sockets) {
      // With `error` set ccxt's own close handler leaves its registry alone.
      socket.error = reason;
      socket.reset(reason);
      socket.connection?.terminate();
      delete this.#exchange.clients[socket.url];
    }
    this.#sockets.clear();
  }

  /** Puts our hooks into the instance; ccxt binds them when it makes a socket. */
  #takeOver(): void {
    const exchange = this.#exchange;
    // ccxt prints frames that are not JSON.
    exchange.log = () => undefined;
    const handleMessage = exchange.handleMessage.bind(exchange);
    exchange.handleMessage = (socket, message) => {
      if (this.#stopping.signal.aborted) return;
      this.#handling = true;
      let trouble: { readonly error: unknown } | null = null;
      try {
        handleMessage(socket, message);
      } catch (error) {
        trouble = { error };
      }
      this.#handling = false;
      if (trouble !== null) this.#handlers.onTrouble(trouble.error);
      if (answersSubscription(message)) this.#handlers.onSubscribed();
      this.#deliver();
    };
    const onConnected = exchange.onConnected.bind(exchange);
    exchange.onConnected = (socket, message) => {
      onConnected(socket, message);
      if (!this.#stopping.signal.aborted) this.#handlers.onOpen();
    };
    const client = exchange.client.bind(exchange);
    exchange.client = (url) => {
      // A negotiation by REST may end after the stream did and would dial then.
      if (this.#stopping.signal.aborted) throw new ConnectionClosedError('the stream has ended');
      const socket = client(url);
      if (!this.#sockets.has(socket)) this.#adopt(socket);
      return socket;
    };
  }

  #adopt(socket: CcxtSocket): void {
    this.#sockets.add(socket);
    const send = socket.send.bind(socket);
    socket.send = (message) => {
      const sent = send(message);
      // ccxt does not await its subscription messages: a socket that closes meanwhile would be an unhandled rejection.
      sent.catch(() => undefined);
      return sent;
    };
  }

  #deliver(): void {
    if (this.#pending.length === 0) return;
    const rows = this.#pending;
    this.#pending = [];
    for (const { symbol, candle } of rows) {
      if (this.#stopping.signal.aborted) return;
      this.#handlers.onCandle(symbol, candle);
    }
  }

  /** ccxt subscribes at the first call and reports a lost connection through any later one: so one call is always pending. */
  async #keepSubscribed(group: readonly string[], together: boolean): Promise<void> {
    let refusals = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        const answer = await this.#subject.ask(this.#exchange, group, together);
        refusals = 0;
        this.#subject.answered(answer, group);
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        if (error instanceof InvariantError) throw error;
        refusals += 1;
        if (isOfClass(error, 'NetworkError') || !isOfClass(error, 'BaseError') || refusals >= REFUSALS_TO_END) {
          this.terminate(error);
          return;
        }
        this.#handlers.onTrouble(error);
        await this.#time.delay(REFUSAL_PAUSE_MS, this.#stopping.signal);
      }
    }
  }
}

/**
 * True for a frame that confirms a subscription, in the spellings of the tested exchanges. Only a shortcut: where it
 * misses one, the first bar or the settling time says the same a little later.
 */
function answersSubscription(message: unknown): boolean {
  if (message === null || typeof message !== 'object') return false;
  const frame = message as Readonly<Record<string, unknown>>;
  if ('result' in frame && frame.result === null && 'id' in frame) return true; // Binance
  if (frame.type === 'ack') return true; // KuCoin
  return ['event', 'op', 'method', 'channel'].some((key) => {
    const word = frame[key];
    return word === 'subscribe' || word === 'subscriptionResponse';
  });
}
