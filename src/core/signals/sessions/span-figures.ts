/** Figures of a span of trading: width, direction and type. NaN in, NaN out; a span without width has no shares. */
import type { SessionSpan } from './session-windows.ts';

/** High minus low, in price units. */
export function rangeOf({ high, low }: SessionSpan): number {
  return high - low;
}

/** High minus low over the open, percent. */
export function rangePercent({ open, high, low }: SessionSpan): number {
  return (100 * (high - low)) / open;
}

/** Close over open minus one, percent. */
export function returnPercent({ open, close }: SessionSpan): number {
  return 100 * (close / open - 1);
}

/** Close minus open over the range, -1 to 1. */
export function direction({ open, high, low, close }: SessionSpan): number {
  return high > low ? (close - open) / (high - low) : Number.NaN;
}

/** Where the close stands between low (0) and high (1). */
export function closePosition({ high, low, close }: SessionSpan): number {
  return high > low ? (close - low) / (high - low) : Number.NaN;
}

export const SESSION_TYPES = ['trend', 'range', 'expansion', 'contraction'] as const;
export type SessionType = (typeof SESSION_TYPES)[number];

/** A session that closes this far from its open, as a share of its range, is a trend. */
const TREND_DIRECTION = 0.6;
/** Against the usual range. */
const EXPANSION = 1.25;
const CONTRACTION = 0.75;

/** What kind of session it was against a usual range (price units); null when one of the two is missing. */
export function sessionType(span: SessionSpan, usualRange: number): SessionType | null {
  const share = direction(span);
  const ratio = rangeOf(span) / usualRange;
  if (Number.isNaN(share) || !Number.isFinite(ratio)) return null;
  if (Math.abs(share) >= TREND_DIRECTION) return 'trend';
  if (ratio >= EXPANSION) return 'expansion';
  return ratio <= CONTRACTION ? 'contraction' : 'range';
}
