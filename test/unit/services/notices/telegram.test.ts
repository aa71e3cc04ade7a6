/** DE-17: a token goes to the bot's address and nowhere else. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DeskNotice } from '#contract/areas/notices.ts';
import { createApp } from '#main/app.ts';
import { type PostJson, TELEGRAM_FILE, TelegramNotices } from '#main/services/notices/telegram.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const CANARY = '123456:CANARY_canary_CANARY_canary_CANARY';

const notice = (title: string): DeskNotice => ({ kind: 'ticket', time: 0, title, text: '' });

interface Sent {
  readonly url: string;
  readonly text: string;
  readonly chat: string;
}

function telegram(answer: () => Promise<{ ok: boolean; status: number }>, profileDir = temporaryFolder()) {
  const sent: Sent[] = [];
  const lines: string[] = [];
  const post: PostJson = async (url, { body }) => {
    const { text, chat_id: chat } = JSON.parse(body) as { text: string; chat_id: string };
    sent.push({ url, text, chat });
    return { ...(await answer()), json: async () => ({ description: url }) };
  };
  const log = { write: (_level: string, _source: string, message: string) => void lines.push(message) };
  const notices = new TelegramNotices({ profileDir, post, log, wallClock: () => 1_000 });
  onTestFinished(() => notices.close());
  return { notices, sent, lines, profileDir };
}

const fine = async () => ({ ok: true, status: 200 });

describe('DE-17: Telegram', () => {
  it('sends nothing until it is configured, and then a notice to the chat by the bot’s address', async () => {
    const { notices, sent } = telegram(fine);
    notices.tell(notice('before'));
    expect(await notices.test()).toMatchObject({ done: false });
    expect(notices.configure(CANARY, '-1001').done).toBe(true);
    notices.tell(notice('a ticket waits'));
    await notices.close();
    expect(sent).toEqual([
      { url: `https://api.telegram.org/bot${CANARY}/sendMessage`, text: 'a ticket waits', chat: '-1001' },
    ]);
  });

  it('puts what happens while a message is on its way into one message, and counts what does not fit', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let answered = 0;
    let second = () => {};
    const both = new Promise<void>((resolve) => {
      second = resolve;
    });
    const { notices, sent } = telegram(async () => {
      await held;
      if (++answered === 2) second();
      return fine();
    });
    notices.configure(CANARY, '1');
    for (let index = 0; index < 20; index++) notices.tell(notice(`number ${index}`));
    release();
    await both;
    expect(sent).toHaveLength(2);
    expect(sent[1]?.text).toContain('number 12');
    expect(sent[1]?.text).toContain('and 7 more');
  });

  it('keeps the token in a file that only its owner may read, finds it again, and deletes it', () => {
    const { notices, profileDir } = telegram(fine);
    notices.configure(CANARY, '1');
    const file = join(profileDir, TELEGRAM_FILE);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = telegram(fine, profileDir).notices;
    expect(again.status.configured).toBe(true);
    again.forget();
    expect(readdirSync(profileDir)).not.toContain(TELEGRAM_FILE);
    expect(again.status.configured).toBe(false);
  });

  it.each([
    ['no token', 'secret-without-a-colon', '1'],
    ['no chat', CANARY, 'somebody else'],
  ])('refuses %s without repeating it', (_, token, chat) => {
    const { notices } = telegram(fine);
    const answer = notices.configure(token, chat);
    expect(answer.done).toBe(false);
    expect(answer.message).not.toContain(token);
    expect(notices.status.configured).toBe(false);
  });

  it.each([
    [401, /token is not valid/],
    [403, /start a conversation/],
    [429, /too many/],
  ])('says why a message was refused: %i', async (status, words) => {
    const { notices } = telegram(async () => ({ ok: false, status }));
    notices.configure(CANARY, '1');
    expect((await notices.test()).message).toMatch(words);
    expect(notices.status.failure).toMatch(words);
  });

  it('a token is in no log, record, setting, stream or error text, even where the network repeats the address', async () => {
    const profileDir = temporaryFolder();
    const created = await createApp({
      profileDir,
      post: async (url) => {
        throw new TypeError(`fetch failed: ${url}`, { cause: Object.assign(new Error(url), { code: 'ENOTFOUND' }) });
      },
    });
    if (!created.ok) throw new Error(created.error.message);
    const { service, log, settings, close } = created.value;
    const pushed: unknown[] = [];
    const sink = { push: (delta: unknown) => void pushed.push(delta), end: () => {} };
    const status = await service.streams['telegram.status']({}, sink);
    await service.calls['telegram.configure']({ token: CANARY, chatId: '1' });
    const answer = await service.calls['telegram.test']({});
    expect(answer).toEqual({
      done: false,
      message: 'Telegram could not be reached (ENOTFOUND); the notice was not sent',
    });
    expect(pushed).toContainEqual({ configured: true, lastSentAt: null, failure: answer.message });
    expect(log.tail().some(({ source }) => source === 'telegram')).toBe(true);
    const seen = JSON.stringify([log.tail(), settings.current, status.snapshot, pushed, answer]);
    expect(seen).not.toContain('CANARY');
    status.stop();
    await close();
    const files = readdirSync(profileDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const holding = files.filter((entry) => readFileSync(join(entry.parentPath, entry.name)).includes('CANARY'));
    expect(holding.map(({ name }) => name)).toEqual([TELEGRAM_FILE]);
  });
});
