/** How hosts name worker threads: the built application finds another file than a run from the sources. */
import type { MessagePort } from 'node:worker_threads';

/** The inputs of the main build, without `.worker`. */
export type WorkerName = 'training' | 'retrain' | 'analysis' | 'history';

/** Given by the host: the file that `new Worker` starts for a name. */
export type WorkerEntry = (name: WorkerName) => URL;

/** For every host that runs from the sources (command line, web host, tests). */
export const sourceWorkerEntry: WorkerEntry = (name) => new URL(`./${name}.worker.ts`, import.meta.url);

/** What a training thread is started with. */
export interface TrainingWorkerData {
  /** Its end of the channel, transferred. */
  readonly channel: MessagePort;
  /** One shared 32-bit number: the thread stops its fit soon after it became 1, even in the middle of a tree. */
  readonly stopFlag: SharedArrayBuffer;
  /** For a thread that reads the record. */
  readonly profileDir?: string;
  /** The address of the training thread's file, for a thread that spreads its fits over others. */
  readonly trainingEntry: string;
}
