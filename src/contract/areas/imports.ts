/** Import of candle files and of a sentiment index from the window: begin, chunks, finish (MK-30). One file is one transaction. */
import { z } from 'zod';
import { timeframeInput } from './market.ts';

const candleImport = z
  .object({
    fileName: z.string().min(1).max(300),
    exchange: z.string().min(1).max(40),
    symbol: z.string().min(3).max(60),
    timeframe: timeframeInput,
  })
  .strict();

/** A sentiment index (FE-13); `scope` of lines that name none: empty for everything. */
const sentimentImport = z
  .object({ kind: z.literal('sentiment'), fileName: z.string().min(1).max(300), scope: z.string().max(60) })
  .strict();

export const importBeginInput = z.union([candleImport, sentimentImport]);
export type ImportBegin = z.infer<typeof importBeginInput>;

export const importIdInput = z.object({ importId: z.string().max(60) }).strict();

/** base64 of at most 512 KiB of the file, in order. */
export const importChunkInput = z.object({ importId: z.string().max(60), data: z.string().max(700_000) }).strict();

export interface ImportReport {
  readonly rowsRead: number;
  readonly accepted: number;
  /** Of a sentiment index: accepted rows that say what stood there already. Not told of candles. */
  readonly known?: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  /** Holes between accepted rows: first missing open time, last missing open time, how many. */
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly missing: number }[];
}

/** Either the report, or why nothing was imported. */
export interface ImportAnswer {
  readonly report: ImportReport | null;
  readonly fault: { readonly message: string; readonly remedy: string } | null;
}
