/** The window on the fake desk, for development: `?tickets=0&state=bootstrapping&models=several&frozen=1&theme=light&notices=1` choose what it shows. */

import type { ConnectionState } from '#contract/areas/session.ts';
import { type Contract, contract } from '#contract/contract.ts';
import { createMemoryPortPair } from '#contract/rpc/memory-port.ts';
import { createReconnectingClient } from '#contract/rpc/reconnecting-client.ts';
import { serveContract } from '#contract/rpc/server.ts';
import { openWindow } from '#renderer/boot/window.tsx';
import { createFakeDesk } from './fake-desk.ts';
import type { FakeModelState } from './fake-models.ts';

const query = new URLSearchParams(location.search);
const desk = createFakeDesk({
  tickets: Number(query.get('tickets') ?? 3),
  signalRate: Number(query.get('rate') ?? 0.05),
  models: (query.get('models') ?? 'ready') as FakeModelState,
  connection: (query.get('state') ?? 'live') as ConnectionState,
});

const client = createReconnectingClient<Contract>({
  dial: async () => {
    const [page, host] = createMemoryPortPair();
    serveContract(contract, desk.service, host, { onBug: (error, where) => console.error(where, error) });
    return page;
  },
  schedule: (action, delayMs) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
  onBug: (message) => console.error(message),
});

const theme = query.get('theme');
if (theme === 'light' || theme === 'dark') void client.call('settings.update', { theme });
const pair = query.get('pair');
if (pair === 'blue-orange') void client.call('settings.update', { upDownColors: pair });

const TICK_MS = 250;
if (query.get('frozen') === null) setInterval(() => desk.advance(TICK_MS), TICK_MS);

// `notices=1`: what happens to models over months, in one second.
if (query.get('notices') !== null) setTimeout(() => desk.models.notifyOfAll(), 1_000);

const root = document.getElementById('root');
if (root !== null) openWindow(root, client);
