/** What the tests of the ccxt connection share: a loopback Binance, connections to it, clocks that tests move. */
import { afterEach, beforeEach } from 'vitest';
import type { ExchangeConnection, ExchangeFault, HistoryRequest, RawCandle } from '#main/exchange/feed.ts';
import { type OpenExchangeOptions, openExchange } from '#main/exchange/open-exchange.ts';
import { systemTime, type TransportTime } from '#main/exchange/transport-time.ts';
import { type Bar, LoopbackBinance } from '#test/fixtures/exchange/loopback-binance.ts';

export const MINUTE = 60_000;
export const START = 1_706_630_400_000;

export let server: LoopbackBinance;
let connections: ExchangeConnection[] = [];
/** Feed time of the demo exchange, moved by tests. */
export const feed = { now: START };

/** Registers start and stop of the server around each test of the file that calls it. */
export function aroundLoopbackBinance(): void {
  beforeEach(async () => {
    server = new LoopbackBinance();
    await server.start();
    feed.now = START + 5_000 * MINUTE;
  });

  afterEach(async () => {
    for (const connection of connections) await connection.close();
    connections = [];
    await server.stop();
  });
}

export async function open(options: Omit<OpenExchangeOptions, 'demo'> = {}): Promise<ExchangeConnection> {
  const opened = await openExchange('demo', {
    random: () => 0,
    ...options,
    demo: { restUrl: server.restUrl, socketUrl: server.socketUrl, clock: { now: () => feed.now, speed: () => 1 } },
  });
  if (!opened.ok) throw new Error(opened.error.message);
  connections.push(opened.value);
  return opened.value;
}

/** Transport time whose waits pass at once, each one recorded; the monotonic clock moves by them. */
export function skippingTime() {
  const waits: number[] = [];
  let skipped = 0;
  return {
    waits,
    time: {
      wallNow: () => systemTime.wallNow() + skipped,
      monotonicNow: () => systemTime.monotonicNow() + skipped,
      delay: async (ms: number, signal?: AbortSignal) => {
        if (signal?.aborted) return false;
        waits.push(ms);
        skipped += ms;
        await new Promise<void>((resolve) => setImmediate(resolve));
        return !signal?.aborted;
      },
    },
  };
}

/** Real time whose monotonic clock a test moves, and which counts the watchdog's looks. */
export class Looks {
  readonly time: TransportTime;
  #ahead = 0;
  #count = 0;
  #waiting: { readonly at: number; readonly resolve: () => void }[] = [];

  constructor(watchdogMs: number) {
    this.time = {
      wallNow: () => systemTime.wallNow() + this.#ahead,
      monotonicNow: () => systemTime.monotonicNow() + this.#ahead,
      delay: async (ms, signal) => {
        const elapsed = await systemTime.delay(ms, signal);
        if (ms === watchdogMs) this.#look();
        return elapsed;
      },
    };
  }

  forward(ms: number): void {
    this.#ahead += ms;
  }

  more(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ at: this.#count + count, resolve }));
  }

  #look(): void {
    this.#count += 1;
    const met = this.#waiting.filter(({ at }) => at <= this.#count);
    this.#waiting = this.#waiting.filter((entry) => !met.includes(entry));
    for (const { resolve } of met) resolve();
  }
}

export function barsOf(count: number, from = START): Bar[] {
  return Array.from({ length: count }, (_, at) => [
    from + at * MINUTE,
    100 + at,
    101 + at,
    99 + at,
    100.5 + at,
    1 + at,
  ]);
}

export async function read(
  connection: ExchangeConnection,
  request: HistoryRequest,
): Promise<{ pages: number[]; rows: RawCandle[]; fault: ExchangeFault | null }> {
  const pages: number[] = [];
  const rows: RawCandle[] = [];
  for await (const page of connection.history(request)) {
    if (!page.ok) return { pages, rows, fault: page.error };
    pages.push(page.value.candles.length);
    rows.push(...page.value.candles);
  }
  return { pages, rows, fault: null };
}

export const request = (from: number, to: number, more: Partial<HistoryRequest> = {}): HistoryRequest => ({
  symbol: 'BTC/USDT',
  timeframe: '1m',
  from,
  to,
  ...more,
});
