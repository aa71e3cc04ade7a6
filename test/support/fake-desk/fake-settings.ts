/** Settings of the desk that the window is developed on: kept in memory, files read and written by the real code. */
import type { Settings, SettingsPatch } from '#contract/areas/settings.ts';
import type { Contract } from '#contract/contract.ts';
import { type CallHandlers, ServiceError } from '#contract/service.ts';
import { readSettings, settingsText } from '#main/services/settings-file.ts';

type Calls = Pick<CallHandlers<Contract>, 'settings.update' | 'settings.export' | 'settings.import'>;

/** `put` tells whoever watches the settings. */
export function fakeSettingsCalls(current: () => Settings, put: (settings: Settings) => void): Calls {
  const patched = (patch: SettingsPatch): Settings => {
    put({ ...current(), ...(Object.fromEntries(Object.entries(patch)) as Partial<Settings>) });
    return current();
  };
  return {
    'settings.update': (patch) => ({ settings: patched(patch), message: 'Saved.' }),
    'settings.export': () => ({ fileName: 'shadowdesk-settings.yaml', text: settingsText(current()) }),
    'settings.import': ({ text, checkOnly }) => {
      const reading = readSettings(text, current());
      if (!reading.ok) {
        const { message, remedy } = reading.error;
        throw new ServiceError({ code: 'refused', message, remedy });
      }
      const { patch, changes } = reading.value;
      if (!checkOnly) patched(patch);
      return { changes, message: `${changes.length} settings changed.` };
    },
  };
}
