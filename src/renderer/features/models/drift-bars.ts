/** The drifted features as bars: how far each moved against what chance alone allows (ML-41). */
import type { ModelDrift } from '#contract/areas/models.ts';
import type { Word } from '../../lib/words.ts';

export interface DriftBar {
  readonly name: string;
  readonly stability: number;
  readonly threshold: number;
  /** Places on one scale from zero, 0-1. */
  readonly length: number;
  readonly thresholdPlace: number;
}

/** Room right of the longest bar. */
const HEADROOM = 1.04;

/** The one furthest beyond its own threshold first; all bars on one scale. */
export function driftBars(drifted: ModelDrift['drifted']): readonly DriftBar[] {
  const most = Math.max(1e-9, ...drifted.flatMap(({ stability, threshold }) => [stability, threshold])) * HEADROOM;
  return [...drifted]
    .sort((a, b) => b.stability / b.threshold - a.stability / a.threshold)
    .map(({ name, stability, threshold }) => ({
      name,
      stability,
      threshold,
      length: stability / most,
      thresholdPlace: threshold / most,
    }));
}

export function driftWord(drift: ModelDrift | null): Word {
  if (drift === null || !drift.judged) {
    return {
      label: 'Too little to say',
      meaning: 'Too few signals since the training to tell a move from chance.',
      tone: 'muted',
    };
  }
  if (drift.drifted.length === 0) {
    return { label: 'None', meaning: 'No feature has moved by more than chance allows.', tone: 'good' };
  }
  const { length } = drift.drifted;
  return {
    label: `${length} ${length === 1 ? 'feature' : 'features'}`,
    meaning: 'Moved away from the training rows by more than chance allows.',
    tone: 'warning',
  };
}
