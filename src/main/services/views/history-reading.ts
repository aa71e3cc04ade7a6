/** What the history's thread answers: pages at once, figures in steps that let a page through between two of them (PE-17). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HistoryWorkerContract } from '#contract/areas/history-worker.ts';
import type { CallNames, InputOf, OutputOf } from '#contract/define.ts';
import { type CallHandlers, ServiceError } from '#contract/service.ts';
import type { PhantomHistory } from '#main/store/phantom-history.ts';
import { storedFilter } from '../phantom-filters.ts';
import { phantomStatistics } from '../statistics.ts';

/** As `workers/reading-thread.ts` answers; the two rooms share only shapes. */
export interface AskHistory {
  ask<K extends CallNames<HistoryWorkerContract>>(
    name: K,
    input: InputOf<HistoryWorkerContract[K]>,
  ): Promise<OutputOf<HistoryWorkerContract[K]>>;
}

export function historyReading(
  history: Pick<PhantomHistory, 'page' | 'statisticsInSteps'>,
): CallHandlers<HistoryWorkerContract> {
  let summing: Promise<unknown> = Promise.resolve();
  const sum = async (filter: InputOf<HistoryWorkerContract['history.statistics']>) => {
    const steps = history.statisticsInSteps(storedFilter(filter));
    for (;;) {
      const step = steps.next();
      if (step.done === true) return phantomStatistics(step.value);
      await nextTurn();
    }
  };
  return {
    'history.page': ({ filter, sort, cursor, limit }) => {
      const page = history.page(storedFilter(filter), sort, cursor, limit);
      if (page.ok) return page.value;
      const { message, remedy } = page.error;
      throw new ServiceError({ code: 'unavailable', message, remedy });
    },
    'history.statistics': (filter) => {
      // One view of the record at a time.
      const sums = summing.then(() => sum(filter));
      summing = sums.catch(() => undefined);
      return sums;
    },
  };
}
