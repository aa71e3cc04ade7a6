/** The retrain thread: one whole retrain after the other, from examples to a judged artefact (ML-20). */
import { createHash } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { type RetrainDelta, type RetrainInput, retrainWorkerContract } from '#contract/areas/retrain-worker.ts';
import { serveContract } from '#contract/rpc/server.ts';
import type { StreamSink } from '#contract/service.ts';
import { invariant } from '#core/base/invariant.ts';
import { ok } from '#core/base/result.ts';
import { artefactBytes, parseArtefact } from '#core/learning/artefact-bytes.ts';
import type { ExampleLives, ModelArtefact, RowRoles } from '#core/learning/dataset.ts';
import { retrainTask } from '#core/learning/retrain-task.ts';
import type { Head } from '#core/learning/walk-forward-predictions.ts';
import { createBlobLane } from './blob-lane.ts';
import { readDataset } from './dataset-bytes.ts';
import { helperThreads, letEngineGoFirst } from './thread-priority.ts';
import { TRAINERS } from './trainers.ts';
import { createTrainingClient, type TrainingClient } from './training-client.ts';
import type { FitJob } from './training-thread.ts';
import type { TrainingWorkerData } from './worker-entry.ts';
import { portOverWorkerChannel } from './worker-port.ts';

letEngineGoFirst();

/** A retrain of fewer examples is over before other threads are ready to help. */
const WORTH_HELPERS = 250;

const { channel, stopFlag, trainingEntry } = workerData as TrainingWorkerData;
const flag = new Int32Array(stopFlag);
const lane = createBlobLane(portOverWorkerChannel(channel));
const shouldStop = () => Atomics.load(flag, 0) === 1;

function blob(number: number): Uint8Array<ArrayBuffer> {
  const bytes = lane.take(number);
  invariant(bytes !== null, 'the blobs of a retrain arrive before it is asked for');
  return bytes;
}

function livesOf(bytes: Uint8Array<ArrayBuffer>): ExampleLives {
  const rows = bytes.length / 8 / 3;
  const column = (index: number) => new Float64Array(bytes.buffer, index * rows * 8, rows);
  return { openedAt: column(0), resolvedAt: column(1), netR: column(2) };
}

function rolesOf(bytes: Uint8Array<ArrayBuffer>): RowRoles {
  const rows = bytes.length / 9;
  return {
    judgedWeight: new Float64Array(bytes.buffer, 0, rows),
    trains: new Uint8Array(bytes.buffer, rows * 8, rows),
  };
}

/** A champion that cannot be read is no yardstick: the challenger is then judged as a first model. */
function championOf(bytes: Uint8Array): ModelArtefact | null {
  const artefact = parseArtefact(bytes);
  return artefact.ok ? artefact.value : null;
}

/** The heads, trained in this thread, or by `helpers`. */
function headsOf(input: RetrainInput, helpers: Helpers | null): Head[] {
  return input.heads.map(({ kind, parameters, fromRows }) => ({
    id: kind,
    fromRows,
    async train(data, seed) {
      const params = kind === 'network' ? { ...parameters, coded: input.coded } : parameters;
      const { kind: task } = input.task;
      if (helpers === null) return TRAINERS[kind]({ data, task, params, seed, part: null }, { shouldStop });
      const fitted = await helpers.train({ model: kind, task, data, params, seed });
      return fitted.ok ? ok(fitted.value.artefact) : fitted;
    },
  }));
}

interface Helpers {
  train(job: FitJob): ReturnType<TrainingClient['train']>;
}

let startedHelpers: Helpers | null = null;

/** Threads that share the fits of a retrain and end when they idle, or with this one; null where they do not pay. */
function helpersFor(rows: number): Helpers | null {
  const threads = helperThreads();
  if (threads < 2) return null;
  // Once they run they help with small ones too.
  if (rows < WORTH_HELPERS && startedHelpers === null) return null;
  startedHelpers ??= startHelpers(threads);
  return startedHelpers;
}

function startHelpers(threads: number): Helpers {
  const entry = new URL(trainingEntry);
  const client = createTrainingClient({ workerEntry: () => entry, threads });
  client.prepare();
  const stop = new AbortController();
  // Here nobody asks `shouldStop` while the others work. A thread that was told to stop is not asked again.
  const asked = Atomics.waitAsync(flag, 0, 0);
  if (asked.async) void asked.value.then(() => stop.abort());
  else stop.abort();
  return { train: (job) => client.train(job, { signal: stop.signal }) };
}

async function run(input: RetrainInput, sink: StreamSink<RetrainDelta>): Promise<void> {
  const data = readDataset(blob(input.dataset));
  invariant(data.ok, 'examples arrive whole');
  const { model, setId, setHash, attempt, seed, onlyWatches } = input;
  const champion = input.champion === null ? null : championOf(blob(input.champion));
  const roles = input.roles === null ? null : rolesOf(blob(input.roles));
  const lives = { ...livesOf(blob(input.lives)), roles };
  const helpers = input.spread ? helpersFor(data.value.rows) : null;
  const heads = headsOf(input, helpers);
  const retrained = await retrainTask(
    { model, setId, setHash, task: input.task, data: data.value, lives, heads, champion, attempt, onlyWatches },
    { seed, shouldStop, together: helpers !== null, onProgress: (share) => sink.push({ kind: 'progress', share }) },
  );
  if (!retrained.ok) {
    sink.push({ kind: 'failed', fault: retrained.error });
    return;
  }
  const { artefact, ...outcome } = retrained.value;
  const bytes = artefactBytes(artefact);
  lane.sendAtOnce(input.dataset, [bytes]);
  const id = createHash('sha256').update(bytes).digest('hex');
  sink.push({ kind: 'done', artefact: input.dataset, id, outcome });
}

serveContract(
  retrainWorkerContract,
  {
    calls: {},
    streams: {
      'training.retrain': (input, sink) => {
        // After the snapshot went out: a fit does not give the thread back before its end.
        setImmediate(() => {
          run(input, sink)
            .catch((error: unknown) => {
              const message = `The training failed: ${error instanceof Error ? error.message : String(error)}`;
              sink.push({
                kind: 'failed',
                fault: { kind: 'failed', message, remedy: 'Try again; report it with the log if it fails again.' },
              });
            })
            .finally(() => sink.end());
        });
        return { snapshot: null, stop: () => undefined };
      },
    },
  },
  lane.contractPort,
  {
    // Uncaught on purpose: the thread ends, and its client fails the job with this error's message.
    onBug(error) {
      setImmediate(() => {
        throw error;
      });
    },
  },
);
