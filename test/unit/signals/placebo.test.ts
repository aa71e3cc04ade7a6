/** ST-12: chance alone, with the geometry of another strategy and no memory. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { sideSign } from '#core/domain/signal.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { Engine } from '#core/engine/engine.ts';
import { heuristicScore } from '#core/learning/heuristic-score.ts';
import { findModelSpec } from '#core/learning/model-table.ts';
import { LifeCycleMemory } from '#core/phantoms/life-cycle.ts';
import { featureIndex } from '#core/signals/features/feature-catalogue.ts';
import { InstrumentSignals } from '#core/signals/instrument-signals.ts';
import { qualityScore } from '#core/signals/quality.ts';
import { placebo } from '#core/signals/strategies/placebo.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { type StrategyParameters, strategyParameters } from '#core/signals/strategy.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { type Found, NO_PEERS, SignalsRun, testInstrument } from '#test/support/signals-run.ts';

const QUARTER = 15 * MINUTE_MS;
const bars = syntheticCandles({ count: 20_000, stepMs: QUARTER, seed: 4 });

function entries(candles: readonly Candle[], parameters: StrategyParameters = {}, base = 'BTC') {
  const room = new InstrumentSignals({
    instrument: testInstrument(base),
    strategies: [{ strategy: placebo, parameters: strategyParameters(placebo, parameters) }],
    peers: NO_PEERS,
  });
  return candles.flatMap((bar) => {
    room.onBar('15m', bar, true);
    const draft = room.propose('placebo');
    return draft === null ? [] : [{ time: bar.openTime, draft, entry: bar.close, atr: room.atr('15m') }];
  });
}

const times = (found: readonly { readonly time: number }[]) => found.map(({ time }) => time);

describe('placebo', () => {
  const found = entries(bars);

  it('ST-12: enters as often as asked, on both sides alike', () => {
    // 47 of 1,000 bars: 940 expected, 30 is one deviation.
    expect(found.length).toBeGreaterThan(800);
    expect(found.length).toBeLessThan(1080);
    const longs = found.filter(({ draft }) => draft.side === 'long').length / found.length;
    expect(longs).toBeGreaterThan(0.42);
    expect(longs).toBeLessThan(0.58);
    expect(entries(bars, { entriesPerThousand: 200 }).length).toBeGreaterThan(3500);
  });

  it('ST-12: the same seed gives the same bars, another seed or instrument others', () => {
    expect(times(entries(bars))).toEqual(times(found));
    for (const other of [entries(bars, { seed: 2 }), entries(bars, {}, 'ETH')]) {
      const shared = times(other).filter((time) => times(found).includes(time)).length;
      expect(other.length).toBeGreaterThan(800);
      // By chance 47 of a thousand are shared.
      expect(shared / other.length).toBeLessThan(0.12);
    }
  });

  it('ST-12: does not know prices: other prices at the same times give the same entries and sides', () => {
    const other = entries(syntheticCandles({ count: 20_000, stepMs: QUARTER, seed: 77, startPrice: 3 }));
    const later = (one: readonly { readonly time: number; readonly draft: { readonly side: string } }[]) =>
      one.map(({ time, draft }) => [time, draft.side]);
    expect(later(other)).toEqual(later(found));
  });

  it('ST-12: stops lie as far as those of trend_pullback, in ATR of its own entry bar; tp1 1.6 R, target 2.5 R', () => {
    const distances = found
      .map(({ draft, entry, atr }) => {
        const sign = sideSign(draft.side);
        const risk = sign * (entry - draft.stop);
        expect(sign * ((draft.tp1 ?? Number.NaN) - entry)).toBeCloseTo(1.6 * risk, 6);
        expect(sign * (draft.target - entry)).toBeCloseTo(2.5 * risk, 6);
        return risk / atr;
      })
      .sort((left, right) => left - right);
    expect(distances[0]).toBeGreaterThanOrEqual(0.45);
    expect(distances.at(-1)).toBeLessThanOrEqual(3.8);
    expect(distances[Math.floor(distances.length / 2)]).toBeCloseTo(1.48, 1);
  });

  it('ST-12: its grade means nothing: it is spread over all of 0-100, whatever the market did', () => {
    const grades = found.map(({ draft }) => qualityScore(draft.qualityParts));
    const mean = grades.reduce((sum, grade) => sum + grade, 0) / grades.length;
    expect(mean).toBeGreaterThan(45);
    expect(mean).toBeLessThan(55);
    expect(Math.min(...grades)).toBeLessThan(5);
    expect(Math.max(...grades)).toBeGreaterThan(95);
  });

  it('ST-12: it is the only one of its kind, has no model and no heuristic', () => {
    expect(STRATEGIES.filter(({ isPlacebo }) => isPlacebo).map(({ id }) => id)).toEqual(['placebo']);
    expect(findModelSpec(placebo.model)).toBeNull();
    expect(heuristicScore('placebo', () => 1)).toMatchObject({ kind: 'neutral', value: 50 });
  });
});

describe('the placebo in the engine', () => {
  it('ST-12: never asks for a decision, whatever the stage and the threshold', () => {
    const instrument = { ...testInstrument(), takerFeeBps: 0 };
    const engine = new Engine({
      instruments: [instrument],
      strategies: [{ strategy: placebo, parameters: strategyParameters(placebo) }],
      settings: {
        stage: 'advisory',
        riskPerTrade: 0.005,
        fixedMinimumScore: 0,
        slippageBps: 0,
        disabledStrategies: [],
      },
      account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
    });
    const kinds = new Map<string, number>();
    for (const candle of syntheticCandles({ count: 4000, stepMs: 5 * MINUTE_MS, seed: 6 })) {
      const closeTime = candle.openTime + 5 * MINUTE_MS;
      const bars = [{ instrumentId: instrument.id, candle }];
      for (const event of engine.step({ kind: 'bars', origin: 'live', closeTime, bars })) {
        const kind = event.kind === 'phantom-opened' ? event.phantom.decision.disposition : event.kind;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
    }
    expect(kinds.get('shadow')).toBeGreaterThan(40);
    // Hours are observed whatever the strategies do.
    const usual = ['shadow', 'phantom-tp1', 'phantom-closed', 'observed', 'labelled'];
    expect([...kinds.keys()].filter((kind) => !usual.includes(kind))).toEqual([]);
  });

  it('ST-12, FE-2: what becomes of it is no past of another strategy', () => {
    const memory = new LifeCycleMemory();
    memory.add({
      strategyId: 'placebo',
      cluster: null,
      tp1Hit: true,
      beMoved: true,
      runnerHit: true,
      timeToTp1Sec: 60,
      timeToExitSec: 60,
      win: true,
    });
    expect(memory.facts('placebo', null).recentWinRate).toBe(1);
    expect(memory.facts('trend_pullback', null).recentWinRate).toBeNaN();
  });
});

describe('the vectors of the placebo', () => {
  let run: readonly Found[] = [];
  beforeAll(() => {
    run = new SignalsRun({ strategy: placebo }).run(syntheticCandles({ count: 6000, stepMs: 5 * MINUTE_MS, seed: 2 }));
  });

  it('FE-10, FE-4: are of the set trend, with what it does not measure missing', () => {
    expect(run.length).toBeGreaterThan(50);
    const newest = run.at(-1)?.vector;
    expect(newest?.setId).toBe('trend');
    expect(newest?.values[featureIndex('trend', 'rsi')]).toBeGreaterThan(0);
    expect(newest?.values[featureIndex('trend', 'break_dist_atr')]).toBeNaN();
  });
});
