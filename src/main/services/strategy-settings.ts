/** The trader's parameters of strategies: checked against each schema, and put into the strategies that run (ST-1). */
import type { Settings } from '#contract/areas/settings.ts';
import type { ActiveStrategy } from '#core/engine/instrument-state.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import {
  type Strategy,
  type StrategyParameter,
  type StrategyParameters,
  strategyParameters,
} from '#core/signals/strategy.ts';

/** By strategy id and parameter name; what is absent has its default. */
export type ParameterSettings = Settings['strategyParameters'];

/** ST-12: strategies that serve the measuring and are shown only on demand. */
export const PLACEBO_IDS: readonly string[] = STRATEGIES.filter(({ isPlacebo }) => isPlacebo).map(({ id }) => id);

/** Why parameters do not fit the schemas, one sentence each; empty when they fit. */
export function parameterObjections(
  given: ParameterSettings,
  strategies: readonly Strategy[] = STRATEGIES,
): readonly string[] {
  return Object.entries(given).flatMap(([id, values]) => {
    const strategy = strategies.find((one) => one.id === id);
    if (strategy === undefined) return [`there is no strategy "${id}"`];
    const single = Object.entries(values).flatMap(([name, value]) => {
      const parameter = strategy.parameters.find((one) => one.name === name);
      if (parameter === undefined) return [`${id} has no parameter "${name}"`];
      const objection = valueObjection(parameter, value);
      return objection === null ? [] : [`${id}: ${name} is ${value}, but ${objection}`];
    });
    return single.length > 0 ? single : orderObjections(strategy, strategyParameters(strategy, values));
  });
}

/** What of stored parameters still fits: a strategy that changed its schema loses what it no longer takes. */
export function fittingParameters(given: ParameterSettings, strategies: readonly Strategy[] = STRATEGIES) {
  const kept: Record<string, Record<string, number>> = {};
  for (const [id, values] of Object.entries(given)) {
    const fitting = Object.fromEntries(
      Object.entries(values).filter(
        ([name, value]) => parameterObjections({ [id]: { [name]: value } }, strategies).length === 0,
      ),
    );
    if (Object.keys(fitting).length > 0 && parameterObjections({ [id]: fitting }, strategies).length === 0) {
      kept[id] = fitting;
    }
  }
  return kept;
}

/** Without values that are the default anyway: what is stored is what the trader changed. */
export function changedParameters(given: ParameterSettings, strategies: readonly Strategy[] = STRATEGIES) {
  const changed: Record<string, Record<string, number>> = {};
  for (const { id, parameters } of strategies) {
    const own = given[id];
    if (own === undefined) continue;
    const entries = Object.entries(own).filter(
      ([name, value]) => parameters.find((one) => one.name === name)?.default !== value,
    );
    if (entries.length > 0) changed[id] = Object.fromEntries(entries);
  }
  return changed;
}

export function haveOtherParameters(
  before: Pick<Settings, 'strategyParameters'>,
  after: Pick<Settings, 'strategyParameters'>,
): boolean {
  return JSON.stringify(before.strategyParameters) !== JSON.stringify(after.strategyParameters);
}

/** The strategies with the trader's parameters over those they came with. */
export function withParameters(strategies: readonly ActiveStrategy[], given: ParameterSettings): ActiveStrategy[] {
  return strategies.map(({ strategy, parameters }) => ({
    strategy,
    parameters: { ...parameters, ...given[strategy.id] },
  }));
}

function valueObjection({ minimum, maximum, step, unit, default: byDefault }: StrategyParameter, value: number) {
  const whole = [minimum, step, byDefault].every(Number.isInteger);
  if (!(value >= minimum && value <= maximum)) return `may be ${minimum} to ${maximum}${unit === '' ? '' : ` ${unit}`}`;
  // Bars, touches and switches come whole; a size may lie between the steps of the form.
  return whole && !Number.isInteger(value) ? 'must be a whole number' : null;
}

/** A least may not lie above its greatest, nor the first target at or beyond the last. */
function orderObjections({ id }: Strategy, values: StrategyParameters): string[] {
  const objections: string[] = [];
  for (const [name, least] of Object.entries(values)) {
    if (!name.startsWith('minimum')) continue;
    const other = name.replace('minimum', 'maximum');
    const greatest = values[other];
    if (greatest !== undefined && least > greatest) {
      objections.push(`${id}: ${name} (${least}) is above ${other} (${greatest})`);
    }
  }
  const { tp1R, targetR } = values;
  if (tp1R !== undefined && targetR !== undefined && tp1R >= targetR) {
    objections.push(`${id}: the first target, tp1R (${tp1R}), must lie before the final one, targetR (${targetR})`);
  }
  return objections;
}
