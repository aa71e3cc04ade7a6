/** What the history's thread answers: pages at once, figures in steps that let a page through between two of them (PE-17). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HistoryWorkerContract } from '#contract/areas/history-worker.ts';
import type { CallNames, InputOf, OutputOf } from '#contract/define.ts';
import { type CallHandlers, ServiceError } from '#contract/service.ts';
import type { Result } from '#core/base/result.ts';
import type { PhantomHistory } from '#main/store/phantom-history.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import type { FileExports } from '../file-exports.ts';
import { storedFilter } from '../phantom-filters.ts';
import { type RecordSource, recordExport } from '../record-export.ts';
import { phantomStatistics } from '../statistics.ts';

/** As `workers/reading-thread.ts` answers; the two rooms share only shapes. */
export interface AskHistory {
  ask<K extends CallNames<HistoryWorkerContract>>(
    name: K,
    input: InputOf<HistoryWorkerContract[K]>,
  ): Promise<OutputOf<HistoryWorkerContract[K]>>;
}

export interface HistorySource extends RecordSource {
  readonly history: PhantomHistory;
}

/** Newest signals with marks on a chart. */
const MARKS_SHOWN = 500;
const NEWEST_FIRST = { by: 'openedAt', direction: 'descending' } as const;

export function historyReading(profile: HistorySource, exports: FileExports): CallHandlers<HistoryWorkerContract> {
  const { history } = profile;
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
      return answered(history.page(storedFilter(filter), sort, cursor, limit));
    },
    'history.marks': ({ instrumentId, includePlacebo, ...range }) => {
      const filter = storedFilter({ instrumentIds: [instrumentId], includePlacebo, ...range });
      const { rows } = answered(history.page(filter, NEWEST_FIRST, null, MARKS_SHOWN));
      return { rows, strategy: rows.map(({ id }) => ({ signalId: id, marks: history.marks(id) })) };
    },
    'history.exportStart': (request) => {
      const { chunks, total } = recordExport(profile, request);
      return exports.open(chunks, `shadowdesk-${request.what}-${exports.stamp()}.${request.format}`, total);
    },
    'history.exportNext': ({ exportId }) => exports.next(exportId),
    'history.exportCancel': ({ exportId }) => exports.cancel(exportId),
    'history.statistics': (filter) => {
      // One view of the record at a time.
      const sums = summing.then(() => sum(filter));
      summing = sums.catch(() => undefined);
      return sums;
    },
  };
}

function answered<T>(page: Result<T, StoreFault>): T {
  if (page.ok) return page.value;
  const { message, remedy } = page.error;
  throw new ServiceError({ code: 'unavailable', message, remedy });
}
