/** Every user intent of the window, in one list. */
import { chartActions } from '../features/chart/chart-actions.ts';
import { logActions } from '../features/log/log-actions.ts';
import { ticketActions } from '../features/tickets/ticket-actions.ts';
import { tradingActions } from '../features/trading/trading-actions.ts';
import { watchlistActions } from '../features/watchlist/watchlist-actions.ts';
import type { Action } from '../lib/actions/action.ts';
import type { Desk } from '../lib/desk.ts';
import { updateSettings } from '../lib/settings-intent.ts';
import { findGroupOf } from '../ui/workspace/layout.ts';
import { PANELS } from './panels.tsx';
import type { FeatureStores } from './stores.ts';

export function windowActions(desk: Desk, stores: FeatureStores): readonly Action[] {
  return [
    ...ticketActions(desk, stores.tickets),
    ...watchlistActions(desk),
    ...chartActions(stores.charts),
    ...panelActions(stores),
    ...tradingActions(desk),
    ...demoActions(desk),
    ...logActions(desk),
    ...generalActions(desk, stores),
  ];
}

function panelActions({ layout }: FeatureStores): readonly Action[] {
  return PANELS.map((panel, index) => ({
    name: `panel.${panel.id}`,
    label: `Show ${panel.title}`,
    group: 'Panels',
    // Only nine have a digit of their own; the palette finds the others.
    shortcut: index < 9 ? String(index + 1) : null,
    enabledWhen: () => findGroupOf(layout.getState().layout, panel.id) !== null,
    perform() {
      layout.activate(panel.id);
      requestAnimationFrame(() => {
        document.querySelector<HTMLElement>(`.tab[data-panel="${panel.id}"]`)?.focus();
      });
    },
  }));
}

function demoActions(desk: Desk): readonly Action[] {
  const isDemo = () => desk.session.getState().data?.connection.exchange === 'demo';
  let speedBefore = 60;
  return [
    {
      name: 'demo.pause',
      label: 'Pause or resume the demo market',
      group: 'Demo market',
      shortcut: 'p',
      enabledWhen: isDemo,
      perform() {
        const status = desk.demo.getState().data;
        if (status === null) return;
        if (!status.paused) speedBefore = status.speed;
        desk.client.call('demo.control', { speed: status.paused ? speedBefore : 0 }).catch(() => {
          desk.notices.show('danger', 'The demo market did not answer.', 'Try again.');
        });
      },
    },
  ];
}

function generalActions(desk: Desk, { layout }: FeatureStores): readonly Action[] {
  const always = () => true;
  return [
    {
      name: 'window.palette',
      label: 'Find a command, instrument or setting',
      group: 'Window',
      shortcut: 'mod+k',
      enabledWhen: always,
      perform: () => desk.view.openDialog('palette'),
    },
    {
      name: 'window.settings',
      label: 'Settings',
      group: 'Window',
      shortcut: 'mod+,',
      enabledWhen: always,
      perform: () => desk.view.openDialog('settings'),
    },
    {
      name: 'window.theme',
      label: 'Dark or light',
      group: 'Window',
      shortcut: 'shift+t',
      enabledWhen: always,
      perform() {
        const isLight = document.documentElement.dataset.theme === 'light';
        void updateSettings(desk, { theme: isLight ? 'dark' : 'light' });
      },
    },
    {
      name: 'window.help',
      label: 'Shortcuts and glossary',
      group: 'Window',
      shortcut: '?',
      enabledWhen: always,
      perform: () => desk.view.openDialog('help'),
    },
    {
      name: 'window.guide',
      label: 'First-run guide',
      group: 'Window',
      shortcut: null,
      enabledWhen: always,
      perform: () => desk.view.setGuide(true),
    },
    {
      name: 'window.about',
      label: 'About Shadowdesk',
      group: 'Window',
      shortcut: null,
      enabledWhen: always,
      perform: () => desk.view.openDialog('about'),
    },
    {
      name: 'window.reset-layout',
      label: 'Back to the default layout',
      group: 'Window',
      shortcut: null,
      enabledWhen: always,
      perform: () => layout.reset(),
    },
    {
      name: 'session.reconnect',
      label: 'Reconnect to the exchange',
      group: 'Window',
      shortcut: null,
      enabledWhen: () => {
        const state = desk.session.getState().data?.connection.state;
        return state === 'offline' || state === 'failed' || state === 'reconnecting';
      },
      perform() {
        desk.client.call('session.reconnect', {}).then(
          (answer) => desk.notices.show(answer.done ? 'info' : 'warning', answer.message),
          () => desk.notices.show('danger', 'Shadowdesk did not answer.', 'Try again.'),
        );
      },
    },
  ];
}
