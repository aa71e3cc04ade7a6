/** PH-13: funding of perpetual swaps, fixed in the phantom when it opens, paid at each time it is held over. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import type { Funding } from '#core/domain/phantom.ts';
import { fundingCost } from '#core/fills/costs.ts';
import { TradeWalk } from '#core/fills/trade-walk.ts';
import { resolveTrade } from '#core/phantoms/resolver.ts';
import { FREE, longTrade, MINUTE, minutes, type Ohlc, OPENED_AT, shortTrade } from '#test/support/trades.ts';

/** 10 bp, first paid `minute` minutes after the opening. */
const paidFrom = (minute: number, every = 480): Funding => ({
  rate: 0.001,
  next: OPENED_AT + minute * MINUTE,
  intervalMs: every * MINUTE,
});
const withFunding = (funding: Funding) => ({ costs: { ...FREE, funding } });
const calm = (count: number): Ohlc[] => Array.from({ length: count }, () => [100, 101, 99, 100] as const);

describe('PH-13: funding in net R', () => {
  it('longs pay and shorts receive the rate on the notional of the entry', () => {
    const candles = minutes(calm(60));
    // 10 bp of 100 over a risk of 2.
    const long = resolveTrade(longTrade(withFunding(paidFrom(30))), '1m', candles);
    const short = resolveTrade(shortTrade(withFunding(paidFrom(30))), '1m', candles);
    expect([long.grossR, long.netR]).toEqual([0, expect.closeTo(-0.05, 12)]);
    expect(short.netR).toBeCloseTo(0.05, 12);
  });

  it('each payment that is crossed counts; one at the instant of opening or ending does not', () => {
    const netR = (funding: Funding) => resolveTrade(longTrade(withFunding(funding)), '1m', minutes(calm(60))).netR;
    expect(netR(paidFrom(10, 20))).toBeCloseTo(-0.15, 12);
    expect(netR(paidFrom(0, 60))).toBeCloseTo(0, 12);
    expect(netR(paidFrom(0, 59))).toBeCloseTo(-0.05, 12);
    // A time that was told long before the opening still says when.
    expect(netR(paidFrom(-470, 480))).toBeCloseTo(-0.05, 12);
  });

  it('from tp1 on, only what is left pays', () => {
    const rows: Ohlc[] = [[100, 103.2, 100, 103], ...Array.from({ length: 59 }, () => [103, 104, 102, 103] as const)];
    const free = resolveTrade(longTrade(), '1m', minutes(rows));
    const paid = resolveTrade(longTrade(withFunding(paidFrom(30))), '1m', minutes(rows));
    expect(free.tp1Hit).toBe(true);
    expect((paid.netR ?? 0) - (free.netR ?? 0)).toBeCloseTo(-0.025, 12);
  });

  it('a gain that funding eats is a loss', () => {
    const rows: Ohlc[] = [...calm(40), [100, 103.2, 100, 103], [103, 103, 99, 100]];
    const terms = { tp1Fraction: 0.01 };
    expect(resolveTrade(longTrade(terms), '1m', minutes(rows)).outcome).toBe('win');
    expect(resolveTrade(longTrade({ ...terms, ...withFunding(paidFrom(30)) }), '1m', minutes(rows))).toMatchObject({
      exitReason: 'be',
      outcome: 'loss',
    });
  });

  it('the optimistic order and the price of now pay what was crossed until then', () => {
    const rows: Ohlc[] = [...calm(40), [100, 106, 97, 98]];
    const free = resolveTrade(longTrade(), '1m', minutes(rows)).optimistic?.netR ?? 0;
    const paid = resolveTrade(longTrade(withFunding(paidFrom(30))), '1m', minutes(rows)).optimistic?.netR ?? 0;
    expect(paid - free).toBeCloseTo(-0.05, 12);
    const walk = new TradeWalk(longTrade(withFunding(paidFrom(2))));
    const [first, second, third] = minutes(calm(3)) as [Candle, Candle, Candle];
    walk.onBar(first, MINUTE);
    walk.onBar(second, MINUTE);
    expect(walk.netRAt(100)).toBeCloseTo(0, 12);
    walk.onBar(third, MINUTE);
    expect(walk.netRAt(100)).toBeCloseTo(-0.05, 12);
  });

  it('equals paying one by one, whatever the times', () => {
    const time = fc.integer({ min: -200, max: 200 });
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 1, max: 90 }),
        time,
        time,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (first, every, tp1, end, tp1Fraction) => {
          const terms = longTrade({ ...withFunding(paidFrom(first, every)), tp1Fraction });
          const at = (minute: number) => OPENED_AT + minute * MINUTE;
          let paid = 0;
          for (let minute = first; minute < end; minute += every) {
            if (minute > 0) paid += 0.001 * 100 * (minute < tp1 ? 1 : 1 - tp1Fraction);
          }
          expect(fundingCost(terms, at(tp1), at(end))).toBeCloseTo(paid, 9);
        },
      ),
    );
  });

  it('PH-14: stopped and continued, and on coarser bars, it is the same', () => {
    const terms = longTrade(withFunding(paidFrom(7, 13)));
    const rows: Ohlc[] = [[100, 103.2, 100, 103], ...Array.from({ length: 59 }, () => [103, 104, 102, 103] as const)];
    const candles = minutes(rows);
    const whole = resolveTrade(terms, '1m', candles);
    let walk = new TradeWalk(terms);
    for (const candle of candles) {
      walk.onBar(candle, MINUTE);
      if (!walk.closed) walk = TradeWalk.continue(terms, JSON.parse(JSON.stringify(walk.state())));
    }
    expect(walk.result()).toEqual(whole);
    const coarse = minutes(
      [[100, 103.2, 100, 103], ...Array.from({ length: 11 }, () => [103, 104, 102, 103] as const)],
      OPENED_AT,
      5 * MINUTE,
    );
    const late = { ...terms, costs: { ...FREE, funding: paidFrom(20, 13) } };
    expect(resolveTrade(late, '5m', coarse).netR).toBeCloseTo(resolveTrade(late, '1m', candles).netR ?? 0, 12);
  });
});
