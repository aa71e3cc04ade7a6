/** Pulls a started export to its end, chunk by chunk, and saves it: with progress, and cancelled between two chunks (WS-20). */
import type { ExportStarted } from '#contract/areas/exports.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import type { DeskClient } from './client.ts';

/** Hands a finished file to the trader. */
export type SaveFile = (fileName: string, parts: readonly (string | Uint8Array<ArrayBuffer>)[], type: string) => void;

/** Rows so far, and those to come, 0 where nobody knows; answers whether to go on. */
export type OnRows = (rows: number, total: number) => boolean;

const CANCELLED: IntentAnswer = { done: false, message: 'Cancelled: no file was written.' };

export const MEDIA_TYPES = {
  csv: 'text/csv;charset=utf-8',
  ndjson: 'application/x-ndjson;charset=utf-8',
} as const;

export async function pullExport(
  client: DeskClient,
  { exportId, fileName, total, isBase64 = false }: ExportStarted,
  save: SaveFile,
  type: string,
  onRows: OnRows,
): Promise<IntentAnswer> {
  const parts: (string | Uint8Array<ArrayBuffer>)[] = [];
  let rows = 0;
  for (let isDone = false; !isDone; ) {
    if (!onRows(rows, total)) {
      await client.call('exports.cancel', { exportId });
      return CANCELLED;
    }
    const chunk = await client.call('exports.next', { exportId });
    parts.push(isBase64 ? bytesOf(chunk.text) : chunk.text);
    rows += chunk.rows;
    isDone = chunk.done;
  }
  onRows(rows, total);
  save(fileName, parts, type);
  return { done: true, message: `${fileName} is saved.` };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
