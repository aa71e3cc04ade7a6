/** Phantom history into one file (WS-20): any filter, streamed; the file appears whole or not at all. */

import type { PhantomFilter, PhantomSort } from '#contract/areas/phantoms.ts';
import { ok, type Result } from '#core/base/result.ts';
import { phantomCsvBytes, phantomNdjson } from '#main/files/phantom-csv.ts';
import type { ProfileReader } from '#main/store/database.ts';
import { type ExportFileFault, encoded, writeExportFile } from './export-file.ts';
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

const OLDEST_FIRST: PhantomSort = { by: 'openedAt', direction: 'ascending' };

export async function exportPhantomFile({
  profile,
  request,
  signal,
  progress,
}: PhantomExportOptions): Promise<Result<PhantomExportReport, ExportFileFault>> {
  const { file, format } = request;
  const chosen = storedFilter(request.filter);
  const found = profile.exportForFiles(chosen, OLDEST_FIRST, request.besideFeatures ?? true);
  const sets = profile.history.featureSets();
  const written = await writeExportFile({
    file,
    chunks: format === 'csv' ? phantomCsvBytes(found, sets) : encoded(phantomNdjson(found, sets)),
    total: profile.history.count(chosen),
    signal,
    progress,
  });
  return written.ok ? ok({ file, format, ...written.value }) : written;
}
