/** Telegram messages (DE-17): one way, only when configured; the token leaves this file for the bot's address alone. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DeskNotice, TelegramStatus } from '#contract/areas/notices.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import { Emitter } from '#core/base/emitter.ts';
import { writeOwnerFile } from '#main/files/owner-file.ts';
import type { DeskLog } from '../desk-log.ts';

/** The part of `fetch` that is used. */
export type PostJson = (
  url: string,
  init: {
    readonly method: 'POST';
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<unknown> }>;

export interface TelegramParts {
  readonly profileDir: string;
  readonly post: PostJson;
  readonly log: Pick<DeskLog, 'write'>;
  readonly wallClock: () => number;
}

interface Account {
  readonly token: string;
  readonly chatId: string;
}

/** In the profile's folder, beside the record and in no export or backup of it. */
export const TELEGRAM_FILE = 'telegram.json';

const TOKEN = /^\d{3,20}:[A-Za-z0-9_-]{20,100}$/;
const CHAT = /^(-?\d{1,20}|@[A-Za-z0-9_]{3,40})$/;
const GIVE_UP_MS = 10_000;
/** A message holds at most 4,096 characters; more notices than these in one are counted, not listed. */
const LISTED = 12;
const LINE_LENGTH = 300;

export class TelegramNotices {
  readonly changed = new Emitter<void>();
  readonly #parts: TelegramParts;
  readonly #closing = new AbortController();
  #account: Account | null;
  #waiting: DeskNotice[] = [];
  #left = 0;
  #sending: Promise<void> | null = null;
  #failure: string | null = null;
  #lastSentAt: number | null = null;

  constructor(parts: TelegramParts) {
    this.#parts = parts;
    this.#account = storedAccount(parts.profileDir);
  }

  get status(): TelegramStatus {
    return { configured: this.#account !== null, lastSentAt: this.#lastSentAt, failure: this.#failure };
  }

  configure(token: string, chatId: string): IntentAnswer {
    const account = { token: token.trim(), chatId: chatId.trim() };
    if (!TOKEN.test(account.token))
      return { done: false, message: 'this is no bot token: BotFather gives one like 123456:ABC…' };
    if (!CHAT.test(account.chatId)) return { done: false, message: 'the chat is a number, or the @name of a channel' };
    try {
      writeOwnerFile(this.#file(), `${JSON.stringify(account)}\n`);
    } catch {
      return { done: false, message: 'the profile’s folder cannot be written; nothing changed' };
    }
    this.#account = account;
    this.#failure = null;
    this.changed.emit();
    return { done: true, message: 'Telegram is configured' };
  }

  forget(): IntentAnswer {
    rmSync(this.#file(), { force: true });
    this.#account = null;
    this.#failure = null;
    this.#waiting = [];
    this.#left = 0;
    this.changed.emit();
    return { done: true, message: 'Telegram is no longer configured; the token is deleted' };
  }

  /** Sent at once, or together with others that come while a message is on its way. */
  tell(told: DeskNotice): void {
    if (this.#account === null) return;
    if (this.#waiting.length < LISTED) this.#waiting.push(told);
    else this.#left++;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  async test(): Promise<IntentAnswer> {
    if (this.#account === null) return { done: false, message: 'Telegram is not configured' };
    await this.#send('Shadowdesk: this is a test. Messages here are notices only.');
    return this.#failure === null
      ? { done: true, message: 'the message arrived' }
      : { done: false, message: this.#failure };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#sending;
  }

  #file(): string {
    return join(this.#parts.profileDir, TELEGRAM_FILE);
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      const lines = this.#waiting.map(({ title, text }) =>
        `${title}${text === '' ? '' : `\n${text}`}`.slice(0, LINE_LENGTH),
      );
      if (this.#left > 0) lines.push(`and ${this.#left} more`);
      this.#waiting = [];
      this.#left = 0;
      await this.#send(lines.join('\n\n'));
    }
  }

  async #send(text: string): Promise<void> {
    const account = this.#account;
    if (account === null) return;
    const failure = await this.#attempt(account, text);
    if (this.#closing.signal.aborted || this.#account !== account) return;
    this.#failure = failure;
    if (failure === null) this.#lastSentAt = this.#parts.wallClock();
    else this.#parts.log.write('warning', 'telegram', failure);
    this.changed.emit();
  }

  /** Null, or why it failed in words that hold nothing of the address: the token is part of it. */
  async #attempt({ token, chatId }: Account, text: string): Promise<string | null> {
    try {
      const answer = await this.#parts.post(`https://api.telegram.org/bot${token}/sendMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ chat_id: chatId, text, disable_web_page_preview: true }),
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(GIVE_UP_MS)]),
      });
      if (answer.ok) return null;
      return `Telegram refused the message: ${refusalWords(answer.status)}`;
    } catch (thrown) {
      return `Telegram could not be reached${codeOf(thrown)}; the notice was not sent`;
    }
  }
}

/** Fixed words: an answer from outside could repeat the address. */
function refusalWords(status: number): string {
  if (status === 401 || status === 404) return 'the token is not valid (any more)';
  if (status === 403) return 'the bot may not write to this chat; start a conversation with it first';
  if (status === 400) return 'the chat was not found; start a conversation with the bot first';
  if (status === 429) return 'too many messages';
  return `answer ${status}`;
}

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  if (thrown.name === 'TimeoutError') return ' in time';
  const { code } = (thrown.cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : '';
}

/** Null where there is none, or none that fits. */
function storedAccount(profileDir: string): Account | null {
  try {
    const { token, chatId } = JSON.parse(readFileSync(join(profileDir, TELEGRAM_FILE), 'utf8'));
    if (typeof token !== 'string' || typeof chatId !== 'string') return null;
    return TOKEN.test(token) && CHAT.test(chatId) ? { token, chatId } : null;
  } catch {
    return null;
  }
}
