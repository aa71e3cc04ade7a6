/** When the learning loop looks (ML-21): soon, one look at a time, and at a moment that was asked for. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CheckLoop } from '#main/services/learning/check-loop.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Looks that last until they are ended. */
function watchedLoop() {
  const ends: (() => void)[] = [];
  const faults: unknown[] = [];
  const loop = new CheckLoop({
    check: () => new Promise((resolve) => ends.push(resolve)),
    failed: (error) => faults.push(error),
  });
  return { loop, ends, faults };
}

it('ML-21: many closes together are one look', async () => {
  const { loop, ends } = watchedLoop();
  for (let close = 0; close < 5; close++) loop.soon();
  expect(ends).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ends).toHaveLength(1);
});

it('ML-21: what comes up during a long look is looked at after it, never beside it', async () => {
  const { loop, ends } = watchedLoop();
  loop.soon();
  await vi.advanceTimersByTimeAsync(1_000);
  loop.soon();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ends).toHaveLength(2);
});

it('ML-21: a later moment replaces the one that was asked for before', async () => {
  const { loop, ends } = watchedLoop();
  loop.after(60_000);
  loop.after(120_000);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(ends).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(ends).toHaveLength(1);
});

it('a look that fails is told, and the next one comes', async () => {
  const faults: unknown[] = [];
  const loop = new CheckLoop({ check: () => Promise.reject(new Error('planted')), failed: (e) => faults.push(e) });
  for (let look = 0; look < 2; look++) {
    loop.soon();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(faults).toHaveLength(2);
});

it('closing waits for the look that is under way, and none comes after', async () => {
  const { loop, ends } = watchedLoop();
  loop.soon();
  await vi.advanceTimersByTimeAsync(1_000);
  loop.after(500);
  let isClosed = false;
  const closing = loop.close().then(() => {
    isClosed = true;
  });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(isClosed).toBe(false);
  ends[0]?.();
  await closing;
  loop.soon();
  loop.after(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ends).toHaveLength(1);
});
