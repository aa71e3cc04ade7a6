/** Model files from the window, part by part: a model is larger than a frame (ML-40). */
import { randomUUID } from 'node:crypto';
import type { ModelImportAnswer } from '#contract/areas/models.ts';
import { ServiceError } from '#contract/service.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Profile } from '#main/store/database.ts';
import { importModelFile, LARGEST_FILE_BYTES } from './model-transfer.ts';

/** Imports open at once; the oldest is given up for a new one, so that abandoned ones cannot fill the memory. */
const OPEN_AT_ONCE = 2;

export class ModelImports {
  readonly #profile: Pick<Profile, 'models'>;
  readonly #wallClock: () => UnixMs;
  readonly #open = new Map<string, { readonly parts: string[]; length: number }>();

  constructor(profile: Pick<Profile, 'models'>, wallClock: () => UnixMs) {
    this.#profile = profile;
    this.#wallClock = wallClock;
  }

  take({ importId, text, last }: ImportPart): ModelImportAnswer {
    const id = importId ?? this.#begin();
    const open = this.#open.get(id);
    if (open === undefined) {
      throw new ServiceError({
        code: 'not-found',
        message: 'This import is over or was never begun.',
        remedy: 'Choose the file again.',
      });
    }
    open.parts.push(text);
    open.length += text.length;
    if (open.length > LARGEST_FILE_BYTES) {
      this.#open.delete(id);
      return { importId: id, answer: { done: false, message: 'The file is larger than any model.' } };
    }
    if (!last) return { importId: id, answer: null };
    this.#open.delete(id);
    const imported = importModelFile(this.#profile, open.parts.join(''), this.#wallClock());
    if (!imported.ok) {
      const { message, remedy } = imported.error;
      return { importId: id, answer: { done: false, message: `${message} ${remedy}` } };
    }
    const { model, version, state } = imported.value;
    const message =
      state === 'challenger'
        ? `${model} v${version} is here as a challenger: it scores nothing until you make it the champion.`
        : `This model is here already: ${model} v${version} (${state}).`;
    return { importId: id, answer: { done: true, message } };
  }

  #begin(): string {
    for (const id of this.#open.keys()) {
      if (this.#open.size < OPEN_AT_ONCE) break;
      this.#open.delete(id);
    }
    const id = randomUUID();
    this.#open.set(id, { parts: [], length: 0 });
    return id;
  }
}

interface ImportPart {
  readonly importId: string | null;
  readonly text: string;
  readonly last: boolean;
}
