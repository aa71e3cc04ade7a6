/** Scales for bars that go both ways from zero, and what an interval allows to be said. */
import type { Bounds } from '#contract/areas/analysis-figures.ts';

/** A range around zero, in the unit of its values, at least as wide as `smallest` on the wider side. */
export interface DivergingScale {
  readonly low: number;
  readonly high: number;
}

export interface Ranged {
  readonly value: number | null;
  readonly interval: Bounds | null;
}

/** Holds zero, every value and every interval, with a little air; a side without values keeps a tenth of the other. */
export function divergingScale(items: readonly Ranged[], smallest = 0.1): DivergingScale {
  let low = 0;
  let high = 0;
  for (const { value, interval } of items) {
    for (const bound of [value ?? 0, ...(interval ?? [])]) {
      if (!Number.isFinite(bound)) continue;
      low = Math.min(low, bound);
      high = Math.max(high, bound);
    }
  }
  const widest = Math.max(high, -low, smallest);
  return { low: Math.min(low, -widest * 0.1) * 1.04, high: Math.max(high, widest * 0.1) * 1.04 };
}

/** 0-100 % of the width. */
export function placeOn({ low, high }: DivergingScale, value: number): number {
  return Math.max(0, Math.min(100, ((value - low) / (high - low)) * 100));
}

/** `good` and `bad` only when the whole interval is on one side of zero. */
export type Certainty = 'good' | 'bad' | 'unclear' | 'too-few';

export function certaintyOf({ value, interval }: Ranged): Certainty {
  if (value === null || interval === null) return 'too-few';
  if (interval[0] > 0) return 'good';
  if (interval[1] < 0) return 'bad';
  return 'unclear';
}

/** Do the lines add up to the total, to the last digit that is kept (1e-9 R)? */
export function addsUp(parts: readonly number[], total: number): { readonly sum: number; readonly isExact: boolean } {
  const sum = parts.reduce((so, part) => so + part, 0);
  return { sum, isExact: Math.abs(sum - total) <= 1e-9 * Math.max(1, parts.length) };
}
