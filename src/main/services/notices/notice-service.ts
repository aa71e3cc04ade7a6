/** Gathers what is worth a notice from engine, models and connection, and hands it to the windows and to Telegram (DE-17). */

import type { DeskNotice } from '#contract/areas/notices.ts';
import type { Contract } from '#contract/contract.ts';
import type { CallHandlers, StreamHandlers } from '#contract/service.ts';
import { Emitter } from '#core/base/emitter.ts';
import type { LearningService } from '../learning/learning-service.ts';
import type { LiveSession } from '../live-session.ts';
import type { SettingsService } from '../settings-service.ts';
import { engineNotice, type FindOpenPosition, modelNotice, notice } from './notice-words.ts';
import type { TelegramNotices } from './telegram.ts';

export interface NoticeParts {
  readonly session: Pick<LiveSession, 'stepped' | 'changed' | 'state' | 'keeper' | 'now'>;
  readonly learning: Pick<LearningService, 'notices'>;
  readonly settings: Pick<SettingsService, 'current'>;
  readonly telegram: TelegramNotices;
}

export interface NoticeService {
  readonly calls: Pick<CallHandlers<Contract>, 'telegram.configure' | 'telegram.forget' | 'telegram.test'>;
  readonly streams: Pick<StreamHandlers<Contract>, 'notices.told' | 'telegram.status'>;
  /** PH-21: an alert on the phantoms' health. */
  tellHealth(message: string): void;
  close(): void;
}

export function createNoticeService({ session, learning, settings, telegram }: NoticeParts): NoticeService {
  const told = new Emitter<DeskNotice>();
  const tell = (one: DeskNotice) => {
    told.emit(one);
    if (settings.current.telegramNotices.includes(one.kind)) telegram.tell(one);
  };
  const findOpenPosition: FindOpenPosition = (id) => {
    for (const { position } of session.keeper?.engine.openPositions() ?? []) {
      if (position.id === id) return position.instrumentId;
    }
    return null;
  };
  const tellHealth = (message: string) => tell(notice('health', session.now(), 'Phantoms', message));
  let wasLive = false;
  const stops = [
    session.stepped.on(({ events }) => {
      // What history brings, and what is caught up with, asks nobody for anything.
      if (session.state.connection !== 'live') return;
      for (const event of events) {
        const one = engineNotice(event, findOpenPosition);
        if (one !== null) tell(one);
      }
    }),
    session.changed.on(({ connection, message, remedy }) => {
      if (connection === 'live') wasLive = true;
      if (!wasLive || (connection !== 'offline' && connection !== 'failed')) return;
      wasLive = false;
      tell(notice('health', session.now(), 'The exchange cannot be reached', `${message} ${remedy}`.trim()));
    }),
    learning.notices.on((one) => tell(modelNotice(one))),
  ];
  return {
    calls: {
      'telegram.configure': ({ token, chatId }) => telegram.configure(token, chatId),
      'telegram.forget': () => telegram.forget(),
      'telegram.test': () => telegram.test(),
    },
    streams: {
      'notices.told': (_, sink) => ({ snapshot: null, stop: told.on((one) => sink.push(one)) }),
      'telegram.status': (_, sink) => ({
        snapshot: telegram.status,
        stop: telegram.changed.on(() => sink.push(telegram.status)),
      }),
    },
    tellHealth,
    close: () => {
      for (const stop of stops) stop();
    },
  };
}
