/** Phantom history into one file (WS-20): any filter, streamed; the file appears whole or not at all. */

import { open, rename, rm } from 'node:fs/promises';
import type { PhantomFilter, PhantomSort } from '#contract/areas/phantoms.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type ExportByteChunk, phantomCsvBytes, phantomNdjson } from '#main/files/phantom-csv.ts';
import type { ProfileReader } from '#main/store/database.ts';
import { storedFilter } from './phantom-filters.ts';

export interface PhantomExportRequest {
  readonly filter: PhantomFilter;
  readonly format: 'csv' | 'ndjson';
  /** Path of the file; one that is there is replaced at the end. */
  readonly file: string;
  /** Also the features recorded beside those that the strategy's model reads. Default true. */
  readonly besideFeatures?: boolean;
}

export interface PhantomExportOptions {
  readonly profile: Pick<ProfileReader, 'exportForFiles' | 'history'>;
  readonly request: PhantomExportRequest;
  /** Aborting it leaves no file behind. */
  readonly signal?: AbortSignal;
  readonly progress?: (rows: number, total: number) => void;
}

export interface PhantomExportReport {
  readonly file: string;
  readonly format: 'csv' | 'ndjson';
  readonly rows: number;
  readonly bytes: number;
}

export type PhantomExportFault = Fault<'cancelled' | 'unwritable'>;

const OLDEST_FIRST: PhantomSort = { by: 'openedAt', direction: 'ascending' };

export async function exportPhantomFile(
  options: PhantomExportOptions,
): Promise<Result<PhantomExportReport, PhantomExportFault>> {
  const { file, format } = options.request;
  const unfinished = `${file}.part`;
  try {
    const written = await write(options, unfinished);
    if (written.ok) await rename(unfinished, file);
    else await rm(unfinished, { force: true });
    return written.ok ? ok({ file, format, ...written.value }) : written;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    // Only what the file system says is the user's to mend; a fault of the store or a bug flies on.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return err({
      kind: 'unwritable',
      message: `The file cannot be written: ${error.message}.`,
      remedy: 'Choose a folder that exists, that you may write to and that has space.',
    });
  }
}

async function write(
  { profile, request, signal, progress }: PhantomExportOptions,
  path: string,
): Promise<Result<{ readonly rows: number; readonly bytes: number }, PhantomExportFault>> {
  const chosen = storedFilter(request.filter);
  const total = profile.history.count(chosen);
  const found = profile.exportForFiles(chosen, OLDEST_FIRST, request.besideFeatures ?? true);
  const sets = profile.history.featureSets();
  const target = await open(path, 'w');
  let written = { rows: 0, bytes: 0 };
  // One chunk is written while the next is made; no third one is begun before the first is in the file.
  let writing: Promise<void> = Promise.resolve();
  try {
    for (const { bytes, rows } of request.format === 'csv' ? phantomCsvBytes(found, sets) : encoded(found, sets)) {
      await writing;
      progress?.(written.rows, total);
      if (signal?.aborted === true) {
        const message = 'The export was cancelled; no file was written.';
        return err({ kind: 'cancelled', message, remedy: 'Start it again.' });
      }
      writing = target.writeFile(bytes);
      written = { rows: written.rows + rows, bytes: written.bytes + bytes.length };
    }
    await writing;
    progress?.(written.rows, total);
    return ok(written);
  } finally {
    await writing.catch(() => {});
    await target.close();
  }
}

function* encoded(...of: Parameters<typeof phantomNdjson>): Generator<ExportByteChunk, void, undefined> {
  const encoder = new TextEncoder();
  for (const { text, rows } of phantomNdjson(...of)) yield { bytes: encoder.encode(text), rows };
}
