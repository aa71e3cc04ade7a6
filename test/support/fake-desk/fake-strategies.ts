/** The real strategies' schemas, as the fake desk's settings hold their values. */
import type { Settings } from '#contract/areas/settings.ts';
import type { StrategyDescription } from '#contract/contract.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';

export function fakeStrategies(values: Settings['strategyParameters']): readonly StrategyDescription[] {
  return STRATEGIES.filter(({ isPlacebo }) => !isPlacebo).map((strategy) => ({
    id: strategy.id,
    version: strategy.version,
    idea: strategy.idea,
    timeframe: strategy.timeframe,
    higherTimeframe: strategy.higherTimeframe,
    startsInPhase0: strategy.startsInPhase0,
    parameters: strategy.parameters.map((parameter) => ({
      ...parameter,
      value: values[strategy.id]?.[parameter.name] ?? parameter.default,
    })),
  }));
}
