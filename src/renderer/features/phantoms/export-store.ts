/** The export, as CSV or NDJSON, of exactly what the history shows: pulled chunk by chunk, with progress and cancel (WS-20). */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ExportRequest } from '#contract/areas/exports.ts';
import { type DeskClient, problemOf } from '../../lib/client.ts';
import { MEDIA_TYPES, pullExport, type SaveFile } from '../../lib/pull-export.ts';

export interface ExportState {
  readonly phase: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly rows: number;
  readonly total: number;
  readonly fileName: string;
  readonly message: string;
}

export interface ExportStore extends StoreApi<ExportState> {
  run(request: ExportRequest): Promise<void>;
  cancel(): void;
  dismiss(): void;
}

const IDLE: ExportState = { phase: 'idle', rows: 0, total: 0, fileName: '', message: '' };

export function createExportStore(client: DeskClient, save: SaveFile): ExportStore {
  const store = createStore<ExportState>(() => IDLE);
  let isCancelled = false;

  return Object.assign(store, {
    async run(request: ExportRequest) {
      if (store.getState().phase === 'running') return;
      isCancelled = false;
      store.setState({ ...IDLE, phase: 'running' });
      try {
        const started = await client.call('exports.start', request);
        store.setState({ fileName: started.fileName, total: started.total });
        const saved = await pullExport(client, started, save, MEDIA_TYPES[request.format], (rows) => {
          store.setState({ rows });
          return !isCancelled;
        });
        store.setState(saved.done ? { phase: 'done', message: '' } : { phase: 'cancelled', message: saved.message });
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
