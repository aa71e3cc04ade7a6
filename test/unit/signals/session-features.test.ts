/** FE-15: planted sessions with the feature values that must come out of them. */
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/domain/candle.ts';
import { DAY_MS, MINUTE_MS, timeframeMs } from '#core/domain/timeframe.ts';
import { RollUp } from '#core/market/roll-up.ts';
import { NO_PAST_FACTS } from '#core/signals/features/feature.ts';
import { featureIndex, featureNames, findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { InstrumentSignals } from '#core/signals/instrument-signals.ts';
import { sessionType } from '#core/signals/sessions/span-figures.ts';
import { openingRange } from '#core/signals/strategies/opening-range.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { NO_PEERS, testInstrument } from '#test/support/signals-run.ts';

const STEP = 5 * MINUTE_MS;

class Room {
  readonly signals = new InstrumentSignals({
    instrument: testInstrument(),
    strategies: [{ strategy: openingRange, parameters: strategyParameters(openingRange) }],
    peers: NO_PEERS,
  });
  readonly #rollUp = new RollUp('5m', (timeframe, bar, complete) => this.signals.onBar(timeframe, bar, complete));

  constructor(bars: readonly Candle[] = []) {
    for (const bar of bars) this.add(bar);
  }

  add(bar: Candle): void {
    this.signals.onBar('5m', bar, true);
    this.#rollUp.onBar(bar);
  }

  vector(openMinute: number): Float64Array {
    const bars = this.signals.bars('5m');
    return this.signals.features(
      'session',
      {
        side: 'long',
        stop: 99,
        target: 103,
        measures: { open_minute: openMinute, break_minutes: 5, break_dist_range: 0.2, first_break: 1 },
        time: bars.openTime(0) + STEP,
        timeframe: '5m',
        entry: bars.close(0),
        qscore: 50,
        plannedRr: 1.5,
      },
      NO_PAST_FACTS,
    ).values;
  }

  value(name: string, openMinute = 480): number {
    return this.vector(openMinute)[featureIndex('session', name)] as number;
  }
}

/** Days of flat bars at 100, range 1; `draw` changes a bar by day and clock. */
function days(count: number, draw: (day: number, clock: string) => Partial<Candle> | null): Candle[] {
  return Array.from({ length: count * 288 }, (_, index) => {
    const openTime = SYNTHETIC_START + index * STEP;
    const clock = new Date(openTime).toISOString().slice(11, 16);
    const change = draw(Math.floor(index / 288), clock);
    return { openTime, open: 100, high: 100.5, low: 99.5, close: 100, volume: 1, ...change };
  });
}

const until = (bars: readonly Candle[], day: number, clock: string) => {
  const end = SYNTHETIC_START + day * DAY_MS + (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))) * MINUTE_MS;
  return bars.filter(({ openTime }) => openTime < end);
};

/** Asian highs that grow by day, one close away from the open, and an opening range of 08:00. */
const BARS = days(5, (day, clock) => {
  if (clock === '03:00') return { high: 101.5 + day };
  if (clock === '06:55') return { close: 100.25 };
  if (clock === '10:00') return { low: 98 };
  if (clock === '23:55') return { close: 99.75 };
  if (clock === '08:05') return { high: 100.5 + 0.25 * day, close: 100 };
  if (clock === '08:10') return { close: 100.5 };
  if (clock === '08:20') return day === 3 ? { close: 99, low: 98.5 } : null;
  return null;
});

describe('session features', () => {
  it('FE-15: the set holds about 60 features and the side', () => {
    const names = featureNames('session');
    expect(names.length).toBeGreaterThanOrEqual(55);
    expect(names.length).toBeLessThanOrEqual(70);
    expect(names.at(-1)).toBe('side');
    for (const window of ['pre_asia', 'asia', 'pre_london', 'london', 'pre_ny', 'ny']) {
      expect(names).toContain(`${window}_range_pct`);
      expect(names).toContain(`${window}_range_atr`);
    }
  });

  it('FE-15: ranges, direction and ratios of the newest finished windows', () => {
    const room = new Room(until(BARS, 4, '08:15'));
    // Asia of day 4: 99.5 to 105.5 from 100, closed at 100.25. London of day 3: 98 to 101.25.
    expect(room.value('asia_range_pct')).toBeCloseTo(6, 12);
    expect(room.value('asia_direction')).toBeCloseTo(0.25 / 6, 12);
    expect(room.value('london_range_pct')).toBeCloseTo(3.25, 12);
    expect(room.value('asia_to_london_range')).toBeCloseTo(6 / 3.25, 12);
    const atr = room.signals.atr('1h');
    expect(room.value('asia_range_atr')).toBeCloseTo(6 / atr, 12);
    expect(room.value('asia_gap_atr')).toBeCloseTo(-0.25 / atr, 12);
    expect(room.value('open_gap_atr')).toBeCloseTo(0.25 / atr, 12);
  });

  it('FE-15: the opening range, against its own days before and the open before it', () => {
    const room = new Room(until(BARS, 4, '08:15'));
    // 99.5 to 101.5; on the three days before it was 1.25, 1.5 and 1.75 high.
    expect(room.value('or_size_pct')).toBeCloseTo(2, 12);
    expect(room.value('or_size_to_mean')).toBeCloseTo(2 / 1.5, 12);
    expect(room.value('or_size_mean3_pct')).toBeCloseTo(1.5, 12);
    expect(room.value('or_direction')).toBeCloseTo(0.25, 12);
    expect(room.value('or_size_atr')).toBeCloseTo(2 / room.signals.atr('15m'), 12);
    expect(room.value('prev_open_size_ratio')).toBeCloseTo(2, 12);
    expect(room.value('prev_open_side')).toBe(0);
    // On day 3 the close at 08:20 was below 99.5 by a range of 1.75; the low of 10:00 went to 98.
    expect(room.value('same_open_side')).toBe(-1);
    expect(room.value('same_open_extension')).toBeCloseTo(1.5 / 1.75, 12);
  });

  it('FE-15: the days before and the day so far', () => {
    const room = new Room(until(BARS, 4, '08:15'));
    expect(room.value('prev_day_return_pct')).toBeCloseTo(-0.25, 12);
    expect(room.value('prev_day_range_pct')).toBeCloseTo(6.5, 12);
    expect(room.value('prev_day_direction')).toBeCloseTo(-0.25 / 6.5, 12);
    expect(room.value('prev_day_close_position')).toBeCloseTo(1.75 / 6.5, 12);
    expect(room.value('prev_day_high_dist_atr')).toBeCloseTo(-4 / room.signals.atr('1h'), 12);
    expect(room.value('prev_day_low_dist_atr')).toBeCloseTo(2.5 / room.signals.atr('1h'), 12);
    expect(room.value('today_position')).toBeCloseTo(1 / 6, 12);
    expect(room.value('today_to_prev_range')).toBeCloseTo(6 / 6.5, 12);
    expect(room.value('day_range_mean3_pct')).toBeCloseTo(5.5, 12);
    expect(room.value('asia_range_mean3_pct')).toBeCloseTo(5, 12);
    expect(room.value('day_return_mean3_pct')).toBeCloseTo(-0.25, 12);
  });

  it('FE-15: the type of the newest finished session is one-hot', () => {
    const room = new Room(until(BARS, 4, '08:15'));
    const types = ['trend', 'range', 'expansion', 'contraction'].map((type) => room.value(`session_type_${type}`));
    // Asia of day 4 is 6 wide, the three before 3, 4 and 5: 1.5 times as wide, and no trend.
    expect(types).toEqual([0, 0, 1, 0]);
  });

  it.each([
    ['trend', { open: 100, high: 103, low: 100, close: 102 }, 9],
    ['trend', { open: 103, high: 103, low: 100, close: 101.1 }, 1],
    ['expansion', { open: 100, high: 103, low: 100, close: 101 }, 2.4],
    ['contraction', { open: 100, high: 103, low: 100, close: 101 }, 4],
    ['range', { open: 100, high: 103, low: 100, close: 101 }, 3],
    [null, { open: 100, high: 103, low: 100, close: 101 }, Number.NaN],
    [null, { open: 100, high: 100, low: 100, close: 100 }, 3],
  ] as const)('FE-15: a session type of %s', (type, span, usual) => {
    expect(sessionType(span, usual)).toBe(type);
  });

  it('FE-4: a subject that is about no open, or one with a hole, has no opening features', () => {
    const room = new Room(until(BARS, 4, '08:15'));
    expect(room.value('or_size_pct', 17)).toBeNaN();
    const holed = new Room(
      until(BARS, 4, '08:15').filter(({ openTime }) => openTime !== SYNTHETIC_START + 4 * DAY_MS + 480 * MINUTE_MS),
    );
    for (const name of ['or_size_pct', 'open_gap_atr', 'prev_open_size_ratio', 'today_position']) {
      expect(holed.value(name), name).toBeNaN();
    }
    expect(holed.value('asia_range_pct')).toBeCloseTo(6, 12);
  });

  it('FE-1, FE-4: nothing is there before its warm-up, all of it after five days, and within its range', () => {
    const candles = syntheticCandles({ count: 6 * 288, stepMs: STEP, seed: 14 });
    const set = findFeatureSet('session');
    if (set === null) throw new Error('the set session exists');
    const room = new Room();
    const faults: string[] = [];
    for (const [index, bar] of candles.entries()) {
      room.add(bar);
      if (index % 3 !== 2) continue;
      const values = room.vector(480);
      for (const [place, { name, warmUp, range }] of set.features.entries()) {
        const value = values[place] as number;
        const needed =
          warmUp === null ? 0 : warmUp.bars * (warmUp.timeframe === 'own' ? 1 : timeframeMs(warmUp.timeframe) / STEP);
        // Until every open of the sixth day is behind, a mean may look at the day that the history began in; midnight has no day.
        if (Number.isNaN(value) && index >= 5 * 288 && index % 288 > 100 && index % 288 < 287)
          faults.push(`${name} is missing at ${index}`);
        if (!Number.isNaN(value) && index + 1 < needed) faults.push(`${name} is early at ${index}`);
        if (value < range[0] || value > range[1]) faults.push(`${name} is ${value}`);
      }
    }
    expect(faults).toEqual([]);
  });
});
