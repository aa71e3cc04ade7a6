/** The kill switch as an action: engaging takes one key, everything else is asked (DE-23). */
import type { Action } from '../../lib/actions/action.ts';
import { problemOf } from '../../lib/client.ts';
import type { Desk } from '../../lib/desk.ts';

type Parts = Pick<Desk, 'client' | 'notices' | 'risk' | 'view'>;

/** Sends a change of the kill switch and says what came of it; a lost answer says so. */
export async function setKillSwitch(
  { client, notices }: Pick<Parts, 'client' | 'notices'>,
  input: { readonly engaged: boolean; readonly closePositions: boolean },
): Promise<boolean> {
  try {
    const { done, message } = await client.call('risk.killSwitch', input);
    if (!done) notices.show('danger', message);
    return done;
  } catch (thrown) {
    const problem = problemOf(thrown);
    notices.show('danger', `Kill switch: ${problem.message}`, problem.remedy);
    return false;
  }
}

export function tradingActions(desk: Parts): readonly Action[] {
  return [
    {
      name: 'trading.kill-switch',
      label: 'Kill switch: stop every entry now',
      group: 'Trading',
      shortcut: 'shift+k',
      enabledWhen: () => true,
      perform() {
        // Stopping is the safe direction and waits for nobody; the dialog asks about what is open, and about release.
        if (desk.risk.getState().data?.report?.killSwitch.engaged !== true) {
          void setKillSwitch(desk, { engaged: true, closePositions: false });
        }
        desk.view.openDialog('kill-switch');
      },
    },
  ];
}
