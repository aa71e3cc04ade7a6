/** Which rows of the record a model may learn from (ML-3): counted and filtered in one place. */
import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import type { Settings } from '#contract/areas/settings.ts';
import { OUTCOMES, type Outcome, RESOLVER_VERSION } from '#core/domain/phantom.ts';
import { DISPOSITIONS } from '#core/domain/score.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { PhantomFilter } from '#main/store/phantom-filter.ts';
import { PLACEBO_IDS } from '../strategy-settings.ts';
import type { LearnedModel } from './learned-models.ts';

/** What a file says that somebody else found is no example until somebody accepts it. */
const LEARNABLE = DISPOSITIONS.filter((disposition) => disposition !== 'imported' && disposition !== 'gated');

type Sourced = Pick<LearnedModel, 'source' | 'simulated' | 'scope'>;

/**
 * Signals of a model's strategies, never of a placebo (ST-12); null for a model of observations. The cluster of a
 * variant is no part of a filter: see `ownsRow`.
 */
export function signalsOf({ source, simulated, scope }: Sourced): PhantomFilter | null {
  if (source.kind !== 'signals') return null;
  const strategies = source.strategyIds === null ? {} : { strategyIds: source.strategyIds };
  const symbols = scope?.kind === 'instrument' ? { symbols: [scope.symbol] } : {};
  return { ...strategies, ...symbols, exceptStrategyIds: PLACEBO_IDS, simulated };
}

/** What becomes of timeouts in training (ML-5): no examples, or a win where their net R is above 0 and else a loss. */
export const TIMEOUT_LABELS = ['left out', 'sign of net R'] as const;
export type TimeoutLabels = (typeof TIMEOUT_LABELS)[number];

const SETTING: keyof Settings = 'learnTimeouts';

/** As the trader's settings say now; a stored value that does not fit counts as the default, as everywhere. */
export function timeoutLabels({ desk }: Pick<ProfileReader, 'desk'>): TimeoutLabels {
  const stored = desk.settings().get(SETTING);
  const learnTimeouts = typeof stored === 'boolean' ? stored : DEFAULT_SETTINGS[SETTING];
  return learnTimeouts ? 'sign of net R' : 'left out';
}

/** Whether a signal that ended so may be learned from. */
export function isTrainable(outcome: Outcome, timeouts: TimeoutLabels): boolean {
  return outcome === 'win' || outcome === 'loss' || (outcome === 'timeout' && timeouts === 'sign of net R');
}

/** Of the resolver's current version (PH-10): wins and losses, with timeouts where they are labelled (ML-5). */
export function examplesOf(model: Sourced, timeouts: TimeoutLabels): PhantomFilter | null {
  const signals = signalsOf(model);
  if (signals === null) return null;
  const outcomes = OUTCOMES.filter((outcome) => isTrainable(outcome, timeouts));
  return { ...signals, outcomes, dispositions: LEARNABLE, resolverVersion: RESOLVER_VERSION };
}

/**
 * What a training reads: beside the examples the timeouts that are none, which a win probability is still judged on
 * (ML-5). A model of net R reads its examples alone.
 */
export function judgedOf(model: Sourced, timeouts: TimeoutLabels): PhantomFilter | null {
  const judgesWins = model.source.kind === 'signals' && model.source.target === 'win';
  return examplesOf(model, judgesWins ? 'sign of net R' : timeouts);
}

export type CountedProfile = Pick<ProfileReader, 'desk' | 'history' | 'countObservations' | 'countOwners'>;

/** Examples by the labelling in force, or by the one that is named. */
export function countTrainable(
  profile: CountedProfile,
  model: LearnedModel,
  timeouts = timeoutLabels(profile),
): number {
  const filter = examplesOf(model, timeouts);
  if (filter !== null && model.scope?.kind === 'cluster') {
    const own = profile.countOwners(filter).filter((row) => ownsRow(model, row));
    return own.reduce((sum, { count }) => sum + count, 0);
  }
  if (filter !== null) return profile.history.count(filter);
  return model.source.kind === 'observations' ? profile.countObservations(model.source.of, model.simulated) : 0;
}

/** Whether a signal that the filter gave is the model's: only a cluster's variant passes any over (ML-50). */
export function ownsRow({ scope }: Pick<LearnedModel, 'scope'>, row: { readonly cluster: number | null }): boolean {
  return scope?.kind !== 'cluster' || row.cluster === scope.cluster;
}
