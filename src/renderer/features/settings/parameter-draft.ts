/** What the trader has changed in a strategy's parameters and not applied yet. */
import type { Settings } from '#contract/areas/settings.ts';
import type { StrategyDescription } from '#contract/contract.ts';
import { formatNumber } from '../../lib/format.ts';

export type ParameterDescription = StrategyDescription['parameters'][number];
/** By parameter name: only what differs from the value in force. */
export type ParameterDraft = Readonly<Record<string, number>>;

/** A parameter that is a switch: 0 no, 1 yes. */
export function isSwitch({ minimum, maximum, step, unit }: ParameterDescription): boolean {
  return minimum === 0 && maximum === 1 && step === 1 && unit === '';
}

/** The value in force: what the settings hold, else the default. */
export function valueInForce(settings: Pick<Settings, 'strategyParameters'>, id: string, one: ParameterDescription) {
  return settings.strategyParameters[id]?.[one.name] ?? one.default;
}

/** The draft with one value more; a value that is in force already leaves it. */
export function drafted(draft: ParameterDraft, name: string, value: number, inForce: number): ParameterDraft {
  const { [name]: _, ...others } = draft;
  return value === inForce ? others : { ...others, [name]: value };
}

/** One step up or down, on the schema's grid, inside its range. */
export function stepped({ minimum, maximum, step }: ParameterDescription, value: number, direction: 1 | -1): number {
  const steps = (value - minimum) / step;
  // A value between two steps goes to the next one in the direction.
  const to = direction === 1 ? Math.floor(steps + 1e-9) + 1 : Math.ceil(steps - 1e-9) - 1;
  const next = Math.min(maximum, Math.max(minimum, minimum + to * step));
  return Number(next.toPrecision(10));
}

/** The setting as it will be stored when the draft is applied. */
export function applied(
  settings: Pick<Settings, 'strategyParameters'>,
  id: string,
  parameters: readonly ParameterDescription[],
  draft: ParameterDraft,
): Settings['strategyParameters'] {
  const own: Record<string, number> = {};
  for (const one of parameters) {
    const value = draft[one.name] ?? valueInForce(settings, id, one);
    if (value !== one.default) own[one.name] = value;
  }
  const { [id]: _, ...others } = settings.strategyParameters;
  return Object.keys(own).length === 0 ? others : { ...others, [id]: own };
}

/** `0 to 2 ATR in steps of 0.05; default 0.15`. */
export function rangeText({ minimum, maximum, step, unit, default: byDefault }: ParameterDescription): string {
  const number = (value: number) => formatNumber(value, decimalsOf(value));
  return `${number(minimum)} to ${number(maximum)}${unit === '' ? '' : ` ${unit}`}, in steps of ${number(step)}. Default ${number(byDefault)}.`;
}

function decimalsOf(value: number): number {
  const [, fraction = ''] = String(value).split('.');
  return Math.min(6, fraction.length);
}
