/** When the demo exchange pushes: at each bar close and a few times a second. Timers decide when, exchange time decides what. */
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { DemoClock } from './demo-clock.ts';

/** Real ms between updates of forming bars, quotes and tickers. */
const SNAPSHOT_INTERVAL_MS = 250;
/** A paused market repeats its state this seldom (real ms), so that a pause cannot be taken for a mute socket. */
const PAUSED_INTERVAL_MS = 5_000;
/** Shortest wait between two rounds (real ms): at very high speed several bars go out per round. */
const MIN_WAIT_MS = 4;

export interface PushLoopOptions {
  readonly clock: DemoClock;
  /** Length of a base bar, exchange ms. */
  readonly barMs: number;
  readonly monotonicMs: () => number;
  /** Sends what is due at `now`; `snapshots` asks for forming bars and quotes, too. */
  readonly push: (now: UnixMs, snapshots: boolean) => void;
}

export class PushLoop {
  private readonly options: PushLoopOptions;
  private readonly stopListening: () => void;
  private timer: NodeJS.Timeout | null = null;
  private running = false;
  private lastSnapshotsAt = Number.NEGATIVE_INFINITY;

  constructor(options: PushLoopOptions) {
    this.options = options;
    this.stopListening = options.clock.onChange((change) => {
      if (!this.running) return;
      if (change === 'step') this.round(true);
      this.schedule();
    });
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.schedule();
  }

  stop(): void {
    this.running = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Stops for good. */
  close(): void {
    this.stop();
    this.stopListening();
  }

  private round(forceSnapshots: boolean): void {
    const monotonicNow = this.options.monotonicMs();
    // A timer may come a little early; that must not halve the rate of updates.
    const snapshots = forceSnapshots || monotonicNow - this.lastSnapshotsAt >= this.snapshotIntervalMs() - MIN_WAIT_MS;
    if (snapshots) this.lastSnapshotsAt = monotonicNow;
    this.options.push(this.options.clock.now(), snapshots);
  }

  private schedule(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    const { clock, barMs } = this.options;
    const nextClose = (Math.floor(clock.now() / barMs) + 1) * barMs;
    const untilClose = clock.realMsUntil(nextClose) ?? Number.POSITIVE_INFINITY;
    const untilSnapshots = this.lastSnapshotsAt + this.snapshotIntervalMs() - this.options.monotonicMs();
    const waitMs = Math.max(MIN_WAIT_MS, Math.ceil(Math.min(untilClose, untilSnapshots)));
    this.timer = setTimeout(() => {
      this.round(false);
      this.schedule();
    }, waitMs);
  }

  private snapshotIntervalMs(): number {
    return this.options.clock.speed() === 0 ? PAUSED_INTERVAL_MS : SNAPSHOT_INTERVAL_MS;
  }
}
