import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import {
  applied,
  drafted,
  isSwitch,
  type ParameterDescription,
  rangeText,
  stepped,
  valueInForce,
} from '#renderer/features/settings/parameter-draft.ts';
import { parameterTitle } from '#renderer/lib/words.ts';
import { fakeStrategies } from '#test/support/fake-desk/fake-strategies.ts';

const strategies = fakeStrategies({});
const every = strategies.flatMap(({ parameters }) => parameters);

function parameter(strategyId: string, name: string): ParameterDescription {
  const found = strategies.find(({ id }) => id === strategyId)?.parameters.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${strategyId} has ${name}`);
  return found;
}

describe('the form of a strategy’s parameters', () => {
  const minimumBreak = parameter('trend_pullback', 'minimumBreakAtr');

  it('WS-18: says range, unit, step and default of each', () => {
    expect(rangeText(minimumBreak)).toBe('0 to 2 ATR, in steps of 0.05. Default 0.15.');
    expect(every.every((one) => rangeText(one).includes('Default'))).toBe(true);
  });

  it('ST-1: a step up or down stays on the schema’s grid and inside its range', () => {
    expect(stepped(minimumBreak, 0.15, 1)).toBe(0.2);
    expect(stepped(minimumBreak, 0.17, 1)).toBe(0.2);
    expect(stepped(minimumBreak, 0.17, -1)).toBe(0.15);
    fc.assert(
      fc.property(fc.constantFrom(...every), fc.array(fc.constantFrom(1 as const, -1 as const)), (one, directions) => {
        let value = one.default;
        for (const direction of directions) value = stepped(one, value, direction);
        expect(value).toBeGreaterThanOrEqual(one.minimum);
        expect(value).toBeLessThanOrEqual(one.maximum);
      }),
    );
  });

  it('keeps in the draft only what differs from the value in force', () => {
    const draft = drafted({}, 'minimumBreakAtr', 0.3, 0.15);
    expect(draft).toEqual({ minimumBreakAtr: 0.3 });
    expect(drafted(draft, 'minimumBreakAtr', 0.15, 0.15)).toEqual({});
  });

  it('applies a draft over what is set, and stores no defaults', () => {
    const settings = { strategyParameters: { trend_pullback: { pivotLeft: 6 }, scalp: { targetR: 2 } } };
    const parameters = strategies.find(({ id }) => id === 'trend_pullback')?.parameters ?? [];
    expect(valueInForce(settings, 'trend_pullback', parameter('trend_pullback', 'pivotLeft'))).toBe(6);
    expect(applied(settings, 'trend_pullback', parameters, { minimumBreakAtr: 0.3 })).toEqual({
      trend_pullback: { pivotLeft: 6, minimumBreakAtr: 0.3 },
      scalp: { targetR: 2 },
    });
    expect(applied(settings, 'trend_pullback', parameters, { pivotLeft: 4 })).toEqual({ scalp: { targetR: 2 } });
    expect(applied(DEFAULT_SETTINGS, 'trend_pullback', parameters, {})).toEqual({});
  });

  it('shows yes and no as a switch, and nothing else', () => {
    expect(isSwitch(parameter('opening_range', 'open0700'))).toBe(true);
    expect(isSwitch(parameter('trend_pullback', 'tp1Fraction'))).toBe(false);
  });

  it('titles are words', () => {
    expect(parameterTitle('minimumBreakAtr')).toBe('Minimum break');
    expect(parameterTitle('tp1R')).toBe('First target');
    expect(parameterTitle('tp1Fraction')).toBe('First target fraction');
    expect(parameterTitle('open1330')).toBe('Open 13:30 UTC');
    expect(parameterTitle('maximumTrend15m')).toBe('Maximum trend 15m');
  });
});
