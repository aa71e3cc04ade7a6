/** ML-20, RE-30: a training thread that dies takes nothing with it. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type App, createApp } from '#main/app.ts';
import { chooseVersion } from '#main/services/learning/choose-version.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';
import { batches, FEW_SYMBOLS, reach, withProfile } from '#test/support/live-run.ts';
import { addSmallModel, learnedModel } from '#test/support/small-model.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const DYING = new URL('./dying-retrain.worker.ts', import.meta.url);
/** A retrain of many rows has its fits made by threads of its own. */
const DYING_HELPER = new URL('./dying-training.worker.ts', import.meta.url);

const MODEL = 'trend@demo';

/** Resolves when a training of the model is over. */
function jobEnded(app: App): Promise<void> {
  return new Promise((resolve) => {
    const stop = app.learning.desk.changed.on((job) => {
      if (job.model !== MODEL || job.state === 'queued' || job.state === 'running') return;
      stop();
      resolve();
    });
  });
}

describe('a training thread that dies', () => {
  it('ML-20: in the middle of a retrain leaves the champion scoring, a failed job with its message, and the market running', async () => {
    const folder = temporaryFolder();
    // The demo market is in the present of its own clock: a model made now has long to live there.
    const champion = withProfile(folder, (profile) => {
      const version = addSmallModel(profile, 'champion', { key: MODEL, createdAt: Date.now() });
      expect(chooseVersion(profile, version, Date.now()).ok).toBe(true);
      return version;
    });
    const created = await createApp({
      profileDir: folder,
      settings: { historyDays: 5, symbols: [...FEW_SYMBOLS] },
      workerEntry: (name) =>
        name === 'retrain' ? DYING : name === 'training' ? DYING_HELPER : sourceWorkerEntry(name),
    });
    if (!created.ok) throw new Error(created.error.message);
    const app = created.value;
    onTestFinished(() => app.close());
    const said: string[] = [];
    app.learning.notices.on(({ kind, model, message }) => {
      if (model === MODEL) said.push(`${kind}: ${message}`);
    });
    await app.start();
    await reach(app, 'live');
    // The history's own fits died as well, one by one, and the run went on to its end.
    const ended = jobEnded(app);
    app.learning.train(learnedModel(MODEL), 'by hand');
    await ended;

    const jobs = app.models.jobs(100).filter(({ model }) => model === MODEL);
    expect(jobs.length).toBeGreaterThan(1);
    for (const job of jobs) {
      expect(job).toMatchObject({
        state: 'failed',
        modelId: null,
        error: expect.stringContaining('ended in the middle of its work: it ended with code 7'),
      });
      expect(job.progress).toBeGreaterThan(0);
    }
    // A watch may speak of the champion meanwhile, and have it trained by itself: that fails as well.
    const failed = said.filter((words) => words.startsWith('failed'));
    expect(failed.length).toBeGreaterThan(0);
    for (const words of failed) expect(words).toMatch(/^failed: training failed: The training thread ended/);
    expect(said.filter((words) => /^(promoted|rejected|rolled-back)/.test(words))).toEqual([]);
    expect(app.models.versions(MODEL)).toMatchObject([{ id: champion.id, state: 'champion' }]);
    expect(app.learning.active('trend@demo')?.champion.id).toBe(champion.id);
    app.demo()?.setSpeed(200);
    await batches(app, 3);
    expect(app.session.state.connection).toBe('live');
    // The attempt counts: the same examples are not tried again at once.
    expect(app.learning.trigger(learnedModel(MODEL)).due).toBe(false);
  });
});
