/** Small trades and candles for tests: prices a person can check in the head. */
import type { Candle } from '#core/domain/candle.ts';
import type { TradeTerms } from '#core/domain/phantom.ts';

export const MINUTE = 60_000;
export const OPENED_AT = Date.UTC(2025, 0, 1);

export const FREE = { feeBps: 0, slippageBps: 0 } as const;

/** Entry 100, stop 98 (1 R = 2), tp1 103.2 (1.6 R) for half, target 105 (2.5 R), 60 minutes. */
export function longTrade(overrides: Partial<TradeTerms> = {}): TradeTerms {
  return {
    side: 'long',
    entry: 100,
    stop: 98,
    tp1: 103.2,
    tp1Fraction: 0.5,
    target: 105,
    openedAt: OPENED_AT,
    timeoutMs: 60 * MINUTE,
    costs: FREE,
    ...overrides,
  };
}

/** The mirror image of `longTrade` around 100. */
export function shortTrade(overrides: Partial<TradeTerms> = {}): TradeTerms {
  return longTrade({ side: 'short', stop: 102, tp1: 96.8, target: 95, ...overrides });
}

export type Ohlc = readonly [open: number, high: number, low: number, close: number];

/** One-minute candles in a row from the trade's opening on. */
export function minutes(rows: readonly Ohlc[], from = OPENED_AT, durationMs = MINUTE): Candle[] {
  return rows.map(([open, high, low, close], index) => ({
    openTime: from + index * durationMs,
    open,
    high,
    low,
    close,
    volume: 1,
  }));
}

/** The same candles mirrored around 100: what is long becomes short. */
export function mirrored(rows: readonly Ohlc[]): Ohlc[] {
  return rows.map(([open, high, low, close]) => [200 - open, 200 - low, 200 - high, 200 - close]);
}
