/** Retrains for the learning service: a thread each, which stays for the next one while there is a next one soon. */

import type { RetrainDelta, RetrainInput, RetrainWorkerContract } from '#contract/areas/retrain-worker.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ExampleLives } from '#core/learning/dataset.ts';
import type { RetrainTask } from '#core/learning/retrain-task.ts';
import { bytesOf, datasetParts } from './dataset-bytes.ts';
import type { WorkerEntry } from './worker-entry.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

/** How long a cancelled retrain may take to stop by itself before its thread is ended. */
const GRACE_MS = 150;

/** As `services/learning/retrainer.ts` orders it; the two rooms share only shapes. */
export interface RetrainRequest {
  readonly model: string;
  readonly setId: string;
  readonly setHash: string;
  /** A win's probability unless said. */
  readonly task?: RetrainTask;
  readonly data: Parameters<typeof datasetParts>[0];
  readonly lives: ExampleLives;
  readonly heads: readonly {
    readonly kind: 'forest' | 'boosting' | 'network';
    readonly parameters: object;
    readonly fromRows?: number;
  }[];
  readonly coded: readonly string[];
  readonly champion: Uint8Array | null;
  readonly attempt: number;
  /** A variant: judged later, by what it says in shadow (ML-50). */
  readonly onlyWatches?: boolean;
  readonly seed: string;
}

export interface Retrained {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly outcome: Readonly<Record<string, unknown>>;
}

export interface RetrainControl {
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
  /** Whether it may spread its fits over threads of its own; it may unless said, and does where that pays. */
  readonly spread?: boolean;
}

/** Threads that stay for the next retrain: code that ran before runs several times as fast. */
export interface RetrainThreads {
  /** Never rejects: a thread that dies is a fault of the job, and the model in use stays. */
  retrain(request: RetrainRequest, control: RetrainControl): Promise<Result<Retrained, Fault>>;
  /** Ends the threads that wait; resolves when they are gone. One that works ends with its retrain. */
  close(): Promise<void>;
}

export interface RetrainThreadsOptions {
  /** A thread without work is ended after this long: TensorFlow.js holds 70 to 100 MB. 0: with its retrain. */
  readonly idleMs?: number;
  /** MB for a thread's objects; the runtime's own limit unless said. */
  readonly heapLimitMb?: number;
}

/** Long enough for the next model of a history run, and for what a week's schedule trains one after the other. */
const IDLE_MS = 30_000;

interface Idle {
  readonly thread: RetrainThread;
  readonly timer: NodeJS.Timeout;
}

type RetrainThread = WorkerThread<RetrainWorkerContract>;

/**
 * A retrain that succeeds leaves its thread to the next one. After a fault or a cancel nobody knows what was left
 * behind: that thread ends.
 */
export function createRetrainThreads(
  workerEntry: WorkerEntry,
  { idleMs = IDLE_MS, heapLimitMb }: RetrainThreadsOptions = {},
): RetrainThreads {
  const idle: Idle[] = [];
  let isClosed = false;

  function start(): RetrainThread {
    return startWorkerThread<RetrainWorkerContract>(workerEntry, 'retrain', forget, { heapLimitMb });
  }

  function forget(thread: RetrainThread): void {
    const at = idle.findIndex((waiting) => waiting.thread === thread);
    if (at < 0) return;
    clearTimeout(idle[at]?.timer);
    idle.splice(at, 1);
  }

  function takeIdle(): RetrainThread | null {
    const last = idle.pop();
    if (last === undefined) return null;
    clearTimeout(last.timer);
    last.thread.worker.ref();
    last.thread.channel.ref();
    return last.thread;
  }

  async function giveBack(thread: RetrainThread, isSound: boolean): Promise<void> {
    if (!isSound || isClosed || idleMs <= 0) {
      await thread.worker.terminate();
      return;
    }
    thread.worker.unref();
    thread.channel.unref();
    const timer = setTimeout(() => {
      // At once, so that no retrain is given a thread that is ending.
      forget(thread);
      void thread.worker.terminate();
    }, idleMs);
    idle.push({ thread, timer: timer.unref() });
  }

  return {
    async retrain(request, control) {
      if (control.signal.aborted) return stopped();
      const thread = takeIdle() ?? start();
      let isSound = false;
      try {
        const result = await retrainOn(thread, request, control);
        isSound = result.ok;
        return result;
      } finally {
        await giveBack(thread, isSound);
      }
    },
    async close() {
      isClosed = true;
      const waiting = idle.splice(0);
      for (const { timer } of waiting) clearTimeout(timer);
      await Promise.all(waiting.map(({ thread }) => thread.worker.terminate()));
    },
  };
}

/** One retrain in a thread that is gone when it is done. */
export function retrainInThread(
  workerEntry: WorkerEntry,
  request: RetrainRequest,
  { heapLimitMb, ...control }: RetrainControl & Pick<RetrainThreadsOptions, 'heapLimitMb'>,
): Promise<Result<Retrained, Fault>> {
  return createRetrainThreads(workerEntry, {
    idleMs: 0,
    ...(heapLimitMb === undefined ? {} : { heapLimitMb }),
  }).retrain(request, control);
}

async function retrainOn(
  thread: RetrainThread,
  request: RetrainRequest,
  { onProgress, signal, spread = true }: RetrainControl,
): Promise<Result<Retrained, Fault>> {
  const grace: { timer: NodeJS.Timeout | null } = { timer: null };
  const onAbort = () => {
    Atomics.store(thread.stopFlag, 0, 1);
    Atomics.notify(thread.stopFlag, 0);
    grace.timer = setTimeout(() => void thread.worker.terminate(), GRACE_MS);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const died = thread.ended.then(
      (reason): Result<Retrained, Fault> => (signal.aborted ? stopped() : crashed(reason)),
    );
    const result = await Promise.race([ask(thread, request, spread, onProgress), died]);
    return signal.aborted ? stopped() : result;
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (grace.timer !== null) clearTimeout(grace.timer);
  }
}

/** Does not resolve when the thread dies. */
async function ask(
  { lane, client }: RetrainThread,
  request: RetrainRequest,
  spread: boolean,
  onProgress: (share: number) => void,
): Promise<Result<Retrained, Fault>> {
  const { data, lives, heads, champion, model, setId, setHash, attempt, seed, coded, onlyWatches = false } = request;
  // A copy that may be changed, which is what the contract's type says.
  const task: RetrainInput['task'] = JSON.parse(JSON.stringify(request.task ?? { kind: 'classify' }));
  const [dataset, livesBlob, championBlob, rolesBlob] = [1, 2, 3, 4];
  const { roles = null } = lives;
  await lane.send(dataset, datasetParts(data));
  await lane.send(livesBlob, [lives.openedAt, lives.resolvedAt, lives.netR].map(bytesOf));
  if (champion !== null) await lane.send(championBlob, [champion]);
  if (roles !== null) await lane.send(rolesBlob, [bytesOf(roles.judgedWeight), roles.trains]);
  const input = {
    ...{ model, setId, setHash, attempt, seed, onlyWatches, spread, dataset, lives: livesBlob, task },
    champion: champion === null ? null : championBlob,
    roles: roles === null ? null : rolesBlob,
    coded: [...coded],
    heads: heads.map(({ kind, parameters, fromRows = 0 }) => ({ kind, parameters: plain(parameters), fromRows })),
  };
  return new Promise((resolve) => {
    client.subscribe('training.retrain', input, {
      onSnapshot: () => undefined,
      onDelta(delta: RetrainDelta) {
        if (delta.kind === 'progress') onProgress(delta.share);
        else if (delta.kind === 'failed') resolve(err(delta.fault));
        else {
          const bytes = lane.take(delta.artefact);
          resolve(
            bytes === null
              ? crashed('its artefact did not arrive')
              : ok({ id: delta.id, bytes, outcome: delta.outcome }),
          );
        }
      },
      onEnd(error) {
        // Without an error it comes after `done` or `failed`; closing is told by the end of the thread.
        if (error === null || error.code === 'closed') return;
        resolve(err({ kind: 'failed', message: error.message, remedy: error.remedy }));
      },
    });
  });
}

function plain(parameters: object): Record<string, never> {
  return JSON.parse(JSON.stringify(parameters));
}

function stopped(): Result<never, Fault> {
  return err({ kind: 'cancelled', message: 'The training was cancelled.', remedy: 'Start it again when it suits.' });
}

function crashed(reason: string): Result<never, Fault> {
  const message = `The training thread ended in the middle of its work: ${reason}.`;
  return err({ kind: 'worker-crashed', message, remedy: 'The model in use stays; start the training again.' });
}
