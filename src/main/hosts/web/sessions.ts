/** The rights to come in: one-time tokens for browsers, the cookie they are exchanged for, the bearer of tools (RE-52). */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOwnerFile } from '#main/files/owner-file.ts';

/** Kept in the profile, readable by its owner only, so that an open tab survives a restart of the host. */
export interface SessionSecrets {
  readonly cookie: string;
  /** For tools: whoever can read the profile may speak as its owner. */
  readonly bearer: string;
}

export interface Sessions {
  /** The token that the next browser comes in with; a new one after each exchange. */
  currentToken(): string;
  /** The cookie's value, or why there is none. Each token works once. */
  exchange(token: string): { readonly cookie: string } | 'wrong' | 'too-many';
  acceptsCookie(value: string): boolean;
  acceptsBearer(value: string): boolean;
}

export const SECRETS_FILE = 'web-session.json';

export const secretPattern = /^[\w-]{43}$/;
const guessesPerMinute = 20;

/** 256 bits, as 43 characters that need no escaping anywhere. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function loadSecrets(profileDir: string): SessionSecrets {
  const file = join(profileDir, SECRETS_FILE);
  const stored = readSecrets(file);
  if (stored !== null) return stored;
  const secrets = { cookie: createSecret(), bearer: createSecret() };
  writeOwnerFile(file, `${JSON.stringify(secrets)}\n`);
  return secrets;
}

function readSecrets(file: string): SessionSecrets | null {
  try {
    const { cookie, bearer } = JSON.parse(readFileSync(file, 'utf8'));
    return secretPattern.test(cookie) && secretPattern.test(bearer) ? { cookie, bearer } : null;
  } catch {
    return null;
  }
}

export function createSessions(secrets: SessionSecrets, nowMs: () => number): Sessions {
  let token = createSecret();
  // A stale tab's cookie must not keep a token out, so each kind of guess has its own limit.
  const tokenGuesses = createGuessLimit(nowMs);
  const cookieGuesses = createGuessLimit(nowMs);
  const bearerGuesses = createGuessLimit(nowMs);
  return {
    currentToken: () => token,
    exchange(value) {
      if (tokenGuesses.isReached()) return 'too-many';
      if (!tokenGuesses.judge(value, token)) return 'wrong';
      token = createSecret();
      return { cookie: secrets.cookie };
    },
    acceptsCookie: (value) => !cookieGuesses.isReached() && cookieGuesses.judge(value, secrets.cookie),
    acceptsBearer: (value) => !bearerGuesses.isReached() && bearerGuesses.judge(value, secrets.bearer),
  };
}

/** Wrong guesses in a minute, counted from the first one; beyond the limit even the right one waits. */
export function createGuessLimit(nowMs: () => number) {
  let wrong = 0;
  let minuteBeganMs = Number.NEGATIVE_INFINITY;
  return {
    isReached(): boolean {
      if (nowMs() - minuteBeganMs >= 60_000) wrong = 0;
      return wrong >= guessesPerMinute;
    },
    judge(value: string, secret: string): boolean {
      if (isSame(value, secret)) return true;
      if (wrong === 0) minuteBeganMs = nowMs();
      wrong += 1;
      return false;
    },
  };
}

/** Takes the same time wherever the two differ, and however long the guess is. */
function isSame(value: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(value), digest(secret));
}

export function cookieName(port: number): string {
  return `shadowdesk_${port}`;
}

/** The value of one cookie of a `Cookie` header, or null. */
export function cookieValue(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, ...rest] = part.trim().split('=');
    if (key === name) return rest.join('=');
  }
  return null;
}
