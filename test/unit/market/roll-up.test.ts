/** MK-1: roll-up from the base, incomplete buckets, associativity, restart. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { type BaseTimeframe, TIMEFRAMES, type Timeframe, timeframeMs } from '#core/domain/timeframe.ts';
import { RollUp } from '#core/market/roll-up.ts';

const START = Date.UTC(2025, 0, 6);
const MINUTE = 60_000;

interface Closed {
  readonly timeframe: Timeframe;
  readonly bar: Candle;
  readonly complete: boolean;
}

function collect(base: BaseTimeframe, candles: readonly Candle[]): Closed[] {
  const closed: Closed[] = [];
  const rollUp = new RollUp(base, (timeframe, bar, complete) => closed.push({ timeframe, bar, complete }));
  for (const candle of candles) rollUp.onBar(candle);
  return closed;
}

function walk(minutes: readonly number[], seed = 1): Candle[] {
  let price = 100;
  return minutes.map((minute) => {
    const move = Math.sin(minute * 12.9898 + seed) / 10;
    const open = price;
    price = open + move;
    return {
      openTime: START + minute * MINUTE,
      open,
      high: Math.max(open, price) + 0.05,
      low: Math.min(open, price) - 0.05,
      close: price,
      volume: 1 + Math.abs(move),
    };
  });
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('RollUp', () => {
  it('MK-1: a complete hour is open of the first, extremes of all, close of the last, sum of the volumes', () => {
    const candles = walk(range(60));
    const hour = collect('1m', candles).find((c) => c.timeframe === '1h');
    expect(hour?.complete).toBe(true);
    expect(hour?.bar).toMatchObject({
      openTime: START,
      open: candles[0]?.open,
      high: Math.max(...candles.map((c) => c.high)),
      low: Math.min(...candles.map((c) => c.low)),
      close: candles[59]?.close,
    });
    expect(hour?.bar.volume).toBeCloseTo(
      candles.reduce((sum, c) => sum + c.volume, 0),
      9,
    );
  });

  it('PL-4: of one close time the smaller timeframe comes first', () => {
    const last = collect('1m', walk(range(24 * 60))).slice(-5);
    expect(last.map((c) => c.timeframe)).toEqual(['5m', '15m', '1h', '4h', '1d']);
  });

  it('MK-1: a bucket with a missing base bar is marked incomplete, and only it and those above it', () => {
    const closed = collect('1m', walk(range(60).filter((minute) => minute !== 7)));
    const incomplete = closed
      .filter((c) => !c.complete)
      .map((c) => `${c.timeframe}@${(c.bar.openTime - START) / MINUTE}`);
    expect(incomplete).toEqual(['5m@5', '15m@0', '1h@0']);
  });

  it('MK-1: a hole that swallows the end of a bucket closes it before the next bar is added', () => {
    const closed = collect('1m', walk([0, 1, 2, 3, 4, 5, 6, 40, 41]));
    expect(closed.map((c) => `${c.timeframe}@${(c.bar.openTime - START) / MINUTE}:${c.complete}`)).toEqual([
      '5m@0:true',
      '5m@5:false',
      '15m@0:false',
    ]);
  });

  it('MK-1: 1m to 15m equals 1m to 5m to 15m: prices exactly, volume to 1e-9', () => {
    fc.assert(
      fc.property(fc.subarray(range(600), { minLength: 100 }), fc.integer(), (kept, seed) => {
        const candles = walk(kept, seed);
        const fives = collect('1m', candles).filter((c) => c.timeframe === '5m' && c.complete);
        const direct = new Map(
          collect('1m', candles)
            .filter((c) => c.timeframe === '15m' && c.complete)
            .map((c) => [c.bar.openTime, c.bar]),
        );
        const twice = collect(
          '5m',
          fives.map((c) => c.bar),
        ).filter((c) => c.timeframe === '15m' && c.complete);
        expect(twice.length).toBe(direct.size);
        for (const { bar } of twice) {
          const same = direct.get(bar.openTime) as Candle;
          expect({ ...bar, volume: 0 }).toEqual({ ...same, volume: 0 });
          expect(Math.abs(bar.volume / same.volume - 1)).toBeLessThan(1e-9);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('PL-6: a snapshot restored anywhere continues with the same bars', () => {
    fc.assert(
      fc.property(fc.subarray(range(400), { minLength: 50 }), fc.nat(399), (kept, cut) => {
        const candles = walk(kept);
        const whole = collect('1m', candles);
        const closed: Closed[] = [];
        const sink = (timeframe: Timeframe, bar: Candle, complete: boolean) => {
          closed.push({ timeframe, bar, complete });
        };
        let rollUp = new RollUp('1m', sink);
        candles.forEach((candle, index) => {
          rollUp.onBar(candle);
          if (index !== cut) return;
          const saved = JSON.parse(JSON.stringify(rollUp.snapshot()));
          rollUp = new RollUp('1m', sink);
          rollUp.restore(saved);
        });
        expect(closed).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('MK-1: only timeframes above the base are rolled up', () => {
    const seen = new Set(collect('5m', walk(range(24 * 60).filter((m) => m % 5 === 0))).map((c) => c.timeframe));
    expect([...seen].sort()).toEqual(TIMEFRAMES.filter((t) => timeframeMs(t) > timeframeMs('5m')).sort());
  });
});
