/** Divergence: price and an oscillator disagree between two comparable swing points. */
import { clamp } from '#core/base/statistics.ts';
import { type Side, sideSign } from '#core/domain/signal.ts';

/**
 * `regular`: price made a worse extreme (a lower low for a long, a higher high for a short) that the oscillator did not
 * follow: a turn. `hidden`: price held (a higher low, a lower high) while the oscillator went further out: the trend
 * goes on. A pullback that holds its structure can only show the hidden kind.
 */
export type DivergenceKind = 'regular' | 'hidden' | 'none';

export interface Divergence {
  readonly kind: DivergenceKind;
  /** Oscillator at the later point minus at the earlier, times the side's sign: negative = weaker for the side. */
  readonly delta: number;
  /** 0-1: the disagreement in oscillator points over `fullPoints`; 0 for `none`. */
  readonly strength: number;
}

export interface SwingReading {
  readonly price: number;
  readonly oscillator: number;
}

/**
 * Compares two swing lows (long) or highs (short), `earlier` first. `fullPoints` is the disagreement that counts as
 * full strength. A missing reading gives `delta` and `strength` NaN.
 */
export function measureDivergence(
  side: Side,
  earlier: SwingReading,
  later: SwingReading,
  fullPoints: number,
): Divergence {
  const sign = sideSign(side);
  const delta = sign * (later.oscillator - earlier.oscillator);
  const priceChange = sign * (later.price - earlier.price);
  if (Number.isNaN(delta) || Number.isNaN(priceChange)) {
    return { kind: 'none', delta: Number.NaN, strength: Number.NaN };
  }
  const kind: DivergenceKind =
    priceChange > 0 && delta < 0 ? 'hidden' : priceChange < 0 && delta > 0 ? 'regular' : 'none';
  return { kind, delta, strength: kind === 'none' ? 0 : clamp(Math.abs(delta) / fullPoints, 0, 1) };
}
