/** Changes settings and says what came of it. */
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
