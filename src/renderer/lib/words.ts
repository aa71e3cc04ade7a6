/** The plain words for every closed list of the domain, and the tone (colour) that goes with them. */

import type { FeedState } from '#contract/areas/market.ts';
import type { ModelNotice, ModelState, VariantView } from '#contract/areas/models.ts';
import type { TruthView } from '#contract/areas/phantoms.ts';
import type { ConnectionState, LogLevel } from '#contract/areas/session.ts';
import { DISPOSITION_TEXTS, MODEL_STATE_TEXTS, OUTCOME_TEXTS, SESSION_TEXTS } from '#contract/areas/status-words.ts';
import type { Regime, Session } from '#core/domain/context.ts';
import type { JobState, ModelState as VersionState } from '#core/domain/model.ts';
import type { ExitReason, Outcome } from '#core/domain/phantom.ts';
import type { Disposition, ScoreKind, Stage } from '#core/domain/score.ts';

export type Tone = 'neutral' | 'up' | 'down' | 'accent' | 'warning' | 'danger' | 'good' | 'muted';

export interface Word {
  readonly label: string;
  readonly meaning: string;
  readonly tone: Tone;
}

export const OUTCOME_WORDS: Readonly<Record<Outcome, Word>> = {
  win: { ...OUTCOME_TEXTS.win, tone: 'up' },
  loss: { ...OUTCOME_TEXTS.loss, tone: 'down' },
  timeout: { ...OUTCOME_TEXTS.timeout, tone: 'warning' },
  unavailable: { ...OUTCOME_TEXTS.unavailable, tone: 'muted' },
  gated: { ...OUTCOME_TEXTS.gated, tone: 'muted' },
  open: { ...OUTCOME_TEXTS.open, tone: 'accent' },
};

export const EXIT_WORDS: Readonly<Record<ExitReason, string>> = {
  tp: 'Target',
  sl: 'Stop',
  be: 'Stop at entry',
  timeout: 'Timeout',
  unavailable: 'Unavailable',
  closed: 'Closed by you',
};

export const DISPOSITION_WORDS: Readonly<Record<Disposition, Word>> = {
  pending: { ...DISPOSITION_TEXTS.pending, tone: 'accent' },
  executed: { ...DISPOSITION_TEXTS.executed, tone: 'good' },
  rejected_score: { ...DISPOSITION_TEXTS.rejected_score, tone: 'muted' },
  skipped: { ...DISPOSITION_TEXTS.skipped, tone: 'neutral' },
  expired: { ...DISPOSITION_TEXTS.expired, tone: 'neutral' },
  blocked: { ...DISPOSITION_TEXTS.blocked, tone: 'warning' },
  gated: { ...DISPOSITION_TEXTS.gated, tone: 'muted' },
  shadow: { ...DISPOSITION_TEXTS.shadow, tone: 'muted' },
  phase0: { ...DISPOSITION_TEXTS.phase0, tone: 'muted' },
  gap: { ...DISPOSITION_TEXTS.gap, tone: 'muted' },
  bootstrap: { ...DISPOSITION_TEXTS.bootstrap, tone: 'muted' },
  imported: { ...DISPOSITION_TEXTS.imported, tone: 'muted' },
  fault: { ...DISPOSITION_TEXTS.fault, tone: 'danger' },
};

export const STAGE_WORDS: Readonly<Record<Stage, Word>> = {
  shadow: { label: 'Shadow', meaning: 'Every signal is recorded and followed; nobody is asked.', tone: 'muted' },
  advisory: {
    label: 'Advisory',
    meaning: 'Each signal that passes becomes a ticket; you approve or skip.',
    tone: 'accent',
  },
  hybrid: { label: 'Hybrid', meaning: 'Tickets as in advisory; the model scales their size.', tone: 'accent' },
  auto: {
    label: 'Auto',
    meaning: 'What passes every check opens a paper position without asking you. A live account stays locked.',
    tone: 'danger',
  },
};

export const SCORE_KIND_WORDS: Readonly<Record<ScoreKind, Word>> = {
  model: { label: 'model', meaning: 'Calibrated probability of a win from the models, times 100.', tone: 'accent' },
  enhanced: {
    label: 'enhanced',
    meaning: 'A rule-based score corrected by a model; not a probability.',
    tone: 'accent',
  },
  heuristic: {
    label: 'heuristic',
    meaning: 'Points by fixed rules. Not a probability: no model stands behind it.',
    tone: 'warning',
  },
  neutral: { label: 'neutral', meaning: 'Nothing could score it: 50 by definition.', tone: 'muted' },
};

export const SESSION_WORDS: Readonly<Record<Session, Word>> = {
  asian: { ...SESSION_TEXTS.asian, tone: 'neutral' },
  european: { ...SESSION_TEXTS.european, tone: 'neutral' },
  us: { ...SESSION_TEXTS.us, tone: 'neutral' },
  off: { ...SESSION_TEXTS.off, tone: 'neutral' },
};

export const REGIME_WORDS: Readonly<Record<Regime, Word>> = {
  low: { label: 'Low vol', meaning: 'Volatility is low against the instrument’s own recent days.', tone: 'muted' },
  normal: {
    label: 'Normal vol',
    meaning: 'Volatility is normal against the instrument’s own recent days.',
    tone: 'neutral',
  },
  high: { label: 'High vol', meaning: 'Volatility is high against the instrument’s own recent days.', tone: 'warning' },
  extreme: {
    label: 'Extreme vol',
    meaning: 'Volatility is extreme against the instrument’s own recent days.',
    tone: 'danger',
  },
};

export const FEED_WORDS: Readonly<Record<FeedState, Word>> = {
  waiting: { label: 'Waiting', meaning: 'No bar has arrived yet.', tone: 'muted' },
  live: { label: 'Live', meaning: 'Bars arrive as they should.', tone: 'good' },
  stale: { label: 'Stale', meaning: 'Nothing has arrived for two bars.', tone: 'warning' },
  gap: { label: 'Filling a gap', meaning: 'Missed bars are being fetched; no decisions until then.', tone: 'warning' },
  history: {
    label: 'Loading history',
    meaning: 'History is being run through the strategies; live bars follow behind it.',
    tone: 'accent',
  },
  halted: { label: 'Halted', meaning: 'The exchange says that trading is halted.', tone: 'danger' },
};

export const CONNECTION_WORDS: Readonly<Record<ConnectionState, Word>> = {
  starting: { label: 'Starting', meaning: 'The profile is being opened.', tone: 'warning' },
  bootstrapping: {
    label: 'Loading history',
    meaning: 'History is loaded and run through the strategies.',
    tone: 'warning',
  },
  'catching-up': {
    label: 'Catching up',
    meaning: 'Bars missed since the last one are being filled in.',
    tone: 'warning',
  },
  live: { label: 'Live', meaning: 'Connected; bars arrive as they close.', tone: 'good' },
  reconnecting: { label: 'Reconnecting', meaning: 'The connection is down and is being tried again.', tone: 'warning' },
  offline: { label: 'Offline', meaning: 'The exchange cannot be reached; stored data only.', tone: 'danger' },
  failed: { label: 'Failed', meaning: 'The exchange cannot be used.', tone: 'danger' },
};

export const LOG_WORDS: Readonly<Record<LogLevel, Word>> = {
  info: { label: 'Info', meaning: 'Routine events.', tone: 'muted' },
  notice: { label: 'Notice', meaning: 'Worth knowing.', tone: 'accent' },
  warning: { label: 'Warning', meaning: 'Something needs watching.', tone: 'warning' },
  error: { label: 'Error', meaning: 'Something failed.', tone: 'danger' },
};

export const MODEL_STATE_WORDS: Readonly<Record<ModelState, Word>> = {
  learning: { ...MODEL_STATE_TEXTS.learning, tone: 'accent' },
  training: { ...MODEL_STATE_TEXTS.training, tone: 'accent' },
  heuristic: { ...MODEL_STATE_TEXTS.heuristic, tone: 'warning' },
  ready: { ...MODEL_STATE_TEXTS.ready, tone: 'good' },
  expired: { ...MODEL_STATE_TEXTS.expired, tone: 'warning' },
};

export const TRUTH_WORDS: Readonly<Record<NonNullable<TruthView['outcome']>, Word>> = {
  WIN_TP: { label: 'Target', meaning: 'The sender says that it reached its target.', tone: 'up' },
  LOSS_SL: { label: 'Stop', meaning: 'The sender says that it was stopped.', tone: 'down' },
  BREAK_EVEN: { label: 'Break-even', meaning: 'The sender says that it was stopped at its entry.', tone: 'muted' },
  TIMEOUT: { label: 'Timeout', meaning: 'The sender says that its time ran out.', tone: 'muted' },
};

export const VARIANT_STATE_WORDS: Readonly<Record<VariantView['state'], Word>> = {
  learning: { label: 'Learning', meaning: 'No version yet: the model of all scores its signals.', tone: 'muted' },
  shadow: {
    label: 'In shadow',
    meaning: 'Scores its own signals beside the model of all, and decides none of them.',
    tone: 'neutral',
  },
  decides: { label: 'Decides', meaning: 'Did better than the model of all on signals that both scored.', tone: 'good' },
};

export const VERSION_STATE_WORDS: Readonly<Record<VersionState, Word>> = {
  challenger: { label: 'Challenger', meaning: 'Trained, and not judged yet.', tone: 'neutral' },
  champion: { label: 'Champion', meaning: 'Scores the signals now.', tone: 'good' },
  retired: {
    label: 'Retired',
    meaning: 'Was champion until another one proved to be at least as good.',
    tone: 'muted',
  },
  rejected: {
    label: 'Rejected',
    meaning: 'Did not prove itself on the judgement block; it never decided.',
    tone: 'muted',
  },
  'rolled-back': {
    label: 'Rolled back',
    meaning: 'Was champion, and was taken back for the one before it.',
    tone: 'warning',
  },
};

export const JOB_WORDS: Readonly<Record<JobState, Word>> = {
  queued: { label: 'Queued', meaning: 'Waits for the training before it.', tone: 'neutral' },
  running: { label: 'Running', meaning: 'Trains in the background; tickets keep arriving.', tone: 'accent' },
  completed: { label: 'Completed', meaning: 'A version was made and judged.', tone: 'good' },
  failed: { label: 'Failed', meaning: 'No version was made; the champion stays in place.', tone: 'danger' },
  cancelled: { label: 'Cancelled', meaning: 'Stopped by you; the champion stays in place.', tone: 'muted' },
};

export const MODEL_NOTICE_WORDS: Readonly<Record<ModelNotice['kind'], string>> = {
  promoted: 'promoted',
  rejected: 'challenger rejected',
  'rolled-back': 'rolled back',
  drift: 'drift',
  missing: 'missing values',
  failed: 'training failed',
  expired: 'expired',
};

/** `minimumBreakAtr` as a title: `Minimum break`; a unit at its end is said beside the value. */
export function parameterTitle(name: string): string {
  const words = name
    .replace(/(Atr|R)$/, '')
    .replace(/^tp1$/, 'first target')
    .replace(/^tp1(?=[A-Z])/, 'first target ')
    .replace(/(\d\d)(\d\d)$/, ' $1:$2 UTC')
    .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
    .replaceAll(/\s+/g, ' ');
  const lower = words.replaceAll(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** `trend_pullback` as a title: `Trend pullback`. */
export function strategyTitle(id: string): string {
  const words = id.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
