/** DE-17: which events become notices, and whom they reach. */
import { expect, it, onTestFinished } from 'vitest';
import type { ModelNotice } from '#contract/areas/models.ts';
import type { DeskNotice, NoticeKind } from '#contract/areas/notices.ts';
import { DEFAULT_SETTINGS } from '#contract/areas/setting-defaults.ts';
import { Emitter } from '#core/base/emitter.ts';
import type { EngineEvent } from '#core/engine/messages.ts';
import type { EngineStep } from '#main/services/engine-keeper.ts';
import type { LiveSession } from '#main/services/live-session.ts';
import { createNoticeService } from '#main/services/notices/notice-service.ts';
import { engineNotice } from '#main/services/notices/notice-words.ts';
import { TelegramNotices } from '#main/services/notices/telegram.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const TRIPPED: EngineEvent = {
  kind: 'breaker-tripped',
  time: 5,
  breaker: 'losses-in-a-row',
  why: '6 in a row',
  isDrill: false,
};

function run(telegramNotices: NoticeKind[]) {
  const sent: string[] = [];
  const telegram = new TelegramNotices({
    profileDir: temporaryFolder(),
    post: async (_url, { body }) => {
      sent.push((JSON.parse(body) as { text: string }).text);
      return { ok: true, status: 200, json: async () => ({}) };
    },
    log: { write: () => {} },
    wallClock: () => 0,
  });
  telegram.configure('123456:abcdefghijklmnopqrstuvwxyz', '1');
  const session = {
    stepped: new Emitter<EngineStep>(),
    changed: new Emitter<LiveSession['state']>(),
    state: { connection: 'live', message: '', remedy: '', progress: null } as LiveSession['state'],
    keeper: null,
    now: () => 7,
  };
  const learning = { notices: new Emitter<ModelNotice>() };
  const settings = { current: { ...DEFAULT_SETTINGS, telegramNotices } };
  const service = createNoticeService({ session, learning, settings, telegram });
  const told: DeskNotice[] = [];
  void service.streams['notices.told']({}, { push: (one) => void told.push(one), end: () => {} });
  onTestFinished(async () => {
    service.close();
    await telegram.close();
  });
  const step = (...events: EngineEvent[]) =>
    session.stepped.emit({ input: { kind: 'bars', closeTime: 5, bars: [], origin: 'live' }, events });
  return { session, learning, service, told, sent, telegram, step };
}

it('DE-17: Telegram gets only the kinds that were chosen; the windows get all and choose themselves', async () => {
  const { learning, told, sent, telegram, step } = run(['breaker']);
  step(TRIPPED);
  learning.notices.emit({ time: 1, kind: 'promoted', model: 'trend', message: 'v2' });
  learning.notices.emit({ time: 1, kind: 'missing', model: 'trend', message: 'rsi' });
  expect(told.map(({ kind }) => kind)).toEqual(['breaker', 'model', 'drift']);
  await telegram.close();
  expect(sent).toEqual([expect.stringContaining('losses-in-a-row')]);
});

it('DE-17: what history brings, and what is caught up with, is no notice', () => {
  const { session, told, step } = run([]);
  for (const connection of ['bootstrapping', 'catching-up'] as const) {
    session.state = { ...session.state, connection };
    step(TRIPPED);
  }
  expect(told).toEqual([]);
});

it('DE-17: an exchange that is lost is told once, and only after it was there', () => {
  const { session, told } = run([]);
  const be = (connection: LiveSession['state']['connection']) => session.changed.emit({ ...session.state, connection });
  be('offline');
  be('live');
  be('offline');
  be('offline');
  expect(told.map(({ kind }) => kind)).toEqual(['health']);
});

it('DE-17: a first target is told of the trader’s own position only, and a simulated market by that name', () => {
  const tp1: EngineEvent = { kind: 'phantom-tp1', time: 1, phantomId: 'a|b', price: 9 };
  expect(engineNotice(tp1, () => null)).toBeNull();
  expect(engineNotice(tp1, () => 'demo:BTC/USDT')?.title).toBe('BTC/USDT (simulated): first target taken');
  expect(engineNotice(tp1, () => 'binance:BTC/USDT')?.title).toBe('BTC/USDT: first target taken');
});
