/** The Models panel as the trader handles it: which model, which version beside the champion, what is on its way. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ModelOverview, ModelsSnapshot, ModelVersionView } from '#contract/areas/models.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import type { ModelId } from '#core/domain/model.ts';
import { problemOf } from '../../lib/client.ts';
import type { Desk } from '../../lib/desk.ts';
import { type OnRows, pullExport, type SaveFile } from '../../lib/pull-export.ts';
import { saveFile } from '../../lib/save-file.ts';
import { type OnProgress, sendModel } from './model-files.ts';

export interface ModelsState {
  /** Null shows the first one. */
  readonly chosenModel: string | null;
  /** The version beside the one on show. */
  readonly comparedId: ModelId | null;
  /** Asked for once; a second click makes it champion. */
  readonly confirmingId: ModelId | null;
  /** Model keys, job ids and version ids whose answer is awaited. */
  readonly sending: ReadonlySet<string>;
  /** The file that is on its way; one at a time. */
  readonly transfer: Transfer | null;
  /** What came of the newest intent. */
  readonly answer: IntentAnswer | null;
}

export interface Transfer {
  readonly label: string;
  /** 0-1; null while it is not known. */
  readonly fraction: number | null;
}

export interface ModelsStore extends StoreApi<ModelsState> {
  choose(model: string): void;
  /** Puts a version beside the one on show; once more takes it away. */
  compare(id: ModelId): void;
  /** Asks for confirmation; null takes the question back. */
  askToActivate(id: ModelId | null): void;
  train(model: string): Promise<void>;
  cancel(jobId: string): Promise<void>;
  activate(id: ModelId): Promise<void>;
  giveUp(variant: string): Promise<void>;
  exportVersion(version: Pick<ModelVersionView, 'id' | 'version'>): Promise<void>;
  exportTraining(model: string, format: 'csv' | 'parquet'): Promise<void>;
  /** A file that `exportVersion` wrote, here or elsewhere: checked, it lands as a challenger. */
  importVersion(file: File): Promise<void>;
  cancelTransfer(): void;
  dismissAnswer(): void;
}

export function createModelsStore(desk: Pick<Desk, 'client'>, save: SaveFile = saveFile): ModelsStore {
  const { client } = desk;
  let isCancelled = false;
  const store = createStore<ModelsState>(() => ({
    chosenModel: null,
    comparedId: null,
    confirmingId: null,
    sending: new Set(),
    transfer: null,
    answer: null,
  }));

  function setSending(key: string, isSending: boolean): void {
    const sending = new Set(store.getState().sending);
    if (isSending) sending.add(key);
    else sending.delete(key);
    store.setState({ sending });
  }

  async function send(key: string, ask: () => Promise<IntentAnswer>): Promise<void> {
    if (store.getState().sending.has(key)) return;
    setSending(key, true);
    store.setState({ answer: null, confirmingId: null });
    try {
      store.setState({ answer: await ask() });
    } catch (thrown) {
      const problem = problemOf(thrown);
      const message =
        problem.code === 'closed'
          ? 'The answer was lost with the connection. Look at the list before you repeat it.'
          : `${problem.message} ${problem.remedy}`;
      store.setState({ answer: { done: false, message } });
    }
    setSending(key, false);
  }

  /** One file at a time: the buttons for another wait meanwhile. */
  async function carry(label: string, work: (onProgress: OnProgress) => Promise<IntentAnswer>): Promise<void> {
    if (store.getState().transfer !== null) return;
    isCancelled = false;
    store.setState({ transfer: { label, fraction: null } });
    await send('file', () =>
      work((fraction) => {
        store.setState({ transfer: { label, fraction } });
        return !isCancelled;
      }),
    );
    store.setState({ transfer: null });
  }

  return Object.assign(store, {
    choose: (model: string) =>
      store.setState({ chosenModel: model, comparedId: null, confirmingId: null, answer: null }),
    compare: (id: ModelId) => store.setState((state) => ({ comparedId: state.comparedId === id ? null : id })),
    askToActivate: (id: ModelId | null) => store.setState({ confirmingId: id }),
    train: (model: string) => send(model, () => client.call('models.train', { model })),
    cancel: (jobId: string) => send(jobId, () => client.call('models.cancel', { jobId })),
    activate: (id: ModelId) => send(id, () => client.call('models.activate', { id })),
    giveUp: (variant: string) => send(variant, () => client.call('models.giveUp', { model: variant })),
    exportVersion: ({ id, version }: Pick<ModelVersionView, 'id' | 'version'>) =>
      carry(`Exporting v${version}`, async (onProgress) => {
        const started = await client.call('models.export', { id });
        return pullExport(client, started, save, 'application/json', asFraction(onProgress));
      }),
    exportTraining: (model: string, format: 'csv' | 'parquet') =>
      carry('Exporting the training set', async (onProgress) => {
        const started = await client.call('models.exportTraining', { model, format });
        const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/vnd.apache.parquet';
        return pullExport(client, started, save, type, asFraction(onProgress));
      }),
    importVersion: (file: File) =>
      carry(`Importing ${file.name}`, async (onProgress) => sendModel(client, await file.text(), onProgress)),
    cancelTransfer: () => {
      isCancelled = true;
    },
    dismissAnswer: () => store.setState({ answer: null }),
  });
}

/** The model on show: the chosen one, or the first while none is chosen or the chosen one is gone. */
export function modelOnShow(snapshot: ModelsSnapshot, chosen: string | null): ModelOverview | null {
  return snapshot.models.find(({ model }) => model === chosen) ?? snapshot.models[0] ?? null;
}

/** The version whose figures are on show: the champion; without one the newest, which was rejected. */
export function versionOnShow(overview: ModelOverview): ModelVersionView | null {
  return overview.champion ?? overview.versions[0] ?? null;
}

function asFraction(onProgress: OnProgress): OnRows {
  return (rows, total) => onProgress(total > 0 ? Math.min(1, rows / total) : null);
}
