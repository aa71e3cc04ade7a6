/** Files of the Models panel: a version out and in, a training set out; pulled and sent in parts (ML-40, ML-46). */
import type { ModelImportAnswer } from '#contract/areas/models.ts';
import type { ExportStarted } from '#contract/areas/phantoms.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import type { DeskClient } from '../../lib/client.ts';

/** Hands a finished file to the trader. */
export type SaveFile = (fileName: string, parts: readonly (string | Uint8Array<ArrayBuffer>)[], type: string) => void;

/** How far a file is, 0-1, or null while that is not known; answers whether to go on. */
export type OnProgress = (fraction: number | null) => boolean;

export const CANCELLED: IntentAnswer = { done: false, message: 'Cancelled: no file was written.' };

/** Pulls a started export to its end and saves it. */
export async function saveExport(
  client: DeskClient,
  started: ExportStarted,
  save: SaveFile,
  type: string,
  onProgress: OnProgress,
): Promise<IntentAnswer> {
  const { exportId, fileName, total, isBase64 = false } = started;
  const parts: (string | Uint8Array<ArrayBuffer>)[] = [];
  let rows = 0;
  for (let isDone = false; !isDone; ) {
    if (!onProgress(total > 0 ? Math.min(1, rows / total) : null)) {
      await client.call('exports.cancel', { exportId });
      return CANCELLED;
    }
    const chunk = await client.call('exports.next', { exportId });
    parts.push(isBase64 ? bytesOf(chunk.text) : chunk.text);
    rows += chunk.rows;
    isDone = chunk.done;
  }
  save(fileName, parts, type);
  return { done: true, message: `${fileName} is saved.` };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Under the call's 250,000 characters. */
export const PART_LENGTH = 200_000;

/** Sends an exported model; what was sent before the last part is dropped by the services when it stops. */
export async function sendModel(client: DeskClient, text: string, onProgress: OnProgress): Promise<IntentAnswer> {
  let importId: string | null = null;
  for (let at = 0; ; at += PART_LENGTH) {
    if (!onProgress(text.length > 0 ? at / text.length : null)) {
      return { done: false, message: 'Cancelled: nothing was imported.' };
    }
    const last = at + PART_LENGTH >= text.length;
    const given: ModelImportAnswer = await client.call('models.import', {
      importId,
      text: text.slice(at, at + PART_LENGTH),
      last,
    });
    if (given.answer !== null) return given.answer;
    if (last) return { done: false, message: 'The file ended before the model did. Export it again.' };
    importId = given.importId;
  }
}
