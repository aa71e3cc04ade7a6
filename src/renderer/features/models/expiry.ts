/** When the version that decides stops doing so, in words (ML-41). */
import type { UnixMs } from '#core/domain/timeframe.ts';
import { formatCount, formatDate } from '../../lib/format.ts';

const DAY_MS = 86_400_000;
/** A refit needs signals and time to prove itself: from here on it is worth a warning. */
const WARNED_DAYS = 14;

export interface Expiry {
  readonly text: string;
  readonly isNear: boolean;
}

/** `now` is exchange time, as `expiresAt` is; null while it is not known. */
export function expiryOf(expiresAt: UnixMs, now: UnixMs | null): Expiry {
  const date = formatDate(expiresAt);
  if (now === null) return { text: `stops deciding on ${date}`, isNear: false };
  if (now > expiresAt) return { text: `stopped deciding on ${date}`, isNear: true };
  const days = Math.floor((expiresAt - now) / DAY_MS);
  const left = days === 0 ? 'less than a day left' : `${formatCount(days, 'day')} left`;
  return { text: `stops deciding on ${date}, ${left}`, isNear: days < WARNED_DAYS };
}
