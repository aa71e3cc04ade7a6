/** The trader's settings: each key checked on its own, so that one damaged value falls back to its default and nothing else. */

import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import { type Settings, type SettingsPatch, settingsSchema } from '#contract/areas/settings.ts';
import { Emitter } from '#core/base/emitter.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { DEFAULT_RISK, type RiskSettings } from '#core/domain/risk.ts';
import type { EngineSettings } from '#core/engine/messages.ts';
import type { DeskTables } from '#main/store/desk-tables.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import { promotedOn } from './phase-evidence.ts';
import { gateObjections, knownGates } from './scalp-gate-settings.ts';
import { changedParameters, fittingParameters, PLACEBO_IDS, parameterObjections } from './strategy-settings.ts';

export interface SettingsChange {
  readonly before: Settings;
  readonly after: Settings;
}

/** A value that its schema allows, but the thing it sets does not. */
export type SettingsFault = StoreFault | Fault<'invalid'>;

export class SettingsService {
  readonly changed = new Emitter<SettingsChange>();
  /** Keys whose stored value did not fit and which therefore have their default, in whole or in part. */
  readonly damaged: readonly string[];
  readonly #desk: DeskTables;
  #current: Settings;

  constructor(desk: DeskTables) {
    this.#desk = desk;
    const stored = desk.settings();
    const damaged: string[] = [];
    const entries = Object.entries(DEFAULT_SETTINGS).map(([key, byDefault]) => {
      if (!stored.has(key)) return [key, byDefault];
      const parsed = settingsSchema.shape[key as keyof Settings].safeParse(stored.get(key));
      if (!parsed.success) damaged.push(key);
      return [key, parsed.success ? parsed.data : byDefault];
    });
    const settings = Object.fromEntries(entries) as Settings;
    // A strategy may have changed its schema since they were stored.
    if (parameterObjections(settings.strategyParameters).length > 0) damaged.push('strategyParameters');
    if (gateObjections(settings.scalpGates).length > 0) damaged.push('scalpGates');
    this.#current = {
      ...settings,
      strategyParameters: fittingParameters(settings.strategyParameters),
      scalpGates: [...knownGates(settings.scalpGates)],
    };
    this.damaged = damaged;
  }

  get current(): Settings {
    return this.#current;
  }

  /** Stores the changed keys; the patch was checked against the settings' schema by the caller (the contract does it). */
  update(patch: SettingsPatch): Result<Settings, SettingsFault> {
    const wrongGates = gateObjections(patch.scalpGates ?? []);
    if (wrongGates.length > 0) return err(unfitting('scalp gates', wrongGates));
    const checked = withFittingParameters(patch);
    if (!checked.ok) return checked;
    const stored = this.#desk.putSettings(checked.value);
    if (!stored.ok) return stored;
    const before = this.#current;
    this.#current = { ...before, ...(checked.value as Partial<Settings>) };
    this.changed.emit({ before, after: this.#current });
    return ok(this.#current);
  }

  engine(): EngineSettings {
    const { stage, riskPerTrade, fixedMinimumScore, slippageBps, measureChance } = this.#current;
    const switchedOff = this.#current.disabledStrategies.filter((id) => !PLACEBO_IDS.includes(id));
    // The placebo has a switch of its own (ST-12).
    const disabledStrategies = measureChance ? switchedOff : [...switchedOff, ...PLACEBO_IDS];
    const promotedStrategies = promotedOn(this.#current.promotedStrategies, this.#current.exchange === 'demo');
    const risk = pickRisk(this.#current);
    const engine = { stage, riskPerTrade, fixedMinimumScore, slippageBps, disabledStrategies, promotedStrategies };
    const { scoreSignals, trackGated, scalpGates } = this.#current;
    return { ...engine, scoreSignals, trackGated, scalpGates, risk };
  }
}

/** The settings of risk have the same names on both sides. */
function pickRisk(settings: Settings): RiskSettings {
  const keys = Object.keys(DEFAULT_RISK) as (keyof RiskSettings)[];
  return Object.fromEntries(keys.map((key) => [key, settings[key]])) as unknown as RiskSettings;
}

function withFittingParameters(patch: SettingsPatch): Result<SettingsPatch, Fault<'invalid'>> {
  const { strategyParameters } = patch;
  if (strategyParameters === undefined) return ok(patch);
  const objections = parameterObjections(strategyParameters);
  if (objections.length > 0) {
    return err(unfitting('parameters', objections));
  }
  return ok({ ...patch, strategyParameters: changedParameters(strategyParameters) });
}

function unfitting(what: string, objections: readonly string[]): Fault<'invalid'> {
  return {
    kind: 'invalid',
    message: `The ${what} do not fit: ${objections.join('; ')}.`,
    remedy: 'Correct them, or take the defaults.',
  };
}
