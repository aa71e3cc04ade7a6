/** The outside of one training thread: starts it when it is needed, gives it one fit at a time, and survives its end. */
import type { FitDelta, FitInput, TrainingWorkerContract } from '#contract/areas/training-worker.ts';
import { invariant } from '#core/base/invariant.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { parseArtefact } from '#core/learning/artefact-bytes.ts';
import type { Dataset, HeadKind, ModelArtefact, Task } from '#core/learning/dataset.ts';
import type { BlobLane } from './blob-lane.ts';
import { bytesOf, datasetParts } from './dataset-bytes.ts';
import { cancelled, type TrainingFault, type TrainingProgress } from './training-fault.ts';
import type { WorkerEntry } from './worker-entry.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

export interface FitJob {
  readonly model: HeadKind;
  readonly task: Task;
  /** Is copied to the thread unless it was there for the job before; must not change while the job waits or runs. */
  readonly data: Dataset;
  /** Trains on these rows only, in this order. */
  readonly rows?: Int32Array;
  /** Plain JSON; unknown names are refused. */
  readonly params: FitInput['params'];
  readonly seed: string | number;
  /** forest: grow only these trees (`joinForests` joins the parts of several threads). */
  readonly part?: { readonly from: number; readonly until: number };
}

export interface FitOptions {
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
}

export interface FittedModel {
  readonly artefact: ModelArtefact;
  /** Canonical bytes of the artefact and their SHA-256: what the registry stores. */
  readonly bytes: Uint8Array;
  readonly id: string;
  /** The fit alone, without waiting and without the way of the data. */
  readonly fitMs: number;
}

export interface ThreadOptions {
  readonly workerEntry: WorkerEntry;
  /** How long a cancelled fit may take to stop by itself before its thread is ended. */
  readonly graceMs: number;
}

type FitResult = Result<FittedModel, TrainingFault>;

type Running = WorkerThread<TrainingWorkerContract>;

export class TrainingThread {
  private readonly options: ThreadOptions;
  private running: Running | null = null;
  private lastBlob = 0;
  /** What the running thread keeps; weak, so that it does not keep old examples alive here. */
  private held: { readonly data: WeakRef<Dataset>; readonly blob: number } | null = null;

  constructor(options: ThreadOptions) {
    this.options = options;
  }

  /** Never rejects: a thread that dies is a fault of the job, and the next job starts a new one. */
  async train(job: FitJob, { onProgress, signal }: FitOptions): Promise<FitResult> {
    if (signal?.aborted === true) return cancelled();
    const running = this.running ?? this.start();
    running.worker.ref();
    running.channel.ref();
    Atomics.store(running.stopFlag, 0, 0);
    let isCancelled = false;
    let grace: NodeJS.Timeout | null = null;
    let giveUp: (result: FitResult) => void = () => undefined;
    const givenUp = new Promise<FitResult>((resolve) => {
      giveUp = resolve;
    });
    const onAbort = () => {
      isCancelled = true;
      Atomics.store(running.stopFlag, 0, 1);
      grace = setTimeout(() => {
        // Its end may take a while on a busy machine; nobody has to wait for that.
        void this.end();
        giveUp(cancelled());
      }, this.options.graceMs);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const died = running.ended.then((reason): FitResult => (isCancelled ? cancelled() : crashed(reason)));
      const result = await Promise.race([this.runFit(running, job, onProgress), died, givenUp]);
      // After a bug inside the thread nobody knows what else it left behind.
      if (!result.ok && result.error.kind === 'failed') await this.end();
      return result;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if (grace !== null) clearTimeout(grace);
      running.worker.unref();
      running.channel.unref();
    }
  }

  /** Starts it before there is a job; it keeps the process alive only while it has one. */
  prepare(): void {
    if (this.running !== null) return;
    const { worker, channel } = this.start();
    worker.unref();
    channel.unref();
  }

  /** Ends the thread, in the middle of a fit too; resolves when it is gone. A later fit starts a new one. */
  async end(): Promise<void> {
    const { running } = this;
    if (running === null) return;
    // At once, so that a fit that comes while this thread is ending starts another.
    this.forget(running);
    await running.worker.terminate();
    await running.ended;
  }

  private start(): Running {
    const running = startWorkerThread<TrainingWorkerContract>(this.options.workerEntry, 'training', (gone) =>
      this.forget(gone),
    );
    this.running = running;
    return running;
  }

  private forget(running: Running): void {
    if (this.running !== running) return;
    this.running = null;
    this.held = null;
  }

  /** Does not resolve when the thread dies. */
  private async runFit(running: Running, job: FitJob, onProgress: FitOptions['onProgress']): Promise<FitResult> {
    const { lane } = running;
    let dataset = this.held?.data.deref() === job.data ? this.held.blob : null;
    if (dataset === null) {
      dataset = ++this.lastBlob;
      this.held = { data: new WeakRef(job.data), blob: dataset };
      await lane.send(dataset, datasetParts(job.data));
    }
    let rows: number | null = null;
    if (job.rows !== undefined) {
      if (job.rows.length === 0) return noRows();
      rows = ++this.lastBlob;
      await lane.send(rows, [bytesOf(job.rows)]);
    }
    const { model, task, params, seed, part = null } = job;
    return new Promise((resolve) => {
      running.client.subscribe(
        'training.fit',
        { model, task, dataset, rows, params, seed, part },
        {
          onSnapshot: () => undefined,
          onDelta(delta: FitDelta) {
            if (delta.kind === 'progress') onProgress?.(delta);
            else resolve(delta.kind === 'done' ? readDone(lane, delta) : err(delta.fault as TrainingFault));
          },
          onEnd(error) {
            // Without an error it comes after `done` or `failed`; closing is told by the end of the thread.
            if (error === null || error.code === 'closed') return;
            resolve(err({ kind: 'failed', message: error.message, remedy: error.remedy }));
          },
        },
      );
    });
  }
}

function readDone(lane: BlobLane, { artefact: blob, id, fitMs }: Extract<FitDelta, { kind: 'done' }>): FitResult {
  const bytes = lane.take(blob);
  invariant(bytes !== null, 'a training thread announced an artefact before it sent it');
  const artefact = parseArtefact(bytes);
  if (!artefact.ok) {
    return err({ kind: 'failed', message: artefact.error.message, remedy: 'Start the training again.' });
  }
  return ok({ artefact: artefact.value, bytes, id, fitMs });
}

function crashed(reason: string): FitResult {
  const message = `The training thread ended in the middle of its work: ${reason}.`;
  return err({ kind: 'worker-crashed', message, remedy: 'The model in use stays; start the training again.' });
}

function noRows(): FitResult {
  const message = 'No rows were chosen to train on.';
  return err({ kind: 'unusable-data', message, remedy: 'Choose at least two rows.' });
}
