/** The ccxt connection against a loopback Binance: instruments and history, with paging, bans and faults. */
import { describe, expect, it } from 'vitest';
import {
  aroundLoopbackBinance,
  barsOf,
  feed,
  MINUTE,
  open,
  read,
  request,
  START,
  server,
  skippingTime,
} from './connection-support.ts';

aroundLoopbackBinance();

describe('instruments', () => {
  it('MK-20, MK-22: the demo exchange is ccxt binance under the id demo, and says simulated', async () => {
    const connection = await open();
    const loaded = await connection.loadInstruments();
    expect(loaded.ok && loaded.value.map((instrument) => instrument.id)).toEqual(['demo:BTC/USDT', 'demo:ETH/USDT']);
    expect(loaded.ok && loaded.value.every((instrument) => instrument.simulated)).toBe(true);
    expect(connection).toMatchObject({ exchange: 'demo', simulated: true, live: 'socket' });
    expect(connection.clock.skewMs()).toBe(0);
    expect(connection.clock.now()).toBe(feed.now);
    expect(await connection.measureSkew()).toEqual({ ok: true, value: 0 });
  });

  it('MK-10: an unreachable exchange is a fault in plain words, and the same connection recovers when it is back', async () => {
    const connection = await open();
    await server.stop();
    const offline = await connection.loadInstruments();
    expect(offline.ok ? null : offline.error).toMatchObject({ kind: 'network' });
    expect(offline.ok ? '' : offline.error.message).toMatch(/^The demo exchange cannot be reached: .+\.$/);
    expect(offline.ok ? '' : offline.error.remedy).toBe(
      'The application goes on with stored data and tries again by itself; check the network.',
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
    feed.now = START + 50 * MINUTE + 30_000;
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
