/** What the trader can do with tickets, for buttons and keys alike. */
import type { Action } from '../../lib/actions/action.ts';
import type { Desk } from '../../lib/desk.ts';
import type { TicketStore } from './ticket-store.ts';

export function ticketActions(desk: Pick<Desk, 'tickets'>, store: TicketStore): readonly Action[] {
  const openCount = () => desk.tickets.getState().data?.open.length ?? 0;
  return [
    {
      name: 'tickets.approve',
      label: 'Approve',
      group: 'Tickets',
      shortcut: 'a',
      enabledWhen: store.canDecide,
      perform: () => void store.approve(),
    },
    {
      name: 'tickets.skip',
      label: 'Skip',
      group: 'Tickets',
      shortcut: 's',
      enabledWhen: store.canDecide,
      perform: () => void store.skip(null),
    },
    {
      name: 'tickets.skip-with-reason',
      label: 'Skip with a reason',
      group: 'Tickets',
      shortcut: 'shift+s',
      enabledWhen: store.canDecide,
      perform: () => store.askForReason(!store.getState().isGivingReason),
    },
    {
      name: 'tickets.next',
      label: 'Next ticket',
      group: 'Tickets',
      shortcut: 'j',
      // Also with one: its chart comes back after a look at another instrument.
      enabledWhen: () => openCount() > 0,
      perform: () => store.selectNext(1),
    },
    {
      name: 'tickets.previous',
      label: 'Previous ticket',
      group: 'Tickets',
      shortcut: 'k',
      enabledWhen: () => openCount() > 0,
      perform: () => store.selectNext(-1),
    },
  ];
}
