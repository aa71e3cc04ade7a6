/** Thresholds of the desk that the window is developed on: nothing is learned yet. */
import type { Contract } from '#contract/contract.ts';
import type { CallHandlers } from '#contract/service.ts';

export const fakeThresholdCalls: Pick<
  CallHandlers<Contract>,
  'thresholds.contexts' | 'thresholds.history' | 'phantoms.watch'
> = {
  'thresholds.contexts': () => ({ contexts: [], minimums: [], fixedMinimumScore: null }),
  'thresholds.history': () => ({ entries: [], next: null }),
  'phantoms.watch': () => ({
    winRates: [],
    refused: [],
    health: { level: 'healthy', openInAll: 0, alerts: [] },
  }),
};
