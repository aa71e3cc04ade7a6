/** Asks the analysis thread: it is started at the first question and ended when nobody has asked for a while. */
import type { AnalysisContract } from '#contract/areas/analysis.ts';
import type { CallNames, InputOf, OutputOf } from '#contract/define.ts';
import type { WorkerEntry } from './worker-entry.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

export interface AnalysisThread {
  /** Rejects when the thread fails. Questions are answered one after the other. */
  ask<K extends CallNames<AnalysisContract>>(
    name: K,
    input: InputOf<AnalysisContract[K]>,
  ): Promise<OutputOf<AnalysisContract[K]>>;
  close(): Promise<void>;
}

/** The columns of a large record take a hundred megabytes: they go with the thread. */
const IDLE_MS = 120_000;

export function analysisThread(workerEntry: WorkerEntry, profileDir: string, idleMs = IDLE_MS): AnalysisThread {
  let thread: WorkerThread<AnalysisContract> | null = null;
  let idle: NodeJS.Timeout | null = null;
  let asked = 0;
  let isClosed = false;
  const running = () => {
    thread ??= startWorkerThread<AnalysisContract>(
      workerEntry,
      'analysis',
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
          throw new Error(`the analysis ended: ${reason}`);
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
