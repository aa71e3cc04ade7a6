/** A training thread as the real one, with trainers that die, throw or never look up when the seed says so. */
import { workerData } from 'node:worker_threads';
import { trainingWorkerContract } from '#contract/areas/training-worker.ts';
import { serveContract } from '#contract/rpc/server.ts';
import { createBlobLane } from '#main/workers/blob-lane.ts';
import { TRAINERS, type Trainer } from '#main/workers/trainers.ts';
import { createTrainingService } from '#main/workers/training-service.ts';
import type { TrainingWorkerData } from '#main/workers/worker-entry.ts';
import { portOverWorkerChannel } from '#main/workers/worker-port.ts';

const { channel, stopFlag } = workerData as TrainingWorkerData;
const flag = new Int32Array(stopFlag);
const lane = createBlobLane(portOverWorkerChannel(channel));

const misbehaving: Trainer = async (request, control) => {
  control.onProgress?.({ stage: 'trees', share: 0.5, iteration: 1 });
  if (request.seed === 'exit') process.exit(7);
  if (request.seed === 'throw') throw new Error('the planted bug');
  if (request.seed === 'deaf') for (;;);
  return TRAINERS.forest(request, control);
};

const service = createTrainingService({
  lane,
  trainers: { ...TRAINERS, forest: misbehaving },
  shouldStop: () => Atomics.load(flag, 0) === 1,
  now: () => performance.now(),
});
serveContract(trainingWorkerContract, service, lane.contractPort, { onBug: () => undefined });
