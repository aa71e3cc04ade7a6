/** The number a score must reach, with its source and evidence (DE-1). */
import type { Score, ScoreKind, Threshold } from '#core/domain/score.ts';

/** DE-1's last resort, and where ML-51's adaptive minimum starts. */
const DEFAULT_THRESHOLD = 70;

/** Points above break-even that a calibrated score must reach (DE-2); ML-51 may move it later. */
const BREAK_EVEN_MARGIN = 3;
/** No threshold on the calibrated scale is higher (DE-2). */
const CEILING = 95;
/** Records from which on a pooled threshold counts (DE-1). */
const MINIMUM_RECORDS = 50;

/** What a model knows of where signals start to pay: out of fold, net of costs. */
export interface BreakEven {
  /** Probability of a win at which the average win and loss balance, 0-1. */
  readonly probability: number;
  readonly rows: number;
}

/**
 * The threshold for a score of one kind; kinds have different scales and never mix (DE-1). A calibrated score is compared
 * with its strategy's break-even plus a margin; a heuristic one with the default minimum. The trader's fixed minimum
 * replaces either.
 */
export function thresholdFor(
  kind: ScoreKind,
  fixedMinimumScore: number | null,
  breakEven: BreakEven | null,
): Threshold {
  if (fixedMinimumScore !== null) {
    return { value: fixedMinimumScore, source: 'fixed', evidence: 'set by you in the settings', count: 0 };
  }
  if (kind === 'model' && breakEven !== null && breakEven.rows >= MINIMUM_RECORDS) {
    const { probability, rows } = breakEven;
    const percent = (probability * 100).toFixed(1);
    return {
      value: Math.min(CEILING, probability * 100 + BREAK_EVEN_MARGIN),
      source: 'expected-value',
      evidence: `break-even at ${percent} over ${rows} resolved signals, plus ${BREAK_EVEN_MARGIN}`,
      count: rows,
    };
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
