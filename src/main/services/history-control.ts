/** The trader's hand on the history run (PL-11): stop it between two steps, and go on with it later. */
import type { HistoryWay, JobProgress } from '#contract/areas/session.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import type { DeskTables } from '#main/store/desk-tables.ts';

export interface HistoryHold {
  /** Aborts when the trader stops this run. */
  readonly signal: AbortSignal;
  /** To be called when the run is over, however it ended. */
  readonly end: () => void;
}

export class HistoryControl {
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | null = null;
  #isStopped = false;

  /** It was stopped, and waits to be gone on with: nothing is decided meanwhile. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Resolves when no run is under way any more. */
  get ended(): Promise<void> {
    return this.#running?.ended ?? Promise.resolve();
  }

  begin(): HistoryHold {
    const abort = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#running = { abort, ended };
    return {
      signal: abort.signal,
      end: () => {
        this.#running = null;
        resolve();
      },
    };
  }

  cancel(): IntentAnswer {
    if (this.#running === null) return { done: false, message: 'no history is being run' };
    this.#running.abort.abort();
    return { done: true, message: 'the history run stops; what it has worked stays' };
  }

  resume(way: HistoryWay): IntentAnswer {
    if (!this.#isStopped) return { done: false, message: 'no history run was stopped' };
    this.#isStopped = false;
    return { done: true, message: way === 'whole' ? 'the history run goes on' : 'the shortest way to going live' };
  }

  markStopped(): void {
    this.#isStopped = true;
  }

  /** Another exchange, or a connection anew: what was stopped begins again by itself. */
  reset(): void {
    this.#isStopped = false;
  }
}

/** Where a stopped run stands. */
export function standingStill(progress: JobProgress | null): JobProgress | null {
  return progress === null ? null : { ...progress, ratePerSecond: null, remainingMs: null };
}

/** While the bars since the last one are fetched (PL-8). */
export function gapProgress(fetched: number, expected: number): JobProgress {
  return {
    stage: 'filling the gap',
    note: '',
    fraction: expected > 0 ? Math.min(1, fetched / expected) : null,
    done: fetched,
    total: expected,
    unit: 'candles',
    ratePerSecond: null,
    remainingMs: null,
  };
}

const doneKey = (exchange: string) => `bootstrap.${exchange}`;

/** The history of this exchange was run to its end once. */
export function isHistoryDone(desk: Pick<DeskTables, 'settings'>, exchange: string): boolean {
  return desk.settings().get(doneKey(exchange)) === 'done';
}

export function noteHistoryDone(desk: Pick<DeskTables, 'putSettings'>, exchange: string): void {
  desk.putSettings({ [doneKey(exchange)]: 'done' });
}
