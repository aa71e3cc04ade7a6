/** The number a score must reach, with its source and evidence (DE-1). */
import type { Score, Threshold } from '#core/domain/score.ts';

/** DE-1's last resort, and where ML-51's adaptive minimum starts. */
export const DEFAULT_THRESHOLD = 70;

/**
 * The threshold for a score of its kind. Learned thresholds need resolved records (DE-2); until they exist the answer is
 * the trader's fixed minimum where set, else the default, and it says so.
 */
export function thresholdFor(fixedMinimumScore: number | null): Threshold {
  if (fixedMinimumScore !== null) {
    return { value: fixedMinimumScore, source: 'fixed', evidence: 'set by you in the settings', count: 0 };
  }
  return {
    value: DEFAULT_THRESHOLD,
    source: 'default',
    evidence: 'nothing learned yet: the default minimum',
    count: 0,
  };
}

/** A neutral score passes no threshold (PL-9). */
export function passes(score: Score, threshold: Threshold): boolean {
  return score.kind !== 'neutral' && score.value >= threshold.value;
}
