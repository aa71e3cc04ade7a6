/** Candle files and sentiment indices from the window: begun, fed in chunks, finished with a report (MK-30). */
import { randomUUID } from 'node:crypto';
import type { ImportAnswer, ImportBegin, ImportReport } from '#contract/areas/imports.ts';
import { ServiceError } from '#contract/service.ts';
import type { Fault, Result } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { readCandles } from '#main/files/candle-csv.ts';
import { readSentiment } from '#main/files/sentiment-csv.ts';
import { importCandles } from './candle-import.ts';
import type { CandleFolder } from './research/stored-market.ts';
import { importSentiment, type SentimentProfile } from './sentiment-import.ts';

type ImportGround = CandleFolder & SentimentProfile;

/** Imports open at once; more are declined, so that abandoned ones cannot fill the memory. */
const OPEN_AT_ONCE = 3;
/** Rejected rows sent to the window; the report's counts are of all. */
const REJECTED_SHOWN = 1_000;

interface RunningImport {
  readonly bytes: ByteQueue;
  readonly abort: AbortController;
  readonly done: Promise<Result<ImportReport, Fault>>;
}

export class FileImports {
  readonly #store: ImportGround;
  readonly #wallClock: () => UnixMs;
  readonly #onSentiment: () => void;
  readonly #running = new Map<string, RunningImport>();

  /** `onSentiment`: values of an index were stored; they count for what is worked from now on. */
  constructor(store: ImportGround, wallClock: () => UnixMs, onSentiment: () => void) {
    this.#store = store;
    this.#wallClock = wallClock;
    this.#onSentiment = onSentiment;
  }

  begin(request: ImportBegin): { readonly importId: string } {
    if (this.#running.size >= OPEN_AT_ONCE) {
      throw new ServiceError({
        code: 'refused',
        message: `${OPEN_AT_ONCE} imports are running already.`,
        remedy: 'Wait for one to finish, then begin again.',
      });
    }
    const bytes = new ByteQueue();
    const abort = new AbortController();
    const done = this.#read(request, bytes, abort.signal);
    const importId = randomUUID();
    this.#running.set(importId, { bytes, abort, done });
    return { importId };
  }

  /** `data` is base64; chunks come in the order of the file. */
  chunk(importId: string, data: string): null {
    this.#find(importId).bytes.push(Buffer.from(data, 'base64'));
    return null;
  }

  async finish(importId: string): Promise<ImportAnswer> {
    const { bytes, done } = this.#find(importId);
    bytes.end();
    const result = await done;
    this.#running.delete(importId);
    if (!result.ok) return { report: null, fault: { message: result.error.message, remedy: result.error.remedy } };
    return { report: { ...result.value, rejected: result.value.rejected.slice(0, REJECTED_SHOWN) }, fault: null };
  }

  /** Nothing of the file is imported. */
  cancel(importId: string): null {
    const running = this.#running.get(importId);
    running?.abort.abort();
    running?.bytes.end();
    this.#running.delete(importId);
    return null;
  }

  close(): void {
    for (const importId of [...this.#running.keys()]) this.cancel(importId);
  }

  #read(request: ImportBegin, bytes: ByteQueue, signal: AbortSignal): RunningImport['done'] {
    const now = this.#wallClock();
    if (!('kind' in request)) {
      return importCandles({ store: this.#store, target: request, rows: readCandles(bytes), now, signal });
    }
    const { fileName, scope } = request;
    const rows = readSentiment(bytes, scope);
    return importSentiment({ profile: this.#store, fileName, rows, now, signal, onStored: this.#onSentiment });
  }

  #find(importId: string): RunningImport {
    const running = this.#running.get(importId);
    if (running !== undefined) return running;
    throw new ServiceError({
      code: 'not-found',
      message: 'This import is over or was never begun.',
      remedy: 'Choose the file again.',
    });
  }
}

/** Chunks pushed on one side, read on the other. */
class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #ended = false;
  #wake: (() => void) | null = null;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
