/** ST-5 and PL-6 on random cuts: no look-ahead, convergence, and exact restarts. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { BarSeries } from '#core/domain/bar-series.ts';
import type { Candle } from '#core/domain/candle.ts';
import { MINUTE_MS, timeframeMs } from '#core/domain/timeframe.ts';
import { RollUp } from '#core/market/roll-up.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import { cheatingStrategy } from '#test/fixtures/strategies/cheating-strategy.ts';
import { fixtureCandles } from '#test/golden/golden-run.ts';
import { realCandles, seededRandom, syntheticCandles } from '#test/support/real-candles.ts';
import { type Found, leaderOf, SignalsRun, type SignalsRunOptions, testInstrument } from '#test/support/signals-run.ts';
import { lookAheadViolations, warmUpViolations } from '#test/support/strategy-checks.ts';

const COUNT = 8600;
const MARKETS: readonly (readonly [string, () => readonly Candle[]])[] = [
  ['a synthetic market', () => syntheticCandles({ count: COUNT, stepMs: 5 * MINUTE_MS, seed: 21 })],
  ['a month of the demo market', () => fixtureCandles('BTCUSDT-5m.csv.gz').slice(0, COUNT)],
  ['BTC 5m, else another synthetic market', () => realCandles('binance-spot/BTCUSDT-5m', COUNT) ?? other()],
];

describe.each(MARKETS)('every strategy on %s', (_name, load) => {
  let candles: readonly Candle[] = [];
  beforeAll(() => {
    candles = load();
  });

  it.each(
    STRATEGIES,
  )('ST-5: $id does not look ahead: a cut anywhere changes no earlier signal and no vector', (strategy) => {
    const cuts = randomBars(17, 5);
    expect(new SignalsRun({ strategy }).run(candles).length).toBeGreaterThan(10);
    expect(lookAheadViolations(() => strategy, candles, [...cuts, COUNT - 1], withLeader(candles))).toEqual([]);
  });

  it.each(STRATEGIES)('ST-5: $id converges: where the history began does not matter once warmed up', (strategy) => {
    const settle = strategy.warmUpBars * (timeframeMs(strategy.timeframe) / (5 * MINUTE_MS));
    expect(warmUpViolations(() => strategy, candles, [1, 300, 1441, 3002], settle)).toEqual([]);
  });

  it('ST-5: a strategy that looks ahead is caught by both checks', () => {
    expect(lookAheadViolations(cheatingStrategy, candles, randomBars(18, 2))).toHaveLength(2);
    expect(warmUpViolations(cheatingStrategy, candles, [300, 3002], 2400)).toHaveLength(2);
  });

  it.each(STRATEGIES)('PL-6: $id goes on after a restart at any bar as without one, bit for bit', (strategy) => {
    const options = { ...withLeader(candles), strategy };
    const whole = new SignalsRun(options).run(candles);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: COUNT - 1 }), (at) => {
        const first = new SignalsRun(options);
        const before = first.run(candles.slice(0, at));
        const second = new SignalsRun(options);
        second.restore(first.snapshot());
        const after = second.run(candles.slice(at));
        expect(bits([...before, ...after])).toEqual(bits(whole));
        expect(second.signals.indicatorValues()).toEqual(endOf(candles, strategy));
      }),
      { numRuns: 6, seed: 4 },
    );
  });
});

describe('FE-2: vectors hold nothing that came after the signal', () => {
  it('the same draft at a cut gives the same vector, with or without the bars after it', () => {
    const candles = syntheticCandles({ count: 5000, stepMs: 5 * MINUTE_MS, seed: 33 });
    const run = new SignalsRun(withLeader(candles));
    const draft = new SignalsRun().run(candles)[0]?.draft;
    if (draft === undefined) throw new Error('the synthetic market has a signal');
    const cuts = new Set([599, 1400, 3601, 4998]);
    for (const [index, bar] of candles.entries()) {
      run.onBar(bar);
      if (!cuts.has(index)) continue;
      const cut = new SignalsRun(withLeader(candles.slice(0, index + 1)));
      cut.run(candles.slice(0, index + 1));
      expect(cut.vectorFor(draft)).toEqual(run.vectorFor(draft));
    }
  });
});

const settledValues = new Map<Strategy, Map<readonly Candle[], Record<string, number>>>();

function endOf(candles: readonly Candle[], strategy: Strategy): Record<string, number> {
  const known = settledValues.get(strategy) ?? new Map<readonly Candle[], Record<string, number>>();
  settledValues.set(strategy, known);
  let values = known.get(candles);
  if (values === undefined) {
    const run = new SignalsRun({ strategy });
    run.run(candles);
    values = run.signals.indicatorValues();
    known.set(candles, values);
  }
  return values;
}

/** An altcoin whose leader has the whole history in its view, the future included: the reader must not look at it. */
function withLeader(candles: readonly Candle[]): SignalsRunOptions {
  const bars = new BarSeries('15m', 4096);
  const rollUp = new RollUp('5m', (timeframe, bar, complete) => {
    if (timeframe === '15m') bars.push(bar, complete);
  });
  for (const bar of candles) rollUp.onBar({ ...bar, close: (bar.close + bar.open) / 2 });
  return { instrument: testInstrument('SOL'), peers: leaderOf(() => bars) };
}

function bits(found: readonly Found[]): readonly unknown[] {
  return found.map(({ time, draft, vector }) => [time, draft, [...vector.values]]);
}

function randomBars(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 200 + Math.floor(random() * (COUNT - 400)));
}

function other(): readonly Candle[] {
  return syntheticCandles({ count: COUNT, stepMs: 5 * MINUTE_MS, seed: 99 });
}
