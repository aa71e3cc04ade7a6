/** Time as the transport sees it: a monotonic clock for limits and back-off, the wall clock for skew (MK-24). Injected, so that tests hold it. */
import type { UnixMs } from '#core/domain/timeframe.ts';

export interface TransportTime {
  /** The computer's own clock, UTC ms; it may step. */
  wallNow(): UnixMs;
  /** Milliseconds that never step back. */
  monotonicNow(): number;
  /** Resolves with true after `ms`, with false as soon as `signal` aborts. Never rejects, leaves no timer behind. */
  delay(ms: number, signal?: AbortSignal): Promise<boolean>;
}

export const systemTime: TransportTime = {
  wallNow: () => Date.now(),
  monotonicNow: () => performance.now(),
  delay(ms, signal) {
    if (signal?.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = (elapsed: boolean) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        resolve(elapsed);
      };
      const onAbort = () => finish(false);
      const timer = setTimeout(finish, Math.max(0, ms), true);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
};

/** `work`, or null as soon as `signal` aborts. The work itself goes on unseen; its late failure is nobody's. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) {
    work.catch(() => undefined);
    return null;
  }
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<null>((resolve) => {
    onAbort = () => resolve(null);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
    work.catch(() => undefined);
  }
}
