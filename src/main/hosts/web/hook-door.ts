/**
 * `POST /hook/signals` (ST-20): who may send, how much and how often. Another program asks, not a page, so neither cookie
 * nor origin is wanted; the Host check of the server stands before it (RE-52).
 */
import type { IncomingMessage } from 'node:http';
import { type HookAnswer, refusal, type SignalHook } from '#main/services/external/signal-hook.ts';
import { createGuessLimit } from './sessions.ts';

export const HOOK_PATH = '/hook/signals';
/** Alerts are a few hundred bytes. */
const LONGEST_BODY = 16 * 1024;
/** Far more than any chart sends; beyond it something runs in a loop. */
const PER_MINUTE = 60;

export interface HookDoorOptions {
  readonly hook: SignalHook;
  /** The token in force now; null when none was made. */
  readonly token: () => string | null;
  /** Monotonic. */
  readonly nowMs: () => number;
}

export interface HookDoor {
  /** `closes`: the body was not read to its end, so the connection cannot be used again. */
  answer(request: IncomingMessage): Promise<HookAnswer & { readonly closes?: true }>;
}

export function createHookDoor({ hook, token, nowMs }: HookDoorOptions): HookDoor {
  const guesses = createGuessLimit(nowMs);
  const sent: number[] = [];

  function isTooMany(): boolean {
    while (sent.length > 0 && nowMs() - (sent[0] as number) >= 60_000) sent.shift();
    if (sent.length >= PER_MINUTE) return true;
    sent.push(nowMs());
    return false;
  }

  /** Before the body is read: whoever may not send costs nothing. */
  function refusalOf(request: IncomingMessage): HookAnswer | null {
    if (request.method !== 'POST') {
      return refusal(405, { kind: 'method', message: 'Signals are sent with POST.', remedy: 'Use POST.' });
    }
    if (!hook.isOn) {
      const remedy = 'Switch it on in the settings (External signals) or with: desk serve --webhook on';
      return refusal(403, { kind: 'off', message: 'The webhook is off.', remedy });
    }
    if (guesses.isReached()) {
      return refusal(429, { kind: 'guesses', message: 'Too many wrong tokens.', remedy: 'Wait a minute.' });
    }
    const expected = token();
    const given = tokenOf(request);
    if (given === null || expected === null || !guesses.judge(given, expected)) {
      const message = given === null ? 'The request has no token.' : 'That is not the token.';
      const remedy = 'Send "authorization: Bearer TOKEN" or "?token=TOKEN"; desk hook show prints it.';
      return refusal(401, { kind: 'token', message, remedy });
    }
    if (Number(request.headers['content-length'] ?? 0) > LONGEST_BODY) return tooLong();
    if (!isTooMany()) return null;
    const message = `More than ${PER_MINUTE} signals in a minute.`;
    return refusal(429, { kind: 'too-many', message, remedy: 'Wait a minute; send each signal once.' });
  }

  return {
    async answer(request) {
      const refused = refusalOf(request);
      if (refused !== null) return { ...refused, closes: true };
      const body = await readAtMost(request, LONGEST_BODY);
      if (body === null) return { ...tooLong(), closes: true };
      // The setting may have changed while a slow sender wrote.
      return hook.isOn
        ? hook.take(body)
        : refusal(403, { kind: 'off', message: 'The webhook is off.', remedy: 'Switch it on.' });
    },
  };
}

function tooLong(): HookAnswer {
  const message = `A signal has at most ${LONGEST_BODY} bytes.`;
  return refusal(413, { kind: 'too-long', message, remedy: 'Send one signal at a time, without other data.' });
}

/** The header, or the query for senders that cannot set headers, as TradingView. Null: neither. */
function tokenOf(request: IncomingMessage): string | null {
  const header = request.headers.authorization;
  if (header !== undefined) return /^Bearer (\S+)$/i.exec(header)?.[1] ?? '';
  const query = (request.url ?? '').split('?')[1];
  return query === undefined ? null : new URLSearchParams(query).get('token');
}

/** Null when there is more; an interrupted body is the empty one. */
async function readAtMost(request: IncomingMessage, bytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += (chunk as Buffer).length;
      if (length > bytes) return null;
      chunks.push(chunk as Buffer);
    }
  } catch {
    return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}
