/** Limits, breakers and the kill switch: what stands between a signal and an entry (DE-20 to DE-23, RE-22). */
import type { UnixMs } from './timeframe.ts';

const LIMIT_IDS = [
  'open-positions',
  'per-instrument',
  'per-cluster',
  'daily-loss',
  'exposure',
  'orders-per-minute',
  'price-sanity',
] as const;
/** DE-21. */
export type LimitId = (typeof LIMIT_IDS)[number];

export const BREAKER_IDS = [
  'win-rate',
  'losses-in-a-row',
  'drawdown',
  'data-quality',
  'drift',
  'order-errors',
] as const;
/** DE-22. */
export type BreakerId = (typeof BREAKER_IDS)[number];

/** Each with a default that works; shares are fractions, 0.02 = 2 %. */
export interface RiskSettings {
  /** DE-20: size follows 30-day median volatility over its forecast. */
  readonly volatilitySizing: boolean;
  /** Largest position in quote units; null: none beyond the exposure limit. */
  readonly maximumNotional: number | null;
  readonly maximumPositions: number;
  readonly positionsPerInstrument: number;
  readonly positionsPerCluster: number;
  /** Of the equity at 00:00 UTC, realised and unrealised. */
  readonly dailyLossLimit: number;
  /** Of equity. */
  readonly exposureLimit: number;
  readonly ordersPerMinute: number;
  /** Distance of an order from the market. */
  readonly priceSanity: number;
  readonly breakerWinRate: number;
  readonly breakerLosses: number;
  readonly breakerDrawdown: number;
  /** Share of the last 60 base bars that are missing. */
  readonly breakerMissingBars: number;
  readonly breakerOrderErrors: number;
}

export const DEFAULT_RISK: RiskSettings = {
  volatilitySizing: true,
  maximumNotional: null,
  maximumPositions: 5,
  positionsPerInstrument: 1,
  positionsPerCluster: 2,
  dailyLossLimit: 0.02,
  exposureLimit: 1,
  ordersPerMinute: 10,
  priceSanity: 0.02,
  breakerWinRate: 0.3,
  breakerLosses: 6,
  breakerDrawdown: 0.1,
  breakerMissingBars: 0.1,
  breakerOrderErrors: 3,
};

export interface TrippedBreaker {
  readonly breaker: BreakerId;
  readonly at: UnixMs;
  /** In words, with the figure that tripped it. */
  readonly why: string;
  /** Tripped by hand, to see that it works (DE-12). */
  readonly isDrill: boolean;
}

export interface KillSwitch {
  readonly engaged: boolean;
  /** When it was last engaged or released; null: never. */
  readonly since: UnixMs | null;
}

/** All that risk remembers across steps and restarts (PL-6); plain JSON. */
export interface RiskState {
  /** The UTC day, and the equity with open positions at its beginning; null before the first input. */
  readonly day: { readonly start: UnixMs; readonly equity: number } | null;
  /** Entries of the last minute, oldest first. */
  readonly orderTimes: readonly UnixMs[];
  /** The newest 30 closed positions since the breaker was last reset, oldest first: whether each won. */
  readonly wins: readonly boolean[];
  readonly lossesInARow: number;
  /** Highest equity with open positions since the breaker was last reset; null before the first. */
  readonly peakEquity: number | null;
  readonly orderErrors: number;
  /** Open drift alerts, each in words. */
  readonly drift: readonly string[];
  readonly tripped: readonly TrippedBreaker[];
  readonly killSwitch: KillSwitch;
  /** When a breaker was last reset after it had tripped, and the kill switch last released; null: never (DE-12). */
  readonly breakerExercisedAt: UnixMs | null;
  readonly killSwitchExercisedAt: UnixMs | null;
}

export const FRESH_RISK: RiskState = {
  day: null,
  orderTimes: [],
  wins: [],
  lossesInARow: 0,
  peakEquity: null,
  orderErrors: 0,
  drift: [],
  tripped: [],
  killSwitch: { engaged: false, since: null },
  breakerExercisedAt: null,
  killSwitchExercisedAt: null,
};

/** A limit with its present value; `value` null where it exists only for an order. Shares as fractions. */
export interface LimitReport {
  readonly limit: LimitId;
  readonly value: number | null;
  readonly maximum: number;
  readonly unit: 'count' | 'share';
  /** No entry passes now. */
  readonly isReached: boolean;
  readonly meaning: string;
}

/** DE-22: "what would trip now?" */
export interface BreakerReport {
  readonly breaker: BreakerId;
  /** Null: nothing to measure yet, with `note` saying why. */
  readonly value: number | null;
  readonly maximum: number;
  readonly unit: 'count' | 'share';
  /** The condition holds now; without `tripped` it would trip with the next look. */
  readonly wouldTrip: boolean;
  readonly tripped: TrippedBreaker | null;
  readonly note: string;
  /** What resets it, in words; `byHand` false: it resets itself. */
  readonly resetsBy: string;
  readonly byHand: boolean;
}

export interface RiskReport {
  readonly limits: readonly LimitReport[];
  readonly breakers: readonly BreakerReport[];
  readonly killSwitch: KillSwitch;
  /** Realised plus unrealised, in the account's currency; null: unknown. */
  readonly equity: number | null;
  readonly dayStartEquity: number | null;
  /** Why no entry would pass whatever it is of; null: one that keeps the limits would. */
  readonly stopped: string | null;
}

/** One moment of the paper account. */
export interface EquityPoint {
  readonly time: UnixMs;
  /** Realised. */
  readonly equity: number;
  readonly unrealised: number;
}

/** One condition of DE-12. */
export interface ChecklistItem {
  readonly id:
    | 'days'
    | 'resolved'
    | 'accuracy'
    | 'expectation'
    | 'drift'
    | 'breaker'
    | 'kill-switch'
    | 'approval'
    | 'live-account';
  readonly label: string;
  readonly isMet: boolean;
  /** In words, with counts and intervals. */
  readonly evidence: string;
}
