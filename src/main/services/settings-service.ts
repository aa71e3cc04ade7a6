/** The trader's settings: each key checked on its own, so that one damaged value falls back to its default and nothing else. */

import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import { type Settings, type SettingsPatch, settingsSchema } from '#contract/areas/settings.ts';
import { Emitter } from '#core/base/emitter.ts';
import { ok, type Result } from '#core/base/result.ts';
import type { EngineSettings } from '#core/engine/messages.ts';
import type { DeskTables } from '#main/store/desk-tables.ts';
import type { StoreFault } from '#main/store/store-fault.ts';

export interface SettingsChange {
  readonly before: Settings;
  readonly after: Settings;
}

export class SettingsService {
  readonly changed = new Emitter<SettingsChange>();
  /** Keys whose stored value did not fit and which therefore have their default. */
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
    this.#current = Object.fromEntries(entries) as Settings;
    this.damaged = damaged;
  }

  get current(): Settings {
    return this.#current;
  }

  /** Stores the changed keys; the patch was checked against the schema by the caller (the contract does it). */
  update(patch: SettingsPatch): Result<Settings, StoreFault> {
    const stored = this.#desk.putSettings(patch);
    if (!stored.ok) return stored;
    const before = this.#current;
    this.#current = { ...before, ...(patch as Partial<Settings>) };
    this.changed.emit({ before, after: this.#current });
    return ok(this.#current);
  }

  engine(): EngineSettings {
    const { stage, riskPerTrade, fixedMinimumScore, slippageBps, disabledStrategies } = this.#current;
    return { stage, riskPerTrade, fixedMinimumScore, slippageBps, disabledStrategies };
  }
}
