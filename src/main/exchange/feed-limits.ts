/** Time limits of live feeds, and what feeds by socket and by polling share. */
import type { ExchangeFault, FeedClock, FeedEvent } from './feed.ts';
import type { TransportTime } from './transport-time.ts';

export interface FeedLimits {
  /** Mute for longer than this, in monotonic time (MK-12, MK-24) ... */
  readonly muteMs: number;
  /** ... and for longer than this many bars of feed time: the larger of both counts. */
  readonly muteBars: number;
  /** How often the watchdog looks. */
  readonly watchdogMs: number;
  /** A socket that stayed up this long starts the back-off anew when it is lost. */
  readonly stableMs: number;
  /** Without a confirmation or a bar, a subscription counts as made this long after its socket opened. */
  readonly settleMs: number;
  /** Wall and monotonic time apart by more than this between two looks: the computer slept or its clock was set. */
  readonly clockStepMs: number;
  /** One report of trouble per this time; a flood of bad frames must not become a flood of events. */
  readonly troubleMs: number;
  /** Polling: how long after a bar's close (feed time) the exchange is asked, so that it has the bar. */
  readonly pollDelayMs: number;
}

export const FEED_LIMITS: FeedLimits = {
  muteMs: 120_000,
  muteBars: 2,
  watchdogMs: 5_000,
  stableMs: 5_000,
  settleMs: 3_000,
  clockStepMs: 10_000,
  troubleMs: 10_000,
  pollDelayMs: 1_500,
};

/** What both kinds of feed are made of. */
export interface FeedParts {
  readonly exchangeName: string;
  readonly clock: FeedClock;
  readonly time: TransportTime;
  /** [0, 1), for jitter. */
  readonly random: () => number;
  readonly limits: FeedLimits;
  /** Monotonic ms until REST may be asked again. */
  readonly bannedForMs: () => number;
}

/** Reports trouble at most once per `troubleMs`, saying how many were held back. */
export class TroubleReports {
  readonly #parts: Pick<FeedParts, 'time' | 'limits'>;
  readonly #emit: (event: FeedEvent) => void;
  #quietUntil = Number.NEGATIVE_INFINITY;
  #heldBack = 0;

  constructor(parts: Pick<FeedParts, 'time' | 'limits'>, emit: (event: FeedEvent) => void) {
    this.#parts = parts;
    this.#emit = emit;
  }

  report(fault: ExchangeFault): void {
    const now = this.#parts.time.monotonicNow();
    if (now < this.#quietUntil) {
      this.#heldBack += 1;
      return;
    }
    const more = this.#heldBack === 0 ? '' : ` (and ${this.#heldBack} more like this)`;
    this.#heldBack = 0;
    this.#quietUntil = now + this.#parts.limits.troubleMs;
    this.#emit({ kind: 'trouble', fault: { ...fault, message: `${fault.message}${more}` } });
  }
}
