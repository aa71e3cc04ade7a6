/** Hands the history and its export to their components. */
import { createContext, useContext } from 'react';
import type { ExportStore } from './export-store.ts';
import type { HistoryStore } from './history-store.ts';

export interface PhantomStores {
  readonly history: HistoryStore;
  readonly exporting: ExportStore;
}

const PhantomsContext = createContext<PhantomStores | null>(null);

export const PhantomsProvider = PhantomsContext.Provider;

export function usePhantomStores(): PhantomStores {
  const stores = useContext(PhantomsContext);
  if (stores === null) throw new Error('Phantom panels run inside a PhantomsProvider.');
  return stores;
}
