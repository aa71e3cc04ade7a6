/** The window: status above, workspace between, counts below; banners, drawer and dialogs over it. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { AnalysisProvider } from '../features/analysis/analysis-context.tsx';
import { ChartProvider } from '../features/chart/chart-context.tsx';
import { ImportProvider } from '../features/imports/import-context.tsx';
import { ModelsProvider } from '../features/models/models-context.tsx';
import { PhantomDrawer } from '../features/phantoms/PhantomDrawer.tsx';
import { PhantomsProvider } from '../features/phantoms/phantoms-context.tsx';
import { FirstRunGuide } from '../features/settings/FirstRunGuide.tsx';
import { SettingsDialog } from '../features/settings/SettingsDialog.tsx';
import { CountsBar } from '../features/status/CountsBar.tsx';
import { StatusBar } from '../features/status/StatusBar.tsx';
import { TicketProvider } from '../features/tickets/ticket-context.tsx';
import { KillSwitchDialog } from '../features/trading/KillSwitchDialog.tsx';
import type { Action } from '../lib/actions/action.ts';
import { ActionsProvider } from '../lib/actions/actions-context.tsx';
import type { Desk } from '../lib/desk.ts';
import { DeskProvider } from '../lib/desk-context.tsx';
import { NoticeLayer, TooltipLayer } from '../ui/overlays.tsx';
import { Workspace } from '../ui/workspace/Workspace.tsx';
import { AboutDialog } from './AboutDialog.tsx';
import { Banners } from './Banners.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { HelpDialog } from './HelpDialog.tsx';
import { PANELS } from './panels.tsx';
import { StartCurtain } from './StartCurtain.tsx';
import type { FeatureStores } from './stores.ts';

export interface AppProps {
  readonly desk: Desk;
  readonly stores: FeatureStores;
  readonly actions: readonly Action[];
}

export function App({ desk, stores, actions }: AppProps) {
  useWantedPanel(desk, stores);
  return (
    <DeskProvider value={desk}>
      <ActionsProvider value={actions}>
        <TicketProvider value={stores.tickets}>
          <ChartProvider value={stores.charts}>
            <PhantomsProvider value={stores}>
              <AnalysisProvider value={stores.analysis}>
                <ModelsProvider value={stores.models}>
                  <ImportProvider value={stores.imports}>
                    <div className="window">
                      <StatusBar />
                      <Banners />
                      <div className="window__work">
                        <FirstRunGuide />
                        <div className="window__main">
                          <StartCurtain>
                            <Workspace panels={PANELS} store={stores.layout} />
                          </StartCurtain>
                        </div>
                      </div>
                      <CountsBar />
                    </div>
                    <PhantomDrawer />
                    <OpenDialog desk={desk} />
                    <NoticeLayer store={desk.notices} />
                    <TooltipLayer />
                  </ImportProvider>
                </ModelsProvider>
              </AnalysisProvider>
            </PhantomsProvider>
          </ChartProvider>
        </TicketProvider>
      </ActionsProvider>
    </DeskProvider>
  );
}

function OpenDialog({ desk }: { readonly desk: Desk }) {
  const dialog = useStore(desk.view, (state) => state.dialog);
  switch (dialog) {
    case 'settings':
      return <SettingsDialog onClose={desk.view.closeDialog} />;
    case 'help':
      return <HelpDialog onClose={desk.view.closeDialog} />;
    case 'palette':
      return <CommandPalette onClose={desk.view.closeDialog} />;
    case 'kill-switch':
      return <KillSwitchDialog onClose={desk.view.closeDialog} />;
    case 'about':
      return <AboutDialog onClose={desk.view.closeDialog} />;
    case null:
      return null;
  }
}

/** Brings a panel to the front when something asks for it. */
function useWantedPanel(desk: Desk, stores: FeatureStores): void {
  const wanted = useStore(desk.view, (state) => state.wantedPanel);
  useEffect(() => {
    if (wanted !== null) stores.layout.activate(wanted.panel);
  }, [wanted, stores]);
}
