/** DE-12: what must be shown before auto may trade a live account, each condition with its evidence. */
import { signedText } from '#core/base/number-text.ts';
import type { ChecklistItem } from '#core/domain/risk.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { expectedValue, type ResolvedTrade, tradeSums } from './expected-value.ts';

const RECORD_DAYS = 90;
/** Accuracy and expectation look back on so many days, and need so many resolved signals in them. */
export const JUDGED_DAYS = 30;
const JUDGED_SIGNALS = 100;
const LEAST_ACCURACY = 0.55;

export interface JudgedSignal extends ResolvedTrade {
  /** Its score reached its threshold: a win was expected. */
  readonly passed: boolean;
}

/** The 95 % interval of a share of successes. */
export type ShareInterval = (successes: number, count: number) => readonly [low: number, high: number];

/** `days`: UTC days with live decisions of the strategy while the stage was shadow or advisory. */
export function strategyChecklist(
  days: number,
  judged: readonly JudgedSignal[],
  shareInterval: ShareInterval,
): readonly ChecklistItem[] {
  return [
    {
      id: 'days',
      label: `${RECORD_DAYS} days in shadow or advisory`,
      isMet: days >= RECORD_DAYS,
      evidence: `${days} days with signals decided live on a market that is not simulated`,
    },
    {
      id: 'resolved',
      label: `${JUDGED_SIGNALS} resolved signals in ${JUDGED_DAYS} days`,
      isMet: judged.length >= JUDGED_SIGNALS,
      evidence: `${judged.length} resolved`,
    },
    accuracyItem(judged, shareInterval),
    expectationItem(judged),
  ];
}

/** What is the same for every strategy. Times: when each was last done; null: never. */
export function deskChecklist(facts: {
  readonly drift: readonly string[];
  readonly breakerExercisedAt: UnixMs | null;
  readonly killSwitchExercisedAt: UnixMs | null;
  readonly approvedAt: UnixMs | null;
  readonly hasLiveAccount: boolean;
}): readonly ChecklistItem[] {
  const done = (at: UnixMs | null, what: string) => (at === null ? 'never' : `${what} ${new Date(at).toISOString()}`);
  return [
    {
      id: 'drift',
      label: 'No open drift alert',
      isMet: facts.drift.length === 0,
      evidence: facts.drift.length === 0 ? 'none is open' : facts.drift.join('; '),
    },
    {
      id: 'breaker',
      label: 'A breaker was exercised',
      isMet: facts.breakerExercisedAt !== null,
      evidence: done(facts.breakerExercisedAt, 'tripped and reset'),
    },
    {
      id: 'kill-switch',
      label: 'The kill switch was exercised',
      isMet: facts.killSwitchExercisedAt !== null,
      evidence: done(facts.killSwitchExercisedAt, 'engaged and released'),
    },
    {
      id: 'approval',
      label: 'Your typed approval',
      isMet: facts.approvedAt !== null,
      evidence: done(facts.approvedAt, 'typed'),
    },
    {
      id: 'live-account',
      label: 'A live account',
      isMet: facts.hasLiveAccount,
      evidence: facts.hasLiveAccount ? 'there is one' : 'there is none: this version trades on paper only',
    },
  ];
}

/** A win was expected of those that reached their threshold, a loss of the others. */
function accuracyItem(judged: readonly JudgedSignal[], shareInterval: ShareInterval): ChecklistItem {
  const id = 'accuracy';
  const label = 'Accuracy above 55 % and the majority class';
  if (judged.length < JUDGED_SIGNALS) return { id, label, isMet: false, evidence: tooFew(judged.length) };
  const right = judged.filter(({ passed, win }) => passed === win).length;
  const wins = judged.filter(({ win }) => win).length;
  const majority = Math.max(wins, judged.length - wins) / judged.length;
  const bar = Math.max(LEAST_ACCURACY, majority);
  const accuracy = right / judged.length;
  const [low, high] = shareInterval(right, judged.length);
  return {
    id,
    label,
    isMet: accuracy > bar,
    evidence: `${percent(accuracy)} of ${judged.length} (95 %: ${percent(low)} to ${percent(high)}); to beat: ${percent(bar)}`,
  };
}

/** Of what would have been traded: the signals that reached their threshold. */
function expectationItem(judged: readonly JudgedSignal[]): ChecklistItem {
  const id = 'expectation';
  const label = 'Net expectation above zero, with its interval';
  const traded = judged.filter(({ passed }) => passed);
  const value = expectedValue(tradeSums(traded));
  if (judged.length < JUDGED_SIGNALS || value === null || value.interval === null) {
    return { id, label, isMet: false, evidence: `${tooFew(judged.length)}; ${traded.length} reached their threshold` };
  }
  const [low, high] = value.interval;
  return {
    id,
    label,
    isMet: low > 0,
    evidence: `${inR(value.netR)} per trade over ${traded.length} (95 %: ${inR(low)} to ${inR(high)})`,
  };
}

function tooFew(count: number): string {
  return `too few: ${count} of ${JUDGED_SIGNALS} resolved signals`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function inR(value: number): string {
  return `${signedText(value, 2)} R`;
}
