/** Tokens, cookies and bearers of the web host. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cookieValue, createSecret, createSessions, loadSecrets, SECRETS_FILE } from '#main/hosts/web/sessions.ts';

const secrets = { cookie: createSecret(), bearer: createSecret() };

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shadowdesk-sessions-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('RE-52: the token', () => {
  it('has 256 bits', () => {
    expect(Buffer.from(createSessions(secrets, () => 0).currentToken(), 'base64url')).toHaveLength(32);
  });

  it('is exchanged once; the next browser needs the next one', () => {
    const sessions = createSessions(secrets, () => 0);
    const token = sessions.currentToken();
    expect(sessions.exchange(token)).toEqual({ cookie: secrets.cookie });
    expect(sessions.exchange(token)).toBe('wrong');
    expect(sessions.exchange(sessions.currentToken())).toEqual({ cookie: secrets.cookie });
  });

  it('cannot be guessed at more than 20 times a minute, even with a lucky last guess', () => {
    let nowMs = 5_000;
    const sessions = createSessions(secrets, () => nowMs);
    for (let guess = 0; guess < 20; guess += 1) expect(sessions.exchange(`guess ${guess}`)).toBe('wrong');
    expect(sessions.exchange(sessions.currentToken())).toBe('too-many');
    nowMs += 59_999;
    expect(sessions.exchange(sessions.currentToken())).toBe('too-many');
    nowMs += 1;
    expect(sessions.exchange(sessions.currentToken())).toEqual({ cookie: secrets.cookie });
  });

  it('is not held up by the stale cookies of an old tab', () => {
    const sessions = createSessions(secrets, () => 0);
    for (let guess = 0; guess < 50; guess += 1) expect(sessions.acceptsCookie('stale')).toBe(false);
    expect(sessions.exchange(sessions.currentToken())).toEqual({ cookie: secrets.cookie });
    expect(sessions.acceptsBearer(secrets.bearer)).toBe(true);
  });

  it('accepts cookie and bearer only in their own place', () => {
    const sessions = createSessions(secrets, () => 0);
    expect(sessions.acceptsCookie(secrets.cookie)).toBe(true);
    expect(sessions.acceptsBearer(secrets.bearer)).toBe(true);
    expect(sessions.acceptsCookie(secrets.bearer)).toBe(false);
    expect(sessions.acceptsBearer(secrets.cookie)).toBe(false);
    expect(sessions.acceptsCookie('')).toBe(false);
  });
});

describe('the secrets of the profile', () => {
  it('stay the same over a restart, readable by their owner only', () => {
    const folder = temporaryFolder();
    const first = loadSecrets(folder);
    expect(loadSecrets(folder)).toEqual(first);
    expect(readdirSync(folder)).toEqual([SECRETS_FILE]);
    if (process.platform !== 'win32') expect(statSync(join(folder, SECRETS_FILE)).mode & 0o777).toBe(0o600);
  });

  it.each([
    '',
    '{',
    '{"cookie":"short","bearer":"short"}',
    '[]',
    'null',
  ])('are made anew when the file holds %j', (text) => {
    const folder = temporaryFolder();
    const file = join(folder, SECRETS_FILE);
    writeFileSync(file, text);
    chmodSync(file, 0o644);
    const made = loadSecrets(folder);
    expect(Buffer.from(made.cookie, 'base64url')).toHaveLength(32);
    expect(loadSecrets(folder)).toEqual(made);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

it('finds a cookie by its whole name', () => {
  const header = 'other=1; shadowdesk_74620=no; shadowdesk_7462=a=b; x_shadowdesk_7462=no';
  expect(cookieValue(header, 'shadowdesk_7462')).toBe('a=b');
  expect(cookieValue(header, 'missing')).toBeNull();
  expect(cookieValue(undefined, 'missing')).toBeNull();
});
