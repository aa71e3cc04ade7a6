/** MK-15: what is made of books and trades, and that nothing is made of what is not there. */
import { describe, expect, it } from 'vitest';
import type { CcxtExchange } from '#main/exchange/ccxt-client.ts';
import { GuardedFetch } from '#main/exchange/guarded-fetch.ts';
import { bookFacts, fundingFacts, MarketFactCalls, shareOfLarge } from '#main/exchange/market-fact-calls.ts';
import { RestCalls } from '#main/exchange/rest-calls.ts';
import { systemTime } from '#main/exchange/transport-time.ts';

const SIGNAL = new AbortController().signal;

function callsOf(exchange: Partial<CcxtExchange>): MarketFactCalls {
  const rest = new RestCalls({
    exchangeName: 'Example',
    guard: new GuardedFetch(systemTime),
    time: systemTime,
    random: () => 0,
    closing: new AbortController().signal,
  });
  return new MarketFactCalls({ id: 'example', rateLimit: 50, ...exchange } as CcxtExchange, rest);
}

const trade = (timestamp: number, amount: number) => ({ timestamp, amount });

describe('the top of the book', () => {
  it('spread in basis points, imbalance of the best five levels', () => {
    const bids = Array.from({ length: 8 }, (_, index) => [100 - index, index < 5 ? 3 : 1_000] as const);
    const asks = Array.from({ length: 8 }, (_, index) => [100.1 + index, index < 5 ? 1 : 1_000] as const);
    const { spreadBps, bookImbalance } = bookFacts(bids, asks);
    expect(spreadBps).toBeCloseTo(10, 9);
    expect(bookImbalance).toBeCloseTo(0.5, 12);
  });

  it.each([
    ['an empty side', [], [[101, 1]]],
    ['a crossed book', [[102, 1]], [[101, 1]]],
    ['a price of nothing', [[0, 1]], [[101, 1]]],
  ] as const)('FE-4: %s is missing', (_, bids, asks) => {
    const facts = bookFacts(bids as never, asks as never);
    expect([facts.spreadBps, facts.bookImbalance]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('large trades', () => {
  it('are the largest twentieth; below 20 trades nothing is said', () => {
    const amounts = [...Array.from({ length: 19 }, () => 1), 21];
    expect(shareOfLarge(amounts)).toBeCloseTo(21 / 40, 12);
    expect(shareOfLarge(Array.from({ length: 100 }, () => 2))).toBeCloseTo(0.05, 12);
    expect(shareOfLarge(amounts.slice(1))).toBeNaN();
  });
});

describe('PH-13: funding as ccxt tells it', () => {
  const HOUR = 3_600_000;
  const AT = Date.UTC(2025, 0, 1, 5);
  const told = (more: object) => fundingFacts({ fundingRate: 0.0001, ...more }, AT);

  it.each([
    ['Bybit, Gate: the next payment and how often', { interval: '4h', fundingTimestamp: AT + HOUR }, AT + HOUR, 4],
    ['Binance: how often is not told', { interval: undefined, fundingTimestamp: AT + 3 * HOUR }, AT + 3 * HOUR, 8],
    ['the payment that was made last', { interval: '8h', fundingTimestamp: AT - 5 * HOUR }, AT + 3 * HOUR, 8],
    ['a payment right now is over', { interval: '1h', fundingTimestamp: AT }, AT + HOUR, 1],
    ['only the one after', { interval: '8h', nextFundingTimestamp: AT + 9 * HOUR }, AT + 9 * HOUR, 8],
    ['no sensible interval', { interval: 'soon', fundingTimestamp: AT + HOUR }, AT + HOUR, 8],
  ])('%s', (_, more, next, hours) => {
    expect(told(more)).toEqual({ fundingRate: 0.0001, fundingTimes: { next, intervalMs: hours * HOUR } });
  });

  it('FE-4: without a time the rate alone is known; without a rate nothing is', () => {
    expect(told({ interval: '1h', fundingTimestamp: undefined })).toEqual({ fundingRate: 0.0001 });
    expect(fundingFacts({ fundingRate: undefined, fundingTimestamp: AT }, AT)).toEqual({});
    expect(fundingFacts(null, AT)).toEqual({});
  });
});

describe('reading an exchange', () => {
  it('MK-15: asks what it has; spot has no funding; only trades of the bar count', async () => {
    const asked: string[] = [];
    const facts = callsOf({
      has: { fetchOrderBook: true, fetchTrades: true, fetchFundingRate: true },
      markets: { 'BTC/USDT': { swap: false } },
      fetchOrderBook: async (symbol, limit) => {
        asked.push(`book ${symbol} ${limit}`);
        return { bids: [[100, 1]], asks: [[100.01, 3]] };
      },
      fetchTrades: async () => {
        asked.push('trades');
        return [trade(999, 1_000), ...Array.from({ length: 20 }, () => trade(1_000, 1)), { amount: 5 }, null];
      },
      fetchFundingRate: async () => {
        asked.push('funding');
        return { fundingRate: 1 };
      },
    });
    expect(await facts.read('BTC/USDT', 2_000, 1_000, SIGNAL)).toEqual({
      spreadBps: expect.closeTo(1, 6),
      bookImbalance: -0.5,
      largeTradeShare: 0.05,
      fundingRate: Number.NaN,
    });
    expect(asked).toEqual(['book BTC/USDT 20', 'trades']);
    expect(facts.costMs).toBe(100);
  });

  it('MK-15: the funding of a swap is asked for once in ten minutes, a failed answer too', async () => {
    let asked = 0;
    const facts = callsOf({
      has: { fetchFundingRate: true, fetchOrderBook: true },
      markets: { 'BTC/USDT:USDT': { swap: true } },
      fetchOrderBook: async () => ({}),
      fetchFundingRate: async () => {
        asked++;
        if (asked === 1) throw new Error('no');
        return { fundingRate: 0.0001 };
      },
    });
    const read = async (now: number) => (await facts.read('BTC/USDT:USDT', now, 0, SIGNAL)).fundingRate;
    expect([await read(0), await read(599_999), await read(600_000), await read(700_000)]).toEqual([
      Number.NaN,
      Number.NaN,
      0.0001,
      0.0001,
    ]);
    expect(asked).toBe(2);
  });

  it('FE-4: what fails, is not offered or makes no sense is missing, and never a fault', async () => {
    const nothing = {
      spreadBps: Number.NaN,
      bookImbalance: Number.NaN,
      largeTradeShare: Number.NaN,
      fundingRate: Number.NaN,
    };
    const broken = callsOf({
      has: { fetchOrderBook: true, fetchTrades: true },
      fetchOrderBook: async () => Promise.reject(new Error('down')),
      fetchTrades: async () => 'nonsense',
    });
    expect(await broken.read('BTC/USDT', 0, 0, SIGNAL)).toEqual(nothing);
    const mute = callsOf({ has: {} });
    expect(mute.costMs).toBeNull();
    expect(await mute.read('BTC/USDT', 0, 0, SIGNAL)).toEqual(nothing);
    const odd = callsOf({ has: { fetchOrderBook: true }, fetchOrderBook: async () => ({ bids: 'a', asks: [[1]] }) });
    expect(await odd.read('BTC/USDT', 0, 0, SIGNAL)).toEqual(nothing);
  });
});
