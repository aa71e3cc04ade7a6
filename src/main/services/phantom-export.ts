/** Phantom history into one file (WS-20): any filter, streamed; the file appears whole or not at all. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { PhantomFilter, PhantomSort } from '#contract/areas/phantoms.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { phantomCsv, phantomNdjson } from '#main/files/phantom-csv.ts';
import type { ProfileReader } from '#main/store/database.ts';

export interface PhantomExportRequest {
  readonly filter: PhantomFilter;
  readonly format: 'csv' | 'ndjson';
  /** Path of the file; one that is there is replaced at the end. */
  readonly file: string;
}

export interface PhantomExportOptions {
  readonly profile: Pick<ProfileReader, 'exportPhantoms' | 'history'>;
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
  const total = profile.history.count(request.filter);
  const found = profile.exportPhantoms(request.filter, OLDEST_FIRST);
  const sets = profile.history.featureSets();
  const target = createWriteStream(path);
  const done = finished(target);
  // Awaited at the end; until then a failure must not count as unhandled.
  done.catch(() => {});
  let rows = 0;
  try {
    for (const chunk of request.format === 'csv' ? phantomCsv(found, sets) : phantomNdjson(found, sets)) {
      if (signal?.aborted === true) {
        target.destroy();
        const message = 'The export was cancelled; no file was written.';
        return err({ kind: 'cancelled', message, remedy: 'Start it again.' });
      }
      if (!target.write(chunk.text)) await Promise.race([once(target, 'drain'), done]);
      rows += chunk.rows;
      progress?.(rows, total);
    }
    target.end();
    await done;
    return ok({ rows, bytes: target.bytesWritten });
  } finally {
    target.destroy();
  }
}
