/** How a strategy writes down its parameters and reads their values (ST-1). */
import { invariant } from '#core/base/invariant.ts';
import type { StrategyParameter, StrategyParameters } from '../strategy.ts';

/** One row of a schema; the name keeps its literal type, so that settings can be read by name. */
export function parameter<Name extends string>(
  name: Name,
  meaning: string,
  defaultValue: number,
  minimum: number,
  maximum: number,
  step: number,
  unit: string,
): StrategyParameter & { readonly name: Name } {
  return { name, meaning, default: defaultValue, minimum, maximum, step, unit };
}

/** The values of a schema by name; a missing or broken one is a bug of the caller and throws. */
export function settingsOf<Name extends string>(
  strategyId: string,
  schema: readonly (StrategyParameter & { readonly name: Name })[],
  parameters: StrategyParameters,
): Readonly<Record<Name, number>> {
  const settings: Partial<Record<Name, number>> = {};
  for (const { name } of schema) {
    const value = parameters[name];
    invariant(value !== undefined && Number.isFinite(value), `parameter ${name} of ${strategyId} has a value`);
    settings[name] = value;
  }
  return settings as Readonly<Record<Name, number>>;
}
