/** The analysis in plain words: deciders, verdicts, retests. */
import type { DecisionVerdict } from '#contract/areas/analysis.ts';
import type { GateRetest, HonestyVerdict } from '#contract/areas/analysis-evidence.ts';
import type { LearnedKind, VerdictView } from '#contract/areas/thresholds.ts';
import type { Word } from '../../lib/words.ts';
import type { Page } from './analysis-store.ts';

export const PAGE_TITLES: Readonly<Record<Page, { readonly title: string; readonly question: string }>> = {
  ledger: { title: 'Decision ledger', question: 'Who decided, and what was it worth?' },
  trader: { title: 'My decisions', question: 'Was my skip right?' },
  rejections: { title: 'Rejections', question: 'What did the score keep me out of?' },
  contexts: { title: 'Contexts', question: 'How high is the bar, where, and why?' },
  patterns: { title: 'Patterns', question: 'When do signals work?' },
  gates: { title: 'Scalp gates', question: 'Which gate earns its place?' },
  honesty: { title: 'Honesty', question: 'Is there an edge at all?' },
  state: { title: 'State', question: 'What scores now, and is all well?' },
};

export const VERDICT_WORDS: Readonly<Record<DecisionVerdict, Word>> = {
  right: { label: 'Right', meaning: 'The whole interval says it saved R.', tone: 'good' },
  wrong: { label: 'Wrong', meaning: 'The whole interval says it cost R.', tone: 'danger' },
  unclear: { label: 'Unclear', meaning: 'The interval holds zero: it may have been luck.', tone: 'warning' },
  'too-few': { label: 'Too few', meaning: 'Fewer than 20 are resolved: nothing can be said.', tone: 'muted' },
};

export const RETEST_WORDS: Readonly<Record<GateRetest, Word>> = {
  'held-up': { label: 'Held up', meaning: 'Found on the older signals, true again on the later ones.', tone: 'good' },
  'did-not-hold-up': {
    label: 'Did not hold up',
    meaning: 'Found on the older signals, gone on the later ones: likely luck.',
    tone: 'danger',
  },
  'too-few-later': { label: 'Too few later', meaning: 'The later signals are too few to try it again.', tone: 'muted' },
  'not-found': { label: 'Not found', meaning: 'Nothing stood out on the older signals.', tone: 'muted' },
};

export const THRESHOLD_VERDICT_WORDS: Readonly<Record<VerdictView, Word>> = {
  'held-up': { label: 'Held up', meaning: 'What reached it on the newest 30 % earned above zero.', tone: 'good' },
  unclear: {
    label: 'Unclear',
    meaning: 'What reached it on the newest 30 % may have earned or lost.',
    tone: 'warning',
  },
  'did-not-hold-up': { label: 'Did not hold up', meaning: 'What reached it on the newest 30 % lost.', tone: 'danger' },
  'too-few': { label: 'Too few', meaning: 'Fewer than 20 of the newest 30 % reached it.', tone: 'muted' },
};

export const HONESTY_WORDS: Readonly<Record<HonestyVerdict, Word>> = {
  'evidence of an edge': { label: 'Evidence of an edge', meaning: 'All that is known speaks for it.', tone: 'good' },
  'no evidence yet': { label: 'No evidence yet', meaning: 'What is known allows no verdict.', tone: 'warning' },
  'evidence against': { label: 'Evidence against', meaning: 'What is known speaks against it.', tone: 'danger' },
};

export const KIND_LABELS: Readonly<Record<LearnedKind, string>> = {
  model: 'Model score',
  enhanced: 'Enhanced score',
  heuristic: 'Heuristic score',
  quality: 'Quality',
};
