/** How low and how high a threshold may be, by scale and stage (DE-2). */
import type { ScoreKind, Stage } from '#core/domain/score.ts';

/** Kinds with a scale on which a threshold can be learned; a neutral score passes none (PL-9). */
export type ThresholdKind = Exclude<ScoreKind, 'neutral'>;

/** Points of score. */
export interface ThresholdBounds {
  readonly floor: number;
  readonly ceiling: number;
}

/** Grades of heuristic and enhanced scores: wider while nothing but the record depends on them. */
const SHADOW_GRADES: ThresholdBounds = { floor: 60, ceiling: 95 };
const TICKET_GRADES: ThresholdBounds = { floor: 70, ceiling: 90 };
const CALIBRATED_CEILING = 95;

/**
 * `breakEven` is the strategy's pooled one (0-1) and `margin` the points above it; both matter on the calibrated scale
 * only, where an honest score is the win probability.
 */
export function thresholdBounds(kind: ThresholdKind, stage: Stage, breakEven: number, margin: number): ThresholdBounds {
  if (kind === 'model') {
    return { floor: Math.min(CALIBRATED_CEILING, breakEven * 100 + margin), ceiling: CALIBRATED_CEILING };
  }
  return stage === 'shadow' ? SHADOW_GRADES : TICKET_GRADES;
}

/** A score that reaches break-even, or null for none, as a threshold inside the bounds. */
export function boundedThreshold(crossing: number | null, { floor, ceiling }: ThresholdBounds): number {
  return crossing === null ? ceiling : Math.min(ceiling, Math.max(floor, crossing));
}
