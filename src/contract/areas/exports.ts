/** Lists out as files (WS-20): what is shown where, pulled by the window chunk after chunk. */
import { z } from 'zod';
import { analysisScopeInput } from './analysis-figures.ts';
import { phantomFilterInput, phantomSortInput } from './phantoms.ts';

const format = z.enum(['csv', 'ndjson']);
export type ExportFormat = z.infer<typeof format>;

const phantoms = z
  .object({ what: z.literal('phantoms'), filter: phantomFilterInput, sort: phantomSortInput, format })
  .strict();
const signals = z.object({ what: z.literal('signals'), filter: phantomFilterInput, format }).strict();
const orders = z.object({ what: z.literal('orders'), format }).strict();
const fills = z.object({ what: z.literal('fills'), format }).strict();

/** Read row by row from the record, in the history's thread. */
export const recordExportInput = z.discriminatedUnion('what', [phantoms, signals, orders, fills]);
export type RecordExport = z.infer<typeof recordExportInput>;

/** Of what the analysis answers. */
const analysed = z.object({ what: z.enum(['gates', 'ledger']), scope: analysisScopeInput, format }).strict();

export const exportStartInput = z.discriminatedUnion('what', [phantoms, signals, orders, fills, analysed]);
export type ExportRequest = z.infer<typeof exportStartInput>;

export interface ExportStarted {
  readonly exportId: string;
  readonly fileName: string;
  /** Rows to come; 0 where nobody knows. */
  readonly total: number;
  /** The chunks' texts are base64 of the file's bytes, each by itself; else they are the file's text. */
  readonly isBase64?: boolean;
}

export const exportIdInput = z.object({ exportId: z.string().max(60) }).strict();

/** The client pulls, so a slow reader holds nothing up. */
export interface ExportChunk {
  readonly text: string;
  readonly rows: number;
  readonly done: boolean;
}
