/** ST-11: a strategy on trial opens tickets only after positive results out of sample and the trader's word, market by market. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { phaseEvidence, promotedOn, promotionObjection } from '#main/services/phase-evidence.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { learnedModel, putSignals, type SignalPlan } from '#test/support/small-model.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const START = Date.UTC(2026, 0, 5);
const SCALP = learnedModel('scalp');

function open(): Profile {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  return opened.value;
}

/** Signals six hours apart; of five in a row so many win. */
function signals(count: number, winsOfFive: number, facts: Partial<SignalPlan> = { passed: true }): SignalPlan[] {
  return Array.from({ length: count }, (_, index) => ({
    time: START + index * 6 * 3_600_000,
    outcome: (index * 2) % 5 < winsOfFive ? 'win' : 'loss',
    ...facts,
  }));
}

describe('the evidence for a strategy on trial', () => {
  it('ST-11: below 100 resolved signals that its model let through nothing is said but how many there are', () => {
    const profile = open();
    putSignals(profile, SCALP, signals(99, 5));
    expect(phaseEvidence(profile, 'scalp', false)).toMatchObject({
      key: 'scalp',
      signals: 99,
      netR: null,
      isPositive: false,
    });
    expect(promotionObjection(profile, [], ['scalp'])).toContain('scalp stays in phase 0: 99 of 100');
  });

  it('ST-11: surely positive net R lets the trader promote it; what is not sure or negative does not', () => {
    const positive = open();
    putSignals(positive, SCALP, signals(200, 4));
    const evidence = phaseEvidence(positive, 'scalp', false);
    expect(evidence.isPositive).toBe(true);
    expect(evidence.netR?.low).toBeGreaterThan(0);
    expect(promotionObjection(positive, [], ['scalp'])).toBeNull();
    const negative = open();
    putSignals(negative, SCALP, signals(200, 1));
    expect(phaseEvidence(negative, 'scalp', false).message).toContain('its expectation is negative');
    expect(promotionObjection(negative, [], ['scalp'])).toContain('stays in phase 0');
    // What is in force is not asked again: the trader may change the rest of the list.
    expect(promotionObjection(negative, ['scalp'], ['scalp'])).toBeNull();
  });

  it('RE-33: the same signals are judged once, and anew when one more is there', () => {
    const profile = open();
    putSignals(profile, SCALP, signals(120, 4));
    const evidence = phaseEvidence(profile, 'scalp', false);
    expect(phaseEvidence(profile, 'scalp', false)).toBe(evidence);
    expect(phaseEvidence(profile, 'scalp', true)).toMatchObject({ key: 'scalp@demo', signals: 0 });
    putSignals(profile, SCALP, [{ time: START + 1000 * 6 * 3_600_000, outcome: 'loss', passed: true }]);
    const later = phaseEvidence(profile, 'scalp', false);
    expect(later.signals).toBe(121);
    expect(later.netR?.value).toBeLessThan(evidence.netR?.value ?? 0);
  });

  it('ST-11: what its model would not have let through, or no model scored, is no evidence', () => {
    const profile = open();
    putSignals(profile, SCALP, signals(150, 5, {}));
    expect(phaseEvidence(profile, 'scalp', false).signals).toBe(0);
  });

  it('ST-11: the simulated market proves nothing of a real one', () => {
    const profile = open();
    putSignals(profile, learnedModel('scalp@demo'), signals(200, 4));
    expect(phaseEvidence(profile, 'scalp', true)).toMatchObject({ key: 'scalp@demo', isPositive: true });
    expect(phaseEvidence(profile, 'scalp', false).signals).toBe(0);
    expect(promotedOn(['scalp@demo'], true)).toEqual(['scalp']);
    expect(promotedOn(['scalp@demo'], false)).toEqual([]);
  });

  it('ST-11: only a strategy on trial can be promoted', () => {
    expect(promotionObjection(open(), [], ['trend_pullback'])).toContain('no strategy on trial');
  });

  it('ST-11: the engine hears of a promotion on the market on which it was earned', () => {
    const settings = new SettingsService(open().desk);
    expect(settings.engine().promotedStrategies).toEqual([]);
    settings.update({ promotedStrategies: ['scalp@demo'] });
    expect(settings.engine().promotedStrategies).toEqual(['scalp']);
    settings.update({ exchange: 'binance' });
    expect(settings.engine().promotedStrategies).toEqual([]);
  });
});
