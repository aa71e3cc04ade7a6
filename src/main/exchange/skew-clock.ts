/** The feed clock of a real exchange: the computer's clock minus its measured skew, at speed 1 (MK-13, MK-24). */
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { FeedClock } from './feed.ts';
import type { TransportTime } from './transport-time.ts';

export class SkewClock implements FeedClock {
  readonly #time: TransportTime;
  #skewMs: number | null = null;

  constructor(time: TransportTime) {
    this.#time = time;
  }

  now(): UnixMs {
    return this.#time.wallNow() - (this.#skewMs ?? 0);
  }

  speed(): number {
    return 1;
  }

  skewMs(): number | null {
    return this.#skewMs;
  }

  set(skewMs: number): void {
    this.#skewMs = skewMs;
  }
}

export interface SkewSample {
  /** Local time when the question left and when the answer was there, UTC ms. */
  readonly sentAt: UnixMs;
  readonly answeredAt: UnixMs;
  /** Exchange time in the answer, UTC ms. */
  readonly exchangeTime: UnixMs;
}

/**
 * Local minus exchange time in ms from several questions: the one with the shortest round trip, taken at its middle
 * (Cristian's algorithm). Exchanges that answer in whole seconds (Kraken) have cut off half a second on average.
 */
export function skewFrom(samples: readonly SkewSample[]): number {
  let best = samples[0];
  for (const sample of samples) {
    if (best === undefined || roundTrip(sample) < roundTrip(best)) best = sample;
  }
  if (best === undefined) return 0;
  const wholeSeconds = samples.length > 1 && samples.every((sample) => sample.exchangeTime % 1000 === 0);
  return Math.round((best.sentAt + best.answeredAt) / 2 - best.exchangeTime - (wholeSeconds ? 500 : 0));
}

function roundTrip(sample: SkewSample): number {
  return sample.answeredAt - sample.sentAt;
}
