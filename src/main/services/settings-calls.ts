/** The settings behind the contract: changed one by one, written as a file, taken from one (WS-18). */
import type { Settings, SettingsFileAnswer, SettingsPatch } from '#contract/areas/settings.ts';
import type { Contract } from '#contract/contract.ts';
import type { CallHandlers } from '#contract/service.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Profile } from '#main/store/database.ts';
import { promotionObjection } from './phase-evidence.ts';
import { readSettings, type SettingsReading, settingsText } from './settings-file.ts';
import type { SettingsFault, SettingsService } from './settings-service.ts';

/** Stores a patch of the settings' schema; a strategy comes out of phase 0 on evidence only, whoever asks (ST-11). */
function changeSettings(
  profile: Profile,
  settings: SettingsService,
  patch: SettingsPatch,
): Result<Settings, SettingsFault> {
  const { promotedStrategies: wanted = [] } = patch;
  const objection = promotionObjection(profile, settings.current.promotedStrategies, wanted);
  if (objection === null) return settings.update(patch);
  return err({ kind: 'invalid', message: objection, remedy: 'It goes on being recorded; look again later.' });
}

/** Takes a file of settings, or with `checkOnly` says what it would change; all of it or nothing. */
export function importSettings(
  profile: Profile,
  settings: SettingsService,
  text: string,
  checkOnly: boolean,
): Result<SettingsReading, SettingsFault> {
  const reading = readSettings(text, settings.current);
  if (!reading.ok || checkOnly || reading.value.changes.length === 0) return reading;
  const changed = changeSettings(profile, settings, reading.value.patch);
  return changed.ok ? ok(reading.value) : changed;
}

type SettingsCalls = Pick<CallHandlers<Contract>, 'settings.update' | 'settings.export' | 'settings.import'>;

/** `taken` gives the value of a result, or throws it as the contract's fault. */
export function settingsCalls(
  { profile, settings }: { readonly profile: Profile; readonly settings: SettingsService },
  taken: <T>(result: Result<T, SettingsFault>) => T,
): SettingsCalls {
  return {
    'settings.update': (patch) => ({ settings: taken(changeSettings(profile, settings, patch)), message: 'Saved.' }),
    'settings.export': () => ({ fileName: 'shadowdesk-settings.yaml', text: settingsText(settings.current) }),
    'settings.import': ({ text, checkOnly }): SettingsFileAnswer => {
      const { changes } = taken(importSettings(profile, settings, text, checkOnly));
      return { changes, message: importMessage(changes.length, checkOnly) };
    },
  };
}

function importMessage(count: number, checkOnly: boolean): string {
  if (count === 0) return 'Everything in the file is set already.';
  const settings = count === 1 ? '1 setting' : `${count} settings`;
  return checkOnly ? `The file would change ${settings}.` : `${settings} changed.`;
}
