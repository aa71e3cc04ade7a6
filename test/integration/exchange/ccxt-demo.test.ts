/** The adapter against the embedded demo exchange: what demo and live share, with the faults that it can inject. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DemoExchange, startDemoExchange } from '#main/exchange/demo/demo-exchange.ts';
import type { ExchangeConnection, RawCandle } from '#main/exchange/feed.ts';
import type { FeedLimits } from '#main/exchange/feed-limits.ts';
import { openExchange } from '#main/exchange/open-exchange.ts';
import { EventLog } from '#test/fixtures/exchange/event-log.ts';

const MINUTE = 60_000;
const EPOCH = Date.UTC(2024, 0, 1);
const START = EPOCH + 3 * 24 * 60 * MINUTE;

let demo: DemoExchange;
let connection: ExchangeConnection;
let symbols: string[];

async function reopen(
  limits: Partial<FeedLimits> = {},
  configuration: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await connection?.close();
  const opened = await openExchange('demo', { demo, random: () => 0, limits, configuration });
  if (!opened.ok) throw new Error(opened.error.message);
  connection = opened.value;
  const loaded = await connection.loadInstruments();
  if (!loaded.ok) throw new Error(loaded.error.message);
  symbols = loaded.value.map((instrument) => instrument.symbol);
}

beforeEach(async () => {
  demo = await startDemoExchange({ seed: 'adapter', epoch: EPOCH, startAt: START, speed: 'on-demand' });
  await reopen();
});

afterEach(async () => {
  await connection.close();
  await demo.close();
});

function marketId(symbol: string): string {
  return symbol.replace('/', '');
}

/** The server's truth. */
function truth(symbol: string, from: number, to: number): unknown[][] {
  const index = demo.market.indexOf(marketId(symbol));
  if (index === null) throw new Error(`no ${symbol}`);
  const rows: unknown[][] = [];
  for (let openTime = from; openTime < to; openTime += MINUTE) {
    const bar = demo.market.bar(index, MINUTE, openTime, to);
    if (bar !== null) rows.push([openTime, bar.open, bar.high, bar.low, bar.close, bar.volume]);
  }
  return rows;
}

async function history(symbol: string, from: number, to: number): Promise<RawCandle[]> {
  const rows: RawCandle[] = [];
  for await (const page of connection.history({ symbol, timeframe: '1m', from, to })) {
    if (!page.ok) throw new Error(page.error.message);
    rows.push(...page.value.candles);
  }
  return rows;
}

/** The last state of each bar that was told, by open time. */
function lastStates(log: EventLog, symbol: string): Map<unknown, unknown[]> {
  return new Map(log.bars(symbol).map((row) => [row[0], row]));
}

describe('the demo exchange through ccxt', () => {
  it('MK-20, MK-22: its instruments are sound, and say simulated', async () => {
    const loaded = await connection.loadInstruments();
    if (!loaded.ok) throw new Error(loaded.error.message);
    expect(loaded.value.length).toBeGreaterThan(3);
    for (const instrument of loaded.value) {
      expect(instrument).toMatchObject({ exchange: 'demo', kind: 'spot', baseTimeframe: '1m', simulated: true });
      expect(instrument.priceTick).toBeGreaterThan(0);
      expect(instrument.amountStep).toBeGreaterThan(0);
      expect(instrument.minNotional).toBeGreaterThan(0);
      expect(instrument.takerFeeBps).toBe(10);
    }
    expect(connection.clock.now()).toBe(START);
    expect(connection.clock.speed()).toBe(0);
  });

  it('RE-11: three days by pages equal the truth of the server bar for bar', async () => {
    const symbol = symbols[0] ?? '';
    expect(await history(symbol, EPOCH, START + MINUTE)).toEqual(truth(symbol, EPOCH, START));
  });

  it('MK-11: at x100 the bars of all instruments come by socket, and their last states equal history', async () => {
    const log = new EventLog();
    const connected = log.next('connected');
    connection.watch(symbols, '1m', log.listener);
    await connected;
    const fourth = log.next('candle', (event) => event.candle[0] === START + 4 * MINUTE);
    demo.control.setSpeed(100);
    await fourth;
    demo.control.pause();
    for (const symbol of symbols) {
      const told = lastStates(log, symbol);
      for (const bar of truth(symbol, START, START + 3 * MINUTE)) expect(told.get(bar[0])).toEqual(bar);
    }
    expect(demo.control.socketCount()).toBe(1);
  });

  it('MK-11: without a socket for candles, bars come by REST and trades move the forming one', async () => {
    await reopen({}, { has: { watchOHLCV: false, watchOHLCVForSymbols: false } });
    expect(connection.live).toBe('polling');
    const symbol = symbols[0] ?? '';
    const log = new EventLog();
    demo.control.setSpeed(20);
    // Within a bar's time it is asked for once: what changes it then is a trade.
    const moved = log.next('candle', ({ candle: [openTime, , , , , volume] }) => {
      const earlier = log.bars(symbol).filter((row) => row[0] === openTime && row[5] !== volume);
      return earlier.length > 0 && connection.clock.now() < Number(openTime) + MINUTE;
    });
    const subscription = connection.watch([symbol], '1m', log.listener);
    const { candle } = await moved;
    const next = await log.next('candle', (event) => Number(event.candle[0]) > Number(candle[0]));
    const openTime = Number(candle[0]);
    // What the bar closed with is the exchange's own word.
    expect(lastStates(log, symbol).get(openTime)).toEqual(truth(symbol, openTime, openTime + MINUTE)[0]);
    expect(next.candle[0]).toBe(openTime + MINUTE);
    await subscription.close();
  });

  it('RE-11: as fast as possible, 500 bars of all instruments arrive without a hole', async () => {
    const log = new EventLog();
    const connected = log.next('connected');
    connection.watch(symbols, '1m', log.listener);
    await connected;
    const end = START + 500 * MINUTE;
    const lasts = symbols.map((symbol) =>
      log.next('candle', (event) => event.symbol === symbol && event.candle[0] === end),
    );
    await demo.control.advanceTo(end);
    await Promise.all(lasts);
    for (const symbol of symbols) {
      const told = lastStates(log, symbol);
      expect([...told.values()].slice(0, 500)).toEqual(truth(symbol, START, end));
    }
  });

  it.each([
    1000, 1001, 1006,
  ] as const)('MK-12: a socket dropped with %i comes back, and history fills what was missed', async (code) => {
    const symbol = symbols[0] ?? '';
    const log = new EventLog();
    const first = log.next('connected');
    connection.watch([symbol], '1m', log.listener);
    await first;
    const lost = log.next('disconnected');
    const again = log.next('connected');
    demo.control.dropSockets(code);
    await lost;
    demo.control.step(90 * MINUTE);
    await again;
    expect(log.kinds.filter((kind) => kind !== 'candle')).toEqual(['connected', 'disconnected', 'connected']);
    expect(await history(symbol, START, START + 91 * MINUTE)).toEqual(truth(symbol, START, START + 90 * MINUTE));
    expect(demo.control.socketCount()).toBe(1);
  });

  it('MK-12: a mute socket is reopened by the watchdog, and speaks again', async () => {
    await reopen({ muteMs: 0, watchdogMs: 5 });
    const symbol = symbols[0] ?? '';
    const log = new EventLog();
    const first = log.next('connected');
    connection.watch([symbol], '1m', log.listener);
    await first;
    demo.control.muteSockets();
    const lost = log.next('disconnected');
    const again = log.next('connected');
    demo.control.step(3 * MINUTE);
    expect((await lost).reason).toMatch(/open but silent/);
    await again;
    const bar = log.next('candle', (event) => event.candle[0] === START + 4 * MINUTE);
    demo.control.step(MINUTE);
    await bar;
    expect(demo.control.counters()['socket-muted']).toBeGreaterThan(0);
  });

  it('RE-15: 429 with Retry-After is honoured, and the download is whole', async () => {
    const symbol = symbols[0] ?? '';
    demo.control.failRequests({ status: 429, count: 1, retryAfterSeconds: 1, path: '/klines' });
    expect(await history(symbol, START - 100 * MINUTE, START)).toEqual(truth(symbol, START - 100 * MINUTE, START));
    expect(demo.control.counters()['rate-limited']).toBe(1);
  });

  it('MK-11: answers of 503 are tried again, and the download is whole', async () => {
    const symbol = symbols[0] ?? '';
    demo.control.failRequests({ status: 503, count: 2, path: '/klines' });
    expect(await history(symbol, START - 100 * MINUTE, START)).toEqual(truth(symbol, START - 100 * MINUTE, START));
    expect(demo.control.counters()['server-error']).toBe(2);
  });

  it('RE-13: duplicate, late, revised and malformed candles are handed on, and end nothing', async () => {
    const symbol = symbols[0] ?? '';
    const log = new EventLog();
    const connected = log.next('connected');
    connection.watch([symbol], '1m', log.listener);
    await connected;
    for (const fault of ['duplicate', 'late', 'revised', 'malformed'] as const) {
      demo.control.faultCandles({ fault, count: 3, marketId: marketId(symbol) });
    }
    const end = START + 20 * MINUTE;
    const last = log.next('candle', (event) => event.candle[0] === end);
    await demo.control.advanceTo(end);
    await last;
    const counters = demo.control.counters();
    for (const fault of ['candle-duplicate', 'candle-late', 'candle-revised', 'candle-malformed'] as const) {
      expect(counters[fault]).toBe(3);
    }
    const told = lastStates(log, symbol);
    for (const bar of truth(symbol, START, end)) expect(told.get(bar[0])).toEqual(bar);
    expect(log.kinds).not.toContain('disconnected');
  });

  it('MK-12: an exchange that goes down and comes up is found again', async () => {
    const log = new EventLog();
    const first = log.next('connected');
    connection.watch(symbols, '1m', log.listener);
    await first;
    const secondFailure = log.next('disconnected', (event) => event.retryInMs >= 250);
    const again = log.next('connected');
    await demo.control.goDown();
    await secondFailure;
    const offline = await connection.loadInstruments();
    expect(offline.ok ? null : offline.error.kind).toBe('network');
    await demo.control.goUp();
    await again;
    expect((await connection.loadInstruments()).ok).toBe(true);
  });
});
