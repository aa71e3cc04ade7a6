/** The range that a bar stands in, on bars drawn by hand: edges, age, touches, and what ends it. */
import { describe, expect, it } from 'vitest';
import { BarSeries } from '#core/domain/bar-series.ts';
import type { Candle } from '#core/domain/candle.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import { type RangeRules, TradingRange } from '#core/signals/strategies/trading-range.ts';
import { type PlantedBar, planted, zigzag } from '#test/support/planted-bars.ts';
import { SYNTHETIC_START } from '#test/support/real-candles.ts';

const BAR_MS = timeframeMs('15m');
const RULES: RangeRules = {
  minimumBars: 12,
  maximumBars: 48,
  minimumWidthAtr: 3,
  maximumWidthAtr: 10,
  touchZoneAtr: 0.5,
  maximumSpikeAtr: 0.5,
};
/** Between 100 and 106, touched at every turn: 4 up, 4 down, 5 bars each; ends at the lower edge. */
const WAVE = zigzag([103, 106, 100, 106, 100, 106, 100, 106, 100], 5, 0);

function measured(bars: readonly PlantedBar[], rules: Partial<RangeRules> = {}, skip: readonly number[] = []) {
  const series = new BarSeries('15m', 256);
  for (const [index, bar] of bars.entries()) {
    if (!skip.includes(index)) series.push(candle(bar, index), true);
  }
  const range = new TradingRange({ ...RULES, ...rules });
  return range.measure(series, 1) ? range : null;
}

function candle(bar: PlantedBar, index: number): Candle {
  return { openTime: SYNTHETIC_START + index * BAR_MS, ...bar };
}

const INSIDE = planted(100, 101, 100, 101);

describe('a trading range', () => {
  it('has the extremes as edges, and names the bars that set them', () => {
    const range = measured([...WAVE, planted(100, 101, 99.8, 101)]);
    expect(range).toMatchObject({ lower: 99.8, upper: 106, ageBars: 40 });
    expect(range?.lowerTime).toBe(SYNTHETIC_START + 40 * BAR_MS);
    // Of equal highs the first counts: the last touch but three within the 12 newest bars.
    expect(range?.upperTime).toBe(SYNTHETIC_START + 34 * BAR_MS);
    expect(range?.middle).toBeCloseTo(102.9, 12);
  });

  it('counts separate visits to the edges, the one that goes on not among them', () => {
    expect(measured([...WAVE, INSIDE])).toMatchObject({ touchesLower: 3, touchesUpper: 4 });
    const left = [...WAVE, planted(100, 102, 100, 102), planted(102, 102, 100, 101)];
    expect(measured(left)).toMatchObject({ touchesLower: 4, touchesUpper: 4 });
    const hugging = [
      ...WAVE,
      planted(100, 101, 100, 101),
      planted(101, 101, 100, 100.5),
      planted(100.5, 101, 100, 101),
    ];
    expect(measured(hugging)).toMatchObject({ touchesLower: 3, touchesUpper: 4 });
  });

  it('is as old as the last breakout before it', () => {
    const broken = [...WAVE, planted(100, 109, 100, 103), ...WAVE.slice(0, 20), INSIDE];
    expect(measured(broken)?.ageBars).toBe(20);
    const touched = [...WAVE, planted(100, 106.5, 100, 103), ...WAVE.slice(0, 20), INSIDE];
    expect(measured(touched)).toMatchObject({ ageBars: 48, upper: 106.5 });
  });

  it('grows back no further than it may', () => {
    expect(measured([...WAVE, INSIDE], { maximumBars: 20 })?.ageBars).toBe(20);
  });

  it('ends at a hole, and is none with a hole in its newest bars', () => {
    expect(measured([...WAVE, INSIDE], {}, [15])?.ageBars).toBe(24);
    expect(measured([...WAVE, INSIDE], {}, [33])).toBeNull();
    expect(measured([...WAVE.slice(0, 11), INSIDE])).toBeNull();
  });

  it('is none when too narrow, too wide or when ATR is not known', () => {
    expect(measured([...WAVE, INSIDE], { minimumWidthAtr: 6.5 })).toBeNull();
    expect(measured([...WAVE, INSIDE], { maximumWidthAtr: 5.5 })).toBeNull();
    const series = new BarSeries('15m', 256);
    for (const [index, bar] of [...WAVE, INSIDE].entries()) series.push(candle(bar, index), true);
    expect(new TradingRange(RULES).measure(series, Number.NaN)).toBe(false);
  });

  it('is left by a close outside and by a spike that is too deep, not by a small one', () => {
    expect(measured([...WAVE, planted(100, 100.5, 99.6, 99.9)])).toBeNull();
    expect(measured([...WAVE, planted(100, 101, 99.4, 100.8)])).toBeNull();
    expect(measured([...WAVE, planted(100, 101, 99.6, 100.8)])?.lower).toBe(99.6);
  });

  it('does not widen step by step with a trend', () => {
    const trend = Array.from({ length: 40 }, (_, i) =>
      planted(100 + i * 0.4, 100.6 + i * 0.4, 99.8 + i * 0.4, 100.4 + i * 0.4),
    );
    const range = measured([...trend, planted(115.6, 116, 114, 115.8)], { minimumWidthAtr: 1 });
    expect(range?.ageBars).toBeLessThanOrEqual(14);
  });
});
