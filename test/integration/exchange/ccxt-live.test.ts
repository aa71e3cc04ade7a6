/** The ccxt connection's live side: subscriptions, reconnects, mute sockets, recovery (MK-12, RE-10). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { systemTime } from '#main/exchange/transport-time.ts';
import { EventLog } from '#test/fixtures/exchange/event-log.ts';
import { aroundLoopbackBinance, barsOf, feed, Looks, MINUTE, open, START, server } from './connection-support.ts';

aroundLoopbackBinance();

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
    feed.now += 2 * MINUTE + 1;
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
      feed.now += MINUTE;
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
      const demo = { restUrl: '${server.restUrl}', socketUrl: '${server.socketUrl}', clock: { now: () => ${feed.now}, speed: () => 1 } };
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
