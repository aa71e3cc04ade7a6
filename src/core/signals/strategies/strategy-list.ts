/** All strategies (ST-1): adding one is one file and one line here. */
import type { Strategy } from '../strategy.ts';
import { trendPullback } from './trend-pullback.ts';

export const STRATEGIES: readonly Strategy[] = [trendPullback];

export function findStrategy(id: string): Strategy | null {
  return STRATEGIES.find((strategy) => strategy.id === id) ?? null;
}
