/** Which rows of the record a model may learn from (ML-3): counted and filtered in one place. */
import { RESOLVER_VERSION } from '#core/domain/phantom.ts';
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

/** Wins and losses of the resolver's current version (PH-10): timeouts are no examples by default (ML-5). */
export function examplesOf(model: Sourced): PhantomFilter | null {
  const signals = signalsOf(model);
  if (signals === null) return null;
  return { ...signals, outcomes: ['win', 'loss'], dispositions: LEARNABLE, resolverVersion: RESOLVER_VERSION };
}

export function countTrainable(
  profile: Pick<ProfileReader, 'history' | 'countObservations' | 'countOwners'>,
  model: LearnedModel,
): number {
  const filter = examplesOf(model);
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
