/** A contract stream as a store: loading, ready, stale (the last state, no longer kept up to date) or failed. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RemoteError } from '#contract/errors.ts';
import type { DeltaFor, DeskClient, InputFor, SnapshotFor, StreamName } from '../client.ts';

export type Phase = 'loading' | 'ready' | 'stale' | 'failed';

export interface Streamed<T> {
  readonly phase: Phase;
  /** The last known state; null until the first snapshot. */
  readonly data: T | null;
  readonly problem: RemoteError | null;
}

export interface StreamStore<T> extends StoreApi<Streamed<T>> {
  /** Subscribes if it is not subscribed; also after the server ended the stream. */
  open(): void;
  close(): void;
  /** The connection is lost: what is shown is the past. */
  markStale(): void;
}

export interface StreamStoreOptions<N extends StreamName, T> {
  readonly client: DeskClient;
  readonly name: N;
  readonly input: InputFor<N>;
  readonly fromSnapshot: (snapshot: SnapshotFor<N>) => T;
  readonly reduce: (data: T, delta: DeltaFor<N>) => T;
}

export function createStreamStore<N extends StreamName, T>(options: StreamStoreOptions<N, T>): StreamStore<T> {
  const { client, name, input, fromSnapshot, reduce } = options;
  const store = createStore<Streamed<T>>(() => ({ phase: 'loading', data: null, problem: null }));
  let unsubscribe: (() => void) | null = null;
  // Frames of a subscription that was closed meanwhile must not reach the store.
  let generation = 0;

  function open(): void {
    if (unsubscribe !== null) return;
    const mine = ++generation;
    if (store.getState().data === null) store.setState({ phase: 'loading', problem: null });
    unsubscribe = client.subscribe(name, input, {
      onSnapshot(snapshot) {
        if (mine === generation) store.setState({ phase: 'ready', data: fromSnapshot(snapshot), problem: null });
      },
      onDelta(delta) {
        if (mine !== generation) return;
        store.setState((state) => (state.data === null ? state : { phase: 'ready', data: reduce(state.data, delta) }));
      },
      onEnd(error) {
        if (mine !== generation) return;
        unsubscribe = null;
        generation++;
        store.setState((state) => ({
          phase: state.data === null ? 'failed' : 'stale',
          problem: error ?? { code: 'closed', message: 'The stream ended.', remedy: 'Try again.' },
        }));
      },
    });
  }

  return Object.assign(store, {
    open,
    close() {
      generation++;
      unsubscribe?.();
      unsubscribe = null;
    },
    markStale() {
      store.setState((state) => (state.phase === 'ready' ? { phase: 'stale' } : state));
    },
  });
}

/** Rows by id with upserts and removals; unchanged rows keep their identity, new ones are appended in order of arrival. */
export function applyRows<Row, Id>(
  rows: readonly Row[],
  upserted: readonly Row[],
  removed: readonly Id[],
  idOf: (row: Row) => Id,
): readonly Row[] {
  if (upserted.length === 0 && removed.length === 0) return rows;
  const changed = new Map(upserted.map((row) => [idOf(row), row]));
  const gone = new Set(removed);
  const kept: Row[] = [];
  for (const row of rows) {
    const id = idOf(row);
    const replacement = changed.get(id);
    changed.delete(id);
    if (!gone.has(id)) kept.push(replacement ?? row);
  }
  for (const [id, row] of changed) if (!gone.has(id)) kept.push(row);
  return kept;
}
