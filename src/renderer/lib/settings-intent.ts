/** Changes settings and says what came of it. */
import { SETTING_MEANINGS } from '#contract/areas/setting-defaults.ts';
import type { SettingsPatch } from '#contract/areas/settings.ts';
import { problemOf } from './client.ts';
import type { Desk } from './desk.ts';

/** Resolves to whether the change was accepted; a refusal is shown in the services' words. */
export async function updateSettings(desk: Pick<Desk, 'client' | 'notices'>, patch: SettingsPatch): Promise<boolean> {
  try {
    const { message } = await desk.client.call('settings.update', patch);
    // What only changes looks shows itself; the rest is worth a word when the services have one.
    if (!/^(saved\.?)?$/i.test(message)) desk.notices.show('info', 'Settings saved', message);
    return true;
  } catch (thrown) {
    const problem = problemOf(thrown);
    desk.notices.show('danger', `Not saved: ${problem.message}`, problem.remedy);
    return false;
  }
}

/** Takes a file of settings in YAML: all of it or, with the lines that are wrong, nothing (WS-18). */
export async function importSettings(desk: Pick<Desk, 'client' | 'notices'>, text: string): Promise<void> {
  try {
    const { changes, message } = await desk.client.call('settings.import', { text, checkOnly: false });
    desk.notices.show('info', message, changes.map(({ key }) => SETTING_MEANINGS[key].label).join(', '));
  } catch (thrown) {
    const problem = problemOf(thrown);
    desk.notices.show('danger', problem.message, problem.remedy);
  }
}
