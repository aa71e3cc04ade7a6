/** Which rows of the record a model may learn from (ML-3): counted and filtered in one place. */
import { DISPOSITIONS } from '#core/domain/score.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { PhantomFilter } from '#main/store/phantom-filter.ts';
import { type LearnedModel, PLACEBO_IDS } from './learned-models.ts';

/** What a file says that somebody else found is no example until somebody accepts it. */
const LEARNABLE = DISPOSITIONS.filter((disposition) => disposition !== 'imported' && disposition !== 'gated');

/** Signals of a model's strategies, never of a placebo (ST-12); null for a model of observations. */
export function signalsOf({ source, simulated }: Pick<LearnedModel, 'source' | 'simulated'>): PhantomFilter | null {
  if (source.kind !== 'signals') return null;
  const strategies = source.strategyIds === null ? {} : { strategyIds: source.strategyIds };
  return { ...strategies, exceptStrategyIds: PLACEBO_IDS, simulated };
}

/** Wins and losses: timeouts are no examples by default (ML-5). */
export function examplesOf(model: Pick<LearnedModel, 'source' | 'simulated'>): PhantomFilter | null {
  const signals = signalsOf(model);
  return signals === null ? null : { ...signals, outcomes: ['win', 'loss'], dispositions: LEARNABLE };
}

export function countTrainable(
  profile: Pick<ProfileReader, 'history' | 'countObservations'>,
  model: LearnedModel,
): number {
  const filter = examplesOf(model);
  if (filter !== null) return profile.history.count(filter);
  return model.source.kind === 'observations' ? profile.countObservations(model.source.of, model.simulated) : 0;
}
