/** All strategies (ST-1): adding one is one file and one line here. */
import type { Strategy } from '../strategy.ts';
import { openingRange } from './opening-range.ts';
import { placebo } from './placebo.ts';
import { rangeFade } from './range-fade.ts';
import { scalp } from './scalp.ts';
import { structure } from './structure.ts';
import { trendPullback } from './trend-pullback.ts';

export const STRATEGIES: readonly Strategy[] = [trendPullback, rangeFade, scalp, openingRange, structure, placebo];

export function findStrategy(id: string): Strategy | null {
  return STRATEGIES.find((strategy) => strategy.id === id) ?? null;
}
