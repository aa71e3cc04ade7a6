/** Faults of the demo exchange as a client meets them (MK-23). */
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { DAY_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { type DemoExchange, startDemoExchange } from '#main/exchange/demo/demo-exchange.ts';
import { createBinance } from './demo-support.ts';

const EPOCH = Date.UTC(2026, 0, 1);
const START = EPOCH + 5 * DAY_MS;

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function start(): Promise<DemoExchange> {
  const demo = await startDemoExchange({ seed: 'test', epoch: EPOCH, startAt: START, speed: 'on-demand' });
  opened.push(demo);
  return demo;
}

interface Client {
  readonly socket: WebSocket;
  readonly bars: { readonly t: number; readonly x: boolean }[];
  /** Waits until the server has answered everything sent to it so far. */
  settle(): Promise<void>;
  /** The code the connection ended with. */
  readonly closed: Promise<number>;
}

async function subscribe(demo: DemoExchange): Promise<Client> {
  const socket = new WebSocket(`${demo.socketUrl}/0`);
  const bars: { t: number; x: boolean }[] = [];
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { k?: { t: number; x: boolean } };
    if (message.k !== undefined) bars.push(message.k);
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const settle = (): Promise<void> =>
    new Promise((resolve) => {
      // Frames keep their order, and pongs are sent by a mute socket, too.
      socket.once('pong', () => resolve());
      socket.ping();
    });
  socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: ['btcusdt@kline_1m'], id: 1 }));
  await settle();
  return { socket, bars, settle, closed };
}

describe('faults of the socket', () => {
  it.each([1000, 1006] as const)('MK-23: a socket is dropped with code %d, and a new one works', async (code) => {
    const demo = await start();
    const client = await subscribe(demo);
    demo.control.dropSockets(code);
    expect(await client.closed).toBe(code);
    const again = await subscribe(demo);
    demo.control.step(MINUTE_MS);
    await again.settle();
    expect(again.bars.some((bar) => bar.x && bar.t === START)).toBe(true);
    expect(demo.control.counters()['socket-dropped']).toBe(1);
  });

  it('MK-23: a mute socket stays connected and loses what it would have told; a reopened one speaks', async () => {
    const demo = await start();
    const client = await subscribe(demo);
    const before = client.bars.length;
    demo.control.muteSockets();
    demo.control.step(3 * MINUTE_MS);
    await client.settle();
    expect(client.bars).toHaveLength(before);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    const other = await subscribe(demo);
    expect(other.bars).toHaveLength(1);
    demo.control.clearFaults();
    demo.control.step(MINUTE_MS);
    await client.settle();
    expect(client.bars.filter((bar) => bar.x).map((bar) => bar.t)).toEqual([START + 3 * MINUTE_MS]);
    expect(demo.control.counters()['socket-muted']).toBeGreaterThan(0);
  });

  it('MK-23: with includeNew a reopened socket is mute, too', async () => {
    const demo = await start();
    demo.control.muteSockets({ includeNew: true });
    const client = await subscribe(demo);
    demo.control.step(MINUTE_MS);
    await client.settle();
    expect(client.bars).toEqual([]);
  });

  it('MK-23: candle faults reach the wire', async () => {
    const demo = await start();
    const client = await subscribe(demo);
    demo.control.faultCandles({ fault: 'duplicate', count: 1, marketId: 'BTCUSDT' });
    demo.control.step(MINUTE_MS);
    await client.settle();
    expect(client.bars.filter((bar) => bar.x).map((bar) => bar.t)).toEqual([START, START]);
    expect(demo.control.counters()['candle-duplicate']).toBe(1);
  });
});

describe('faults of requests', () => {
  it.each([
    [429, 'DDoSProtection'],
    [418, 'DDoSProtection'],
    [503, 'ExchangeNotAvailable'],
  ] as const)('MK-23: the next answers are %d, and ccxt says %s', async (status, name) => {
    const demo = await start();
    const binance = await createBinance(demo);
    opened.push(binance);
    await binance.loadMarkets();
    demo.control.failRequests({ status, count: 2, retryAfterSeconds: 7, path: '/time' });
    const response = await fetch(`${demo.restUrl}/api/v3/time`);
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(status < 500 ? '7' : null);
    await expect(binance.fetchTime()).rejects.toMatchObject({ name });
    expect(await binance.fetchTime()).toBe(START);
    expect(demo.control.counters()[status < 500 ? 'rate-limited' : 'server-error']).toBe(2);
  });

  it('MK-23: a slow answer is slow once', async () => {
    const demo = await start();
    demo.control.delayRequests({ delayMs: 60_000, count: 1, path: '/time' });
    const cancel = new AbortController();
    const slow = fetch(`${demo.restUrl}/api/v3/time`, { signal: cancel.signal });
    // The second request is answered while the first one still waits.
    while (demo.control.counters()['slow-answer'] === 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await fetch(`${demo.restUrl}/api/v3/time`)).status).toBe(200);
    cancel.abort();
    await expect(slow).rejects.toThrow();
  });

  it('MK-23: refuses connections while it is down, then answers on the same address', async () => {
    const demo = await start();
    const client = await subscribe(demo);
    await demo.control.goDown();
    expect(await client.closed).toBe(1006);
    await expect(fetch(`${demo.restUrl}/api/v3/time`)).rejects.toThrow();
    await demo.control.goUp();
    expect(await (await fetch(`${demo.restUrl}/api/v3/time`)).json()).toEqual({ serverTime: START });
  });

  it('MK-14: a halted instrument is BREAK and a delisted one is gone', async () => {
    const demo = await start();
    const binance = await createBinance(demo);
    opened.push(binance);
    expect(demo.control.halt('ETHUSDT')).toBe(true);
    expect(demo.control.delist('DOGEUSDT')).toBe(true);
    expect(demo.control.halt('NOPEUSDT')).toBe(false);
    demo.control.step(5 * MINUTE_MS);
    const markets = await binance.loadMarkets();
    expect(markets['ETH/USDT']?.active).toBe(false);
    expect(markets['BTC/USDT']?.active).toBe(true);
    expect(markets['DOGE/USDT']).toBeUndefined();
    expect((await binance.fetchOHLCV('ETH/USDT', '1m', START - MINUTE_MS, 10)).map((bar) => bar[0])).toEqual([
      START - MINUTE_MS,
      START,
    ]);
    const gone = await fetch(`${demo.restUrl}/api/v3/klines?symbol=DOGEUSDT&interval=1m`);
    expect(await gone.json()).toMatchObject({ code: -1121 });
  });
});
