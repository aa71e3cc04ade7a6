/** What the record says of phantoms in figures, each with an interval that admits how little a small sample knows (PH-30). */

import type { PhantomStatistics } from '#contract/areas/phantoms.ts';
import { studentQuantile } from '#core/base/distributions.ts';
import { wilsonInterval } from '#core/base/proportions.ts';
import { OUTCOMES, type Outcome } from '#core/domain/phantom.ts';
import type { StoredStatistics } from '#main/store/phantom-history.ts';

/** The store's sums as rates with intervals. */
export function phantomStatistics(stored: StoredStatistics): PhantomStatistics {
  const { total, dispositions, ambiguous, resolved } = stored;
  const { count, wins, sumNetR, sumSquaredNetR } = resolved;
  return {
    total,
    outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, stored.outcomes[outcome] ?? 0])) as Record<
      Outcome,
      number
    >,
    dispositions,
    ambiguous,
    resolved:
      count === 0
        ? null
        : {
            count,
            winRate: wins / count,
            winRateInterval: wilsonInterval(wins, count),
            netRPerTrade: sumNetR / count,
            netRInterval: meanInterval(count, sumNetR, sumSquaredNetR),
          },
  };
}

/**
 * 95 % interval of a mean from its sums: mean +- t x s / sqrt(n) with Student's t of n - 1 degrees of freedom. It takes
 * trades as independent; trades that overlap in time are not quite, so the true interval is rather wider. One single
 * trade has no spread to judge by: it gives the largest finite numbers, never a false certainty.
 */
export function meanInterval(count: number, sum: number, sumOfSquares: number): readonly [number, number] {
  if (count < 2) return [-Number.MAX_VALUE, Number.MAX_VALUE];
  const mean = sum / count;
  // Rounding can push the variance of equal values a hair below zero.
  const variance = Math.max(0, (sumOfSquares - count * mean * mean) / (count - 1));
  const half = studentQuantile(0.975, count - 1) * Math.sqrt(variance / count);
  return [mean - half, mean + half];
}
