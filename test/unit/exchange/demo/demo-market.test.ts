import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { DemoMarket } from '#main/exchange/demo/demo-market.ts';
import { createGeneratedSource } from '#main/exchange/demo/market-generator.ts';
import { createStoredSource, endOfSeries } from '#main/exchange/demo/stored-candles.ts';

const EPOCH = Date.UTC(2026, 0, 1);
const NOW = EPOCH + 3 * DAY_MS + 7 * HOUR_MS + 31 * MINUTE_MS + 12_345;

function market(): DemoMarket {
  return new DemoMarket(createGeneratedSource({ seed: 'test', epoch: EPOCH }), 'test');
}

describe('the demo market at an instant', () => {
  it('MK-1: longer bars are rolled from base bars, the forming one included', () => {
    const demo = market();
    const openTime = Math.floor(NOW / HOUR_MS) * HOUR_MS;
    const minutes = Array.from({ length: 32 }, (_, minute) =>
      demo.bar(0, MINUTE_MS, openTime + minute * MINUTE_MS, NOW),
    );
    const hour = demo.bar(0, HOUR_MS, openTime, NOW);
    expect(minutes.every((bar) => bar !== null)).toBe(true);
    expect(hour?.open).toBe(minutes[0]?.open);
    expect(hour?.close).toBe(minutes[31]?.close);
    expect(hour?.high).toBe(Math.max(...minutes.map((bar) => bar?.high ?? 0)));
    expect(hour?.low).toBe(Math.min(...minutes.map((bar) => bar?.low ?? Number.POSITIVE_INFINITY)));
    expect(hour?.volume).toBeCloseTo(
      minutes.reduce((sum, bar) => sum + (bar?.volume ?? 0), 0),
      6,
    );
  });

  it('MK-25: tells nothing of what comes later', () => {
    const demo = market();
    expect(demo.bar(0, MINUTE_MS, NOW + MINUTE_MS, NOW)).toBeNull();
    expect(demo.trades(0, NOW - MINUTE_MS, NOW, 1_000).every((trade) => trade.time <= NOW)).toBe(true);
    expect(demo.lastPrice(0, NOW)).toBe(demo.trades(0, NOW - 2 * MINUTE_MS, NOW, 1_000).at(-1)?.price);
  });

  it('numbers trades without gaps or repeats', () => {
    const ids = market()
      .trades(0, NOW - 10 * MINUTE_MS, NOW, 1_000)
      .map((trade) => trade.id);
    expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index));
    expect(
      market()
        .recentTrades(0, NOW, 50)
        .map((trade) => trade.id),
    ).toEqual(ids.slice(-50));
  });

  it('quotes a book around the last price whose top is the same however deep one looks', () => {
    const demo = market();
    for (let index = 0; index < demo.source.instruments.length; index++) {
      const last = demo.lastPrice(index, NOW) ?? 0;
      const book = demo.book(index, NOW, 50);
      const quote = demo.quote(index, NOW);
      expect([quote?.bid, quote?.bidAmount]).toEqual(book?.bids[0]);
      expect([quote?.ask, quote?.askAmount]).toEqual(book?.asks[0]);
      expect(quote?.bid ?? 0).toBeLessThan(quote?.ask ?? 0);
      expect(Math.abs((quote?.ask ?? 0) / last - 1)).toBeLessThan(0.002);
      const falling = book?.bids.every(([price], level) => level === 0 || price < (book.bids[level - 1]?.[0] ?? 0));
      expect(falling).toBe(true);
    }
  });

  it('MK-21: the spread follows volatility', () => {
    const demo = market();
    const samples = Array.from({ length: 2_000 }, (_, step) => {
      const time = EPOCH + DAY_MS + step * 2 * MINUTE_MS;
      const quote = demo.quote(0, time);
      return {
        volatility: demo.source.volatility(0, demo.baseOpenTime(time)),
        spread: quote === null ? 0 : (quote.ask - quote.bid) / quote.bid,
      };
    }).sort((left, right) => left.volatility - right.volatility);
    const average = (part: typeof samples): number => part.reduce((sum, one) => sum + one.spread, 0) / part.length;
    expect(average(samples.slice(-500))).toBeGreaterThan(2 * average(samples.slice(0, 500)));
  });

  it('MK-14: a halt leaves bars out until trading goes on, and changes no other bar', () => {
    const demo = market();
    const untouched = market();
    demo.interrupt(0, 'halted', NOW);
    const from = demo.baseOpenTime(NOW) + MINUTE_MS;
    const later = from + 10 * MINUTE_MS + 5_000;
    expect(demo.status(0, NOW)).toBe('trading');
    expect(demo.status(0, later)).toBe('halted');
    demo.resume(0, later);
    const after = later + 5 * MINUTE_MS;
    expect(demo.status(0, after)).toBe('trading');
    for (let time = from - 3 * MINUTE_MS; time < after; time += MINUTE_MS) {
      const missing = time >= from && time < from + 11 * MINUTE_MS;
      expect(demo.bar(0, MINUTE_MS, time, after)).toEqual(missing ? null : untouched.bar(0, MINUTE_MS, time, after));
    }
    expect(demo.bar(1, MINUTE_MS, from, after)).toEqual(untouched.bar(1, MINUTE_MS, from, after));
  });
});

describe('stored candles as a market', () => {
  const minute = (
    index: number,
    close: number,
  ): { openTime: number; open: number; high: number; low: number; close: number; volume: number } => ({
    openTime: EPOCH + index * 5 * MINUTE_MS,
    open: close - 0.25,
    high: close + 0.5,
    low: close - 0.75,
    close,
    volume: 3.125 + index,
  });
  const series = [{ symbol: 'ABC/USDT', candles: [minute(0, 10), minute(1, 10.5), minute(3, 9.75)] }];

  it('MK-21: come back exactly, gaps included', () => {
    const demo = new DemoMarket(createStoredSource('5m', series), 'test');
    const end = endOfSeries('5m', series);
    expect(end).toBe(EPOCH + 20 * MINUTE_MS);
    const told = [0, 1, 2, 3].map((index) => demo.bar(0, 5 * MINUTE_MS, EPOCH + index * 5 * MINUTE_MS, end));
    expect(told[0]).toMatchObject(minute(0, 10));
    expect(told[1]).toMatchObject(minute(1, 10.5));
    expect(told[2]).toBeNull();
    expect(told[3]).toMatchObject(minute(3, 9.75));
    expect(demo.instrument(0)).toMatchObject({ marketId: 'ABCUSDT', priceDecimals: 2, amountDecimals: 3 });
    expect(demo.bar(0, HOUR_MS, EPOCH, end)).toMatchObject({ open: 9.75, high: 11, low: 9, close: 9.75 });
  });

  it('MK-21: a replayed bar forms like a generated one', () => {
    const demo = new DemoMarket(createStoredSource('5m', series), 'test');
    const forming = demo.bar(0, 5 * MINUTE_MS, EPOCH, EPOCH + 2 * MINUTE_MS);
    expect(forming?.open).toBe(9.75);
    expect(forming?.high).toBeLessThanOrEqual(10.5);
    expect(forming?.volume).toBeLessThan(3.125);
  });
});
