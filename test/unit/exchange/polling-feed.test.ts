import { describe, expect, it } from 'vitest';
import { err, ok } from '#core/base/result.ts';
import type { ExchangeFault, FeedEvent } from '#main/exchange/feed.ts';
import { FEED_LIMITS } from '#main/exchange/feed-limits.ts';
import { type PollingFeedParts, watchByPolling } from '#main/exchange/polling-feed.ts';
import { EventLog } from '#test/fixtures/exchange/event-log.ts';
import { ManualTime } from '#test/fixtures/exchange/manual-time.ts';

const MINUTE = 60_000;
const OPEN = 1_706_700_000_000;
const offline: ExchangeFault = { kind: 'network', message: 'Coinbase cannot be reached: no.', remedy: 'Reconnect.' };

/** An exchange that has each minute's bar as soon as it begins, asked at the manual clock's time. */
function exchange(time: ManualTime) {
  const asked: { symbol: string; at: number; since: number }[] = [];
  const state = { failing: false, delayMs: 0 };
  const parts: PollingFeedParts = {
    exchangeName: 'Coinbase',
    clock: { now: () => time.wallNow(), speed: () => 1, skewMs: () => 0 },
    time,
    random: () => 0,
    limits: FEED_LIMITS,
    bannedForMs: () => 0,
    prepare: () => Promise.resolve(ok(undefined)),
    trades: null,
    latest: (symbol, _timeframe, since) => {
      asked.push({ symbol, at: time.wallNow(), since });
      if (state.failing) return Promise.resolve(err(offline));
      const newest = Math.floor((time.wallNow() - state.delayMs) / MINUTE) * MINUTE;
      const rows: number[][] = [];
      for (let openTime = since; openTime <= newest; openTime += MINUTE) rows.push([openTime, 1, 1, 1, 1, 1]);
      return Promise.resolve(ok(rows));
    },
  };
  return { parts, asked, state };
}

describe('polling', () => {
  it('MK-11: without a socket each symbol is asked shortly after each close, from its last bar on', async () => {
    const time = new ManualTime(OPEN + 20_000);
    const { parts, asked } = exchange(time);
    const log = new EventLog();
    const subscription = watchByPolling(parts, ['BTC/USD', 'ETH/USD', 'BTC/USD'], '1m', log.listener);
    await time.advance(0);
    expect(log.events[0]).toEqual({ kind: 'connected', attempt: 1 });
    expect(asked.map(({ symbol }) => symbol)).toEqual(['BTC/USD', 'ETH/USD']);
    await time.advance(40_000 + FEED_LIMITS.pollDelayMs);
    expect(asked.slice(2)).toEqual([
      { symbol: 'BTC/USD', at: OPEN + MINUTE + FEED_LIMITS.pollDelayMs, since: OPEN },
      { symbol: 'ETH/USD', at: OPEN + MINUTE + FEED_LIMITS.pollDelayMs, since: OPEN },
    ]);
    await time.advance(5 * MINUTE);
    const opens = log.bars('ETH/USD').map((row) => row[0]);
    expect(new Set(opens)).toEqual(new Set([-1, 0, 1, 2, 3, 4, 5, 6].map((minute) => OPEN + minute * MINUTE)));
    expect(log.kinds.filter((kind) => kind === 'connected').length).toBe(1);
    await subscription.close();
    expect(time.pending).toBe(0);
  });

  it('MK-11: a bar that is not out yet is looked for again within the minute', async () => {
    const time = new ManualTime(OPEN + 20_000);
    const { parts, asked, state } = exchange(time);
    state.delayMs = MINUTE + 3_000;
    const log = new EventLog();
    const subscription = watchByPolling(parts, ['BTC/USD'], '1m', log.listener);
    await time.advance(40_000 + FEED_LIMITS.pollDelayMs);
    const first = asked.length;
    await time.advance(2 * FEED_LIMITS.pollDelayMs);
    expect(asked.length).toBe(first + 1);
    expect(log.bars('BTC/USD').at(-1)?.[0]).toBe(OPEN);
    await subscription.close();
  });

  it('MK-12: a lost network is reported once per try with growing pauses; connected again asks for a backfill', async () => {
    const time = new ManualTime(OPEN + 20_000);
    const { parts, state } = exchange(time);
    const log = new EventLog();
    state.failing = true;
    const subscription = watchByPolling(parts, ['BTC/USD'], '1m', log.listener);
    await time.advance(125 + 250);
    expect(log.events).toEqual(
      [125, 250, 500].map((retryInMs) => ({ kind: 'disconnected', reason: offline.message, retryInMs })),
    );
    state.failing = false;
    await time.advance(500);
    expect(log.events[3]).toEqual({ kind: 'connected', attempt: 4 });
    await subscription.close();
    expect(time.pending).toBe(0);
  });

  it('MK-11: trades move the forming bar between two answers; a closed bar is always the one by REST', async () => {
    const time = new ManualTime(OPEN + 20_000);
    const { parts } = exchange(time);
    const log = new EventLog();
    let tell: (event: FeedEvent) => void = () => undefined;
    let isClosed = false;
    const trades: PollingFeedParts['trades'] = (_symbols, listener) => {
      tell = listener;
      return {
        close: () => {
          isClosed = true;
          return Promise.resolve();
        },
      };
    };
    const trade = (at: number, price: number, amount: number) =>
      tell({ kind: 'candle', symbol: 'BTC/USD', candle: [at, price, price, price, price, amount], receivedAt: 0 });
    const subscription = watchByPolling({ ...parts, trades }, ['BTC/USD'], '1m', log.listener);
    trade(OPEN + 20_000, 7, 1);
    await time.advance(0);
    const polled = log.bars('BTC/USD').length;
    trade(OPEN + 19_000, 9, 1); // in the answer already
    trade(OPEN + 21_000, 3, 2);
    trade(OPEN + 22_000, 0.5, 1);
    trade(OPEN + MINUTE, 8, 1); // of a bar that REST has not opened yet
    tell({ kind: 'disconnected', reason: 'trades are lost', retryInMs: 1 });
    tell({ kind: 'connected', attempt: 2 });
    expect(log.bars('BTC/USD').slice(polled)).toEqual([
      [OPEN, 1, 3, 1, 3, 3],
      [OPEN, 1, 3, 0.5, 0.5, 4],
    ]);
    expect(log.kinds.filter((kind) => kind !== 'candle')).toEqual(['connected']);
    await time.advance(40_000 + FEED_LIMITS.pollDelayMs);
    expect(log.bars('BTC/USD').slice(polled + 2)).toEqual([
      [OPEN, 1, 1, 1, 1, 1],
      [OPEN + MINUTE, 1, 1, 1, 1, 1],
    ]);
    await subscription.close();
    expect(isClosed).toBe(true);
    trade(OPEN + MINUTE + 30_000, 8, 1);
    expect(log.bars('BTC/USD').length).toBe(polled + 4);
  });
});
