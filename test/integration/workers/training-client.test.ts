/** Fits in real threads: they come back whole, in turn, cancelled when asked, and a thread that dies is only a failed job. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { artefactBytes, artefactId, openArtefact } from '#core/learning/artefact-bytes.ts';
import { selectRows } from '#core/learning/dataset.ts';
import { createNetworkPredictor } from '#core/learning/network/dense-network.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { trainNetwork } from '#main/workers/network-trainer.ts';
import { createTrainingClient, type TrainingClientOptions } from '#main/workers/training-client.ts';
import type { FitJob } from '#main/workers/training-thread.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';
import { isStale } from '../../../scripts/build.mjs';
import { areaUnderCurve, generated, predictAll } from './generated-data.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const data = generated({ rows: 600, seed: 'client', missing: 0.1 });
const forest: FitJob = { model: 'forest', task: 'classify', data, params: { trees: 5, maxDepth: 4 }, seed: 1 };
/** Runs until it is stopped. */
const endless: FitJob = { ...forest, params: { trees: 10_000_000, maxDepth: 2 } };
const misbehaving = () => new URL('./misbehaving.worker.ts', import.meta.url);

function client(options: Partial<TrainingClientOptions> = {}) {
  const made = createTrainingClient({ workerEntry: sourceWorkerEntry, ...options });
  onTestFinished(() => made.close());
  return made;
}

describe('a fit in a thread', () => {
  it('ML-20: gives the same artefact as a fit in place, with its canonical bytes and their hash', async () => {
    const fitted = await client().train(forest);
    const here = trainForest(data, { task: 'classify', trees: 5, maxDepth: 4 }, 1);
    if (!fitted.ok || !here.ok) throw new Error('not fitted');
    expect(fitted.value.artefact).toEqual(here.value);
    expect(fitted.value.bytes).toEqual(artefactBytes(here.value));
    expect(fitted.value.id).toBe(artefactId(fitted.value.bytes));
    expect(openArtefact(fitted.value.bytes, fitted.value.id).ok).toBe(true);
    expect(fitted.value.fitMs).toBeGreaterThan(0);
  });

  it('RE-43: a network is the same to the byte in every thread', async () => {
    const job: FitJob = { ...forest, model: 'network', params: { epochs: 5 } };
    const both = client({ threads: 2 });
    const [first, second] = await Promise.all([both.train(job), both.train(job)]);
    const here = await trainNetwork(data, 'classify', { epochs: 5 }, 1);
    if (!first.ok || !second.ok || !here.ok) throw new Error('not fitted');
    expect(second.value.id).toBe(first.value.id);
    expect(artefactBytes(here.value)).toEqual(first.value.bytes);
  });

  it('trains boosting, and on chosen rows of examples that the thread has already', async () => {
    const one = client();
    const rows = Int32Array.from({ length: 300 }, (_, row) => row * 2);
    const job: FitJob = { ...forest, model: 'boosting', params: { rounds: 5 } };
    expect((await one.train(job)).ok).toBe(true);
    const [chosen, alone] = [
      await one.train({ ...job, rows }),
      await one.train({ ...job, data: selectRows(data, rows) }),
    ];
    if (!chosen.ok || !alone.ok) throw new Error('not fitted');
    expect(chosen.value.id).toBe(alone.value.id);
  });

  it('ML-20: tells its progress, which rises to 1', async () => {
    const shares: number[] = [];
    await client().train(forest, { onProgress: ({ share }) => shares.push(share) });
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it('hands expected refusals back, and goes on', async () => {
    const one = client();
    const refused = await one.train({ ...forest, params: { epochs: 3 } });
    expect(refused).toMatchObject({ ok: false, error: { kind: 'bad-parameters' } });
    const bad = { ...data, target: data.target.map(() => Number.NaN) };
    expect(await one.train({ ...forest, data: bad })).toMatchObject({ ok: false, error: { kind: 'unusable-data' } });
    expect(await one.train({ ...forest, rows: new Int32Array(0) })).toMatchObject({ ok: false });
    expect(await one.train({ ...forest, rows: Int32Array.of(0, 600) })).toMatchObject({ ok: false });
    expect((await one.train(forest)).ok).toBe(true);
  });

  it('ML-20: waits its turn behind others, and can be cancelled while it waits', async () => {
    const one = client();
    const order: string[] = [];
    const leaving = new AbortController();
    const first = one.train(forest).then(() => order.push('first'));
    const cancelled = one.train(forest, { signal: leaving.signal });
    const last = one.train(forest).then(() => order.push('last'));
    leaving.abort();
    expect(await cancelled).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    await Promise.all([first, last]);
    expect(order).toEqual(['first', 'last']);
  });
});

describe('cancelling', () => {
  it('RE-30: stops trees in the middle; the thread lives on', async () => {
    const one = client();
    const stop = new AbortController();
    const fitting = one.train(endless, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(await fitting).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect((await one.train(forest)).ok).toBe(true);
  });

  it('RE-30: ends a thread that does not listen, and the next fit has a new one', async () => {
    const one = client({ workerEntry: misbehaving, graceMs: 20 });
    const stop = new AbortController();
    const fitting = one.train({ ...forest, seed: 'deaf' }, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(await fitting).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    expect((await one.train(forest)).ok).toBe(true);
  });

  it('closing cancels what runs and what waits, and later fits at once', async () => {
    const one = client();
    let started: () => void = () => undefined;
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const fits = [one.train(endless, { onProgress: () => started() }), one.train(forest)];
    await running;
    await one.close();
    for (const fit of [...fits, one.train(forest)]) {
      expect(await fit).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    }
  });
});

describe('a thread that dies', () => {
  it('ML-20: fails its job with what is known, and the next fit has a new thread', async () => {
    const one = client({ workerEntry: misbehaving });
    const died = await one.train({ ...forest, seed: 'exit' });
    expect(died).toMatchObject({ ok: false, error: { kind: 'worker-crashed' } });
    if (!died.ok) expect(died.error.message).toContain('code 7');
    expect((await one.train(forest)).ok).toBe(true);
  });

  it('ML-20: a bug inside a trainer fails the job with its message', async () => {
    const one = client({ workerEntry: misbehaving });
    const failed = await one.train({ ...forest, seed: 'throw' });
    expect(failed).toMatchObject({ ok: false, error: { kind: 'failed' } });
    if (!failed.ok) expect(failed.error.message).toContain('the planted bug');
    expect((await one.train(forest)).ok).toBe(true);
  });

  it('a thread that cannot start fails the job', async () => {
    const one = client({ workerEntry: () => new URL('./no-such.worker.ts', import.meta.url) });
    const failed = await one.train(forest);
    expect(failed).toMatchObject({ ok: false, error: { kind: 'worker-crashed' } });
    if (!failed.ok) expect(failed.error.message).toContain('no-such.worker.ts');
  });

  it('an idle thread is ended, and another one started when it is needed', async () => {
    const one = client({ idleMs: 0 });
    expect((await one.train(forest)).ok).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await one.train(forest)).ok).toBe(true);
  });
});

describe('the built thread', () => {
  it('trains a network as the one from the sources does', async (context) => {
    const built = join(root, 'out', 'main', 'training.worker.js');
    if (isStale(root, 'main') || !existsSync(built))
      return context.skip('out/ is not built, or older than the sources');
    const job: FitJob = { ...forest, model: 'network', params: { epochs: 5 } };
    const [fromBuild, fromSource] = [
      await client({ workerEntry: () => pathToFileURL(built) }).train(job),
      await client().train(job),
    ];
    if (!fromBuild.ok) throw new Error(fromBuild.error.message);
    if (!fromSource.ok) throw new Error(fromSource.error.message);
    expect(fromBuild.value.id).toBe(fromSource.value.id);
    const scores = predictAll(createNetworkPredictor(fromBuild.value.artefact), data);
    expect(areaUnderCurve(scores, data.target)).toBeGreaterThan(0.5);
  });
});
