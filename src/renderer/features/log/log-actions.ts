/** What the log offers to do about what it reports. */
import type { Action } from '../../lib/actions/action.ts';
import type { Desk } from '../../lib/desk.ts';

export function logActions(desk: Desk): readonly Action[] {
  return [
    {
      name: 'phantoms.regrade',
      label: 'Grade phantoms again on changed bars',
      group: 'Window',
      shortcut: null,
      enabledWhen: () => (desk.session.getState().data?.counts.outdatedGrades ?? 0) > 0,
      perform() {
        desk.client.call('phantoms.regrade', {}).then(
          (answer) => desk.notices.show(answer.done ? 'info' : 'warning', answer.message),
          () => desk.notices.show('danger', 'Shadowdesk did not answer.', 'Try again.'),
        );
      },
    },
  ];
}
