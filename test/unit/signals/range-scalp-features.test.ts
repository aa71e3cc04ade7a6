/** The sets `range` and `scalp`, what is recorded beside them, and planted values of their features (FE-11, FE-12). */
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import type { Side } from '#core/domain/signal.ts';
import { MINUTE_MS, timeframeMs } from '#core/domain/timeframe.ts';
import { NO_PAST_FACTS } from '#core/signals/features/feature.ts';
import { FEATURES, featureIndex, featureNames, findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { InstrumentSignals } from '#core/signals/instrument-signals.ts';
import { rangeFade } from '#core/signals/strategies/range-fade.ts';
import { scalp } from '#core/signals/strategies/scalp.ts';
import { type Strategy, strategyParameters } from '#core/signals/strategy.ts';
import { fiveMinuteBars, planted, zigzag } from '#test/support/planted-bars.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { NO_PEERS, SignalsRun, testInstrument } from '#test/support/signals-run.ts';

/** FE-11 and FE-12, as the rules list them. */
const RANGE = `range_width_atr, touches_low, touches_high, range_age_bars, edge_dist_atr, mid_dist_atr,
  rejection_wick_ratio, rc15, rc60, ts60, adx, bb_width_pct, volume_ratio, rsi, atr_pct, session, symbol_cluster,
  volatility_regime, planned_rr, qscore, tp1_rate_past, be_rate_past, runner_rate_past, median_time_to_tp1_past,
  median_time_to_exit_past`;
const SCALP = `atr_pct, bb_width_pct, impulse_ratio, ema_slope_fast, ema_slope_slow, volume_ratio, upper_wick_ratio,
  lower_wick_ratio, vwap_dist_atr, session, symbol_cluster, volatility_regime`;
const SCALP_FACTS = [
  'ts15',
  'body_ratio',
  'body_direction',
  'ema_direction_15m',
  'bb_width_rank',
  'qscore',
  'micro_seq',
];

describe('the sets', () => {
  it('FE-11: range holds every named feature and the side', () => {
    expect(featureNames('range')).toEqual([...RANGE.split(/,\s*/), 'side']);
  });

  it('FE-12: scalp holds exactly the twelve named features', () => {
    expect(featureNames('scalp')).toEqual(SCALP.split(/,\s*/));
  });

  it('PH-2, PH-40: what the gates ask is recorded beside them', () => {
    expect(rangeFade.besideSets).toEqual(['range_facts']);
    expect(featureNames('range_facts')).toEqual(['slope', 'ema_stack_score']);
    expect(scalp.besideSets).toEqual(['scalp_facts']);
    expect(featureNames('scalp_facts')).toEqual(['side', ...SCALP_FACTS]);
  });

  it('FE-1: each set has a hash of its own', () => {
    const hashes = ['range', 'range_facts', 'scalp', 'scalp_facts'].map((id) => findFeatureSet(id)?.hash);
    expect(new Set(hashes).size).toBe(4);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('FE-4: once warmed up, a signal misses nothing but the past and what needs 1m bars', () => {
    const candles = syntheticCandles({ count: 20_000, stepMs: 5 * MINUTE_MS, seed: 3 });
    for (const strategy of [rangeFade, scalp]) {
      const vector = new SignalsRun({ strategy }).run(candles).at(-1)?.vector;
      const missing = featureNames(strategy.featureSet).filter((_, index) => Number.isNaN(vector?.values[index]));
      expect(missing.filter((name) => !name.endsWith('_past'))).toEqual([]);
    }
  });
});

function value(bars: readonly Candle[], name: string, side: Side = 'long', minutes: readonly Candle[] = []): number {
  const room = roomOf(scalp);
  for (const bar of minutes) room.onBar('1m', bar, true);
  for (const [index, bar] of bars.entries()) {
    room.onBar('5m', bar, true);
    if (index % 3 === 2) room.onBar('15m', { ...bar, openTime: bar.openTime - 10 * MINUTE_MS }, true);
  }
  const set = featureIndex('scalp', name) >= 0 ? 'scalp' : 'scalp_facts';
  const newest = room.bars('5m');
  const vector = room.features(
    set,
    {
      side,
      stop: 1,
      target: 1000,
      measures: {},
      time: newest.openTime(0) + timeframeMs('5m'),
      timeframe: '5m',
      entry: newest.close(0),
      qscore: 50,
      plannedRr: 1.5,
    },
    NO_PAST_FACTS,
  );
  return vector.values[featureIndex(set, name)] as number;
}

function roomOf(strategy: Strategy): InstrumentSignals {
  const strategies = [{ strategy, parameters: strategyParameters(strategy) }];
  return new InstrumentSignals({ instrument: testInstrument('BTC', '1m'), strategies, peers: NO_PEERS });
}

const flat = (count: number) => fiveMinuteBars(Array.from({ length: count }, () => planted(100, 101, 99, 100)));
const rising = (count: number) => fiveMinuteBars(zigzag([100, 100 + count], count, 0));

describe('FE-12: units of the scalp features', () => {
  it('impulse_ratio is the way of three bars over ATR, unsigned', () => {
    expect(value(rising(40), 'impulse_ratio')).toBeCloseTo(3, 9);
    expect(value(fiveMinuteBars(zigzag([100, 60], 40, 0)), 'impulse_ratio')).toBeCloseTo(3, 9);
    expect(value(rising(13), 'impulse_ratio')).toBeNaN();
  });

  it('the slopes are in basis points per bar, signed by the market', () => {
    const up = value(rising(900), 'ema_slope_fast');
    expect(up).toBeCloseTo(10_000 / 1000, 6);
    expect(value(rising(900), 'ema_slope_slow')).toBeCloseTo(10, 6);
    expect(value(fiveMinuteBars(zigzag([1900, 1000], 900, 0)), 'ema_slope_fast')).toBeCloseTo(-10, 6);
    expect(value(rising(20), 'ema_slope_fast')).toBeNaN();
    expect(value(rising(50), 'ema_slope_slow')).toBeNaN();
    expect(value(rising(51), 'ema_slope_slow')).toBeGreaterThan(0);
  });

  it('directions are signs of the market, whatever the side', () => {
    for (const side of ['long', 'short'] as const) {
      expect(value(rising(90), 'body_direction', side)).toBe(1);
      expect(value(rising(90), 'ema_direction_15m', side)).toBe(1);
      expect(value(fiveMinuteBars(zigzag([200, 100], 90, 0)), 'body_direction', side)).toBe(-1);
      expect(value(fiveMinuteBars(zigzag([200, 100], 90, 0)), 'ema_direction_15m', side)).toBe(-1);
    }
    expect(value(flat(90), 'body_direction')).toBe(0);
    expect(value(rising(60), 'ema_direction_15m')).toBeNaN();
    expect(value(rising(63), 'ema_direction_15m')).toBe(1);
  });

  it('bb_width_rank ranks the newest band among a day of them', () => {
    expect(value(flat(306), 'bb_width_rank')).toBeNaN();
    expect(value(flat(307), 'bb_width_rank')).toBe(0.5);
    const calm = zigzag([100, ...Array.from({ length: 150 }, (_, i) => (i % 2 === 0 ? 101 : 100))], 2, 0);
    const wider = fiveMinuteBars([...calm, ...zigzag([100, 120], 10, 0)]);
    expect(value(wider, 'bb_width_rank')).toBeCloseTo(287.5 / 288, 12);
    const stirred = zigzag([100, ...Array.from({ length: 150 }, (_, i) => (i % 2 === 0 ? 110 : 100))], 2, 0);
    const narrow = fiveMinuteBars([...stirred, ...Array.from({ length: 19 }, () => planted(100, 100, 100, 100))]);
    expect(value(narrow, 'bb_width_rank')).toBeCloseTo(0.5 / 288, 12);
  });

  it('PH-40: micro_seq says whether the last three 1m closes advance with the side; missing without them', () => {
    const bars = flat(20);
    const end = SYNTHETIC_START + 20 * 5 * MINUTE_MS;
    const minutes = (closes: readonly number[], endsAt = end) =>
      closes.map((close, index) => ({
        ...planted(close, close, close, close),
        openTime: endsAt - (closes.length - index) * MINUTE_MS,
      }));
    expect(value(bars, 'micro_seq', 'long', minutes([9, 1, 2, 3]))).toBe(1);
    expect(value(bars, 'micro_seq', 'short', minutes([9, 1, 2, 3]))).toBe(0);
    expect(value(bars, 'micro_seq', 'short', minutes([3, 2, 1]))).toBe(1);
    expect(value(bars, 'micro_seq', 'long', minutes([1, 2, 2]))).toBe(0);
    expect(value(bars, 'micro_seq')).toBeNaN();
    expect(value(bars, 'micro_seq', 'long', minutes([1, 2, 3], end - MINUTE_MS))).toBeNaN();
    const [first, second, third] = minutes([1, 2, 3]) as [Candle, Candle, Candle];
    const holed = [{ ...first, openTime: first.openTime - MINUTE_MS }, second, third];
    expect(value(bars, 'micro_seq', 'long', holed)).toBeNaN();
  });

  it('FE-1: every one of them is in the catalogue with its range', () => {
    for (const name of [...featureNames('range'), ...featureNames('scalp'), ...featureNames('scalp_facts')]) {
      expect(FEATURES.some((feature) => feature.name === name)).toBe(true);
    }
  });
});
