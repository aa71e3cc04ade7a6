/** Limits and breakers in plain words, and how near each is to its maximum. */
import type { BreakerId, BreakerReport, LimitId, LimitReport } from '#core/domain/risk.ts';
import { formatNumber, formatShare, MISSING } from '../../lib/format.ts';

export const LIMIT_TITLES: Readonly<Record<LimitId, string>> = {
  'open-positions': 'Open positions',
  'per-instrument': 'On one instrument',
  'per-cluster': 'In one cluster',
  'daily-loss': 'Loss today',
  exposure: 'Exposure',
  'orders-per-minute': 'Orders in a minute',
  'price-sanity': 'Distance from the market',
};

export const BREAKER_TITLES: Readonly<Record<BreakerId, string>> = {
  'win-rate': 'Win rate',
  'losses-in-a-row': 'Losses in a row',
  drawdown: 'Drawdown',
  'data-quality': 'Missing bars',
  drift: 'Drift of models',
  'order-errors': 'Order errors',
};

export function measureText(value: number | null, unit: 'count' | 'share'): string {
  if (value === null) return MISSING;
  return unit === 'share' ? formatShare(value, 1) : formatNumber(value);
}

/** 0-1, how much of the way to its maximum is gone; null where nothing is measured. */
export function usedShare({ value, maximum }: Pick<LimitReport, 'value' | 'maximum'>): number | null {
  if (value === null) return null;
  return maximum <= 0 ? (value > 0 ? 1 : 0) : Math.max(0, Math.min(1, value / maximum));
}

export type Level = 'calm' | 'near' | 'reached';

const NEAR = 0.75;

export function limitLevel(limit: LimitReport): Level {
  if (limit.isReached) return 'reached';
  return (usedShare(limit) ?? 0) >= NEAR ? 'near' : 'calm';
}

/** A breaker that trips below a bound (the win rate) is not near by its share: only whether it would trip counts. */
export function breakerLevel(breaker: BreakerReport): Level {
  if (breaker.tripped !== null || breaker.wouldTrip) return 'reached';
  return breaker.breaker !== 'win-rate' && (usedShare(breaker) ?? 0) >= NEAR ? 'near' : 'calm';
}
