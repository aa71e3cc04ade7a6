/** Which demo market a first start opens (WS-2); `scripts/find-demo-seed.ts` searches for seed and start. */
import { DAY_MS } from '#core/domain/timeframe.ts';

const EPOCH = Date.UTC(2026, 0, 1);

export const DEMO_DEFAULTS = {
  seed: 'first-light',
  /** Where the market begins: nothing exists before it (UTC ms). */
  epoch: EPOCH,
  /** Exchange time of the very first start: 45 days of history lie before it (UTC ms). */
  startAt: EPOCH + 45 * DAY_MS,
  /** Exchange ms per real ms at a first start (MK-21). */
  speed: 60,
} as const;
