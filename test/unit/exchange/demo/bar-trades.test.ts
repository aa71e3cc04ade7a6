import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { drawBarTrades } from '#main/exchange/demo/bar-trades.ts';
import type { DemoInstrument, MarketBar } from '#main/exchange/demo/candle-source.ts';

const INSTRUMENT: DemoInstrument = {
  symbol: 'BTC/USDT',
  marketId: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  priceDecimals: 2,
  amountDecimals: 5,
  minNotional: 5,
  maxAmount: 9000,
};
const OPEN_TIME = Date.UTC(2026, 0, 5);

const anyBar: fc.Arbitrary<MarketBar> = fc
  .record({
    low: fc.integer({ min: 100, max: 9_000_000 }),
    rangeTicks: fc.integer({ min: 0, max: 40_000 }),
    openShare: fc.double({ min: 0, max: 1, noNaN: true }),
    closeShare: fc.double({ min: 0, max: 1, noNaN: true }),
    steps: fc.integer({ min: 1, max: 50_000_000 }),
  })
  .map(({ low, rangeTicks, openShare, closeShare, steps }) => ({
    openTime: OPEN_TIME,
    open: (low + Math.round(rangeTicks * openShare)) / 100,
    high: (low + rangeTicks) / 100,
    low: low / 100,
    close: (low + Math.round(rangeTicks * closeShare)) / 100,
    volume: steps / 1e5,
    quoteVolume: (low * steps) / 1e7,
    trades: 500,
    takerBuyVolume: Math.floor(steps / 2) / 1e5,
  }));

describe('the trades inside a bar', () => {
  it('MK-25: the forming bar is nested in the final one and grows into it', () => {
    fc.assert(
      fc.property(anyBar, fc.array(fc.integer({ min: 0, max: MINUTE_MS - 1 }), { maxLength: 20 }), (bar, offsets) => {
        const trades = drawBarTrades('seed', INSTRUMENT, MINUTE_MS, bar);
        let previous = trades.barAt(OPEN_TIME);
        expect(previous).toMatchObject({ open: bar.open, high: bar.open, low: bar.open, close: bar.open });
        for (const offset of [...offsets, MINUTE_MS - 1].sort((left, right) => left - right)) {
          const forming = trades.barAt(OPEN_TIME + offset);
          if (forming === null || previous === null) throw new Error('a bar exists from its first millisecond on');
          expect(forming.high).toBeGreaterThanOrEqual(previous.high);
          expect(forming.low).toBeLessThanOrEqual(previous.low);
          expect(forming.volume).toBeGreaterThanOrEqual(previous.volume);
          expect(forming.high).toBeLessThanOrEqual(bar.high);
          expect(forming.low).toBeGreaterThanOrEqual(bar.low);
          expect(forming.close >= forming.low && forming.close <= forming.high).toBe(true);
          previous = forming;
        }
        const { open, high, low, close, volume } = bar;
        expect(previous).toMatchObject({ open, high, low, close, volume });
        expect(trades.barAt(OPEN_TIME + MINUTE_MS)).toBe(bar);
      }),
    );
  });

  it('MK-11: a candle built from the trades equals the published one', () => {
    fc.assert(
      fc.property(anyBar, (bar) => {
        const trades = drawBarTrades('seed', INSTRUMENT, MINUTE_MS, bar).between(
          OPEN_TIME - 1,
          OPEN_TIME + MINUTE_MS - 1,
        );
        const prices = trades.map((trade) => trade.price);
        expect(prices[0]).toBe(bar.open);
        expect(prices.at(-1)).toBe(bar.close);
        expect(Math.max(...prices)).toBe(bar.high);
        expect(Math.min(...prices)).toBe(bar.low);
        expect(trades.reduce((sum, trade) => sum + trade.amount, 0)).toBeCloseTo(bar.volume, 5);
        expect(trades.every((trade) => trade.time >= OPEN_TIME && trade.time < OPEN_TIME + MINUTE_MS)).toBe(true);
      }),
    );
  });

  it('a minute in which nothing traded has no trades and no forming bar', () => {
    const flat: MarketBar = {
      openTime: OPEN_TIME,
      open: 5,
      high: 5,
      low: 5,
      close: 5,
      volume: 0,
      quoteVolume: 0,
      trades: 0,
      takerBuyVolume: 0,
    };
    const trades = drawBarTrades('seed', INSTRUMENT, MINUTE_MS, flat);
    expect(trades.between(OPEN_TIME - 1, OPEN_TIME + MINUTE_MS)).toEqual([]);
    expect(trades.barAt(OPEN_TIME + 30_000)).toBeNull();
    expect(trades.barAt(OPEN_TIME + MINUTE_MS)).toBe(flat);
  });
});
