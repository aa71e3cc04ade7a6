/** Hands the state of the Analysis panel to its components. */
import { createContext, useContext } from 'react';
import type { AnalysisStore } from './analysis-store.ts';

const AnalysisContext = createContext<AnalysisStore | null>(null);

export const AnalysisProvider = AnalysisContext.Provider;

export function useAnalysisStore(): AnalysisStore {
  const store = useContext(AnalysisContext);
  if (store === null) throw new Error('The Analysis panel runs inside an AnalysisProvider.');
  return store;
}
