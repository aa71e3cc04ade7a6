/** Notices of what happened (DE-17): told on the desktop, by a tone, or by Telegram; never a control. */
import { z } from 'zod';
import type { UnixMs } from '#core/domain/timeframe.ts';

export const NOTICE_KINDS = ['ticket', 'tp1', 'closed', 'model', 'drift', 'health', 'breaker'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface DeskNotice {
  /** Exchange time; wall time for what models and connections tell. */
  readonly time: UnixMs;
  readonly kind: NoticeKind;
  readonly title: string;
  readonly text: string;
}

/** What the window knows of Telegram: never the token. */
export interface TelegramStatus {
  readonly configured: boolean;
  /** Wall time of the last message that arrived; null before the first since the start. */
  readonly lastSentAt: UnixMs | null;
  /** Why the last attempt failed, in words; null when it did not. */
  readonly failure: string | null;
}

/** Lengths only: the service says in words what does not fit, and never repeats it. */
export const telegramInput = z.object({ token: z.string().max(200), chatId: z.string().max(100) }).strict();
