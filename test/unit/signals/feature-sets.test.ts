/** FE-13, FE-14, FE-16, FE-17: what the sets hold, from when on, within which range, and planted values. */
import { beforeAll, describe, expect, it } from 'vitest';
import { BarSeries } from '#core/domain/bar-series.ts';
import type { Candle } from '#core/domain/candle.ts';
import { type MarketFacts, NO_MARKET_FACTS } from '#core/domain/market-facts.ts';
import type { SignalDraft } from '#core/domain/signal.ts';
import { HOUR_MS, MINUTE_MS, type Timeframe, timeframeMs } from '#core/domain/timeframe.ts';
import { type FeatureDefinition, NO_PAST_FACTS, type PastFacts } from '#core/signals/features/feature.ts';
import { FEATURES, featureIndex, featureNames } from '#core/signals/features/feature-catalogue.ts';
import { nearestLevel, visitsTo } from '#core/signals/features/price-levels.ts';
import { InstrumentSignals } from '#core/signals/instrument-signals.ts';
import { factsOf } from '#test/support/market-world.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { leaderOf, NO_PEERS, SignalsRun, testInstrument } from '#test/support/signals-run.ts';

const SETS = {
  market: `atr_volatility, volume_delta, timeframe_alignment, sentiment, whale_activity, spread_quality, independence,
    session_bonus, momentum_strength, level_distance, book_imbalance`,
  quality: `rsi, volume_ratio, momentum, volatility_percentile, trend_strength, hour_of_day, recent_win_rate,
    risk_reward`,
  immediate: `trend_strength, higher_timeframe_alignment, ema_distance_ratio, support_resistance_strength,
    volume_ratio, volatility, momentum, rsi, planned_rr, body_ratio, distance_to_round_number, session, hour`,
} as const;
const MINE = [...Object.keys(SETS), 'volatility'];

const PAST: PastFacts = { ...NO_PAST_FACTS, recentWinRate: 0.45 };

function subjectOf(room: InstrumentSignals, timeframe: Timeframe, change: Partial<SignalDraft> = {}) {
  const bars = room.bars(timeframe);
  const entry = bars.close(0);
  return {
    side: 'long' as const,
    stop: entry * 0.98,
    target: entry * 1.05,
    measures: {},
    time: bars.openTime(0) + timeframeMs(timeframe),
    timeframe,
    entry,
    qscore: 50,
    plannedRr: 2.5,
    ...change,
  };
}

describe('the sets market, quality, immediate and volatility', () => {
  it.each(Object.entries(SETS))('FE-13, FE-14, FE-17: %s holds the named features in their order', (id, names) => {
    expect(featureNames(id)).toEqual(names.split(/,\s*/));
  });

  it('FE-16: volatility holds at least 14, realised volatilities and the three HAR terms among them', () => {
    const names = featureNames('volatility');
    expect(names.length).toBeGreaterThanOrEqual(14);
    for (const name of ['rv_1h', 'rv_6h', 'rv_24h', 'har_daily', 'har_weekly', 'har_monthly']) {
      expect(names).toContain(name);
    }
  });
});

describe('the vectors over time', () => {
  /** Per set and feature: the 15m bar (counted from 1) with its first value; and all values outside of their range. */
  const firstBar = new Map<string, number>();
  const outside: string[] = [];

  beforeAll(() => {
    const candles = syntheticCandles({ count: 31 * 288, stepMs: 5 * MINUTE_MS, seed: 12 });
    const leader = new BarSeries('15m', 4096);
    for (let i = 2; i < candles.length; i += 3) {
      const first = candles[i - 2] as Candle;
      leader.push({ ...first, close: (first.close + (candles[i] as Candle).close) / 2 }, true);
    }
    const run = new SignalsRun({ instrument: testInstrument('SOL'), past: PAST, peers: leaderOf(() => leader) });
    for (const [index, bar] of candles.entries()) {
      run.signals.onMarket(factsOf(bar));
      run.onBar(bar);
      // Every bar at first, so that warm-ups are seen to the bar; then around the longest one.
      if (index % 3 !== 2 || (index > 9 * 288 && index < 29 * 288)) continue;
      for (const set of MINE) {
        const side = index % 2 === 0 ? 'long' : 'short';
        const { values } = run.signals.features(set, subjectOf(run.signals, '15m', { side }), PAST);
        for (const [place, name] of featureNames(set).entries()) {
          const value = values[place] as number;
          if (Number.isNaN(value)) continue;
          if (!firstBar.has(`${set}.${name}`)) firstBar.set(`${set}.${name}`, (index + 1) / 3);
          const [least, greatest] = definition(name).range;
          if (value < least || value > greatest) outside.push(`${name} ${value}`);
        }
      }
    }
  });

  it.each(
    MINE.flatMap((set) => featureNames(set).map((name) => [set, name] as const)),
  )('FE-1, FE-4: %s.%s has its first value exactly when its warm-up is over, and is missing before', (set, name) => {
    const { warmUp } = definition(name);
    const barMs =
      warmUp === null ? 0 : timeframeMs(warmUp.timeframe === 'own' ? '15m' : warmUp.timeframe) * warmUp.bars;
    expect(firstBar.get(`${set}.${name}`)).toBe(Math.max(1, Math.ceil(barMs / timeframeMs('15m'))));
  });

  it('FE-1: no value leaves the range of its feature', () => {
    expect(outside).toEqual([]);
  });
});

/** Bars straight into the room, without roll-up. */
function roomWith(timeframe: Timeframe, bars: readonly Candle[], facts: MarketFacts = NO_MARKET_FACTS) {
  const room = new InstrumentSignals({ instrument: testInstrument('SOL'), strategies: [], peers: NO_PEERS });
  for (const bar of bars) room.onBar(timeframe, bar, true);
  room.onMarket(facts);
  return room;
}

function flat(timeframe: Timeframe, count: number, change: (index: number) => Partial<Candle> = () => ({})): Candle[] {
  return Array.from({ length: count }, (_, index) => ({
    openTime: SYNTHETIC_START + index * timeframeMs(timeframe),
    open: 100,
    high: 101,
    low: 99,
    close: 100,
    volume: 10,
    ...change(index),
  }));
}

function featureOf(
  room: InstrumentSignals,
  set: string,
  name: string,
  timeframe: Timeframe = '15m',
  change: Partial<SignalDraft> = {},
): number {
  const own = room.bars('15m').count > 0 ? '15m' : timeframe;
  const subject = { ...subjectOf(room, own, change), timeframe: '15m' as const };
  return room.features(set, subject, PAST).values[featureIndex(set, name)] as number;
}

describe('FE-13: planted market figures', () => {
  it('volume_delta is 50 + 20 x (volume over the mean of 20, less 1), cut to 0-100', () => {
    const room = roomWith(
      '5m',
      flat('5m', 20, (index) => (index === 19 ? { volume: 20 } : {})),
    );
    expect(featureOf(room, 'market', 'volume_delta', '5m')).toBeCloseTo(50 + 20 * (20 / 10.5 - 1), 9);
    const flood = roomWith(
      '5m',
      flat('5m', 20, (index) => (index === 19 ? { volume: 1e9 } : {})),
    );
    expect(featureOf(flood, 'market', 'volume_delta', '5m')).toBe(100);
  });

  it('atr_volatility compares the last five changes with a day of them', () => {
    // Changes of 1 % up and down; the last five are of 2 %.
    let close = 100;
    const bars = flat('5m', 289, (index) => {
      const step = index > 283 ? 0.02 : 0.01;
      if (index > 0) close *= index % 2 === 0 ? 1 + step : 1 - step;
      return { open: close, high: close, low: close, close };
    });
    const history = (283 * 0.01 + 5 * 0.02) / 288;
    expect(featureOf(roomWith('5m', bars), 'market', 'atr_volatility', '5m')).toBeCloseTo(
      50 + 25 * (0.02 / history - 1),
      9,
    );
  });

  it('momentum_strength is 100 straight up, 0 straight down, missing without any change', () => {
    const straight = (step: number) =>
      roomWith(
        '5m',
        flat('5m', 13, (index) => ({ close: 100 + step * index })),
      );
    expect(featureOf(straight(1), 'market', 'momentum_strength', '5m')).toBe(100);
    expect(featureOf(straight(-1), 'market', 'momentum_strength', '5m')).toBe(0);
    expect(featureOf(straight(0), 'market', 'momentum_strength', '5m')).toBeNaN();
  });

  it('facts of the exchange become points', () => {
    const facts = { spreadBps: 2.5, bookImbalance: -0.5, largeTradeShare: 0.3, fundingRate: 0.0005 };
    const room = roomWith('15m', flat('15m', 3), facts);
    const names = ['spread_quality', 'book_imbalance', 'whale_activity', 'sentiment', 'session_bonus'];
    expect(names.map((name) => featureOf(room, 'market', name))).toEqual([75, 25, 30, 75, 15]);
  });

  it('FE-4, MK-15: what the exchange does not tell is missing, never 0', () => {
    const room = roomWith('15m', flat('15m', 300));
    for (const name of ['spread_quality', 'book_imbalance', 'whale_activity', 'sentiment', 'independence']) {
      expect(featureOf(room, 'market', name)).toBeNaN();
    }
  });

  it('FE-13: one vector serves a bar: the same close is remembered, new bars and new facts are not', () => {
    const room = roomWith('15m', flat('15m', 30));
    const ask = () => room.features('market', subjectOf(room, '15m'), PAST);
    const first = ask();
    expect(ask()).toBe(first);
    expect(room.features('market', { ...subjectOf(room, '15m'), side: 'short' }, NO_PAST_FACTS)).toBe(first);
    expect(room.memo).toEqual({ asked: 3, remembered: 2 });
    room.onMarket({ ...NO_MARKET_FACTS, spreadBps: 1 });
    expect(ask()).not.toBe(first);
    room.onBar('5m', { ...(flat('5m', 1)[0] as Candle), openTime: SYNTHETIC_START + 30 * 15 * MINUTE_MS }, true);
    ask();
    const later = { ...subjectOf(room, '15m'), time: subjectOf(room, '15m').time + MINUTE_MS };
    room.features('market', later, PAST);
    expect(room.memo).toEqual({ asked: 6, remembered: 2 });
    // Sets that look at the signal itself are never remembered.
    room.features('quality', subjectOf(room, '15m'), PAST);
    expect(room.memo.asked).toBe(6);
  });
});

describe('FE-14, FE-17: planted figures', () => {
  it('risk_reward is after the fee on both sides; momentum in ATR; hours with and without minutes', () => {
    const room = roomWith(
      '15m',
      flat('15m', 40, (index) => (index === 39 ? { close: 101 } : {})),
    );
    const plan = { stop: 99, target: 106 };
    // Fee 10 bps a side of 101.
    expect(featureOf(room, 'quality', 'risk_reward', '15m', plan)).toBeCloseTo((5 - 0.202) / (2 + 0.202), 9);
    expect(featureOf(room, 'quality', 'momentum')).toBeCloseTo(0.5, 9);
    expect(featureOf(room, 'quality', 'hour_of_day')).toBe(10);
    expect(featureOf(roomWith('15m', flat('15m', 2)), 'quality', 'hour_of_day')).toBe(0.5);
    expect(featureOf(roomWith('15m', flat('15m', 7)), 'immediate', 'hour')).toBe(1);
  });

  it('the distance to a round number is in ATR, to numbers of two significant digits', () => {
    const at = (close: number) => {
      const bars = flat('15m', 20, () => ({ open: close, high: close + 1, low: close - 1, close }));
      return featureOf(roomWith('15m', bars), 'immediate', 'distance_to_round_number');
    };
    expect(at(64_250)).toBeCloseTo(125, 9);
    expect(at(64_900)).toBeCloseTo(50, 9);
    expect(at(120)).toBeCloseTo(0, 9);
    expect(at(99.6)).toBeCloseTo(0.2, 9);
  });

  it('the higher timeframe agrees with one side and speaks against the other', () => {
    const room = roomWith(
      '1h',
      flat('1h', 60, (index) => ({ close: 100 + index, high: 200 })),
    );
    room.onBar('15m', { ...(flat('15m', 1)[0] as Candle), openTime: SYNTHETIC_START + 60 * HOUR_MS }, true);
    expect(featureOf(room, 'immediate', 'higher_timeframe_alignment')).toBe(1);
    expect(featureOf(room, 'immediate', 'higher_timeframe_alignment', '15m', { side: 'short' })).toBe(-1);
  });

  it('levels are swings that three bars have confirmed; visits in a row count once', () => {
    const bars = new BarSeries('15m', 128);
    const peaks = [20, 50, 80, 94];
    for (const bar of flat('15m', 96, (index) =>
      peaks.includes(index) ? { high: 110 } : { high: 101 + (index % 2) },
    )) {
      bars.push(bar, true);
    }
    expect(nearestLevel(bars, 108)).toBe(110);
    // Bar 94 is one bar old: it is no swing yet, but it visits the level that others made.
    expect(visitsTo(bars, 110, 0.5)).toBe(4);
    expect(visitsTo(bars, 100, 5)).toBe(1);
    const short = new BarSeries('15m', 128);
    for (const bar of flat('15m', 95)) short.push(bar, true);
    expect(nearestLevel(short, 108)).toBeNaN();
  });
});

describe('FE-16: planted hours', () => {
  /** Hours that go up and down by 1 %, with one jump of 20 %. */
  function hours(count: number, jumpAt = -1): Candle[] {
    let close = 100;
    return flat('1h', count, (index) => {
      const open = close;
      const step = index === jumpAt ? 0.2 : 0.01;
      close *= Math.exp(index % 2 === 0 ? step : -step);
      return { open, high: Math.max(open, close), low: Math.min(open, close), close, volume: 10 + (index % 2) };
    });
  }
  const read = (room: InstrumentSignals, name: string) => {
    const subject = { ...subjectOf(room, '1h'), timeframe: '1h' as const };
    return room.features('volatility', subject, PAST).values[featureIndex('volatility', name)] as number;
  };

  it('realised volatilities are roots of sums of squared returns, in percent', () => {
    const room = roomWith('1h', hours(721));
    expect(read(room, 'rv_6h')).toBeCloseTo(Math.sqrt(6), 9);
    expect(read(room, 'rv_24h')).toBeCloseTo(Math.sqrt(24), 9);
    expect(read(room, 'return_mean_24h')).toBeCloseTo(0, 9);
    expect(read(room, 'return_abs_mean_24h')).toBeCloseTo(1, 9);
    expect(read(room, 'return_spread_24h')).toBeCloseTo(Math.sqrt(24 / 23), 9);
    expect(read(room, 'momentum_6h')).toBeCloseTo(0, 9);
    expect(read(room, 'momentum_1h')).toBeCloseTo(1, 9);
    for (const name of ['har_daily', 'har_weekly', 'har_monthly'])
      expect(read(room, name)).toBeCloseTo(Math.log(24), 9);
    expect(read(room, 'volume_mean_24h')).toBeCloseTo(1, 2);
    expect(read(room, 'gap_ratio_24h')).toBeCloseTo(0, 9);
    expect(read(room, 'jump_count_24h')).toBe(0);
  });

  it('a jump is counted while it lies within 24 h, and lifts the HAR terms by its age', () => {
    const jumped = roomWith('1h', hours(721, 710));
    expect(read(jumped, 'jump_count_24h')).toBe(1);
    expect(read(jumped, 'har_daily')).toBeCloseTo(Math.log(23 + 400), 9);
    expect(read(jumped, 'har_weekly')).toBeCloseTo(Math.log((167 + 400) / 7), 9);
    expect(read(jumped, 'har_monthly')).toBeCloseTo(Math.log((719 + 400) / 30), 9);
    const older = roomWith('1h', hours(721, 690));
    expect(read(older, 'jump_count_24h')).toBe(0);
    expect(read(older, 'har_daily')).toBeCloseTo(Math.log(24), 9);
  });

  it('a return over a hole is left out; with too many of them a window is missing', () => {
    const whole = hours(800);
    const holed = (from: number, to: number) =>
      roomWith(
        '1h',
        whole.filter((_, index) => index < from || index >= to),
      );
    expect(read(holed(790, 793), 'rv_24h')).toBeCloseTo(Math.sqrt(24), 9);
    expect(read(holed(780, 790), 'rv_24h')).toBeNaN();
    expect(read(holed(780, 790), 'har_weekly')).toBeCloseTo(Math.log(24), 9);
  });

  it('the newest hour comes from base bars', () => {
    let close = 100;
    const bars = flat('5m', 24, (index) => {
      close *= Math.exp(index % 2 === 0 ? 0.01 : -0.01);
      return { close };
    });
    const room = roomWith('5m', bars);
    room.onBar('1h', { ...(flat('1h', 1)[0] as Candle), openTime: SYNTHETIC_START + HOUR_MS }, true);
    expect(read(room, 'rv_1h')).toBeCloseTo(Math.sqrt(12), 9);
  });
});

function definition(name: string): FeatureDefinition {
  const feature = FEATURES.find((one) => one.name === name);
  if (feature === undefined) throw new Error(`no feature ${name}`);
  return feature;
}
