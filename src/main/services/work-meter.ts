/** Turns counts of work done into progress with rate and remaining time, at most ten times a second (MK-31). */
import type { JobProgress } from '#contract/areas/session.ts';

const REPORT_EVERY_MS = 100;

export interface MeterOptions {
  readonly stage: string;
  readonly unit: string;
  /** In units; 0 when nobody knows. */
  readonly total: number;
  readonly progress: (progress: JobProgress) => void;
  /** Monotonic real time, ms. */
  readonly monotonic: () => number;
}

export class WorkMeter {
  readonly #options: MeterOptions;
  readonly #startedAt: number;
  #done = 0;
  #reportedAt = 0;
  #pausedAt: number | null = null;
  #pausedMs = 0;

  constructor(options: MeterOptions) {
    this.#options = options;
    this.#startedAt = options.monotonic();
    this.#report(this.#startedAt, '');
  }

  /** `note` says in words what came of it so far. */
  add(count: number, note = ''): void {
    this.#done += count;
    const now = this.#options.monotonic();
    if (this.#pausedAt !== null) {
      this.#pausedMs += now - this.#pausedAt;
      this.#pausedAt = null;
    }
    if (count > 0 && now - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#report(now, note);
  }

  /** Work of another kind holds this one up: its time does not count into the rate. Ends with the next `add`. */
  pause(stage: string): void {
    const now = this.#options.monotonic();
    this.#pausedAt ??= now;
    this.#report(this.#pausedAt, stage);
  }

  #report(now: number, note: string): void {
    const { stage, unit, total, progress } = this.#options;
    this.#reportedAt = now;
    const seconds = (now - this.#startedAt - this.#pausedMs) / 1000;
    const rate = seconds > 0 && this.#done > 0 ? this.#done / seconds : null;
    progress({
      stage,
      note,
      fraction: total > 0 ? Math.min(1, this.#done / total) : null,
      done: this.#done,
      total,
      unit,
      ratePerSecond: rate,
      // Held-up time counts here: what has held this work up so far goes on doing so.
      remainingMs: rate === null ? null : Math.max(0, (total / this.#done - 1) * (now - this.#startedAt)),
    });
  }
}
