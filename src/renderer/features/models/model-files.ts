/** Files of the Models panel: a version out and in, a training set out; pulled and sent in parts (ML-40, ML-46). */
import type { ModelImportAnswer } from '#contract/areas/models.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import type { DeskClient } from '../../lib/client.ts';

/** How far a file is, 0-1, or null while that is not known; answers whether to go on. */
export type OnProgress = (fraction: number | null) => boolean;

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
