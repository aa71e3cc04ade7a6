/** Kinds of notices in the order and words of the settings (DE-17). */
import type { NoticeKind } from '#contract/areas/notices.ts';

/** One line of meaning each. */
export const NOTICE_KIND_WORDS: Readonly<Record<NoticeKind, { readonly label: string; readonly meaning: string }>> = {
  ticket: { label: 'Tickets', meaning: 'A signal asks for your decision.' },
  tp1: { label: 'First target', meaning: 'An open paper position took its first target.' },
  closed: { label: 'Positions closed', meaning: 'A paper position ended, with its result net of costs.' },
  model: { label: 'Models', meaning: 'One was trained and promoted or rejected, rolled back, failed or expired.' },
  drift: {
    label: 'Drift',
    meaning: 'Inputs or losses of a model moved away from what it learned, or inputs are missing.',
  },
  health: { label: 'Health', meaning: 'The exchange cannot be reached, or phantoms pile up.' },
  breaker: { label: 'Breakers', meaning: 'A breaker or the kill switch stopped entries.' },
};

export const NOTICE_KIND_LIST = Object.keys(NOTICE_KIND_WORDS) as readonly NoticeKind[];
