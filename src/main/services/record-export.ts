/** What of the record the window takes as a file (WS-20): which rows, as text in the format that was asked for. */
import type { RecordExport } from '#contract/areas/exports.ts';
import { type ExportTextChunk, phantomCsv, phantomNdjson } from '#main/files/phantom-csv.ts';
import type { ProfileReader } from '#main/store/database.ts';
import { storedFilter } from './phantom-filters.ts';
import { type TableSource, tableChunks } from './table-export.ts';

export type RecordSource = TableSource & Pick<ProfileReader, 'exportForFiles' | 'history'>;

export interface RecordExportText {
  readonly chunks: Generator<ExportTextChunk, void, undefined>;
  /** Rows to come; 0 where they are not counted. */
  readonly total: number;
}

export function recordExport(profile: RecordSource, request: RecordExport): RecordExportText {
  const { format } = request;
  switch (request.what) {
    case 'phantoms': {
      const filter = storedFilter(request.filter);
      const rows = profile.exportForFiles(filter, request.sort, true);
      const sets = profile.history.featureSets();
      const chunks = format === 'csv' ? phantomCsv(rows, sets) : phantomNdjson(rows, sets);
      return { chunks, total: profile.history.count(filter) };
    }
    case 'signals': {
      const total = profile.history.count(storedFilter(request.filter));
      return { chunks: tableChunks(profile, request, format), total };
    }
    case 'orders':
    case 'fills':
      return { chunks: tableChunks(profile, request, format), total: 0 };
  }
}
