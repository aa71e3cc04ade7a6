/** ccxt's own `binance` class against the embedded demo exchange (MK-20). */
import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Timeframe, timeframeMs } from '#core/domain/timeframe.ts';
import { type DemoExchange, type DemoExchangeOptions, startDemoExchange } from '#main/exchange/demo/demo-exchange.ts';
import { createStoredSource } from '#main/exchange/demo/stored-candles.ts';
import { addressesOf, type Bar, type CcxtBinance, type CcxtOrder, createBinance } from './demo-support.ts';

const EPOCH = Date.UTC(2026, 0, 1);
const START = EPOCH + 20 * DAY_MS + 9 * HOUR_MS + 20_000;

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function start(over: Partial<DemoExchangeOptions> = {}): Promise<DemoExchange> {
  const demo = await startDemoExchange({ seed: 'test', epoch: EPOCH, startAt: START, speed: 0, ...over });
  opened.push(demo);
  return demo;
}

async function connect(demo: DemoExchange, keys: Record<string, string> = {}): Promise<CcxtBinance> {
  const binance = await createBinance(demo, keys);
  opened.push(binance);
  return binance;
}

const KEYS = { apiKey: 'demo', secret: 'demo' };

/** The bar of the market itself, as ccxt would write it. */
function barOf(demo: DemoExchange, index: number, timeframe: Timeframe, openTime: number): Bar | null {
  const bar = demo.market.bar(index, timeframeMs(timeframe), openTime, demo.clock.now());
  if (bar === null) return null;
  return [openTime, bar.open, bar.high, bar.low, bar.close, Number(bar.volume.toFixed(8))];
}

async function failureOf(action: Promise<unknown>): Promise<Error> {
  try {
    await action;
  } catch (failure) {
    if (failure instanceof Error) return failure;
  }
  throw new Error('the call was expected to fail');
}

describe('market data by REST', () => {
  it('MK-20: ccxt talks to loopback and to nothing else', async () => {
    const binance = await connect(await start());
    const addresses = addressesOf(binance.urls.api);
    expect(addresses.length).toBeGreaterThan(25);
    expect(addresses.filter((address) => new URL(address).hostname !== '127.0.0.1')).toEqual([]);
  });

  it('MK-20: the market list says what Binance says', async () => {
    const binance = await connect(await start());
    const markets = await binance.loadMarkets();
    expect(Object.keys(markets).sort()).toEqual([
      'BNB/USDT',
      'BTC/USDT',
      'DOGE/USDT',
      'ETH/USDT',
      'SOL/USDT',
      'XRP/USDT',
    ]);
    expect(markets['BTC/USDT']).toMatchObject({
      id: 'BTCUSDT',
      lowercaseId: 'btcusdt',
      type: 'spot',
      active: true,
      precision: { amount: 1e-5, price: 0.01 },
      limits: { amount: { min: 1e-5, max: 9000 }, cost: { min: 5, max: 9_000_000 } },
    });
  });

  it('MK-24: tells exchange time, and MK-13: with a skew when asked', async () => {
    const demo = await start();
    const binance = await connect(demo);
    expect(await binance.fetchTime()).toBe(START);
    demo.control.step(90_000);
    expect(await binance.fetchTime()).toBe(START + 90_000);
    demo.control.setClockSkew(-6_000);
    expect(await binance.fetchTime()).toBe(START + 84_000);
    expect(demo.control.counters()['clock-skew']).toBe(1);
  });

  it('MK-11, MK-25: history page by page is the market itself, to the forming bar', async () => {
    const demo = await start();
    const binance = await connect(demo);
    await binance.loadMarkets();
    const from = EPOCH + 18 * DAY_MS;
    const told: Bar[] = [];
    for (let since = from; since <= START; ) {
      const page = await binance.fetchOHLCV('ETH/USDT', '1m', since, 1000);
      told.push(...page);
      since = (told.at(-1)?.[0] ?? START) + MINUTE_MS;
    }
    const index = demo.market.indexOf('ETHUSDT') ?? -1;
    const expected: (Bar | null)[] = [];
    for (let time = from; time <= START; time += MINUTE_MS) expected.push(barOf(demo, index, '1m', time));
    expect(told).toEqual(expected);
    expect(told).toHaveLength(2 * 1440 + 9 * 60 + 1);
  });

  it.each<Timeframe>(['5m', '15m', '1h', '4h', '1d'])('MK-1: %s klines are rolled from 1m', async (timeframe) => {
    const demo = await start();
    const binance = await connect(demo);
    await binance.loadMarkets();
    const told = await binance.fetchOHLCV('BTC/USDT', timeframe, undefined, 7);
    const last = Math.floor(START / timeframeMs(timeframe)) * timeframeMs(timeframe);
    expect(told.map((bar) => bar[0])).toEqual(
      [6, 5, 4, 3, 2, 1, 0].map((back) => last - back * timeframeMs(timeframe)),
    );
    for (const bar of told) expect(bar).toEqual(barOf(demo, 0, timeframe, bar[0]));
  });

  it('MK-15: ticker, best bid and ask, depth and trades agree with each other', async () => {
    const demo = await start();
    const binance = await connect(demo);
    await binance.loadMarkets();
    const ticker = await binance.fetchTicker('SOL/USDT');
    const book = await binance.fetchOrderBook('SOL/USDT', 20);
    const trades = await binance.fetchTrades('SOL/USDT', START - 5 * MINUTE_MS, 500);
    const quotes = await binance.fetchBidsAsks();
    expect(book.bids).toHaveLength(20);
    expect([ticker.bid, ticker.ask]).toEqual([book.bids[0]?.[0], book.asks[0]?.[0]]);
    expect(quotes['SOL/USDT']).toMatchObject({ bid: ticker.bid, ask: ticker.ask });
    expect(trades.at(-1)?.price).toBe(ticker.last);
    expect(trades.every((trade) => trade.timestamp > START - 6 * MINUTE_MS && trade.timestamp <= START)).toBe(true);
    expect(Object.keys(await binance.fetchTickers())).toHaveLength(6);
  });

  it('MK-25: a restart from stored state serves the same bars and goes on where it stood', async () => {
    const first = await start();
    first.control.step(7 * MINUTE_MS);
    const before = await (await connect(first)).fetchOHLCV('XRP/USDT', '1m', START - HOUR_MS, 1000);
    const { anchorExchangeTime, ...state } = first.state();
    const second = await start({ ...state, startAt: anchorExchangeTime });
    expect(second.clock.now()).toBe(START + 7 * MINUTE_MS);
    expect(await (await connect(second)).fetchOHLCV('XRP/USDT', '1m', START - HOUR_MS, 1000)).toEqual(before);
  });

  it('MK-21: replays stored candles through the same doors', async () => {
    const candles = [0, 1, 2, 4].map((index) => ({
      openTime: EPOCH + index * MINUTE_MS,
      open: 100 + index,
      high: 102 + index,
      low: 99.5,
      close: 101 + index,
      volume: 10,
    }));
    const source = createStoredSource('1m', [{ symbol: 'ABC/USDT', candles }]);
    const demo = await start({ source, startAt: EPOCH + 10 * MINUTE_MS });
    const told = await (await connect(demo)).fetchOHLCV('ABC/USDT', '1m', EPOCH, 100);
    expect(told).toEqual(
      candles.map(({ openTime, open, high, low, close, volume }) => [openTime, open, high, low, close, volume]),
    );
  });

  it('says plainly what it does not know', async () => {
    const demo = await start();
    const ask = async (path: string): Promise<unknown> => (await fetch(`${demo.restUrl}${path}`)).json();
    expect(await ask('/api/v3/klines?symbol=NOPE&interval=1m')).toMatchObject({ code: -1121 });
    expect(await ask('/api/v3/klines?symbol=BTCUSDT&interval=7m')).toMatchObject({ code: -1120 });
    expect(await ask('/sapi/v1/capital/config/getall')).toMatchObject({ code: -1000 });
    const weighed = await fetch(`${demo.restUrl}/api/v3/exchangeInfo`);
    expect(Number(weighed.headers.get('x-mbx-used-weight'))).toBeGreaterThanOrEqual(20);
  });

  it('RE-52: serves loopback names only, and no page of a browser', async () => {
    const demo = await start();
    const { request } = await import('node:http');
    const statusFor = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const call = request({ host: '127.0.0.1', port: demo.port, path: '/api/v3/time', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        call.on('upgrade', (response, socket) => {
          socket.destroy();
          resolve(response.statusCode);
        });
        call.on('error', reject);
        call.end();
      });
    expect(await statusFor({ host: 'rebound.example' })).toBe(403);
    expect(await statusFor({ host: `127.0.0.1:${demo.port}` })).toBe(200);
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const key = { 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    expect(await statusFor({ ...upgrade, ...key, origin: 'https://page.example' })).toBe(403);
  });
});

describe('market data by socket', () => {
  it('MK-21: at x100 every 1m bar arrives, consecutive, and ends as REST tells it', async () => {
    const demo = await start({ speed: 100 });
    const binance = await connect(demo);
    await binance.loadMarkets();
    const latest = new Map<number, Bar>();
    while (latest.size < 6) for (const bar of await binance.watchOHLCV('BTC/USDT', '1m')) latest.set(bar[0], bar);
    const times = [...latest.keys()];
    expect(times).toEqual(times.map((_, index) => (times[0] ?? 0) + index * MINUTE_MS));
    const finals = [...latest.values()].slice(0, -1);
    const told = await binance.fetchOHLCV('BTC/USDT', '1m', times[0], finals.length);
    expect(told).toEqual(finals);
  });

  it('MK-21: on demand, a thousand minutes pass as fast as the consumer can follow', async () => {
    const demo = await start({ speed: 'on-demand' });
    const received: { t: number; x: boolean }[] = [];
    const socket = new WebSocket(`${demo.socketUrl}/0`);
    const subscribed = new Promise<void>((resolve) => {
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(String(data)) as { result?: null; k?: { t: number; x: boolean } };
        if (message.k !== undefined) received.push(message.k);
        else resolve();
      };
    });
    socket.onopen = () => socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: ['btcusdt@kline_1m'], id: 1 }));
    await subscribed;
    const end = START + 1_000 * MINUTE_MS;
    await demo.control.advanceTo(end);
    const closed = new Promise((resolve) => {
      socket.onclose = resolve;
    });
    socket.close();
    await closed;
    const finals = received.filter((bar) => bar.x).map((bar) => bar.t);
    const first = Math.floor(START / MINUTE_MS) * MINUTE_MS;
    expect(finals).toEqual(Array.from({ length: 1_000 }, (_, index) => first + index * MINUTE_MS));
  });

  it('MK-15: trades, best bid and ask, and tickers come by socket', async () => {
    const demo = await start({ speed: 60 });
    const binance = await connect(demo);
    await binance.loadMarkets();
    const [trades, quotes, ticker] = await Promise.all([
      binance.watchTrades('BTC/USDT'),
      binance.watchBidsAsks(['ETH/USDT']),
      binance.watchTicker('SOL/USDT'),
    ]);
    expect(trades[0]?.timestamp).toBeGreaterThan(START);
    expect(quotes['ETH/USDT']?.bid ?? 0).toBeLessThan(quotes['ETH/USDT']?.ask ?? 0);
    expect(ticker.last).toBeGreaterThan(0);
  });
});

describe('the account', () => {
  it('MK-20: orders are placed, found, cancelled and filled; balances and trades follow', async () => {
    const demo = await start();
    const binance = await connect(demo, KEYS);
    await binance.loadMarkets();
    const bought = await binance.createOrder('BTC/USDT', 'market', 'buy', 0.01);
    expect(bought).toMatchObject({ status: 'closed', filled: 0.01 });
    const price = Math.round((bought.average ?? 0) * 0.9);
    const resting = await binance.createOrder('BTC/USDT', 'limit', 'buy', 0.01, price);
    expect(await binance.fetchOpenOrders('BTC/USDT')).toMatchObject([{ id: resting.id, status: 'open' }]);
    expect((await binance.fetchBalance()).USDT?.used).toBeCloseTo(price * 0.01, 6);
    expect(await binance.cancelOrder(resting.id, 'BTC/USDT')).toMatchObject({ status: 'canceled' });
    expect(await binance.fetchOrder(resting.id, 'BTC/USDT')).toMatchObject({ status: 'canceled', filled: 0 });
    expect((await binance.fetchBalance()).BTC?.total).toBeCloseTo(0.01 * 0.999, 8);
    const trades = await binance.fetchMyTrades('BTC/USDT');
    // A market order may take more than one level of the book.
    expect(trades.reduce((sum, trade) => sum + trade.amount, 0)).toBeCloseTo(0.01, 8);
    expect(trades.every((trade) => trade.fee.currency === 'BTC')).toBe(true);
  });

  it('MK-20: the user stream reports orders and balances', async () => {
    const demo = await start();
    const binance = await connect(demo, KEYS);
    await binance.loadMarkets();
    const seen: CcxtOrder[] = [];
    const isFilled = (): boolean => seen.some((order) => order.status === 'closed');
    const listening = (async () => {
      while (!isFilled()) seen.push(...(await binance.watchOrders('BTC/USDT')));
    })();
    const balance = binance.watchBalance();
    const trader = await connect(demo, KEYS);
    await trader.loadMarkets();
    const placed: string[] = [];
    // Orders placed before the subscription stands are not told: place until one is.
    while (!isFilled()) placed.push((await trader.createOrder('BTC/USDT', 'market', 'buy', 0.001)).id);
    await listening;
    expect(placed).toContain(seen.find((order) => order.status === 'closed')?.id);
    expect((await balance).BTC?.free).toBeGreaterThan(0);
  });

  it('refuses what Binance refuses, in its words', async () => {
    const demo = await start();
    const binance = await connect(demo, KEYS);
    await binance.loadMarkets();
    expect((await failureOf(binance.createOrder('BTC/USDT', 'market', 'buy', 100))).constructor.name).toBe(
      'InsufficientFunds',
    );
    expect((await failureOf(binance.fetchOrder('999', 'BTC/USDT'))).constructor.name).toBe('OrderNotFound');
    const keyless = await fetch(`${demo.restUrl}/api/v3/account`);
    expect(keyless.status).toBe(401);
  });

  it('MK-23: an order refused, lost before, and lost after it was accepted', async () => {
    const demo = await start();
    const binance = await connect(demo, KEYS);
    await binance.loadMarkets();
    const place = (id: string): Promise<unknown> =>
      binance.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 1_000, { newClientOrderId: id });
    demo.control.faultOrders('refused', 1);
    demo.control.faultOrders('failed-before', 1);
    demo.control.faultOrders('failed-after', 1);
    for (const id of ['a', 'b', 'c']) await failureOf(place(id));
    const open = await binance.fetchOpenOrders('BTC/USDT');
    expect(open.map((order) => order.clientOrderId)).toEqual(['c']);
    expect(demo.control.counters()).toMatchObject({
      'order-refused': 1,
      'order-failed-before': 1,
      'order-failed-after': 1,
    });
  });
});
