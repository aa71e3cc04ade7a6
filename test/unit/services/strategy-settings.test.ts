import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { isPlacebo, storedFilter } from '#main/services/phantom-filters.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import {
  changedParameters,
  fittingParameters,
  PLACEBO_IDS,
  parameterObjections,
} from '#main/services/strategy-settings.ts';
import { openProfile } from '#main/store/database.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

function deskTables() {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  return opened.value.desk;
}

describe('parameters of strategies', () => {
  it('ST-1: the schema decides: both ends of a range fit, what lies beyond or between whole steps does not', () => {
    for (const { id, parameters } of STRATEGIES) {
      for (const { name, minimum, maximum, default: byDefault } of parameters) {
        expect(parameterObjections({ [id]: { [name]: byDefault } }), `${id}.${name}`).toEqual([]);
        expect(parameterObjections({ [id]: { [name]: minimum - 1 } }), `${id}.${name}`).toHaveLength(1);
        expect(parameterObjections({ [id]: { [name]: maximum + 1 } }), `${id}.${name}`).toHaveLength(1);
        expect(parameterObjections({ [id]: { [name]: Number.NaN } }), `${id}.${name}`).toHaveLength(1);
      }
    }
    expect(parameterObjections({ trend_pullback: { pivotLeft: 4.5 } })).toEqual([
      'trend_pullback: pivotLeft is 4.5, but must be a whole number',
    ]);
    expect(parameterObjections({ trend_pullback: { minimumBreakAtr: 0.17 } })).toEqual([]);
  });

  it('says which strategy or parameter there is not', () => {
    expect(parameterObjections({ nonsense: {} })).toEqual(['there is no strategy "nonsense"']);
    expect(parameterObjections({ scalp: { nonsense: 1 } })).toEqual(['scalp has no parameter "nonsense"']);
  });

  it('a least above its greatest, or a first target beyond the last, is refused with both values', () => {
    const crossed = { trend_pullback: { minimumRetraceAtr: 3, maximumRetraceAtr: 1 } };
    expect(parameterObjections(crossed)).toEqual([
      'trend_pullback: minimumRetraceAtr (3) is above maximumRetraceAtr (1)',
    ]);
    expect(parameterObjections({ trend_pullback: { targetR: 1.5 } })[0]).toContain('tp1R (1.6)');
  });

  it('only what differs from the default is kept', () => {
    const given = { trend_pullback: { targetR: 2.5, pivotLeft: 6 }, scalp: { targetR: 1.5 } };
    expect(changedParameters(given)).toEqual({ trend_pullback: { pivotLeft: 6 } });
  });

  it('a strategy that changed its schema loses only what it no longer takes', () => {
    const stored = { trend_pullback: { pivotLeft: 6, gone: 1 }, goneToo: { a: 1 } };
    expect(fittingParameters(stored)).toEqual({ trend_pullback: { pivotLeft: 6 } });
  });
});

describe('the settings', () => {
  it('WS-18: parameters are stored, outlive a restart, and are refused with the reason when they do not fit', () => {
    const desk = deskTables();
    const settings = new SettingsService(desk);
    const strategyParameters = { trend_pullback: { pivotLeft: 6 } };
    expect(settings.update({ strategyParameters }).ok).toBe(true);
    expect(new SettingsService(desk).current.strategyParameters).toEqual(strategyParameters);

    const refused = settings.update({ strategyParameters: { trend_pullback: { targetR: 99 } }, webhook: true });
    expect(refused).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    if (!refused.ok) expect(refused.error.message).toContain('targetR is 99, but may be 1 to 6 R');
    expect(settings.current).toMatchObject({ strategyParameters, webhook: false });
  });

  it('stored parameters that no longer fit are named as damaged, and the others stay', () => {
    const desk = deskTables();
    desk.putSettings({ strategyParameters: { trend_pullback: { pivotLeft: 6, gone: 1 } } });
    const settings = new SettingsService(desk);
    expect(settings.damaged).toEqual(['strategyParameters']);
    expect(settings.current.strategyParameters).toEqual({ trend_pullback: { pivotLeft: 6 } });
  });

  it('ST-12: the placebo runs unless its own switch is off, whatever the other switches say', () => {
    const settings = new SettingsService(deskTables());
    expect(DEFAULT_SETTINGS.measureChance).toBe(true);
    settings.update({ disabledStrategies: ['scalp', 'placebo'] });
    expect(settings.engine().disabledStrategies).toEqual(['scalp']);
    settings.update({ measureChance: false });
    expect(settings.engine().disabledStrategies).toEqual(['scalp', ...PLACEBO_IDS]);
  });
});

describe('what is shown', () => {
  it('ST-12: leaves the placebo out unless it is asked for or named', () => {
    expect(storedFilter({})).toEqual({ exceptStrategyIds: PLACEBO_IDS });
    expect(storedFilter({ includePlacebo: true, sides: ['long'] })).toEqual({ sides: ['long'] });
    expect(storedFilter({ strategyIds: ['placebo'] }).exceptStrategyIds).toEqual([]);
    expect(isPlacebo('placebo')).toBe(true);
    expect(isPlacebo('trend_pullback')).toBe(false);
  });
});
