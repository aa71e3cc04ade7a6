/** The import of one file of candles or of a sentiment index: read in pieces, sent in order, one report at the end (MK-30). */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ImportReport } from '#contract/areas/imports.ts';
import type { Timeframe } from '#core/domain/timeframe.ts';
import { type DeskClient, problemOf } from '../../lib/client.ts';

/** A sentiment index (FE-13); `scope` of lines that name none: empty for everything. */
export interface SentimentTarget {
  readonly kind: 'sentiment';
  readonly scope: string;
}

export interface ImportTarget {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
}

export type ImportState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'sending'; readonly fileName: string; readonly sentBytes: number; readonly totalBytes: number }
  | { readonly phase: 'reading'; readonly fileName: string }
  | { readonly phase: 'done'; readonly fileName: string; readonly report: ImportReport }
  | { readonly phase: 'failed'; readonly fileName: string; readonly message: string; readonly remedy: string };

export interface ImportStore extends StoreApi<ImportState> {
  run(file: File, target: ImportTarget | SentimentTarget): Promise<void>;
  cancel(): void;
  dismiss(): void;
}

/** A multiple of three, so that only the last piece's base64 is padded; well under the call's 512 KiB. */
export const PIECE_BYTES = 384 * 1024;

export function createImportStore(client: DeskClient): ImportStore {
  const store = createStore<ImportState>(() => ({ phase: 'idle' }));
  let run = 0;
  let running: string | null = null;

  return Object.assign(store, {
    async run(file: File, target: ImportTarget | SentimentTarget) {
      const mine = ++run;
      const fileName = file.name;
      const isStopped = () => mine !== run;
      store.setState({ phase: 'sending', fileName, sentBytes: 0, totalBytes: file.size }, true);
      try {
        const { importId } = await client.call('imports.begin', { fileName, ...target });
        running = importId;
        for (let at = 0; at < file.size; at += PIECE_BYTES) {
          const piece = new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
          if (isStopped()) return;
          await client.call('imports.chunk', { importId, data: toBase64(piece) });
          if (isStopped()) return;
          const sentBytes = Math.min(file.size, at + PIECE_BYTES);
          store.setState({ phase: 'sending', fileName, sentBytes, totalBytes: file.size }, true);
        }
        store.setState({ phase: 'reading', fileName }, true);
        const { report, fault } = await client.call('imports.finish', { importId });
        running = null;
        if (isStopped()) return;
        if (report !== null) store.setState({ phase: 'done', fileName, report }, true);
        else {
          const { message, remedy } = fault ?? { message: 'The file could not be imported.', remedy: 'Try again.' };
          store.setState({ phase: 'failed', fileName, message, remedy }, true);
        }
      } catch (thrown) {
        if (isStopped()) return;
        const { message, remedy } = problemOf(thrown);
        store.setState({ phase: 'failed', fileName, message, remedy }, true);
      }
    },
    /** Nothing is half imported: what was sent before `finish` is dropped by the services. */
    cancel() {
      run++;
      const importId = running;
      running = null;
      // When the connection is gone the services have given the file up by themselves.
      if (importId !== null) void client.call('imports.cancel', { importId }).catch(() => undefined);
      store.setState({ phase: 'idle' }, true);
    },
    dismiss: () => store.setState({ phase: 'idle' }, true),
  });
}

/** Spreading a whole piece into one call would overflow the stack. */
const STRIDE = 0x8000;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += STRIDE) text += String.fromCharCode(...bytes.subarray(at, at + STRIDE));
  return btoa(text);
}

const KNOWN_TIMEFRAMES: readonly Timeframe[] = ['1m', '5m', '15m', '1h', '4h', '1d'];

/** What a file's name tells of its content: Binance's `BTCUSDT-5m-2026-01.zip`, ours `BTCUSDT-5m.csv.gz`. */
export function guessTarget(fileName: string): {
  readonly symbol: string | null;
  readonly timeframe: Timeframe | null;
} {
  const match = /^([A-Z0-9]{2,12}?)[-_/]?(USDT|USDC|USD|EUR|BTC|ETH)[-_.]/i.exec(fileName);
  const base = match?.[1];
  const quote = match?.[2];
  const timeframe = KNOWN_TIMEFRAMES.find((one) => new RegExp(`[-_.]${one}[-_.]`, 'i').test(fileName)) ?? null;
  return {
    symbol: base === undefined || quote === undefined ? null : `${base.toUpperCase()}/${quote.toUpperCase()}`,
    timeframe,
  };
}
