/** Hand-made markets for strategies: bars of a larger timeframe cut into base bars, and strategies with other settings. */
import type { Candle } from '#core/domain/candle.ts';
import { MINUTE_MS, timeframeMs } from '#core/domain/timeframe.ts';
import type { Strategy, StrategyParameters } from '#core/signals/strategy.ts';
import { SYNTHETIC_START } from './real-candles.ts';

const QUARTER_MS = timeframeMs('15m');
const FIVE_MS = 5 * MINUTE_MS;

/** Prices and volume of one bar; its time comes from its place. */
export type PlantedBar = Omit<Candle, 'openTime'>;

export function planted(open: number, high: number, low: number, close: number, volume = 10): PlantedBar {
  return { open, high, low, close, volume };
}

/** 5m base bars that roll up to exactly these 15m bars. */
export function quarterBars(bars: readonly PlantedBar[]): Candle[] {
  return bars.flatMap(({ open, high, low, close, volume }, index) => {
    const openTime = SYNTHETIC_START + index * QUARTER_MS;
    const still = { open: close, high: close, low: close, close, volume: 0 };
    return [
      { openTime, open, high, low, close, volume },
      { openTime: openTime + FIVE_MS, ...still },
      { openTime: openTime + 2 * FIVE_MS, ...still },
    ];
  });
}

/** The bars as 5m base bars. */
export function fiveMinuteBars(bars: readonly PlantedBar[]): Candle[] {
  return bars.map((bar, index) => ({ openTime: SYNTHETIC_START + index * FIVE_MS, ...bar }));
}

/** Bars whose closes go through `points` in even steps of `steps` bars; each bar reaches `reach` beyond its body. */
export function zigzag(points: readonly number[], steps: number, reach: number, volume = 10): PlantedBar[] {
  const bars: PlantedBar[] = [];
  let open = points[0] ?? 0;
  for (const point of points.slice(1)) {
    const from = open;
    for (let step = 1; step <= steps; step++) {
      const close = from + ((point - from) * step) / steps;
      bars.push(planted(open, Math.max(open, close) + reach, Math.min(open, close) - reach, close, volume));
      open = close;
    }
  }
  return bars;
}

/** What is a long in a market is a short in this one. */
export function mirrored(bars: readonly PlantedBar[], around: number): PlantedBar[] {
  return bars.map(({ open, high, low, close, volume }) =>
    planted(2 * around - open, 2 * around - low, 2 * around - high, 2 * around - close, volume),
  );
}

/** The same strategy with other defaults; the schema's ranges stay. */
export function withSettings(strategy: Strategy, settings: StrategyParameters): Strategy {
  const parameters = strategy.parameters.map((one) => ({ ...one, default: settings[one.name] ?? one.default }));
  return { ...strategy, parameters };
}
