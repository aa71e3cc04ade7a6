/** The history's thread: pages and figures of the record on a connection of its own, so that a filter over years holds nothing up. */
import { workerData } from 'node:worker_threads';
import { historyWorkerContract } from '#contract/areas/history-worker.ts';
import { serveContract } from '#contract/rpc/server.ts';
import { invariant } from '#core/base/invariant.ts';
import { FileExports } from '#main/services/file-exports.ts';
import { historyReading } from '#main/services/views/history-reading.ts';
import { readProfile } from '#main/store/database.ts';
import { createBlobLane } from './blob-lane.ts';
import type { TrainingWorkerData } from './worker-entry.ts';
import { portOverWorkerChannel } from './worker-port.ts';

const { channel, profileDir } = workerData as TrainingWorkerData;
invariant(profileDir !== undefined, 'the history thread is told which profile to read');
const opened = readProfile(profileDir);
if (!opened.ok) throw new Error(opened.error.message);
const calls = historyReading(opened.value, new FileExports(() => Date.now()));

serveContract(
  historyWorkerContract,
  { calls, streams: {} },
  createBlobLane(portOverWorkerChannel(channel)).contractPort,
  {
    // The caller is told that it failed; the thread goes on with the next question.
    onBug: () => undefined,
  },
);
