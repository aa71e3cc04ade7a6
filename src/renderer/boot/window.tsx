/** Puts the window together on a client: stores, actions, appearance, keyboard, and the React root. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Contract } from '#contract/contract.ts';
import type { ReconnectingClient } from '#contract/rpc/reconnecting-client.ts';
import { createAnalysisStore } from '../features/analysis/analysis-store.ts';
import { createChartsStore } from '../features/chart/charts-store.ts';
import { createImportStore } from '../features/imports/import-store.ts';
import { showModelNotices } from '../features/models/model-notices.ts';
import { createModelsStore } from '../features/models/models-store.ts';
import { createExportStore } from '../features/phantoms/export-store.ts';
import { createHistoryStore } from '../features/phantoms/history-store.ts';
import { createTicketStore } from '../features/tickets/ticket-store.ts';
import { isMacPlatform, listenForShortcuts } from '../lib/actions/action.ts';
import { announceNotices } from '../lib/announce.ts';
import { applyAppearance, rememberAppearance, rememberedAppearance } from '../lib/appearance.ts';
import { createDesk } from '../lib/desk.ts';
import { showOnDesktop } from '../lib/desktop-notice.ts';
import { windowMemory } from '../lib/memory.ts';
import { saveFile } from '../lib/save-file.ts';
import { playTone } from '../lib/tone.ts';
import { createLayoutStore } from '../ui/workspace/layout-store.ts';
import { App } from './App.tsx';
import { windowActions } from './actions.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { defaultLayout, PANELS } from './panels.tsx';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import './boot.css';

/** Runs until the page is closed. */
export function openWindow(root: HTMLElement, client: ReconnectingClient<Contract>): void {
  const memory = windowMemory();
  const systemPrefersLight = window.matchMedia('(prefers-color-scheme: light)');
  const page = document.documentElement;
  let appearance = rememberedAppearance(memory);
  const apply = () => applyAppearance(page, appearance, systemPrefersLight.matches);
  apply();
  systemPrefersLight.addEventListener('change', apply);

  const desk = createDesk({ client, link: client.link, memory, monotonicMs: () => performance.now() });
  desk.settings.subscribe(({ data }) => {
    if (data === null) return;
    appearance = data;
    rememberAppearance(memory, data);
    apply();
  });
  const tickets = createTicketStore(desk);
  const stores = {
    analysis: createAnalysisStore(desk, desk.client),
    tickets,
    charts: createChartsStore(desk),
    history: createHistoryStore(desk),
    exporting: createExportStore(client, saveFile),
    models: createModelsStore(desk),
    imports: createImportStore(client),
    layout: createLayoutStore(
      memory,
      PANELS.map((panel) => panel.id),
      () => defaultLayout(window.innerWidth / appearance.textScale),
    ),
  };
  const actions = windowActions(desk, stores);
  desk.start();
  tickets.start();
  stores.history.prefetch();
  showModelNotices(desk);
  announceNotices(desk, { showOnDesktop, playTone });
  listenForShortcuts(document, () => actions, isMacPlatform());

  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>
        <App desk={desk} stores={stores} actions={actions} />
      </ErrorBoundary>
    </StrictMode>,
  );
}
