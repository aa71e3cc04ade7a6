/** What the trader looks at: the selected instrument, the phantom whose detail is open, the dialog on top. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { SignalId } from '#core/domain/signal.ts';

export type DialogName = 'settings' | 'help' | 'about' | 'palette' | 'kill-switch';

export interface ViewState {
  readonly instrumentId: InstrumentId | null;
  readonly detailId: SignalId | null;
  readonly dialog: DialogName | null;
  /** WS-5: the first-run guide lies beside the work, over no part of it that must be answered. */
  readonly isGuideOpen: boolean;
  /** What the settings are searched for when they open. */
  readonly settingsSearch: string;
  /** Raised when something asks for a panel: the workspace brings it to the front. */
  readonly wantedPanel: { readonly panel: string; readonly count: number } | null;
}

export interface ViewStore extends StoreApi<ViewState> {
  selectInstrument(id: InstrumentId): void;
  openDetail(id: SignalId): void;
  closeDetail(): void;
  openDialog(name: DialogName): void;
  openSettings(search: string): void;
  closeDialog(): void;
  setGuide(isOpen: boolean): void;
  showPanel(panel: string): void;
}

export function createViewStore(remembered: InstrumentId | null = null): ViewStore {
  const store = createStore<ViewState>(() => ({
    instrumentId: remembered,
    detailId: null,
    dialog: null,
    isGuideOpen: false,
    settingsSearch: '',
    wantedPanel: null,
  }));
  return Object.assign(store, {
    selectInstrument: (id: InstrumentId) => store.setState({ instrumentId: id }),
    openDetail: (id: SignalId) => store.setState({ detailId: id }),
    closeDetail: () => store.setState({ detailId: null }),
    openDialog: (name: DialogName) => store.setState({ dialog: name, settingsSearch: '' }),
    openSettings: (search: string) => store.setState({ dialog: 'settings', settingsSearch: search }),
    closeDialog: () => store.setState({ dialog: null }),
    setGuide: (isOpen: boolean) => store.setState({ isGuideOpen: isOpen }),
    showPanel: (panel: string) =>
      store.setState((state) => ({ wantedPanel: { panel, count: (state.wantedPanel?.count ?? 0) + 1 } })),
  });
}
