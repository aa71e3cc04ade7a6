/** Scores, thresholds and what was decided (ML-11, DE-1, PL-10). */
import type { SignalAdvice } from './advice.ts';
import type { UnixMs } from './timeframe.ts';

const SCORE_KINDS = ['model', 'enhanced', 'heuristic', 'neutral'] as const;
/** Scores of different kinds have different scales and never mix (DE-1). */
export type ScoreKind = (typeof SCORE_KINDS)[number];

/** One signed contribution, in score points; base plus contributions add up to the score. */
export interface ScorePart {
  readonly name: string;
  readonly points: number;
}

export interface Score {
  /** 0-100. */
  readonly value: number;
  readonly kind: ScoreKind;
  /** Model id, or the heuristic's name and version, e.g. `trend-heuristic@1`. */
  readonly version: string;
  readonly parts: readonly ScorePart[];
  /** Why this kind: e.g. that no model has proved itself yet, or the fault that made it fall back (PL-9). Null when a model scored. */
  readonly reason: string | null;
}

const THRESHOLD_SOURCES = ['context', 'expected-value', 'adaptive-minimum', 'default', 'fixed'] as const;
export type ThresholdSource = (typeof THRESHOLD_SOURCES)[number];

export interface Threshold {
  readonly value: number;
  readonly source: ThresholdSource;
  /** In words: what the number rests on, with its count. */
  readonly evidence: string;
  /** Records behind it; 0 for a default. */
  readonly count: number;
}

export const STAGES = ['shadow', 'advisory', 'hybrid', 'auto'] as const;
/** DE-10. */
export type Stage = (typeof STAGES)[number];

export type Decider = 'engine' | 'trader';

/**
 * PH-1's closed list, and `pending` while a ticket still waits for the trader: a pending phantom always ends in
 * one of the others.
 */
export const DISPOSITIONS = [
  'pending',
  'executed',
  'rejected_score',
  'skipped',
  'expired',
  'blocked',
  'gated',
  'shadow',
  'phase0',
  'gap',
  'bootstrap',
  'imported',
  'fault',
] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

export interface Decision {
  readonly stage: Stage;
  readonly score: Score;
  readonly threshold: Threshold;
  readonly disposition: Disposition;
  /** In words; for `blocked` it begins with the rule, e.g. `costs: ...`. */
  readonly reason: string;
  readonly decidedBy: Decider;
  readonly decidedAt: UnixMs;
  /** What models said beside the score; absent where none had anything to say. */
  readonly advice?: SignalAdvice;
}

/** How the reason of a signal begins that its costs blocked. */
export const COSTS_RULE = 'costs';

/**
 * Whether a resolved signal counts for thresholds (DE-2). Signals that no threshold will ever be asked about do not: those
 * from files of somebody else (WS-21), plans that costs eat, and what a gate ruled out, so that following those too (PH-2)
 * changes no decision.
 */
export function teachesThresholds({ disposition, reason }: Pick<Decision, 'disposition' | 'reason'>): boolean {
  if (disposition === 'imported' || disposition === 'gated') return false;
  return !(disposition === 'blocked' && reason.startsWith(`${COSTS_RULE}:`));
}
