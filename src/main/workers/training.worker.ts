/** A training thread: one fit at a time over the channel that it was started with. */
import { workerData } from 'node:worker_threads';
import { trainingWorkerContract } from '#contract/areas/training-worker.ts';
import { serveContract } from '#contract/rpc/server.ts';
import { createBlobLane } from './blob-lane.ts';
import { letEngineGoFirst } from './thread-priority.ts';
import { TRAINERS } from './trainers.ts';
import { createTrainingService } from './training-service.ts';
import type { TrainingWorkerData } from './worker-entry.ts';
import { portOverWorkerChannel } from './worker-port.ts';

letEngineGoFirst();

const { channel, stopFlag } = workerData as TrainingWorkerData;
const flag = new Int32Array(stopFlag);
const lane = createBlobLane(portOverWorkerChannel(channel));
const service = createTrainingService({
  lane,
  trainers: TRAINERS,
  shouldStop: () => Atomics.load(flag, 0) === 1,
  now: () => performance.now(),
});
serveContract(trainingWorkerContract, service, lane.contractPort, {
  // Uncaught on purpose: the thread ends, and its client fails the job with this error's message.
  onBug(error) {
    setImmediate(() => {
      throw error;
    });
  },
});
