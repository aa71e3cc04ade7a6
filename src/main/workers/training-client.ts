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
  /**
   * Waits its turn; never rejects. First come first served, but a thread goes on with trees or with networks as long as
   * such a job waits (TensorFlow.js is loaded where it is needed, not everywhere), and jobs on the same examples go to
   * threads that have them.
   */
  train(job: FitJob, options?: FitOptions): Promise<Result<FittedModel, TrainingFault>>;
  /** Starts the threads, so that the first jobs do not wait for that. */
  prepare(): void;
  /** Cancels what waits and runs; resolves when no thread is left. Later fits are cancelled at once. */
  close(): Promise<void>;
}

const DEFAULTS = { threads: 1, idleMs: 30_000, graceMs: 120 } as const;

interface Place {
  readonly thread: TrainingThread;
  isBusy: boolean;
  last: { readonly data: WeakRef<FitJob['data']>; readonly isNetwork: boolean } | null;
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
    for (;;) {
      const free = places.filter((place) => !place.isBusy);
      const next = nextFor(free);
      if (next === null) return;
      queue.splice(queue.indexOf(next.waiting), 1);
      next.waiting.begin(next.place);
    }
  }

  /** The job that waits longest among those that suit a free thread best. */
  function nextFor(free: readonly Place[]): { readonly place: Place; readonly waiting: Waiting } | null {
    const [oldest] = queue;
    const [anyone] = free;
    if (oldest === undefined || anyone === undefined) return null;
    for (const waiting of queue) {
      const knowing = free.filter(({ last }) => last?.isNetwork === isNetwork(waiting.job));
      const place = knowing.find(({ last }) => last?.data.deref() === waiting.job.data) ?? knowing[0];
      if (place !== undefined) return { place, waiting };
    }
    return { place: free.find(({ last }) => last === null) ?? anyone, waiting: oldest };
  }

  function takePlace(job: FitJob, signal: AbortSignal): Promise<Place | null> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        job,
        begin(place) {
          signal.removeEventListener('abort', leave);
          place.isBusy = true;
          place.last = { data: new WeakRef(job.data), isNetwork: isNetwork(job) };
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
    prepare() {
      for (const { thread } of places) thread.prepare();
    },
    async close() {
      closing.abort();
      for (const { idle } of places) if (idle !== null) clearTimeout(idle);
      await Promise.all(places.map(({ thread }) => thread.end()));
    },
  };
}

function isNetwork({ model }: FitJob): boolean {
  return model === 'network';
}
