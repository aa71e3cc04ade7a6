/** The real strategies' schemas, as the fake desk's settings hold their values. */
import type { Settings } from '#contract/areas/settings.ts';
import type { StrategyDescription } from '#contract/contract.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';

const ON_TRIAL: StrategyDescription['phase0'] = {
  ...{ key: 'scalp@demo', signals: 37, needed: 100, netR: null, isPositive: false },
  message: '37 of 100 resolved signals that its model would have let through',
};

export function fakeStrategies(values: Settings['strategyParameters']): readonly StrategyDescription[] {
  return STRATEGIES.filter(({ isPlacebo }) => !isPlacebo).map((strategy) => ({
    id: strategy.id,
    version: strategy.version,
    idea: strategy.idea,
    timeframe: strategy.timeframe,
    higherTimeframe: strategy.higherTimeframe,
    phase0: strategy.startsInPhase0 ? ON_TRIAL : null,
    parameters: strategy.parameters.map((parameter) => ({
      ...parameter,
      value: values[strategy.id]?.[parameter.name] ?? parameter.default,
    })),
  }));
}
