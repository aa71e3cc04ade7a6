/** What the trader asks for as the store is asked: hidden strategies are left out unless they are named (ST-12). */
import type { PhantomFilter } from '#contract/areas/phantoms.ts';
import type { Engine } from '#core/engine/engine.ts';
import type { OpenPhantom } from '#core/phantoms/phantom-book.ts';
import type { PhantomFilter as StoredFilter } from '#main/store/phantom-filter.ts';
import { PLACEBO_IDS } from './strategy-settings.ts';

/** History, statistics and exports all go through it, so that they speak of the same rows. */
export function storedFilter({ includePlacebo, ...filter }: PhantomFilter): StoredFilter {
  if (includePlacebo === true) return filter;
  const named = filter.strategyIds ?? [];
  return { ...filter, exceptStrategyIds: PLACEBO_IDS.filter((id) => !named.includes(id)) };
}

export function isPlacebo(strategyId: string): boolean {
  return PLACEBO_IDS.includes(strategyId);
}

/** The open phantoms that the trader counts (ST-12). */
export function* shownPhantoms({ openPhantoms }: Pick<Engine, 'openPhantoms'>): Generator<OpenPhantom> {
  for (const open of openPhantoms.all()) if (!isPlacebo(open.phantom.signal.strategyId)) yield open;
}
