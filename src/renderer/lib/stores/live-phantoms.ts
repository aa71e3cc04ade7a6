/** The open phantoms as a store; with the placebo's only where somebody asks for them (ST-12). */
import type { LivePhantom } from '#contract/areas/phantoms.ts';
import type { DeskClient } from '../client.ts';
import { applyRows, createStreamStore, type StreamStore } from './stream-store.ts';

export function createLivePhantoms(client: DeskClient, includePlacebo: boolean): StreamStore<readonly LivePhantom[]> {
  return createStreamStore<'phantoms.live', readonly LivePhantom[]>({
    client,
    name: 'phantoms.live',
    input: includePlacebo ? { includePlacebo } : {},
    fromSnapshot: (snapshot) => snapshot,
    reduce: (rows, delta) => applyRows(rows, delta.upserted, delta.removed, (row) => row.id),
  });
}
