/** The adapter with the real ccxt class against a loopback server that a test holds in its hands. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExchangeConnection, ExchangeFault, HistoryRequest, RawCandle } from '#main/exchange/feed.ts';
import { type OpenExchangeOptions, openExchange } from '#main/exchange/open-exchange.ts';
import { systemTime, type TransportTime } from '#main/exchange/transport-time.ts';
import { EventLog } from '#test/fixtures/exchange/event-log.ts';
import { type Bar, LoopbackBinance } from '#test/fixtures/exchange/loopback-binance.ts';

const MINUTE = 60_000;
const START = 1_706_630_400_000;

let server: LoopbackBinance;
let connections: ExchangeConnection[] = [];
/** Feed time of the demo exchange, moved by tests. */
let feedNow = START;

beforeEach(async () => {
  server = new LoopbackBinance();
  await server.start();
  feedNow = START + 5_000 * MINUTE;
});

afterEach(async () => {
  for (const connection of connections) await connection.close();
  connections = [];
  await server.stop();
});

async function open(options: Omit<OpenExchangeOptions, 'demo'> = {}): Promise<ExchangeConnection> {
  const opened = await openExchange('demo', {
    random: () => 0,
    ...options,
    demo: { restUrl: server.restUrl, socketUrl: server.socketUrl, clock: { now: () => feedNow, speed: () => 1 } },
  });
  if (!opened.ok) throw new Error(opened.error.message);
  connections.push(opened.value);
  return opened.value;
}

/** Transport time whose waits pass at once, each one recorded; the monotonic clock moves by them. */
function skippingTime() {
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
class Looks {
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

function barsOf(count: number, from = START): Bar[] {
  return Array.from({ length: count }, (_, at) => [
    from + at * MINUTE,
    100 + at,
    101 + at,
    99 + at,
    100.5 + at,
    1 + at,
  ]);
}

async function read(
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

const request = (from: number, to: number, more: Partial<HistoryRequest> = {}): HistoryRequest => ({
  symbol: 'BTC/USDT',
  timeframe: '1m',
  from,
  to,
  ...more,
});

describe('instruments', () => {
  it('MK-20, MK-22: the demo exchange is ccxt binance under the id demo, and says simulated', async () => {
    const connection = await open();
    const loaded = await connection.loadInstruments();
    expect(loaded.ok && loaded.value.map((instrument) => instrument.id)).toEqual(['demo:BTC/USDT', 'demo:ETH/USDT']);
    expect(loaded.ok && loaded.value.every((instrument) => instrument.simulated)).toBe(true);
    expect(connection).toMatchObject({ exchange: 'demo', simulated: true, live: 'socket' });
    expect(connection.clock.skewMs()).toBe(0);
    expect(connection.clock.now()).toBe(feedNow);
    expect(await connection.measureSkew()).toEqual({ ok: true, value: 0 });
  });

  it('MK-10: an unreachable exchange is a fault in plain words, and the same connection recovers when it is back', async () => {
    const connection = await open();
    await server.stop();
    const offline = await connection.loadInstruments();
    expect(offline.ok ? null : offline.error).toMatchObject({ kind: 'network' });
    expect(offline.ok ? '' : offline.error.message).toMatch(/^The demo exchange cannot be reached: .+\.$/);
    expect(offline.ok ? '' : offline.error.remedy).toBe(
      'The application goes on with stored data; check the network and press Reconnect.',
    );
    await server.start();
    const online = await connection.loadInstruments();
    expect(online.ok && online.value.length).toBe(2);
  });
});

describe('history', () => {
  it('MK-11: pages of 1,000 join to exactly the bars of the server, with progress', async () => {
    server.bars = barsOf(2_500);
    const connection = await open();
    const progress: number[] = [];
    const got = await read(
      connection,
      request(START, START + 2_500 * MINUTE, { onProgress: ({ fetched }) => progress.push(fetched) }),
    );
    expect(got.fault).toBeNull();
    expect(got.pages).toEqual([1_000, 1_000, 500]);
    expect(got.rows).toEqual(server.bars);
    expect(progress).toEqual([1_000, 2_000, 2_500]);
  });

  it('MK-11: from is included, to is not, and the bar that is still forming by exchange time is left out', async () => {
    server.bars = barsOf(100);
    const connection = await open();
    const inner = await read(connection, request(START + 10 * MINUTE, START + 12 * MINUTE));
    expect(inner.rows.map((row) => row[0])).toEqual([START + 10 * MINUTE, START + 11 * MINUTE]);
    feedNow = START + 50 * MINUTE + 30_000;
    const edge = await read(connection, request(START + 48 * MINUTE, START + 100 * MINUTE));
    expect(edge.rows.map((row) => row[0])).toEqual([START + 48 * MINUTE, START + 49 * MINUTE]);
  });

  it('MK-11: a hole wider than a page and a late listing do not stall the paging', async () => {
    server.bars = [...barsOf(10), ...barsOf(5, START + 3_000 * MINUTE)];
    const connection = await open();
    const got = await read(connection, request(START - 2_000 * MINUTE, START + 4_000 * MINUTE));
    expect(got.rows).toEqual(server.bars);
  });

  it('RE-15: 429 with Retry-After is waited out, and no request leaves before it has passed', async () => {
    server.bars = barsOf(10);
    const skipping = skippingTime();
    const connection = await open({ time: skipping.time });
    await connection.loadInstruments();
    server.refusals.push({ status: 429, headers: { 'Retry-After': '7' } });
    const before = server.requests.length;
    const got = await read(connection, request(START, START + 10 * MINUTE));
    expect(got.rows).toEqual(server.bars);
    expect(server.requests.length - before).toBe(2);
    expect(Math.max(...skipping.waits)).toBeGreaterThan(6_500);
    expect(Math.max(...skipping.waits)).toBeLessThanOrEqual(7_000);
  });

  it('RE-15: during a long ban (418) nothing is sent and whoever waits is told for how long', async () => {
    const connection = await open();
    server.refusals.push({ status: 418, headers: { 'Retry-After': '300' } });
    const first = await connection.loadInstruments();
    expect(first.ok ? null : first.error.kind).toBe('rate-limit');
    const sent = server.requests.length;
    const second = await connection.loadInstruments();
    expect(second.ok ? null : second.error).toMatchObject({ kind: 'rate-limit' });
    expect(second.ok ? 0 : (second.error.retryAfterMs ?? 0)).toBeGreaterThan(290_000);
    expect(server.requests.length).toBe(sent);
  });

  it('RE-15: a server that keeps saying 429 is a rate-limit fault in the end', async () => {
    const skipping = skippingTime();
    const connection = await open({ time: skipping.time });
    await connection.loadInstruments();
    for (let count = 0; count < 20; count += 1) server.refusals.push({ status: 429, headers: { 'Retry-After': '1' } });
    const got = await read(connection, request(START, START + 10 * MINUTE));
    expect(got.fault?.kind).toBe('rate-limit');
    expect(server.refusals.length).toBe(14);
  });

  it('MK-31: an aborted download ends as cancelled', async () => {
    server.bars = barsOf(3_000);
    const connection = await open();
    const controller = new AbortController();
    const got = await read(
      connection,
      request(START, START + 3_000 * MINUTE, { signal: controller.signal, onProgress: () => controller.abort() }),
    );
    expect(got.pages).toEqual([1_000]);
    expect(got.fault?.kind).toBe('cancelled');
  });

  it('MK-14: a symbol that the exchange does not know is not found', async () => {
    const connection = await open();
    const got = await read(connection, request(START, START + MINUTE, { symbol: 'NOPE/USDT' }));
    expect(got.fault).toMatchObject({ kind: 'not-found' });
  });
});

describe('live', () => {
  it('MK-11: one subscription for all symbols; connected first, then every bar as it came', async () => {
    const connection = await open();
    const log = new EventLog();
    const connected = log.next('connected');
    connection.watch(['BTC/USDT', 'ETH/USDT'], '1m', log.listener);
    expect(await connected).toEqual({ kind: 'connected', attempt: 1 });
    const last = log.next('candle', (event) => event.symbol === 'ETH/USDT' && event.candle[5] === 3);
    // In one burst: a later frame must not swallow the bar of an earlier one, of the same symbol or another.
    server.pushBar('BTCUSDT', [START, 1, 2, 1, 2, 1]);
    server.pushBar('ETHUSDT', [START, 3, 4, 3, 4, 1]);
    server.pushBar('BTCUSDT', [START, 1, 5, 1, 5, 2]);
    server.pushBar('BTCUSDT', [START + MINUTE, 5, 5, 5, 5, 1]);
    server.pushBar('ETHUSDT', [START, 3, 6, 3, 6, 2]);
    server.pushBar('ETHUSDT', [START - 5 * MINUTE, 9, 9, 9, 9, 9]);
    server.pushBar('ETHUSDT', [START + MINUTE, 6, 6, 6, 6, 3]);
    await last;
    expect(log.bars('BTC/USDT')).toEqual([
      [START, 1, 2, 1, 2, 1],
      [START, 1, 5, 1, 5, 2],
      [START + MINUTE, 5, 5, 5, 5, 1],
    ]);
    expect(log.bars('ETH/USDT')).toEqual([
      [START, 3, 4, 3, 4, 1],
      [START, 3, 6, 3, 6, 2],
      [START - 5 * MINUTE, 9, 9, 9, 9, 9],
      [START + MINUTE, 6, 6, 6, 6, 3],
    ]);
    expect(log.events[0]).toEqual({ kind: 'connected', attempt: 1 });
    expect(server.subscriptions).toEqual([['btcusdt@kline_1m', 'ethusdt@kline_1m']]);
    expect(server.connections).toBe(1);
  });

  it.each([
    ['dropped', undefined],
    ['closed with 1000', 1000],
    ['closed with 1011', 1011],
  ])('MK-12: a socket that is %s is reported, reopened and subscribed once', async (_how, code) => {
    const connection = await open();
    const log = new EventLog();
    const first = log.next('connected');
    connection.watch(['BTC/USDT'], '1m', log.listener);
    await first;
    const lost = log.next('disconnected');
    const again = log.next('connected');
    server.dropSockets(code);
    const { reason, retryInMs } = await lost;
    expect(reason).toMatch(/^The demo exchange cannot be reached: /);
    expect(retryInMs).toBe(125);
    expect((await again).attempt).toBe(2);
    const bar = log.next('candle');
    server.pushBar('BTCUSDT', [START, 1, 2, 1, 2, 1]);
    await bar;
    expect(log.kinds).toEqual(['connected', 'disconnected', 'connected', 'candle']);
    expect(server.connections).toBe(1);
    expect(server.subscriptions.length).toBe(2);
  });

  it('RE-10: after 20 disconnects there is one socket, one subscription each, and each bar comes once', async () => {
    const connection = await open({ limits: { stableMs: 0 } });
    const log = new EventLog();
    const first = log.next('connected');
    connection.watch(['BTC/USDT', 'ETH/USDT'], '1m', log.listener);
    await first;
    for (let count = 1; count <= 20; count += 1) {
      const again = log.next('connected');
      server.dropSockets([undefined, 1000, 1001][count % 3]);
      await again;
      expect(server.subscriptions.length).toBe(count + 1);
    }
    const bar = log.next('candle', (event) => event.candle[5] === 42);
    server.pushBar('BTCUSDT', [START, 1, 2, 1, 2, 42]);
    await bar;
    expect(log.bars('BTC/USDT')).toEqual([[START, 1, 2, 1, 2, 42]]);
    expect(server.connections).toBe(1);
    expect(new Set(server.subscriptions.map((parameters) => parameters.join())).size).toBe(1);
  });

  it('MK-12: a connected but mute socket is cut and reopened once both limits have passed', async () => {
    const looks = new Looks(10);
    const connection = await open({ time: looks.time, limits: { watchdogMs: 10, settleMs: 5 } });
    const log = new EventLog();
    server.mute = true;
    const first = log.next('connected');
    connection.watch(['BTC/USDT'], '1m', log.listener);
    await first;
    const lost = log.next('disconnected');
    // Silent for 120 s of monotonic time, but not yet for two bars of feed time: the larger of both counts.
    looks.forward(120_001);
    await looks.more(3);
    expect(log.kinds).toEqual(['connected']);
    // And the other way round.
    looks.forward(-120_001);
    feedNow += 2 * MINUTE + 1;
    await looks.more(3);
    expect(log.kinds).toEqual(['connected']);
    looks.forward(120_001);
    expect((await lost).reason).toMatch(/open but silent/);
    server.mute = false;
    await log.next('connected');
    const bar = log.next('candle');
    server.pushBar('BTCUSDT', [START, 1, 2, 1, 2, 1]);
    await bar;
  });

  it('MK-12: bars keep a socket from counting as mute', async () => {
    const connection = await open({ limits: { muteMs: 0, watchdogMs: 5, settleMs: 5 } });
    const log = new EventLog();
    const first = log.next('connected');
    connection.watch(['BTC/USDT'], '1m', log.listener);
    await first;
    for (let minute = 0; minute < 10; minute += 1) {
      feedNow += MINUTE;
      const bar = log.next('candle');
      server.pushBar('BTCUSDT', [START + minute * MINUTE, 1, 2, 1, 2, minute]);
      await bar;
    }
    expect(log.kinds).not.toContain('disconnected');
  });

  it('RE-16: a step of the clock against monotonic time reopens the socket', async () => {
    let step = 0;
    const connection = await open({
      time: { ...systemTime, wallNow: () => systemTime.wallNow() + step },
      limits: { watchdogMs: 5 },
    });
    const log = new EventLog();
    const first = log.next('connected');
    connection.watch(['BTC/USDT'], '1m', log.listener);
    await first;
    const lost = log.next('disconnected');
    const again = log.next('connected');
    step = 3_600_000;
    expect((await lost).reason).toMatch(/slept or its clock was set/);
    await again;
  });

  it('MK-12: while the server is away attempts go on with growing, bounded pauses, and it is found again', async () => {
    const connection = await open({ limits: { stableMs: 3_600_000 } });
    const log = new EventLog();
    const first = log.next('connected');
    connection.watch(['BTC/USDT'], '1m', log.listener);
    await first;
    const thirdFailure = log.next('disconnected', (event) => event.retryInMs >= 500);
    await server.stop();
    await thirdFailure;
    const again = log.next('connected');
    await server.start();
    await again;
    const pauses = log.events.flatMap((event) => (event.kind === 'disconnected' ? [event.retryInMs] : []));
    expect(pauses.slice(0, 3)).toEqual([125, 250, 500]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(4_000);
  });

  it('MK-12: a start without the exchange reports disconnected first and connects when it comes up', async () => {
    const connection = await open();
    await server.stop();
    const log = new EventLog();
    const lost = log.next('disconnected');
    const connected = log.next('connected');
    connection.watch(['BTC/USDT'], '1m', log.listener);
    await lost;
    expect(log.kinds).toEqual(['disconnected']);
    await server.start();
    await connected;
  });

  it('RE-13: malformed frames end nothing, and are reported as trouble once, not once each', async () => {
    const connection = await open();
    const log = new EventLog();
    const first = log.next('connected');
    connection.watch(['BTC/USDT'], '1m', log.listener);
    await first;
    const bar = log.next('candle', (event) => event.candle[5] === 42);
    for (let count = 0; count < 200; count += 1) {
      server.pushFrame('{"e":"kline"');
      server.pushFrame({ e: 'kline', E: 1 });
      server.pushFrame({ e: 'kline', s: null, k: null });
      server.pushFrame({ e: 'kline', s: 'BTCUSDT', k: { s: {}, i: [], t: 'x' } });
      server.pushFrame([null]);
      server.pushFrame('null');
      server.pushFrame('');
    }
    server.pushBar('BTCUSDT', [START, 1, 2, 1, 2, 42]);
    await bar;
    expect(log.kinds.filter((kind) => kind === 'disconnected')).toEqual([]);
    expect(log.kinds.filter((kind) => kind === 'trouble').length).toBeLessThanOrEqual(1);
    expect(server.connections).toBe(1);
  });

  it('MK-14: an unknown symbol is reported as trouble, and the others are watched', async () => {
    const connection = await open();
    const log = new EventLog();
    const connected = log.next('connected');
    const trouble = log.next('trouble');
    connection.watch(['NOPE/USDT', 'BTC/USDT'], '1m', log.listener);
    expect((await trouble).fault.kind).toBe('not-found');
    await connected;
    expect(server.subscriptions).toEqual([['btcusdt@kline_1m']]);
  });

  it('RE-10: close ends the subscription: no event after it, no socket, no timer', async () => {
    const connection = await open();
    const log = new EventLog();
    const first = log.next('connected');
    const subscription = connection.watch(['BTC/USDT'], '1m', log.listener);
    await first;
    const other = new EventLog();
    const otherConnected = other.next('connected');
    connection.watch(['ETH/USDT'], '1m', other.listener);
    await otherConnected;
    await subscription.close();
    const count = log.events.length;
    const bar = other.next('candle');
    server.pushBar('ETHUSDT', [START, 1, 2, 1, 2, 1]);
    server.pushBar('BTCUSDT', [START, 1, 2, 1, 2, 1]);
    await bar;
    expect(log.events.length).toBe(count);
  });

  it('RE-10: a closed connection leaves nothing that would keep the process alive', async () => {
    server.bars = barsOf(10);
    const script = `
      const { openExchange } = await import('#main/exchange/open-exchange.ts');
      const demo = { restUrl: '${server.restUrl}', socketUrl: '${server.socketUrl}', clock: { now: () => ${feedNow}, speed: () => 1 } };
      const opened = await openExchange('demo', { demo });
      const connection = opened.value;
      for await (const page of connection.history({ symbol: 'BTC/USDT', timeframe: '1m', from: ${START}, to: ${START + 10 * MINUTE} })) {
        console.log(page.value.candles.length);
      }
      await new Promise((resolve) => connection.watch(['BTC/USDT'], '1m', (event) => event.kind === 'connected' && resolve()));
      await connection.close();
      console.log('closed');`;
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: root, stdio: 'pipe' });
    const output: string[] = [];
    child.stdout.on('data', (chunk) => output.push(String(chunk)));
    child.stderr.on('data', (chunk) => output.push(String(chunk)));
    // It ends by itself or the test times out.
    const [code] = (await once(child, 'close')) as [number];
    expect([output.join(''), code]).toEqual(['10\nclosed\n', 0]);
  });

  it('RE-10: close while the exchange cannot be reached does not wait for it', async () => {
    const connection = await open();
    await server.stop();
    const log = new EventLog();
    const lost = log.next('disconnected');
    const subscription = connection.watch(['BTC/USDT'], '1m', log.listener);
    await lost;
    await subscription.close();
    await connection.close();
    const after = await connection.loadInstruments();
    expect(after.ok ? null : after.error.kind).toBe('cancelled');
    await server.start();
  });
});
