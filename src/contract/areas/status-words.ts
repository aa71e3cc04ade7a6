/** What scores a strategy, in the words that the window and the command line share (PH-30). Plain values: no schemas. */
import type { ThresholdSource } from '#core/domain/score.ts';
import type { ModelState } from './models.ts';

export const MODEL_STATE_TEXTS: Readonly<Record<ModelState, { readonly label: string; readonly meaning: string }>> = {
  learning: {
    label: 'Learning',
    meaning: 'Too few resolved examples for a first fit; the heuristic scores meanwhile.',
  },
  training: { label: 'Training', meaning: 'A first fit is running; the heuristic scores meanwhile.' },
  heuristic: {
    label: 'Heuristic in use',
    meaning: 'Models were tried and none was better than the base rate, so none decides.',
  },
  ready: { label: 'Ready', meaning: 'A model that proved itself on later data scores the signals.' },
  expired: {
    label: 'Expired',
    meaning: 'The model’s newest example is over 90 days old: it stopped deciding, the heuristic took over.',
  },
};

export const THRESHOLD_TEXTS: Readonly<Record<ThresholdSource, string>> = {
  context: 'learned for this context',
  'expected-value': 'from expected value',
  'adaptive-minimum': 'adaptive minimum',
  default: 'default',
  fixed: 'fixed in settings',
};

/** No model learns from it. */
export const NO_MODEL_TEXT = 'no model learns from it';
