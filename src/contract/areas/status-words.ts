/** What scores a strategy, who decided a signal and what became of it, in the words that the window and the command line share (PH-30). Plain values: no schemas. */
import type { Session } from '#core/domain/context.ts';
import type { LedgerDecider } from '#core/domain/decision-figures.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import type { Disposition, ThresholdSource } from '#core/domain/score.ts';
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

export interface DecisionText {
  readonly label: string;
  readonly meaning: string;
}

export const OUTCOME_TEXTS: Readonly<Record<Outcome, DecisionText>> = {
  win: { label: 'Win', meaning: 'Closed at target or stop with net R above zero, after costs.' },
  loss: { label: 'Loss', meaning: 'Closed at target or stop with net R at or below zero, after costs.' },
  timeout: {
    label: 'Timeout',
    meaning: 'Neither level was reached in time; closed at the market price.',
  },
  unavailable: {
    label: 'Unavailable',
    meaning: 'The exchange stopped serving bars; no result is claimed.',
  },
  gated: { label: 'Gated', meaning: 'Not followed: a gate ruled it out. Outside win and loss.' },
  open: { label: 'Open', meaning: 'Still followed, bar by bar.' },
};

export const DISPOSITION_TEXTS: Readonly<Record<Disposition, DecisionText>> = {
  pending: { label: 'Waiting', meaning: 'A ticket is open: the decision is yours.' },
  executed: { label: 'Taken', meaning: 'Approved, and opened on the paper account.' },
  rejected_score: {
    label: 'Low score',
    meaning: 'Its score was under the threshold; no ticket was opened.',
  },
  skipped: { label: 'Skipped', meaning: 'You declined the ticket.' },
  expired: { label: 'Expired', meaning: 'The ticket ran out before a decision.' },
  blocked: { label: 'Blocked', meaning: 'A rule (costs, a limit, a breaker) forbade it.' },
  gated: { label: 'Gated', meaning: 'A gate ruled it out.' },
  shadow: { label: 'Shadow', meaning: 'Recorded only: the stage is shadow.' },
  phase0: { label: 'Phase 0', meaning: 'The strategy is on trial: phantoms only.' },
  gap: { label: 'Gap', meaning: 'Seen after the fact, while bars were being filled in.' },
  bootstrap: {
    label: 'Replayed',
    meaning: 'Found while stored history ran through the strategies: past, so nobody was asked.',
  },
  imported: { label: 'Imported', meaning: 'Came from a file.' },
  fault: { label: 'Fault', meaning: 'An error kept it from a decision; the log has it.' },
};

export const SESSION_TEXTS: Readonly<Record<Session, DecisionText>> = {
  asian: { label: 'Asia', meaning: 'Asian session, 00–07 UTC.' },
  european: { label: 'Europe', meaning: 'European session, 07–13 UTC.' },
  us: { label: 'US', meaning: 'US session, 13–21 UTC.' },
  off: { label: 'Off hours', meaning: 'Between sessions, 21–24 UTC.' },
};

export const DECIDER_TEXTS: Readonly<Record<LedgerDecider, DecisionText>> = {
  taken: { label: 'Taken', meaning: 'Opened on the account.' },
  model: { label: 'The score', meaning: 'Under the threshold: score and threshold kept it out.' },
  trader: { label: 'You', meaning: 'You skipped the ticket.' },
  time: { label: 'Time', meaning: 'The ticket ran out before anyone decided.' },
  risk: { label: 'Risk rules', meaning: 'A limit, the costs or a breaker forbade it.' },
  gates: { label: 'Gates', meaning: 'A gate of the strategy kept it out.' },
  stage: { label: 'Stage', meaning: 'Shadow or phase 0: recorded, nobody was asked.' },
  history: { label: 'The past', meaning: 'Replayed history, a gap or a file: nobody could act.' },
  system: { label: 'Faults', meaning: 'An error kept it from a decision.' },
  waiting: { label: 'Waiting', meaning: 'Its ticket is still open.' },
};
