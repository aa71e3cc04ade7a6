/** Hands the import to its panel; it goes on while the panel is hidden. */
import { createContext, useContext } from 'react';
import type { ImportStore } from './import-store.ts';

const ImportContext = createContext<ImportStore | null>(null);

export const ImportProvider = ImportContext.Provider;

export function useImportStore(): ImportStore {
  const store = useContext(ImportContext);
  if (store === null) throw new Error('Imports run inside an ImportProvider.');
  return store;
}
