/** Jittered exponential back-off: the one place that says how long to wait before trying again. */

export interface BackOffSettings {
  readonly firstMs: number;
  readonly factor: number;
  /** Ceiling of one wait. */
  readonly maxMs: number;
}

/** Sockets: a server that is up is found again within the 5 s of RE-10, and a flapping one is not hammered. */
export const SOCKET_BACK_OFF: BackOffSettings = { firstMs: 250, factor: 2, maxMs: 4_000 };
/** REST: for failures in the middle of a download. */
export const REST_BACK_OFF: BackOffSettings = { firstMs: 500, factor: 2, maxMs: 8_000 };

/**
 * Wait in ms before retry number `failures` (0 = the first retry). Half of the wait is jitter, so that many clients
 * that lost the same server do not come back in step.
 */
export function backOffMs(settings: BackOffSettings, failures: number, random: () => number): number {
  const full = Math.min(settings.maxMs, settings.firstMs * settings.factor ** Math.min(failures, 30));
  return Math.round(full * (0.5 + random() / 2));
}
