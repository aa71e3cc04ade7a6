/** Planted bars with the feature values that must come out of them, by the units of FE-3 and FE-10. */
import { describe, expect, it } from 'vitest';
import { BarSeries } from '#core/domain/bar-series.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { SignalDraft } from '#core/domain/signal.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, timeframeMs } from '#core/domain/timeframe.ts';
import { NO_PAST_FACTS } from '#core/signals/features/feature.ts';
import { featureIndex } from '#core/signals/features/feature-catalogue.ts';
import { correlationBefore } from '#core/signals/features/leader-correlation.ts';
import { annualisedVolatility, clusterOf, SymbolCluster } from '#core/signals/features/symbol-cluster.ts';
import { VolatilityRegime } from '#core/signals/features/volatility-regime.ts';
import { InstrumentSignals } from '#core/signals/instrument-signals.ts';
import { SYNTHETIC_START, seededRandom, syntheticCandles } from '#test/support/real-candles.ts';
import { NO_PEERS, testInstrument } from '#test/support/signals-run.ts';

const QUARTER = timeframeMs('15m');

/** 15m bars straight into the room, without roll-up. */
function roomWith(bars: readonly Candle[]): InstrumentSignals {
  const room = new InstrumentSignals({ instrument: testInstrument('SOL'), strategies: [], peers: NO_PEERS });
  for (const bar of bars) room.onBar('15m', bar, true);
  return room;
}

function bar(index: number, change: Partial<Candle> = {}): Candle {
  return {
    openTime: SYNTHETIC_START + index * QUARTER,
    open: 100,
    high: 101,
    low: 99,
    close: 100,
    volume: 10,
    ...change,
  };
}

function feature(
  room: InstrumentSignals,
  name: string,
  change: Partial<SignalDraft & { qscore: number }> = {},
): number {
  const bars = room.bars('15m');
  const vector = room.features(
    'trend',
    {
      side: 'long',
      stop: 98,
      target: 105,
      measures: {},
      time: bars.openTime(0) + QUARTER,
      timeframe: '15m',
      entry: bars.close(0),
      qscore: 50,
      plannedRr: 2.5,
      ...change,
    },
    NO_PAST_FACTS,
  );
  return vector.values[featureIndex('trend', name)] as number;
}

describe('FE-10: units of the trend features', () => {
  it('slope is in basis points per bar, signed', () => {
    const rising = roomWith(Array.from({ length: 20 }, (_, i) => bar(i, { close: 100 + i, high: 130 })));
    expect(feature(rising, 'slope')).toBeCloseTo(10_000 / 119, 9);
    const falling = roomWith(Array.from({ length: 20 }, (_, i) => bar(i, { close: 100 - i, low: 70 })));
    expect(feature(falling, 'slope')).toBeCloseTo(-10_000 / 81, 9);
  });

  it('ema_stack_score counts the pairs that agree with the side', () => {
    const rising = roomWith(Array.from({ length: 220 }, (_, i) => bar(i, { close: 100 + i, high: 400 })));
    expect(feature(rising, 'ema_stack_score')).toBe(100);
    expect(feature(rising, 'ema_stack_score', { side: 'short' })).toBe(0);
    const dipped = roomWith([
      ...Array.from({ length: 220 }, (_, i) => bar(i, { close: 100 + i, high: 400 })),
      bar(220, { close: 215, low: 210, high: 400 }),
    ]);
    expect(feature(dipped, 'ema_stack_score')).toBe(50);
  });

  it('range_expansion is the range of the last 24 h over the median of the ten before', () => {
    const bars = Array.from({ length: 11 * 96 }, (_, i) => {
      const day = Math.floor(i / 96);
      return bar(i, { high: 101 + day, low: 99 });
    });
    // Ranges 2 to 11 before, median 6.5; the newest day has 12.
    expect(feature(roomWith(bars), 'range_expansion')).toBeCloseTo(12 / 6.5, 12);
    expect(feature(roomWith(bars.slice(1)), 'range_expansion')).toBeNaN();
    const holed = bars.filter((_, i) => i < 3 * 96 || i >= 4 * 96);
    // The day with range 5 is lost; the median of the other nine is 7.
    expect(feature(roomWith(holed), 'range_expansion')).toBeCloseTo(12 / 7, 12);
  });

  it('shares of the candle and of the bands', () => {
    const room = roomWith([
      ...Array.from({ length: 19 }, (_, i) => bar(i)),
      bar(19, { open: 100, high: 104, low: 98, close: 103, volume: 30 }),
    ]);
    expect(feature(room, 'body_ratio')).toBeCloseTo(0.5, 12);
    expect(feature(room, 'upper_wick_ratio')).toBeCloseTo(1 / 6, 12);
    expect(feature(room, 'lower_wick_ratio')).toBeCloseTo(2 / 6, 12);
    expect(feature(room, 'volume_ratio')).toBeCloseTo(30 / 11, 12);
    const mean = 100.15;
    const deviation = Math.sqrt((19 * 0.15 ** 2 + 2.85 ** 2) / 20);
    expect(feature(room, 'bb_width_pct')).toBeCloseTo((400 * deviation) / mean, 9);
    expect(feature(room, 'bb_position')).toBeCloseTo((103 - mean + 2 * deviation) / (4 * deviation), 9);
  });

  it('FE-4: a candle without range and a market without volume have no shares', () => {
    const room = roomWith(Array.from({ length: 30 }, (_, i) => bar(i, { high: 100, low: 100, volume: 0 })));
    for (const name of [
      'body_ratio',
      'upper_wick_ratio',
      'volume_ratio',
      'bb_position',
      'vwap_dist_atr',
      'stop_dist_atr',
    ]) {
      expect(feature(room, name)).toBeNaN();
    }
  });

  it('distances are in ATR and unsigned, atr_pct in percent', () => {
    const room = roomWith(Array.from({ length: 40 }, (_, i) => bar(i)));
    expect(feature(room, 'atr_pct')).toBeCloseTo(2, 12);
    expect(feature(room, 'stop_dist_atr')).toBeCloseTo(1, 12);
    expect(feature(room, 'stop_dist_atr', { side: 'short', stop: 102 })).toBeCloseTo(1, 12);
    const below = roomWith([...Array.from({ length: 40 }, (_, i) => bar(i)), bar(40, { close: 99, volume: 0 })]);
    expect(feature(below, 'vwap_dist_atr')).toBeCloseTo(0.5, 12);
  });

  it('the VWAP begins anew with the UTC day', () => {
    const room = roomWith([
      ...Array.from({ length: 96 }, (_, i) => bar(i)),
      bar(96, { open: 200, high: 201, low: 199, close: 200, volume: 1 }),
    ]);
    expect(feature(room, 'vwap_dist_atr')).toBeCloseTo(0, 12);
  });

  it('hour and weekday lie on circles; Monday is 0', () => {
    const room = roomWith([bar(0)]);
    // 2024-03-01 was a Friday; the first bar closes at 00:15.
    expect(feature(room, 'hour_sin')).toBeCloseTo(Math.sin((2 * Math.PI * 0.25) / 24), 12);
    expect(feature(room, 'weekday_cos')).toBeCloseTo(Math.cos((2 * Math.PI * 4) / 7), 12);
    expect(feature(room, 'session')).toBe(0);
    expect(feature(room, 'side', { side: 'short' })).toBe(-1);
  });
});

describe('FE-5: composites', () => {
  it('a straight trend is all trend and no range, a zigzag the reverse', () => {
    const trend = roomWith(
      Array.from({ length: 80 }, (_, i) => bar(i, { open: 100 + i, high: 101.1 + i, low: 99.9 + i, close: 101 + i })),
    );
    expect(feature(trend, 'ts15')).toBeCloseTo(100, 9);
    expect(feature(trend, 'rc15')).toBeLessThan(15);
    const zigzag = roomWith(
      Array.from({ length: 80 }, (_, i) => bar(i, i % 4 < 2 ? { close: 101, high: 102 } : { close: 99, low: 98 })),
    );
    expect(feature(zigzag, 'rc15')).toBeGreaterThan(90);
    expect(feature(zigzag, 'ts15')).toBeLessThan(35);
  });
});

describe('FE-3: regime, cluster, correlation', () => {
  it('the regime is missing for three days, then low, normal, high, extreme at 25, 75 and 95', () => {
    const regime = new VolatilityRegime();
    const add = (value: number) => {
      regime.add(value);
      return regime.regime;
    };
    regime.add(Number.NaN);
    for (let i = 1; i < 288; i++) expect(add(i)).toBeNull();
    expect(add(288)).toBe('extreme');
    expect([add(10), add(100), add(250), add(280)]).toEqual(['low', 'normal', 'high', 'extreme']);
  });

  it('the regime forgets what is older than 30 days', () => {
    const regime = new VolatilityRegime();
    for (let i = 0; i < 400; i++) regime.add(100);
    for (let i = 0; i < 2879; i++) regime.add(1 + i / 10_000);
    regime.add(2);
    expect(regime.percentile).toBeGreaterThan(99.9);
  });

  it('clusters are cut at 40, 80 and 120 percent a year, with 10 % hysteresis around the present one', () => {
    const fresh = Number.NaN;
    expect([39, 40, 79, 80, 119, 120].map((v) => clusterOf(v, fresh))).toEqual([0, 1, 1, 2, 2, 3]);
    expect([41, 43.9, 44].map((v) => clusterOf(v, 0))).toEqual([0, 0, 1]);
    expect([37, 36, 35.9].map((v) => clusterOf(v, 1))).toEqual([1, 1, 0]);
    expect([clusterOf(200, 0), clusterOf(10, 3)]).toEqual([3, 0]);
  });

  it('the annual volatility of a planted series, holes left out', () => {
    const hours = new BarSeries('1h', 1024);
    const push = (index: number, close: number) => hours.push({ ...bar(0), openTime: index * HOUR_MS, close }, true);
    let close = 100;
    for (let i = 0; i <= 100; i++) {
      push(i, close);
      close *= i % 2 === 0 ? Math.exp(0.01) : Math.exp(-0.01);
    }
    const expected = 100 * 0.01 * Math.sqrt(100 / 99) * Math.sqrt(8760);
    expect(annualisedVolatility(hours)).toBeCloseTo(expected, 9);
    push(200, close * 50);
    expect(annualisedVolatility(hours)).toBeCloseTo(expected, 9);
  });

  it('the cluster is first fitted after three days and then only at Monday 00:00 UTC', () => {
    const cluster = new SymbolCluster();
    const hours = new BarSeries('1h', 1024);
    const random = seededRandom(3);
    let close = 100;
    const codes = new Map<number, number>();
    // SYNTHETIC_START is a Friday; Mondays begin 72 and 240 h later.
    for (let hour = 0; hour < 260; hour++) {
      const size = hour < 80 ? 0.001 : 0.09;
      close *= Math.exp(size * (random() - 0.5));
      hours.push({ ...bar(0), openTime: SYNTHETIC_START + hour * HOUR_MS, close }, true);
      cluster.onHour(hours, SYNTHETIC_START + (hour + 1) * HOUR_MS);
      codes.set(hour + 1, cluster.code);
    }
    expect([codes.get(72), codes.get(73), codes.get(239), codes.get(240)]).toEqual([Number.NaN, 0, 0, 3]);
    expect(SYNTHETIC_START % DAY_MS).toBe(0);
  });

  it('PL-4: the correlation reads only bars that closed strictly before the signal', () => {
    const candles = syntheticCandles({ count: 120, stepMs: 15 * MINUTE_MS, seed: 1 });
    const before = (candles.at(-1)?.openTime ?? 0) + QUARTER;
    const series = (change: (index: number) => number) => {
      const bars = new BarSeries('15m', 256);
      for (const [index, one] of candles.entries()) bars.push({ ...one, close: one.close * change(index) }, true);
      return bars;
    };
    const own = series(() => 1);
    expect(correlationBefore(own, own, before)).toBeCloseTo(1, 12);
    const batchMate = series((index) => (index === 119 ? 2 : 1));
    expect(correlationBefore(own, batchMate, before)).toBeCloseTo(1, 12);
    const known = series((index) => (index === 118 ? 2 : 1));
    expect(correlationBefore(own, known, before)).toBeLessThan(0.9);
    expect(correlationBefore(own, new BarSeries('15m', 8), before)).toBeNaN();
  });
});
