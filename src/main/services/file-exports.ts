/** Exports for the window: the client pulls chunk after chunk, so a slow reader holds nothing up (WS-20). */
import { randomUUID } from 'node:crypto';
import type { ExportChunk, ExportStarted } from '#contract/areas/exports.ts';
import { ServiceError } from '#contract/service.ts';
import type { ExportTextChunk } from '#main/files/phantom-csv.ts';

/** Exports open at once; the oldest is given up for a new one, so that forgotten ones do not pile up. */
const OPEN_AT_ONCE = 4;

export class FileExports {
  readonly #wallClock: () => number;
  readonly #open = new Map<string, Generator<ExportTextChunk, void, undefined>>();

  constructor(wallClock: () => number) {
    this.#wallClock = wallClock;
  }

  /** `total` counts what the chunks' `rows` add up to. */
  open(chunks: Generator<ExportTextChunk, void, undefined>, fileName: string, total: number): ExportStarted {
    for (const [id] of this.#open) {
      if (this.#open.size < OPEN_AT_ONCE) break;
      this.cancel(id);
    }
    const exportId = randomUUID();
    this.#open.set(exportId, chunks);
    return { exportId, fileName, total };
  }

  /** The time for a file's name, UTC. */
  stamp(): string {
    return `${new Date(this.#wallClock()).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  }

  /** Whether it was opened here and is not over. */
  has(exportId: string): boolean {
    return this.#open.has(exportId);
  }

  next(exportId: string): ExportChunk {
    const chunks = this.#open.get(exportId);
    if (chunks === undefined) {
      throw new ServiceError({
        code: 'not-found',
        message: 'This export is over or was given up.',
        remedy: 'Start the export again.',
      });
    }
    const step = chunks.next();
    if (step.done === true) {
      this.#open.delete(exportId);
      return { text: '', rows: 0, done: true };
    }
    return { text: step.value.text, rows: step.value.rows, done: false };
  }

  cancel(exportId: string): null {
    this.#open.get(exportId)?.return();
    this.#open.delete(exportId);
    return null;
  }

  close(): void {
    for (const exportId of [...this.#open.keys()]) this.cancel(exportId);
  }
}
