/** The demo exchange's time (MK-24): exchange time = anchor + speed x elapsed, on an injected monotonic clock. */
import { invariant } from '#core/base/invariant.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

/**
 * Exchange milliseconds per real millisecond (0 pauses), or `on-demand`: time stands still until it is stepped,
 * which is how a market runs as fast as its consumer can follow.
 */
export type DemoSpeed = number | 'on-demand';

/** Speeds a person chooses from; any finite speed >= 0 is accepted. */
export const DEMO_SPEEDS = [0, 1, 5, 10, 60, 100] as const;

export interface DemoClockState {
  readonly anchorExchangeTime: UnixMs;
  readonly speed: DemoSpeed;
}

export interface DemoClockOptions extends DemoClockState {
  /** Monotonic milliseconds, e.g. `performance.now`. */
  readonly monotonicMs: () => number;
}

/** Why listeners are called: time jumped (`step`) or will pass at another rate (`speed`). */
export type DemoClockChange = 'step' | 'speed';

export class DemoClock {
  private readonly monotonicMs: () => number;
  private anchorExchangeTime: UnixMs;
  private anchorMonotonicMs: number;
  private chosen: DemoSpeed;
  private readonly listeners = new Set<(change: DemoClockChange) => void>();

  constructor(options: DemoClockOptions) {
    assertSpeed(options.speed);
    invariant(Number.isSafeInteger(options.anchorExchangeTime), 'the anchor of a demo clock is a whole UTC ms');
    this.monotonicMs = options.monotonicMs;
    this.anchorExchangeTime = options.anchorExchangeTime;
    this.anchorMonotonicMs = options.monotonicMs();
    this.chosen = options.speed;
  }

  /** Exchange time, whole UTC ms; never runs backwards. */
  now(): UnixMs {
    const speed = this.speed();
    if (speed === 0) return this.anchorExchangeTime;
    const elapsedMs = Math.max(0, this.monotonicMs() - this.anchorMonotonicMs);
    return this.anchorExchangeTime + Math.floor(speed * elapsedMs);
  }

  /** Exchange ms per real ms; 0 while paused and on demand. */
  speed(): number {
    return this.chosen === 'on-demand' ? 0 : this.chosen;
  }

  /** The speed as it was chosen. */
  chosenSpeed(): DemoSpeed {
    return this.chosen;
  }

  /** Goes on from the present instant at another speed. */
  setSpeed(speed: DemoSpeed): void {
    assertSpeed(speed);
    this.anchorAt(this.now());
    this.chosen = speed;
    this.notify('speed');
  }

  pause(): void {
    this.setSpeed(0);
  }

  /** Jumps forward by `ms` of exchange time, at any speed. */
  step(ms: number): void {
    invariant(Number.isSafeInteger(ms) && ms >= 0, 'a demo clock steps forward by whole ms');
    this.anchorAt(this.now() + ms);
    this.notify('step');
  }

  /** What a restart needs to go on from here. */
  state(): DemoClockState {
    return { anchorExchangeTime: this.now(), speed: this.chosen };
  }

  /** Real ms until exchange time reaches `time`; 0 when it has, null when it never will at the present speed. */
  realMsUntil(time: UnixMs): number | null {
    const now = this.now();
    if (time <= now) return 0;
    const speed = this.speed();
    if (speed === 0) return null;
    const dueMonotonicMs = this.anchorMonotonicMs + (time - this.anchorExchangeTime) / speed;
    return Math.max(0, dueMonotonicMs - this.monotonicMs());
  }

  /** Calls `listener` after each step and change of speed; returns the way to stop. */
  onChange(listener: (change: DemoClockChange) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  private anchorAt(exchangeTime: UnixMs): void {
    this.anchorExchangeTime = exchangeTime;
    this.anchorMonotonicMs = this.monotonicMs();
  }

  private notify(change: DemoClockChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

function assertSpeed(speed: DemoSpeed): void {
  invariant(
    speed === 'on-demand' || (Number.isFinite(speed) && speed >= 0),
    'a demo speed is finite and not negative, or on-demand',
  );
}
