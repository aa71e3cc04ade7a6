/** Notices without anything that happens, and a Telegram that takes every token. */
import type { DeskNotice, TelegramStatus } from '#contract/areas/notices.ts';
import type { DeskService } from '#contract/service.ts';
import { Topic } from './fake-topic.ts';

export const fakeTold = new Topic<DeskNotice>();
const status = new Topic<TelegramStatus>();
const NOT_CONFIGURED: TelegramStatus = { configured: false, lastSentAt: null, failure: null };

export const fakeNoticeCalls: Pick<DeskService['calls'], 'telegram.configure' | 'telegram.forget' | 'telegram.test'> = {
  'telegram.configure': () => {
    status.push({ ...NOT_CONFIGURED, configured: true });
    return { done: true, message: 'Telegram is configured' };
  },
  'telegram.forget': () => {
    status.push(NOT_CONFIGURED);
    return { done: true, message: 'Telegram is no longer configured; the token is deleted' };
  },
  'telegram.test': () => {
    status.push({ configured: true, lastSentAt: null, failure: 'Telegram could not be reached' });
    return { done: false, message: 'Telegram could not be reached' };
  },
};

export const fakeNoticeStreams: Pick<DeskService['streams'], 'notices.told' | 'telegram.status'> = {
  'notices.told': (_, sink) => fakeTold.open(null, sink),
  'telegram.status': (_, sink) => status.open(NOT_CONFIGURED, sink),
};
