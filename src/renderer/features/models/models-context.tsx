/** Hands the state of the Models panel to its components. */
import { createContext, useContext } from 'react';
import type { ModelsStore } from './models-store.ts';

const ModelsContext = createContext<ModelsStore | null>(null);

export const ModelsProvider = ModelsContext.Provider;

export function useModelsStore(): ModelsStore {
  const store = useContext(ModelsContext);
  if (store === null) throw new Error('The Models panel runs inside a ModelsProvider.');
  return store;
}
