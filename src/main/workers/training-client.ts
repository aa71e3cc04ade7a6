/** Fits for the rest of the application: a queue in front of a few training threads. */
import type { Result } from '#core/base/result.ts';
import { cancelled, type TrainingFault } from './training-fault.ts';
import { type FitJob, type FitOptions, type FittedModel, TrainingThread } from './training-thread.ts';
import type { WorkerEntry } from './worker-entry.ts';

export interface TrainingClientOptions {
  readonly workerEntry: WorkerEntry;
  /** Fits that run at the same time. */
  readonly threads?: number;
  /** A thread without work is ended after this long: TensorFlow.js holds 70 to 100 MB. */
  readonly idleMs?: number;
  /** How long a cancelled fit may take to stop by itself before its thread is ended. */
  readonly graceMs?: number;
}

export interface TrainingClient {
  /** Waits its turn, first come first served; never rejects. Jobs on the same examples go to threads that have them. */
  train(job: FitJob, options?: FitOptions): Promise<Result<FittedModel, TrainingFault>>;
  /** Cancels what waits and runs; resolves when no thread is left. Later fits are cancelled at once. */
  close(): Promise<void>;
}

const DEFAULTS = { threads: 1, idleMs: 30_000, graceMs: 120 } as const;

interface Place {
  readonly thread: TrainingThread;
  isBusy: boolean;
  last: WeakRef<FitJob['data']> | null;
  idle: NodeJS.Timeout | null;
}

interface Waiting {
  readonly job: FitJob;
  begin(place: Place): void;
}

export function createTrainingClient(options: TrainingClientOptions): TrainingClient {
  const { workerEntry, threads, idleMs, graceMs } = { ...DEFAULTS, ...options };
  const places: Place[] = Array.from({ length: Math.max(1, threads) }, () => ({
    thread: new TrainingThread({ workerEntry, graceMs }),
    isBusy: false,
    last: null,
    idle: null,
  }));
  const queue: Waiting[] = [];
  const closing = new AbortController();

  function startNext(): void {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const { job, begin } = next;
      const free = places.filter((place) => !place.isBusy);
      const place = free.find(({ last }) => last?.deref() === job.data) ?? free[0];
      if (place === undefined) return;
      queue.shift();
      begin(place);
    }
  }

  function takePlace(job: FitJob, signal: AbortSignal): Promise<Place | null> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        job,
        begin(place) {
          signal.removeEventListener('abort', leave);
          place.isBusy = true;
          place.last = new WeakRef(job.data);
          if (place.idle !== null) clearTimeout(place.idle);
          resolve(place);
        },
      };
      const leave = () => {
        queue.splice(queue.indexOf(waiting), 1);
        resolve(null);
      };
      signal.addEventListener('abort', leave, { once: true });
      queue.push(waiting);
      startNext();
    });
  }

  function givePlaceBack(place: Place): void {
    place.isBusy = false;
    startNext();
    if (place.isBusy) return;
    place.idle = setTimeout(() => void place.thread.end(), idleMs);
    place.idle.unref();
  }

  return {
    async train(job, { onProgress, signal } = {}) {
      const either = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
      if (either.aborted) return cancelled();
      const place = await takePlace(job, either);
      if (place === null) return cancelled();
      try {
        return await place.thread.train(job, { signal: either, ...(onProgress === undefined ? {} : { onProgress }) });
      } finally {
        givePlaceBack(place);
      }
    },
    async close() {
      closing.abort();
      for (const { idle } of places) if (idle !== null) clearTimeout(idle);
      await Promise.all(places.map(({ thread }) => thread.end()));
    },
  };
}
