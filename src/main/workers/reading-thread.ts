/** Asks a thread that reads the record: it is started at the first question and ended when nobody has asked for a while. */
import type { AnalysisContract } from '#contract/areas/analysis.ts';
import type { HistoryWorkerContract } from '#contract/areas/history-worker.ts';
import type { CallNames, Declarations, InputOf, OutputOf } from '#contract/define.ts';
import type { WorkerEntry } from './worker-entry.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

export interface ReadingThread<C extends Declarations> {
  /** Rejects when the thread fails. Questions are answered one after the other. */
  ask<K extends CallNames<C> & string>(name: K, input: InputOf<C[K]>): Promise<OutputOf<C[K]>>;
  close(): Promise<void>;
}

export type AnalysisThread = ReadingThread<AnalysisContract>;
export type HistoryThread = ReadingThread<HistoryWorkerContract>;

/** The columns of a large record take a hundred megabytes: they go with the thread. */
const ANALYSIS_IDLE_MS = 120_000;
/** A few megabytes, and a table that is open asks now and then. */
const HISTORY_IDLE_MS = 1_800_000;

export function analysisThread(
  workerEntry: WorkerEntry,
  profileDir: string,
  idleMs = ANALYSIS_IDLE_MS,
): AnalysisThread {
  return readingThread<AnalysisContract>(workerEntry, 'analysis', profileDir, idleMs);
}

export function historyThread(workerEntry: WorkerEntry, profileDir: string, idleMs = HISTORY_IDLE_MS): HistoryThread {
  return readingThread<HistoryWorkerContract>(workerEntry, 'history', profileDir, idleMs);
}

function readingThread<C extends Declarations>(
  workerEntry: WorkerEntry,
  worker: 'analysis' | 'history',
  profileDir: string,
  idleMs: number,
): ReadingThread<C> {
  let thread: WorkerThread<C> | null = null;
  let idle: NodeJS.Timeout | null = null;
  let asked = 0;
  let isClosed = false;
  const running = () => {
    thread ??= startWorkerThread<C>(
      workerEntry,
      worker,
      (gone) => {
        if (thread === gone) thread = null;
      },
      { profileDir },
    );
    return thread;
  };
  const end = async () => {
    const ending = thread;
    thread = null;
    await ending?.worker.terminate();
  };
  return {
    async ask(name, input) {
      if (isClosed) throw new Error('the desk is closing');
      if (idle !== null) clearTimeout(idle);
      asked++;
      const { client, ended } = running();
      try {
        const died = ended.then((reason): never => {
          throw new Error(`the ${worker} thread ended: ${reason}`);
        });
        // It ends without a question under way, too.
        died.catch(() => undefined);
        return await Promise.race([client.call(name, input), died]);
      } finally {
        asked--;
        if (asked === 0 && !isClosed) {
          idle = setTimeout(() => void end(), idleMs);
          idle.unref();
        }
      }
    },
    async close() {
      isClosed = true;
      if (idle !== null) clearTimeout(idle);
      await end();
    },
  };
}
