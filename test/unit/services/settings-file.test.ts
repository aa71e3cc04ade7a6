/** Settings as a file: out and in again, refused by name and line, and the gates of a recommendation (WS-18, PH-43). */
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import type { Settings } from '#contract/areas/settings.ts';
import { analyseGates } from '#core/analysis/gate-analysis.ts';
import { createRandom } from '#core/base/random.ts';
import { importSettings } from '#main/services/settings-calls.ts';
import { readSettings, settingsText } from '#main/services/settings-file.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { openProfile } from '#main/store/database.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const CHANGED: Settings = {
  ...DEFAULT_SETTINGS,
  exchange: 'kraken',
  symbols: ['BTC/USD', '# "odd": name'],
  riskPerTrade: 0.0125,
  maximumNotional: 2_500,
  strategyParameters: { trend_pullback: { pivotLeft: 6 } },
  scalpGates: ['vol', 'body_045'],
  theme: 'light',
};

function refusal(text: string): string {
  const reading = readSettings(text, DEFAULT_SETTINGS);
  return reading.ok ? '' : reading.error.message;
}

describe('a file of settings', () => {
  it('WS-18: what is exported is taken again on another desk, and there only what differs is changed', () => {
    const text = settingsText(CHANGED);
    const reading = readSettings(text, DEFAULT_SETTINGS);
    if (!reading.ok) throw new Error(reading.error.message);
    expect({ ...DEFAULT_SETTINGS, ...reading.value.patch }).toEqual(CHANGED);
    expect(reading.value.changes.map(({ key }) => key)).toEqual([
      'exchange',
      'symbols',
      'riskPerTrade',
      'maximumNotional',
      'strategyParameters',
      'scalpGates',
      'theme',
    ]);
    expect(readSettings(text, CHANGED)).toMatchObject({ ok: true, value: { changes: [], patch: {} } });
  });

  it('WS-18: unknown names and bad values are refused together, each with its line', () => {
    const text = 'trackGated: true\napiKey: "secret"\nriskPerTrade: 3\nsymbols:\n  - BTC/USDT\n  - 7\nstage: live\n';
    expect(refusal(text)).toMatch(
      /line 2: there is no setting "apiKey"; line 3: riskPerTrade: .*; line 6: symbols\.1: .*; line 7: stage: /,
    );
    expect(refusal('strategyParameters:\n  scalp:\n    targetR: many')).toContain(
      'line 3: strategyParameters.scalp.targetR',
    );
    expect(refusal('strategyParameters:\n  nonsense:\n    a: 1')).toContain('there is no strategy "nonsense"');
    expect(refusal('scalpGates: [vol, vols]')).toContain('line 1: scalpGates: there is no gate "vols"');
    expect(refusal('constructor: 1')).toContain('there is no setting "constructor"');
  });

  it('PH-43: the recommendation of the gate analysis is taken as it is printed', () => {
    const names = ['vol', 'body', 'htf'];
    const rows = 4_000;
    const random = createRandom('gates');
    const columns = names.map(() => Float64Array.from({ length: rows }, () => (random.next() < 0.5 ? 0 : 1)));
    const win = Float64Array.from({ length: rows }, (_, row) => {
      const [good, bad] = [columns[0]?.[row] as number, columns[1]?.[row] as number];
      return random.next() < 0.5 + 0.25 * (good - 0.5) - 0.25 * (bad - 0.5) ? 1 : 0;
    });
    const netR = win.map((one) => (one === 1 ? 1 : -1));
    const { advice } = analyseGates({ names, columns, win, netR, times: null });
    expect(advice).toMatchObject({ enable: ['vol'], disable: ['body'] });
    const reading = readSettings(advice.yaml, { ...DEFAULT_SETTINGS, scalpGates: ['body', 'q_050'] });
    expect(reading).toMatchObject({ ok: true, value: { patch: { scalpGates: ['q_050', 'vol'] } } });
  });

  it('PH-43: a recommendation of another form, or that contradicts itself, is refused with its line', () => {
    expect(refusal('scalpGates:\n  version: 2\n  enable: [vol]')).toContain(
      'line 1: scalpGates: a recommendation of version 1',
    );
    expect(refusal('scalpGates:\n  version: 1\n  enable: [vol]\n  disable: [vol]')).toContain(
      'vol cannot be enabled and disabled',
    );
    expect(refusal('scalpGates:\n  version: 1\n  enable: [nonsense]')).toContain(
      'line 3: scalpGates.enable: there is no gate "nonsense"',
    );
    expect(refusal('scalpGates:\n  version: 1\n  enabled: [vol]')).toContain('line 3: scalpGates: "enabled"');
  });

  it('WS-18, ST-11: a file is stored whole or not at all, and lets no strategy out of phase 0 without evidence', () => {
    const opened = openProfile(temporaryFolder());
    if (!opened.ok) throw new Error(opened.error.message);
    onTestFinished(() => opened.value.close());
    const settings = new SettingsService(opened.value.desk);
    const taken = (text: string, checkOnly = false) => importSettings(opened.value, settings, text, checkOnly);
    expect(taken('trackGated: true\npromotedStrategies: ["scalp@demo"]')).toMatchObject({ ok: false });
    expect(taken('trackGated: true\nriskPerTrade: 9')).toMatchObject({ ok: false });
    expect(taken('trackGated: true', true)).toMatchObject({ ok: true, value: { changes: [{ key: 'trackGated' }] } });
    expect(settings.current).toEqual(DEFAULT_SETTINGS);
    expect(taken('trackGated: true\nscalpGates: [vol]')).toMatchObject({ ok: true });
    expect(new SettingsService(opened.value.desk).current).toMatchObject({ trackGated: true, scalpGates: ['vol'] });
    expect(settings.engine().scalpGates).toEqual(['vol']);
  });

  it('PH-43: a stored gate that there is no more falls out alone and is named as damaged', () => {
    const opened = openProfile(temporaryFolder());
    if (!opened.ok) throw new Error(opened.error.message);
    onTestFinished(() => opened.value.close());
    opened.value.desk.putSettings({ scalpGates: ['gone', 'vol'] });
    const settings = new SettingsService(opened.value.desk);
    expect(settings.damaged).toEqual(['scalpGates']);
    expect(settings.current.scalpGates).toEqual(['vol']);
    expect(settings.update({ scalpGates: ['gone'] })).toMatchObject({ ok: false, error: { kind: 'invalid' } });
  });
});
