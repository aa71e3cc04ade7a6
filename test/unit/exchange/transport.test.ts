import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOffMs, SOCKET_BACK_OFF } from '#main/exchange/back-off.ts';
import {
  ConnectionClosedError,
  GuardedFetch,
  RequestDuringBanError,
  retryAfterMs,
} from '#main/exchange/guarded-fetch.ts';
import { skewFrom } from '#main/exchange/skew-clock.ts';
import { ManualTime, settle } from '#test/fixtures/exchange/manual-time.ts';

const init = () => ({ method: 'GET', signal: new AbortController().signal });

describe('back-off', () => {
  it('MK-12: waits grow, are jittered within the upper half, and never pass the ceiling', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const wait = backOffMs(SOCKET_BACK_OFF, failures, () => random);
        const full = Math.min(SOCKET_BACK_OFF.maxMs, SOCKET_BACK_OFF.firstMs * 2 ** Math.min(failures, 30));
        expect(wait).toBeGreaterThanOrEqual(Math.floor(full / 2));
        expect(wait).toBeLessThanOrEqual(full);
      }),
    );
  });
});

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    [' 0 ', 0],
    ['1.5', 1_500],
    ['Wed, 31 Jan 2024 11:20:10 GMT', 10_000],
    ['Wed, 31 Jan 2024 11:19:00 GMT', 0],
    ['soon', null],
    ['-3', null],
    [null, null],
  ])('RE-15: %s is read', (header, expected) => {
    expect(retryAfterMs(header, 1_706_700_000_000)).toBe(expected);
  });
});

describe('the guard', () => {
  it('RE-15: no request leaves during a ban, and a shorter ban does not end a longer one', async () => {
    const time = new ManualTime();
    const answers = [new Response('{}', { status: 429, headers: { 'Retry-After': '60' } }), new Response('{}')];
    let sent = 0;
    const guard = new GuardedFetch(time, () => {
      sent += 1;
      return Promise.resolve(answers.shift() ?? new Response('{}'));
    });
    expect((await guard.request('http://127.0.0.1/', init())).status).toBe(429);
    guard.ban(1_000);
    expect(guard.bannedForMs()).toBe(60_000);
    await time.advance(59_999);
    await expect(guard.request('http://127.0.0.1/', init())).rejects.toThrow(RequestDuringBanError);
    expect(sent).toBe(1);
    await time.advance(1);
    expect((await guard.request('http://127.0.0.1/', init())).status).toBe(200);
  });

  it('RE-15: a ban without Retry-After is still a ban, longer for 418', async () => {
    for (const [status, ms] of [
      [429, 5_000],
      [418, 120_000],
    ] as const) {
      const guard = new GuardedFetch(new ManualTime(), () => Promise.resolve(new Response('{}', { status })));
      await guard.request('http://127.0.0.1/', init());
      expect(guard.bannedForMs()).toBe(ms);
    }
  });

  it('RE-10: close aborts what is on the way and refuses what comes after', async () => {
    const guard = new GuardedFetch(
      new ManualTime(),
      (_url, { signal }) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    const running = guard.request('http://127.0.0.1/', init());
    const ended = expect(running).rejects.toThrow(ConnectionClosedError);
    await settle();
    guard.close();
    await ended;
    await expect(guard.request('http://127.0.0.1/', init())).rejects.toThrow(ConnectionClosedError);
  });
});

describe('skew', () => {
  it('MK-13: the question with the shortest round trip decides, at its middle', () => {
    const skew = skewFrom([
      { sentAt: 1_000, answeredAt: 3_000, exchangeTime: 5_001 },
      { sentAt: 4_000, answeredAt: 4_100, exchangeTime: 3_553 },
    ]);
    expect(skew).toBe(497);
  });

  it('MK-13: within half the round trip for any delay, skew and asymmetry', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e7, max: 1e7 }), fc.nat(5_000), fc.nat(5_000), (skew, there, back) => {
        const exchangeTime = 1_706_700_000_001;
        const sentAt = exchangeTime + skew - there;
        const measured = skewFrom([{ sentAt, answeredAt: sentAt + there + back, exchangeTime }]);
        expect(Math.abs(measured - skew)).toBeLessThanOrEqual((there + back) / 2 + 1);
      }),
    );
  });
});
