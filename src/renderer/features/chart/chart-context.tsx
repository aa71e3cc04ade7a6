/** Hands the store of the charts to its components. */
import { createContext, useContext } from 'react';
import type { ChartsStore } from './charts-store.ts';

const ChartContext = createContext<ChartsStore | null>(null);

export const ChartProvider = ChartContext.Provider;

export function useChartsStore(): ChartsStore {
  const store = useContext(ChartContext);
  if (store === null) throw new Error('The charts run inside a ChartProvider.');
  return store;
}
