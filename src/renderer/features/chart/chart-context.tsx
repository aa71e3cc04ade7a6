/** Hands the chart's store to its components. */
import { createContext, useContext } from 'react';
import type { ChartStore } from './chart-store.ts';

const ChartContext = createContext<ChartStore | null>(null);

export const ChartProvider = ChartContext.Provider;

export function useChartStore(): ChartStore {
  const store = useContext(ChartContext);
  if (store === null) throw new Error('The chart runs inside a ChartProvider.');
  return store;
}
