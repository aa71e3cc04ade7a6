/** The analysis thread: reads the record on a connection of its own, so that no question holds the engine's thread up. */
import { workerData } from 'node:worker_threads';
import { analysisContract } from '#contract/areas/analysis.ts';
import { serveContract } from '#contract/rpc/server.ts';
import { invariant } from '#core/base/invariant.ts';
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import { readProfile } from '#main/store/database.ts';
import { createBlobLane } from './blob-lane.ts';
import { letEngineGoFirst } from './thread-priority.ts';
import type { TrainingWorkerData } from './worker-entry.ts';
import { portOverWorkerChannel } from './worker-port.ts';

letEngineGoFirst();

const { channel, profileDir } = workerData as TrainingWorkerData;
invariant(profileDir !== undefined, 'the analysis thread is told which profile to read');
const opened = readProfile(profileDir);
if (!opened.ok) throw new Error(opened.error.message);
const { calls } = new AnalysisDesk(opened.value.analysis, () => performance.now());

serveContract(analysisContract, { calls, streams: {} }, createBlobLane(portOverWorkerChannel(channel)).contractPort, {
  // The caller is told that it failed; the thread goes on with the next question.
  onBug: () => undefined,
});
