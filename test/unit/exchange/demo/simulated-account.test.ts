import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { DemoMarket } from '#main/exchange/demo/demo-market.ts';
import { createGeneratedSource } from '#main/exchange/demo/market-generator.ts';
import {
  type AccountEvent,
  type AccountOrder,
  type OrderRefusal,
  type OrderRequest,
  SimulatedAccount,
} from '#main/exchange/demo/simulated-account.ts';

const EPOCH = Date.UTC(2026, 0, 1);
const START = EPOCH + DAY_MS;

function setUp(): { market: DemoMarket; account: SimulatedAccount; events: AccountEvent[] } {
  const market = new DemoMarket(createGeneratedSource({ seed: 'test', epoch: EPOCH }), 'test');
  const events: AccountEvent[] = [];
  const account = new SimulatedAccount(market, START, { USDT: 10_000 }, (event) => events.push(event));
  return { market, account, events };
}

function order(over: Partial<OrderRequest>): OrderRequest {
  return {
    instrumentIndex: 0,
    side: 'BUY',
    type: 'MARKET',
    timeInForce: 'GTC',
    price: 0,
    amount: 0,
    quoteAmount: 0,
    clientOrderId: 'c1',
    ...over,
  };
}

function placed(answer: AccountOrder | OrderRefusal): AccountOrder {
  if ('code' in answer) throw new Error(answer.message);
  return answer;
}

/** Money and coins at the last price, to see that nothing is made from nothing. */
function worth(market: DemoMarket, account: SimulatedAccount, now: number): number {
  return account.allBalances().reduce((sum, { asset, free, locked }) => {
    const price = asset === 'USDT' ? 1 : (market.lastPrice(market.indexOf(`${asset}USDT`) ?? 0, now) ?? 0);
    return sum + (free + locked) * price;
  }, 0);
}

describe('the simulated account', () => {
  it('MK-20: a market order fills at the book and pays the fee in what it gained', () => {
    const { market, account } = setUp();
    const quote = market.quote(0, START);
    const bought = placed(account.place(order({ amount: 0.01 }), START, null));
    expect(bought.status).toBe('FILLED');
    expect(bought.fills[0]?.price).toBe(quote?.ask);
    const coins = account.allBalances().find((balance) => balance.asset === 'BTC');
    expect(coins?.free).toBeCloseTo(0.01 * 0.999, 8);
    expect(worth(market, account, START)).toBeLessThan(10_000);
    expect(worth(market, account, START)).toBeGreaterThan(9_995);
  });

  it('a resting limit order locks its money and fills as maker when the market trades through it', () => {
    const { market, account, events } = setUp();
    const price = Math.round((market.lastPrice(0, START) ?? 0) * 0.999 * 100) / 100;
    const resting = placed(account.place(order({ type: 'LIMIT', price, amount: 0.01 }), START, null));
    expect(resting.status).toBe('NEW');
    expect(account.allBalances().find(({ asset }) => asset === 'USDT')?.locked).toBeCloseTo(price * 0.01, 6);
    const firstThrough = market
      .trades(0, START, START + DAY_MS, Number.POSITIVE_INFINITY)
      .find((trade) => trade.price < price);
    expect(firstThrough).toBeDefined();
    account.settle((firstThrough?.time ?? 0) - 1);
    expect(account.find(0, resting.id, null)?.status).toBe('NEW');
    account.settle(START + DAY_MS);
    const filled = account.find(0, resting.id, null);
    expect(filled).toMatchObject({ status: 'FILLED', updateTime: firstThrough?.time });
    expect(filled?.fills).toMatchObject([{ price, isMaker: true }]);
    expect(account.allBalances().find(({ asset }) => asset === 'USDT')?.locked).toBe(0);
    expect(events.filter((event) => event.kind === 'order').map((event) => event.order.status)).toEqual([
      'NEW',
      'FILLED',
    ]);
  });

  it('MK-25: fills do not depend on how often the account is settled', () => {
    const [often, seldom] = [setUp(), setUp()];
    const price = Math.round((often.market.lastPrice(0, START) ?? 0) * 0.998 * 100) / 100;
    for (const { account } of [often, seldom])
      account.place(order({ type: 'LIMIT', price, amount: 0.01 }), START, null);
    for (let now = START; now <= START + 12 * HOUR_MS; now += 7 * MINUTE_MS) often.account.settle(now);
    often.account.settle(START + 12 * HOUR_MS);
    seldom.account.settle(START + 12 * HOUR_MS);
    expect(often.account.list(0)).toEqual(seldom.account.list(0));
  });

  it('cancelling frees what was locked; a second cancel finds nothing', () => {
    const { account } = setUp();
    const resting = placed(account.place(order({ type: 'LIMIT', price: 1_000, amount: 0.01 }), START, null));
    expect(account.cancel(resting, START + 5)?.status).toBe('CANCELED');
    expect(account.allBalances().find(({ asset }) => asset === 'USDT')).toEqual({
      asset: 'USDT',
      free: 10_000,
      locked: 0,
    });
    expect(account.cancel(resting, START + 6)).toBeNull();
  });

  it('MK-23: a partial fill leaves the rest working', () => {
    const { market, account } = setUp();
    const price = Math.round((market.quote(0, START)?.ask ?? 0) * 1.001 * 100) / 100;
    const partial = placed(account.place(order({ type: 'LIMIT', price, amount: 0.01 }), START, 'partial-fill'));
    expect(partial).toMatchObject({ status: 'PARTIALLY_FILLED', filledAmount: 0.005 });
    account.settle(START + DAY_MS);
    expect(account.find(0, partial.id, null)).toMatchObject({ status: 'FILLED', filledAmount: 0.01 });
  });

  it.each<[string, Partial<OrderRequest>, number]>([
    ['more than the account holds', { amount: 5 }, -2010],
    ['a sale of what is not there', { side: 'SELL', amount: 0.1 }, -2010],
    ['an amount off the grid', { amount: 0.0123456 }, -1013],
    ['a price off the grid', { type: 'LIMIT', price: 50_000.123, amount: 0.01 }, -1013],
    ['too small a value', { amount: 0.00001 }, -1013],
    ['a maker order that would take', { type: 'LIMIT_MAKER', price: 200_000, amount: 0.01 }, -2010],
  ])('refuses %s', (_name, request, code) => {
    const { account } = setUp();
    expect(account.place(order(request), START, null)).toMatchObject({ code });
    expect(account.list(null)).toEqual([]);
    expect(account.allBalances().find(({ asset }) => asset === 'USDT')).toMatchObject({ free: 10_000, locked: 0 });
  });

  it('refuses a second open order with the same client id, and orders on a halted market', () => {
    const { market, account } = setUp();
    const limit = order({ type: 'LIMIT', price: 1_000, amount: 0.01 });
    placed(account.place(limit, START, null));
    expect(account.place(limit, START, null)).toMatchObject({ code: -2010 });
    market.interrupt(1, 'halted', START);
    const halted = order({ instrumentIndex: 1, amount: 0.1, clientOrderId: 'c2' });
    expect(account.place(halted, START + 2 * MINUTE_MS, null)).toMatchObject({ code: -1013 });
  });
});
