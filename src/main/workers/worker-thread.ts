/** A worker thread with the contract on its channel, blobs beside it, and a flag that asks it to stop. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Declarations } from '#contract/define.ts';
import { type ContractClient, createClient } from '#contract/rpc/client.ts';
import { type BlobLane, createBlobLane } from './blob-lane.ts';
import type { TrainingWorkerData, WorkerEntry, WorkerName } from './worker-entry.ts';
import { portOverWorkerChannel } from './worker-port.ts';

export interface WorkerThread<C extends Declarations> {
  readonly worker: Worker;
  readonly channel: MessagePort;
  readonly lane: BlobLane;
  readonly client: ContractClient<C>;
  readonly stopFlag: Int32Array;
  /** Resolves, with what is known of the reason, when the thread is gone. */
  readonly ended: Promise<string>;
}

export interface WorkerThreadOptions {
  /** MB for the thread's objects; the runtime's own limit unless said. */
  readonly heapLimitMb?: number | undefined;
  /** For a thread that reads the record. */
  readonly profileDir?: string;
}

/** How long a thread whose port has closed may take to say what it died of. */
const LAST_WORDS_MS = 250;

/**
 * Starts the thread of that name; `onGone` is called as soon as it has ended, before `ended` resolves. A thread that
 * needs more than `heapLimitMb` for its objects is ended by the runtime, alone, as long as it grew by small steps: one huge
 * plain array at the limit ends the process (Node 24). Typed arrays do not count; what they cannot have, they throw.
 */
export function startWorkerThread<C extends Declarations>(
  workerEntry: WorkerEntry,
  name: WorkerName,
  onGone: (thread: WorkerThread<C>) => void,
  { heapLimitMb, profileDir }: WorkerThreadOptions = {},
): WorkerThread<C> {
  const { port1: channel, port2 } = new MessageChannel();
  const stopFlag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const workerData: TrainingWorkerData = {
    channel: port2,
    stopFlag,
    trainingEntry: workerEntry('training').href,
    ...(profileDir === undefined ? {} : { profileDir }),
  };
  const resourceLimits = heapLimitMb === undefined ? {} : { maxOldGenerationSizeMb: heapLimitMb };
  const worker = new Worker(workerEntry(name), { workerData, transferList: [port2], resourceLimits });
  const lane = createBlobLane(portOverWorkerChannel(channel));
  const client = createClient<C>(lane.contractPort);
  const ended = new Promise<string>((resolve) => {
    let reason = '';
    worker.once('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.once('exit', (code) => {
      channel.close();
      onGone(thread);
      resolve(reason === '' ? `it ended with code ${code}` : reason);
    });
  });
  // A port that closes while the thread lives on: a broken promise of the protocol. A thread that is dying closes it too,
  // and what it died of comes after that: ended at once it would take its reason along.
  client.onClose(() => {
    const grace = setTimeout(() => void worker.terminate(), LAST_WORDS_MS).unref();
    worker.once('exit', () => clearTimeout(grace));
  });
  const thread: WorkerThread<C> = { worker, channel, lane, client, stopFlag: new Int32Array(stopFlag), ended };
  return thread;
}
