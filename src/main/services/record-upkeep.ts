/** Keeps what makes reading quick up to date, beside the desk's work: a piece at a time, with pauses (PE-12, PE-14, PE-17). */
import { setTimeout as pause } from 'node:timers/promises';
import type { Profile } from '#main/store/database.ts';
import { PACKED_FEATURES } from './analysis/analysis-desk.ts';
import type { DeskLog } from './desk-log.ts';

/** A start has better things to do. */
const FIRST_ROUND_MS = 60_000;
const ROUND_EVERY_MS = 600_000;
/** A piece holds the thread for some ten milliseconds; most of the time is the desk's. */
const PAUSE_MS = 40;

export interface RecordUpkeepParts {
  readonly profile: Pick<Profile, 'upkeep'>;
  readonly log: Pick<DeskLog, 'write'>;
  /** While history runs everything changes all the time. */
  readonly isBusy: () => boolean;
  readonly pauseMs?: number;
}

export class RecordUpkeep {
  readonly #parts: RecordUpkeepParts;
  readonly #stop = new AbortController();
  #timers: NodeJS.Timeout[] = [];
  #working: Promise<void> = Promise.resolve();

  constructor(parts: RecordUpkeepParts) {
    this.#parts = parts;
  }

  start(): void {
    const round = () => {
      this.#working = this.#working.then(() => this.round());
    };
    this.#timers = [setTimeout(round, FIRST_ROUND_MS), setInterval(round, ROUND_EVERY_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  /** Resolves when all is up to date, or when there are better things to do. */
  async round(): Promise<void> {
    const { profile, log, isBusy, pauseMs = PAUSE_MS } = this.#parts;
    const pieces = profile.upkeep(PACKED_FEATURES);
    while (!this.#stop.signal.aborted && !isBusy()) {
      const piece = pieces.next();
      if (piece.done === true) {
        if (!piece.value.ok) log.write('warning', 'store', `the record's upkeep waits: ${piece.value.error.message}`);
        return;
      }
      await pause(pauseMs);
    }
  }

  /** Ends after the piece under way. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#working;
  }
}
