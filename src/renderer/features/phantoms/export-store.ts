/** The export, as CSV or NDJSON, of exactly what the history shows: pulled chunk by chunk, with progress and cancel (WS-20). */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PhantomFilter, PhantomSort } from '#contract/areas/phantoms.ts';
import { type DeskClient, problemOf } from '../../lib/client.ts';

export interface ExportState {
  readonly phase: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly rows: number;
  readonly total: number;
  readonly fileName: string;
  readonly message: string;
}

export interface ExportStore extends StoreApi<ExportState> {
  run(filter: PhantomFilter, sort: PhantomSort, format?: ExportFormat): Promise<void>;
  cancel(): void;
  dismiss(): void;
}

export type ExportFormat = 'csv' | 'ndjson';

const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv;charset=utf-8',
  ndjson: 'application/x-ndjson;charset=utf-8',
};

/** Hands a finished file to the trader. */
export type SaveFile = (fileName: string, parts: readonly string[], type: string) => void;

const IDLE: ExportState = { phase: 'idle', rows: 0, total: 0, fileName: '', message: '' };

export function createExportStore(client: DeskClient, save: SaveFile): ExportStore {
  const store = createStore<ExportState>(() => IDLE);
  let isCancelled = false;

  return Object.assign(store, {
    async run(filter: PhantomFilter, sort: PhantomSort, format: ExportFormat = 'csv') {
      if (store.getState().phase === 'running') return;
      isCancelled = false;
      store.setState({ ...IDLE, phase: 'running' });
      try {
        const { exportId, fileName, total } = await client.call('exports.start', {
          what: 'phantoms',
          filter,
          sort,
          format,
        });
        store.setState({ fileName, total });
        const parts: string[] = [];
        let rows = 0;
        for (let isDone = false; !isDone; ) {
          if (isCancelled) {
            await client.call('exports.cancel', { exportId });
            store.setState({ phase: 'cancelled', message: 'Cancelled: no file was written.' });
            return;
          }
          const chunk = await client.call('exports.next', { exportId });
          parts.push(chunk.text);
          rows += chunk.rows;
          isDone = chunk.done;
          store.setState({ rows });
        }
        save(fileName, parts, MEDIA_TYPES[format]);
        store.setState({ phase: 'done', message: '' });
      } catch (thrown) {
        const problem = problemOf(thrown);
        store.setState({ phase: 'failed', message: `${problem.message} ${problem.remedy}` });
      }
    },
    cancel() {
      isCancelled = true;
    },
    dismiss: () => store.setState(IDLE),
  });
}
