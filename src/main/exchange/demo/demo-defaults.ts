/** Which demo market a first start opens (WS-2); `scripts/find-demo-seed.ts` searches for seed and start. */
const EPOCH = Date.UTC(2026, 0, 1);

export const DEMO_DEFAULTS = {
  seed: 'first-light-1',
  /** Where the market begins: nothing exists before it (UTC ms). */
  epoch: EPOCH,
  /** Exchange time of the very first start: fifty days of history lie before it (UTC ms). */
  startAt: Date.UTC(2026, 1, 20, 19, 52),
  /** Exchange ms per real ms at a first start (MK-21). */
  speed: 60,
} as const;
