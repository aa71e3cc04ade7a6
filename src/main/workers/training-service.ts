/** The inside of a training thread: takes the blobs of a fit, runs its trainer, and sends the artefact back. */
import { createHash } from 'node:crypto';
import type { FitDelta, FitInput, TrainingWorkerContract } from '#contract/areas/training-worker.ts';
import type { RemoteError } from '#contract/errors.ts';
import { ServiceError, type ServiceOf, type StreamSink } from '#contract/service.ts';
import { artefactBytes } from '#core/learning/artefact-bytes.ts';
import { type Dataset, selectRows } from '#core/learning/dataset.ts';
import type { BlobLane } from './blob-lane.ts';
import { readDataset } from './dataset-bytes.ts';
import type { Trainers } from './trainers.ts';

/** Progress goes out at most this often. */
const LEAST_PROGRESS_GAP_MS = 50;

export interface TrainingThread {
  readonly lane: BlobLane;
  readonly trainers: Trainers;
  /** Becomes true from outside while the thread works. */
  readonly shouldStop: () => boolean;
  /** Milliseconds, rising. */
  readonly now: () => number;
}

export function createTrainingService(thread: TrainingThread): ServiceOf<TrainingWorkerContract> {
  let kept: { readonly blob: number; readonly data: Dataset } | null = null;
  let isBusy = false;

  function examples(blob: number): Dataset {
    if (kept?.blob === blob) return kept.data;
    // Before the new one is read: two of them would double the memory.
    kept = null;
    const bytes = thread.lane.take(blob);
    const read = bytes === null ? null : readDataset(bytes);
    if (read === null) throw refusal('The examples did not arrive.');
    if (!read.ok) throw refusal(`The examples did not arrive whole: ${read.error}.`);
    kept = { blob, data: read.value };
    return read.value;
  }

  function chosenRows(data: Dataset, blob: number | null): Dataset {
    if (blob === null) return data;
    const bytes = thread.lane.take(blob);
    if (bytes === null || bytes.length % 4 !== 0) throw refusal('The choice of rows did not arrive.');
    const rows = new Int32Array(bytes.buffer);
    if (rows.some((row) => row < 0 || row >= data.rows)) throw refusal('A chosen row is not among the examples.');
    return selectRows(data, rows);
  }

  async function runFit(input: FitInput, data: Dataset, sink: StreamSink<FitDelta>): Promise<void> {
    let toldAt = Number.NEGATIVE_INFINITY;
    const { task, params, seed, part } = input;
    const startedAt = thread.now();
    const fitted = await thread.trainers[input.model](
      { data, task, params, seed, part },
      {
        shouldStop: thread.shouldStop,
        onProgress(progress) {
          const now = thread.now();
          if (now - toldAt < LEAST_PROGRESS_GAP_MS && progress.share < 1) return;
          toldAt = now;
          sink.push({ kind: 'progress', ...progress });
        },
      },
    );
    const fitMs = thread.now() - startedAt;
    if (!fitted.ok) {
      sink.push({ kind: 'failed', fault: fitted.error });
      return;
    }
    const bytes = artefactBytes(fitted.value);
    thread.lane.sendAtOnce(input.dataset, [bytes]);
    const id = createHash('sha256').update(bytes).digest('hex');
    sink.push({ kind: 'done', artefact: input.dataset, id, fitMs });
  }

  return {
    calls: {},
    streams: {
      'training.fit': (input, sink) => {
        if (isBusy) throw refusal('This thread is training already.');
        const data = chosenRows(examples(input.dataset), input.rows);
        isBusy = true;
        // After the snapshot went out: a fit does not give the thread back before its end.
        setImmediate(() => {
          runFit(input, data, sink)
            .catch((error: unknown) => {
              // The thread is a host of its own: the job's record keeps what went wrong, the client ends the thread.
              const message = `The training failed: ${error instanceof Error ? error.message : String(error)}`;
              const remedy = 'Try again; if it fails again, report it with the log.';
              sink.push({ kind: 'failed', fault: { kind: 'failed', message, remedy } });
            })
            .finally(() => {
              isBusy = false;
              sink.end();
            });
        });
        return { snapshot: null, stop: () => undefined };
      },
    },
  };
}

function refusal(message: string): ServiceError {
  const error: RemoteError = { code: 'refused', message, remedy: 'Start the training again.' };
  return new ServiceError(error);
}
