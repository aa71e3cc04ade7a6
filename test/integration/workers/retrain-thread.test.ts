/** ML-20: a retrain whose thread ends in the middle is a failed job with its message, and the model in use stays. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TrainingJob } from '#core/domain/model.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import { artefactBytes, artefactId, openArtefact } from '#core/learning/artefact-bytes.ts';
import type { Dataset } from '#core/learning/dataset.ts';
import { type EnsembleParts, ensembleArtefact, loadEnsemble } from '#core/learning/ensemble-artefact.ts';
import { knownGround } from '#core/learning/novelty.ts';
import { retrainTask } from '#core/learning/retrain-task.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import type { Head } from '#core/learning/walk-forward-predictions.ts';
import { chooseVersion } from '#main/services/learning/choose-version.ts';
import type { RetrainReply } from '#main/services/learning/retrainer.ts';
import { findLearnedModel, trainOnce } from '#main/services/learning/train-once.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import {
  createRetrainThreads,
  type RetrainControl,
  type RetrainRequest,
  retrainInThread,
} from '#main/workers/retrain-thread.ts';
import { TRAINERS } from '#main/workers/trainers.ts';
import { sourceWorkerEntry, type WorkerEntry } from '#main/workers/worker-entry.ts';
import { makeExamples } from '#test/support/learning-examples.ts';
import { makePhantom, NOON, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { isStale } from '../../../scripts/build.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** As the desktop host names them. */
const builtWorkerEntry: WorkerEntry = (name) => pathToFileURL(join(root, 'out', 'main', `${name}.worker.js`));
const dyingEntry: WorkerEntry = () => new URL('./dying-retrain.worker.ts', import.meta.url);
const { data, lives } = makeExamples('thread', 200, 2);
const small = { kind: 'forest', parameters: { trees: 5, maxDepth: 3 } } as const;
/** Goes on until it is ended. */
const endless = { kind: 'boosting', parameters: { rounds: 10_000_000, earlyStopping: false } } as const;

function request(changes: Partial<RetrainRequest> = {}): RetrainRequest {
  return {
    ...{ model: 'trend', setId: 's', setHash: 'h', data, lives, heads: [small], coded: [], champion: null },
    ...{ attempt: 1, seed: 'thread' },
    ...changes,
  };
}

function control(onProgress: RetrainControl['onProgress'] = () => undefined): RetrainControl {
  return { onProgress, signal: new AbortController().signal };
}

/** The threads that are started from now on, oldest first. */
function startedThreads(): Worker[] {
  const started: Worker[] = [];
  const note = (worker: Worker) => started.push(worker);
  process.on('worker', note);
  onTestFinished(() => {
    process.off('worker', note);
  });
  return started;
}

async function messageOf(retraining: ReturnType<typeof retrainInThread>, kind: string): Promise<string> {
  const result = await retraining;
  if (result.ok) throw new Error('it was not to succeed');
  expect(result.error.kind).toBe(kind);
  expect(result.error.remedy).not.toBe('');
  return result.error.message;
}

async function idOf(retraining: ReturnType<typeof retrainInThread>): Promise<string> {
  const result = await retraining;
  return result.ok ? result.value.id : result.error.message;
}

describe('a retrain in a thread', () => {
  it('comes back with bytes that open under their id and score', async () => {
    const retrained = await retrainInThread(sourceWorkerEntry, request(), control());
    if (!retrained.ok) throw new Error(retrained.error.message);
    const { id, bytes, outcome } = retrained.value;
    const artefact = openArtefact(bytes, id);
    if (!artefact.ok) throw new Error(artefact.error.message);
    expect(loadEnsemble(artefact.value).ok).toBe(true);
    expect(['promoted', 'rejected']).toContain(outcome.verdict);
  });

  it('ML-20: ended from outside in the middle of a fit, it fails and says so', async () => {
    const started = startedThreads();
    const kill = () => void started[0]?.terminate();
    const retraining = retrainInThread(sourceWorkerEntry, request({ heads: [small, endless] }), control(kill));
    expect(await messageOf(retraining, 'worker-crashed')).toContain('ended in the middle of its work');
    expect(started).toHaveLength(1);
  });

  it.each([
    ['exit', 'worker-crashed', 'code 7'],
    ['uncaught', 'worker-crashed', 'the bug beside the training'],
    ['memory', 'worker-crashed', 'memory'],
    ['throw', 'failed', 'the planted bug'],
  ])('ML-20: a thread that dies by %s in the middle is a fault with its reason', async (seed, kind, words) => {
    const shares: number[] = [];
    const watched = { ...control((share) => shares.push(share)), heapLimitMb: 64 };
    expect(await messageOf(retrainInThread(dyingEntry, request({ seed }), watched), kind)).toContain(words);
    // It had begun.
    expect(shares.length).toBeGreaterThan(0);
  });

  it('RE-30: cancelled in the middle of an endless fit it ends, and the thread with it', async () => {
    const started = startedThreads();
    const stop = new AbortController();
    const cancelling = { onProgress: () => stop.abort(), signal: stop.signal };
    const retraining = retrainInThread(sourceWorkerEntry, request({ heads: [small, endless] }), cancelling);
    await messageOf(retraining, 'cancelled');
    expect(started[0]?.threadId).toBe(-1);
  });
});

describe('rows that are judged only', () => {
  it('ML-5: reach the thread with their weights: bytes and figures are those of the same retrain here', async () => {
    const trains = Uint8Array.from(data.target, (_, row) => Number(row % 4 !== 0));
    const roles = { trains, judgedWeight: data.target.map((_, row) => 0.5 + (row % 3) / 4) };
    const judged = request({ lives: { ...lives, roles } });
    const retrained = await retrainInThread(sourceWorkerEntry, judged, control());
    if (!retrained.ok) throw new Error(retrained.error.message);
    const forest: Head = {
      ...{ id: 'forest', fromRows: 0 },
      train: (examples, seed) =>
        TRAINERS.forest({ data: examples, task: 'classify', params: { ...small.parameters }, seed, part: null }, {}),
    };
    const { seed, coded, champion, ...job } = judged;
    const here = await retrainTask(
      { ...job, task: { kind: 'classify' }, champion: null, heads: [forest] },
      { seed: 'thread' },
    );
    if (!here.ok) throw new Error(here.error.message);
    const { artefact, ...outcome } = here.value;
    expect(retrained.value.id).toBe(artefactId(artefactBytes(artefact)));
    expect(retrained.value.outcome).toEqual(JSON.parse(JSON.stringify(outcome)));
    expect(retrained.value.id).not.toBe(await idOf(retrainInThread(sourceWorkerEntry, request(), control())));
  });
});

describe('a retrain that is large enough to share its fits', () => {
  const many = makeExamples('helpers', 300, 2);
  const boosting = { kind: 'boosting', parameters: { rounds: 10, maxDepth: 2 } } as const;
  const network = { kind: 'network', parameters: { layers: [4], epochs: 3 } } as const;
  const shared = request({ data: many.data, lives: many.lives, heads: [small, boosting, network] });

  it.for([
    'sources',
    'built application',
  ] as const)('RE-43: from the %s gives the bytes and figures of the same retrain in one thread', async (from, context) => {
    const isBuilt = from === 'built application';
    if (isBuilt && isStale(root, 'main')) return context.skip('out/ is not built, or older than the sources');
    // Its training threads are started by the thread itself, from the address that the host gave.
    const retrained = await retrainInThread(isBuilt ? builtWorkerEntry : sourceWorkerEntry, shared, control());
    if (!retrained.ok) throw new Error(retrained.error.message);
    const heads = [small, boosting, network].map(({ kind, parameters }) => ({
      id: kind,
      fromRows: 0,
      train: (examples: Dataset, seed: string) =>
        TRAINERS[kind]({ data: examples, task: 'classify', params: { ...parameters }, seed, part: null }, {}),
    }));
    const { seed, coded, champion, ...job } = shared;
    const alone = await retrainTask({ ...job, task: { kind: 'classify' }, champion: null, heads }, { seed });
    if (!alone.ok) throw new Error(alone.error.message);
    const { artefact, ...outcome } = alone.value;
    expect(retrained.value.id).toBe(artefactId(artefactBytes(artefact)));
    // Its channel knows no NaN, only null.
    expect(retrained.value.outcome).toEqual(JSON.parse(JSON.stringify(outcome)));
  });

  it('ML-20: threads that cannot be started are a fault, so that the test above proves that they were', async () => {
    const noHelpers: WorkerEntry = (name) =>
      name === 'training' ? new URL('./no-such.worker.ts', import.meta.url) : sourceWorkerEntry(name);
    const failed = await retrainInThread(noHelpers, shared, control());
    expect(failed).toMatchObject({ ok: false, error: { message: expect.stringContaining('no-such.worker') } });
  });

  it('RE-30: cancelled in the middle of an endless fit it ends', async () => {
    const started = startedThreads();
    const stop = new AbortController();
    const cancelling = { onProgress: () => stop.abort(), signal: stop.signal };
    const retraining = retrainInThread(sourceWorkerEntry, { ...shared, heads: [small, endless] }, cancelling);
    await messageOf(retraining, 'cancelled');
    expect(started[0]?.threadId).toBe(-1);
  });
});

describe('threads that stay', () => {
  const many = makeExamples('stay', 260, 2);
  const network = { kind: 'network', parameters: { layers: [4], epochs: 2 } } as const;
  const shared = request({ data: many.data, lives: many.lives, heads: [small, network], seed: 'stay' });

  it('RE-43: the next retrain uses the threads of the one before, and gives the bytes of a fresh one', async () => {
    const started = startedThreads();
    const threads = createRetrainThreads(sourceWorkerEntry);
    onTestFinished(() => threads.close());
    const ids: string[] = [];
    // The small one in between leaves its own marks in what stays.
    for (const asked of [shared, request(), shared]) {
      ids.push(await idOf(threads.retrain(asked, control())));
    }
    expect(ids[2]).toBe(ids[0]);
    expect(ids[1]).toBe(await idOf(retrainInThread(sourceWorkerEntry, request(), control())));
    // One that stayed, and one of the single retrain.
    expect(started).toHaveLength(2);
    await threads.close();
    expect(started.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  });

  it('ML-20: after a fault or a cancel the thread is not used again', async () => {
    const started = startedThreads();
    const threads = createRetrainThreads(sourceWorkerEntry);
    onTestFinished(() => threads.close());
    const stop = new AbortController();
    const cancelling = { onProgress: () => stop.abort(), signal: stop.signal };
    await messageOf(threads.retrain(request({ heads: [small, endless] }), cancelling), 'cancelled');
    expect(started[0]?.threadId).toBe(-1);
    const unknown = { kind: 'forest', parameters: { branches: 3 } } as const;
    await messageOf(threads.retrain(request({ heads: [unknown] }), control()), 'bad-parameters');
    expect(started[1]?.threadId).toBe(-1);
    expect((await threads.retrain(request(), control())).ok).toBe(true);
    expect(started).toHaveLength(3);
  });

  it('ends a thread that nobody needs for a while', async () => {
    const started = startedThreads();
    const threads = createRetrainThreads(sourceWorkerEntry, { idleMs: 1 });
    expect((await threads.retrain(request(), control())).ok).toBe(true);
    await expect.poll(() => started[0]?.threadId).toBe(-1);
  });
});

describe('a training job whose thread dies', () => {
  function profileWithChampion(): { readonly profile: Profile; readonly champion: string } {
    const opened = openProfile(temporaryFolder());
    if (!opened.ok) throw new Error(opened.error.message);
    const profile = opened.value;
    onTestFinished(() => profile.close());
    const model = findLearnedModel('trend@demo');
    if (!model.ok) throw new Error(model.error.message);
    const { set } = model.value;
    const made = makeExamples('champion', 60, 1, { features: set.names.length }).data;
    const known = { ...made, names: set.names };
    const forest = trainForest(known, { task: 'classify', trees: 3 }, 'champion');
    if (!forest.ok) throw new Error(forest.error.message);
    const parts: EnsembleParts = {
      ...{ model: 'trend@demo', setId: set.id, setHash: set.hash, names: set.names, calibrator: { kind: 'none' } },
      ...{ heads: [{ id: 'forest', artefact: forest.value }], breakEven: 0.5, breakEvenRows: 50, trainedUntil: 1 },
      ground: knownGround(known),
    };
    const bytes = artefactBytes(ensembleArtefact(parts));
    const added = profile.models.add(
      {
        ...{ id: artefactId(bytes), model: 'trend@demo', setId: set.id, setHash: set.hash, trainedUntil: 1 },
        ...{ dataHash: 'd'.repeat(64), seed: 's', examples: 60, effectiveExamples: 50, heads: ['forest'] },
        ...{ parameters: {}, metrics: {}, importance: [], reason: 'made', parentId: null, createdAt: 1 },
      },
      bytes,
    );
    if (!added.ok) throw new Error(added.error.message);
    if (!chooseVersion(profile, added.value, 2).ok) throw new Error('no champion');
    const features = set.names.map((name) => ({ name, meaning: '', unit: '' }));
    expect(profile.record.registerFeatureSet(set.id, set.hash, features).ok).toBe(true);
    const bulk = profile.record.startBulk(1_000);
    // Enough for the network, which trains for seconds.
    for (let index = 0; index < 320; index++) {
      const values = Float64Array.from(set.names, (_, at) => Math.sin(index * (at + 3)));
      const phantom: Phantom = {
        ...makePhantom({ time: NOON + index * 3_600_000 }),
        simulated: true,
        features: { setId: set.id, setHash: set.hash, values },
      };
      bulk.step((writer) => {
        writer.phantomOpened(phantom.signal.time, phantom);
        const result = resolvedResult(phantom, Math.sin(index * 7) > 0 ? 'win' : 'loss');
        writer.phantomClosed(result.exitTime ?? phantom.signal.time, phantom.id, result, false);
      });
    }
    expect(bulk.commit().ok).toBe(true);
    return { profile, champion: added.value.id };
  }

  it('ML-20: is failed with its message in the record; champion and versions are as they were', async () => {
    const { profile, champion } = profileWithChampion();
    const model = findLearnedModel('trend@demo');
    if (!model.ok) throw new Error(model.error.message);
    const started = startedThreads();
    const jobs: TrainingJob[] = [];
    const settled = await trainOnce({
      profile,
      model: model.value,
      signal: new AbortController().signal,
      wallClock: () => 3,
      onProgress: (job) => jobs.push(job),
      retrainer: {
        async retrain(order, { signal }) {
          const kill = () => void started[0]?.terminate();
          const retrained = await retrainInThread(sourceWorkerEntry, order, { signal, onProgress: kill });
          if (!retrained.ok) return retrained;
          const { id, bytes, outcome } = retrained.value;
          return { ok: true, value: { id, bytes, ...outcome } as RetrainReply };
        },
      },
    });
    expect(settled).toMatchObject({ ok: false, error: { kind: 'worker-crashed' } });
    const [job] = profile.models.jobs(1);
    expect(job).toMatchObject({ state: 'failed', modelId: null });
    expect(job?.error).toContain('ended in the middle of its work');
    expect(jobs.map(({ state }) => state)).toContain('running');
    expect(profile.models.champion('trend@demo')?.id).toBe(champion);
    expect(profile.models.artefact(champion).ok).toBe(true);
    expect(profile.models.versions('trend@demo')).toHaveLength(1);
  });
});
