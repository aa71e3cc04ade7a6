/** Tells at the edge of the window what happened to a model; the log keeps it (ML-24, ML-25, ML-41). */
import type { ModelNotice } from '#contract/areas/models.ts';
import type { Desk } from '../../lib/desk.ts';
import type { NoticeTone } from '../../lib/stores/notices.ts';
import { MODEL_NOTICE_WORDS, type Tone } from '../../lib/words.ts';

// None stays until it is dismissed: nothing here needs an answer. Most candidates are rejected, and nothing changes by
// it: the Models panel and the log say so, the window's foot does not.
const TONES: Readonly<Record<Exclude<ModelNotice['kind'], 'rejected'>, NoticeTone>> = {
  promoted: 'good',
  'rolled-back': 'warning',
  drift: 'warning',
  missing: 'warning',
  failed: 'warning',
  expired: 'warning',
};

/** The same in the panel, where a rejection is no matter of concern. */
export const BADGE_TONES: Readonly<Record<ModelNotice['kind'], Tone>> = {
  promoted: 'good',
  rejected: 'muted',
  'rolled-back': 'warning',
  drift: 'warning',
  missing: 'warning',
  failed: 'danger',
  expired: 'warning',
};

/** Follows the notices until called. */
export function showModelNotices(desk: Pick<Desk, 'models' | 'modelNotices' | 'notices'>): () => void {
  return desk.modelNotices.subscribe(({ data }, before) => {
    if (data === null || data === before.data) return;
    const known = new Set(before.data);
    for (const notice of data) {
      if (known.has(notice) || notice.kind === 'rejected') continue;
      const models = desk.models.getState().data?.models ?? [];
      const overview = models.find(({ model }) => notice.model === model || notice.model.startsWith(`${model}/`));
      // Of a variant (ML-50): whose it is.
      const part = overview === undefined ? '' : notice.model.slice(overview.model.length + 1);
      const name = overview?.title ?? notice.model;
      const title = `${part === '' ? name : `${name}, ${part}`}: ${MODEL_NOTICE_WORDS[notice.kind]}`;
      desk.notices.show(
        TONES[notice.kind],
        overview?.simulated === true ? `${title} (simulated)` : title,
        notice.message,
      );
    }
  });
}
