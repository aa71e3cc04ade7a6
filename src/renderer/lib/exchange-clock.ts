/** Exchange time between two messages: the last heartbeat, carried on at the feed's speed (MK-24). */
import type { UnixMs } from '#core/domain/timeframe.ts';

export class ExchangeClock {
  readonly #monotonicMs: () => number;
  #anchor: UnixMs | null = null;
  #anchoredAt = 0;
  #speed = 1;

  /** `monotonicMs` is a clock that never jumps, such as `performance.now`. */
  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Speed 0 is a paused market. */
  set(exchangeTime: UnixMs, speed: number): void {
    this.#anchor = exchangeTime;
    this.#anchoredAt = this.#monotonicMs();
    this.#speed = speed;
  }

  /** Stops the clock where it stands: nobody knows how the exchange's time goes on. */
  freeze(): void {
    const now = this.now();
    if (now !== null) this.set(now, 0);
  }

  get speed(): number {
    return this.#speed;
  }

  /** Null until the first heartbeat. */
  now(): UnixMs | null {
    if (this.#anchor === null) return null;
    return this.#anchor + (this.#monotonicMs() - this.#anchoredAt) * this.#speed;
  }
}
