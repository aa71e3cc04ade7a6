/** One candle (bar). Field order everywhere in files and arrays: openTime, open, high, low, close, volume. */
import type { UnixMs } from './timeframe.ts';

export interface Candle {
  /** Open time of the bar, UTC ms; the bar covers [openTime, openTime + duration). */
  readonly openTime: UnixMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Base-asset volume. */
  readonly volume: number;
}
