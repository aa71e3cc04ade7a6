/** PH-13, DE-34: from 30 real fills on, what they cost replaces what is assumed. */
import { describe, expect, it } from 'vitest';
import type { BrokerFill } from '#core/domain/broker-fill.ts';
import { FILLS_NEEDED, FillBook } from '#core/fills/measured-costs.ts';
import { BTC, draftAround, ScriptedDesk, scriptedStrategy } from '#test/support/scripted-desk.ts';

/** Bought 0.05 worse than 100 (5 bp), or sold 0.03 worse (3 bp), for a fee of 8 bp. */
function fillOf(index: number, more: Partial<BrokerFill> = {}): BrokerFill {
  const buys = index % 2 === 0;
  return {
    id: `order-${index}`,
    instrumentId: BTC.id,
    side: buys ? 'buy' : 'sell',
    intendedPrice: 100,
    price: buys ? 100.05 : 99.97,
    amount: 2,
    fee: 0.16,
    ...more,
  };
}

function bookOf(count: number, more: Partial<BrokerFill> = {}): FillBook {
  const book = new FillBook();
  for (let index = 0; index < count; index++) book.take(fillOf(index, more));
  return book;
}

describe('FillBook', () => {
  it('PH-13: says nothing below 30 fills, then their means', () => {
    expect(bookOf(FILLS_NEEDED - 1).costsOf(BTC)).toBeNull();
    expect(bookOf(FILLS_NEEDED).costsOf(BTC)).toEqual({
      feeBps: expect.closeTo(8, 9),
      slippageBps: expect.closeTo(4, 9),
      fills: FILLS_NEEDED,
    });
  });

  it('a fill that is told twice counts once', () => {
    const book = bookOf(FILLS_NEEDED - 1);
    expect([book.take(fillOf(0)), book.costsOf(BTC)]).toEqual([false, null]);
    expect([book.take(fillOf(99)), book.costsOf(BTC)?.fills]).toEqual([true, FILLS_NEEDED]);
  });

  it('spot, swaps and exchanges are markets of their own; a simulated one measures nothing', () => {
    const book = bookOf(FILLS_NEEDED, { instrumentId: 'binance:BTC/USDT:USDT' });
    expect(book.costsOf({ exchange: 'binance', kind: 'swap' })?.fills).toBe(FILLS_NEEDED);
    expect(book.costsOf({ exchange: 'binance', kind: 'spot' })).toBeNull();
    expect(book.costsOf({ exchange: 'bybit', kind: 'swap' })).toBeNull();
    expect(bookOf(100, { instrumentId: 'demo:BTC/USDT' }).costsOf({ exchange: 'demo', kind: 'spot' })).toBeNull();
  });

  it.each([
    { fee: Number.NaN },
    { price: 0 },
    { intendedPrice: Number.NaN },
    { amount: 0 },
  ])('a fill with an unknown figure counts for nothing: %j', (more) => {
    expect(bookOf(100, more).costsOf(BTC)).toBeNull();
  });
});

describe('the engine', () => {
  it('PH-13: new phantoms take the measured costs, those that are open keep theirs', () => {
    const desk = new ScriptedDesk([scriptedStrategy((now) => draftAround(100, { structureKey: `${now}` }))]);
    const newest = () => desk.of('phantom-opened').at(-1)?.phantom.terms.costs;
    desk.calm(15 * 21);
    expect(newest()).toEqual({ feeBps: 1, slippageBps: 1 });
    for (let index = 0; index < FILLS_NEEDED; index++) {
      desk.feed({ kind: 'filled', time: desk.now + 10_000, fill: fillOf(index) });
    }
    desk.feed({ kind: 'filled', time: desk.now + 10_000, fill: fillOf(0) });
    expect(desk.of('fill-taken')).toHaveLength(FILLS_NEEDED);
    desk.calm(15);
    expect(newest()).toEqual({
      feeBps: expect.closeTo(8, 9),
      slippageBps: expect.closeTo(4, 9),
      measuredOn: FILLS_NEEDED,
    });
    expect(desk.of('phantom-opened').at(-2)?.phantom.terms.costs).toEqual({ feeBps: 1, slippageBps: 1 });
  });
});
