import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import type { MarketBar } from '#main/exchange/demo/candle-source.ts';
import { DEMO_INSTRUMENTS } from '#main/exchange/demo/demo-instruments.ts';
import { createGeneratedSource, GENERATION, type GeneratedSource } from '#main/exchange/demo/market-generator.ts';

const EPOCH = Date.UTC(2026, 0, 1);
const DAYS = 30;
const sequential = createGeneratedSource({ seed: 'test', epoch: EPOCH });

function barsOf(source: GeneratedSource, index: number, minutes: number): MarketBar[] {
  return Array.from({ length: minutes }, (_, minute) => barAt(source, index, minute));
}

function barAt(source: GeneratedSource, index: number, minute: number): MarketBar {
  const bar = source.bar(index, EPOCH + minute * MINUTE_MS);
  if (bar === null) throw new Error(`no bar at minute ${minute}`);
  return bar;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(left: readonly number[], right: readonly number[]): number {
  const [meanLeft, meanRight] = [mean(left), mean(right)];
  let product = 0;
  let squaresLeft = 0;
  let squaresRight = 0;
  left.forEach((value, index) => {
    const other = (right[index] ?? 0) - meanRight;
    product += (value - meanLeft) * other;
    squaresLeft += (value - meanLeft) ** 2;
    squaresRight += other ** 2;
  });
  return product / Math.sqrt(squaresLeft * squaresRight);
}

function autocorrelation(values: readonly number[], lag: number): number {
  return correlation(values.slice(lag), values.slice(0, values.length - lag));
}

const months = DEMO_INSTRUMENTS.map((_, index) => barsOf(sequential, index, DAYS * 1440));
const returnsOf = (bars: readonly MarketBar[]): number[] =>
  bars.slice(1).map((bar, index) => Math.log(bar.close / (bars[index]?.close ?? bar.close)));
const leader = months[0] ?? [];
const leaderReturns = returnsOf(leader);

describe('the generated demo market', () => {
  it('MK-25, RE-33: a start that finds kept states draws the day at hand alone, and the same bars', () => {
    const kept = new Map<number, Float64Array>();
    const reads: number[] = [];
    const open = () =>
      createGeneratedSource({
        seed: 'test',
        epoch: EPOCH,
        checkpoints: {
          read: (block) => {
            reads.push(block);
            return kept.get(block) ?? null;
          },
          keep: (block, state) => void kept.set(block, Float64Array.from(state)),
        },
      });
    barAt(open(), 0, 3 * 1440);
    expect([...kept.keys()]).toEqual([1, 2, 3, 4]);
    kept.delete(2);
    reads.length = 0;
    const again = open();
    for (const minute of [4 * 1440 + 7, 3 * 1440, 2 * 1440 + 5]) {
      expect(barAt(again, 1, minute)).toEqual(barAt(sequential, 1, minute));
    }
    // Day 2 has no state any more: it is drawn from the one before.
    expect(reads).toEqual([4, 3, 2, 1]);
    // What cannot be a state of this market is passed over.
    kept.set(4, new Float64Array(3));
    expect(barAt(open(), 0, 4 * 1440)).toEqual(barAt(sequential, 0, 4 * 1440));
  });

  it('MK-25: what a seed draws is of this generation; whoever changes it raises GENERATION', () => {
    const { open, high, low, close, volume } = barAt(sequential, 0, 1441);
    expect([GENERATION, open, high, low, close, volume]).toEqual([1, 86729.25, 87070.7, 86726.13, 87069.78, 55.40859]);
  });

  it('MK-25: the same bars come whatever is asked for and in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ index: fc.nat(DEMO_INSTRUMENTS.length - 1), minute: fc.nat(DAYS * 1440 - 1) }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 3 }),
        (questions, cachedDays) => {
          // A cache of a few days forces blocks to be generated again from their checkpoints.
          const source = createGeneratedSource({ seed: 'test', epoch: EPOCH, cachedDays });
          for (const { index, minute } of questions) {
            expect(barAt(source, index, minute)).toEqual(months[index]?.[minute]);
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  it('MK-25: an instrument is the same market whoever trades beside it', () => {
    const [bitcoin, ether] = DEMO_INSTRUMENTS;
    if (bitcoin === undefined || ether === undefined) throw new Error('the demo market has at least two instruments');
    const pair = createGeneratedSource({ seed: 'test', epoch: EPOCH, instruments: [ether, bitcoin] });
    expect(barsOf(pair, 1, 3_000)).toEqual(leader.slice(0, 3_000));
  });

  it('another seed is another market', () => {
    const other = createGeneratedSource({ seed: 'other', epoch: EPOCH });
    expect(barsOf(other, 0, 100)).not.toEqual(leader.slice(0, 100));
  });

  it('has no bar before its epoch and none off the grid', () => {
    expect(sequential.bar(0, EPOCH - MINUTE_MS)).toBeNull();
    expect(sequential.bar(0, EPOCH + 1)).toBeNull();
    expect(sequential.bar(99, EPOCH)).toBeNull();
  });

  it('MK-2: every bar is consistent, on the price and amount grid, and traded', () => {
    months.forEach((bars, index) => {
      const instrument = DEMO_INSTRUMENTS[index];
      if (instrument === undefined) throw new Error('an instrument is missing');
      const wrong = bars.filter((bar) => {
        const onGrid = [bar.open, bar.high, bar.low, bar.close].every(
          (price) => Number(price.toFixed(instrument.priceDecimals)) === price,
        );
        const consistent =
          bar.low > 0 && bar.low <= Math.min(bar.open, bar.close) && bar.high >= Math.max(bar.open, bar.close);
        const amounts =
          bar.volume > 0 &&
          Number(bar.volume.toFixed(instrument.amountDecimals)) === bar.volume &&
          bar.takerBuyVolume >= 0 &&
          bar.takerBuyVolume <= bar.volume &&
          bar.trades >= 1;
        return !(onGrid && consistent && amounts);
      });
      expect(wrong).toEqual([]);
    });
  });

  it('MK-21: prices stay plausible for a year, and a far range is reached', () => {
    const source = createGeneratedSource({ seed: 'far', epoch: EPOCH, cachedDays: 4 });
    for (let day = 0; day <= 360; day += 30) {
      DEMO_INSTRUMENTS.forEach((instrument, index) => {
        const { close } = barAt(source, index, day * 1440);
        expect(close / instrument.startPrice).toBeGreaterThan(0.1);
        expect(close / instrument.startPrice).toBeLessThan(10);
      });
    }
  });

  it('MK-21: returns cluster in volatility, have fat tails, and hold no plain memory', () => {
    const absolute = leaderReturns.map(Math.abs);
    expect(autocorrelation(absolute, 1)).toBeGreaterThan(0.12);
    expect(autocorrelation(absolute, 30)).toBeGreaterThan(0.08);
    expect(autocorrelation(absolute, 240)).toBeGreaterThan(0.01);
    expect(Math.abs(autocorrelation(leaderReturns, 1))).toBeLessThan(0.05);
    const variance = mean(leaderReturns.map((value) => value ** 2));
    const kurtosis = mean(leaderReturns.map((value) => value ** 4)) / variance ** 2;
    expect(kurtosis).toBeGreaterThan(6);
    expect(kurtosis).toBeLessThan(60);
  });

  it('MK-21: instruments share a common factor and keep a part of their own', () => {
    for (const bars of months.slice(1)) {
      const shared = correlation(leaderReturns, returnsOf(bars));
      expect(shared).toBeGreaterThan(0.4);
      expect(shared).toBeLessThan(0.97);
    }
  });

  it('MK-21: range and volume follow the session, and volume follows range', () => {
    const range = (bar: MarketBar): number => Math.log(bar.high / bar.low);
    const inHours = (from: number, to: number): MarketBar[] =>
      leader.filter((bar) => {
        const hour = Math.floor((bar.openTime % DAY_MS) / HOUR_MS);
        return hour >= from && hour < to;
      });
    const us = inHours(13, 17);
    const asian = inHours(3, 7);
    expect(mean(us.map(range))).toBeGreaterThan(1.3 * mean(asian.map(range)));
    expect(mean(us.map((bar) => bar.volume))).toBeGreaterThan(1.3 * mean(asian.map((bar) => bar.volume)));
    const logRange = leader.map((bar) => Math.log(range(bar) + 1e-6));
    const logVolume = leader.map((bar) => Math.log(bar.volume));
    expect(correlation(logRange, logVolume)).toBeGreaterThan(0.4);
  });

  it('MK-21: all five regimes occur, trends drift their way and turbulence is wilder than a range', () => {
    const byRegime = new Map<string, number[]>();
    leaderReturns.forEach((value, index) => {
      const regime = sequential.commonRegime(EPOCH + (index + 1) * MINUTE_MS);
      const list = byRegime.get(regime) ?? [];
      list.push(value);
      byRegime.set(regime, list);
    });
    const of = (regime: string): number[] => byRegime.get(regime) ?? [];
    expect([...byRegime.keys()].sort()).toEqual(['breakout', 'range', 'trend-down', 'trend-up', 'turbulence']);
    expect(mean(of('trend-up'))).toBeGreaterThan(0);
    expect(mean(of('trend-down'))).toBeLessThan(0);
    expect(mean(of('turbulence').map(Math.abs))).toBeGreaterThan(1.5 * mean(of('range').map(Math.abs)));
  });
});
