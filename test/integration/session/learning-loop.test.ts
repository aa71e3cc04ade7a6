/** ML-20 to ML-25, end to end: phantoms resolve, examples add up, a worker trains, and a verdict decides what scores next. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type App, createApp } from '#main/app.ts';
import { reach } from '#test/support/live-run.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

async function liveApp(folder: string): Promise<App> {
  const app = await createApp({ profileDir: folder });
  if (!app.ok) throw new Error(app.error.message);
  onTestFinished(() => app.value.close());
  await app.value.start();
  await reach(app.value, 'live');
  return app.value;
}

/** Resolves when the first job is over. */
function firstJob(app: App): Promise<void> {
  return new Promise((resolve) => {
    const stop = app.learning.desk.changed.on((job) => {
      if (job.state === 'queued' || job.state === 'running') return;
      stop();
      resolve();
    });
  });
}

describe('the learning loop', () => {
  it('ML-21, ML-24: after the history a first fit runs by itself in a worker and ends promoted or rejected, with reasons', async () => {
    const app = await liveApp(temporaryFolder());
    await firstJob(app);
    const [job] = app.models.jobs(5);
    expect(job).toMatchObject({ model: 'trend@demo', state: 'completed', error: null });
    const [version] = app.models.versions('trend@demo');
    expect(version).toMatchObject({ version: 1, setId: 'trend', heads: ['forest', 'boosting', 'network'] });
    expect(['champion', 'rejected']).toContain(version?.state);
    expect(version?.reason.length).toBeGreaterThan(20);
    expect(version?.examples).toBeGreaterThan(300);
    expect(version?.effectiveExamples).toBeLessThanOrEqual(version?.examples ?? 0);
    expect(app.models.artefact(version?.id ?? '').ok).toBe(true);

    const opened = await app.service.streams['models.overview']({}, { push: () => undefined, end: () => undefined });
    const [overview] = opened.snapshot.models;
    opened.stop();
    expect(overview).toMatchObject({ model: 'trend@demo', simulated: true });
    expect(overview?.state).toBe(version?.state === 'champion' ? 'ready' : 'heuristic');
    expect(overview?.versions[0]?.figures?.rows).toBeGreaterThan(100);
  }, 90_000);

  it('ML-11, ML-42, ML-45: an activated version scores new signals, explains them, and its word is kept', async () => {
    const folder = temporaryFolder();
    const app = await liveApp(folder);
    await firstJob(app);
    const [version] = app.models.versions('trend@demo');
    expect(await app.service.calls['models.activate']({ id: version?.id ?? '' })).toMatchObject({ done: true });
    app.demo()?.setSpeed(900);
    const id = await new Promise<string>((resolve) => {
      const stop = app.session.stepped.on(({ events }) => {
        const found = events.find((event) => event.kind === 'phantom-opened');
        if (found === undefined) return;
        stop();
        resolve(found.phantom.id);
      });
    });
    const detail = await app.service.calls['phantoms.detail']({ id });
    expect(detail?.phantom.decision.score.reason).toBeNull();
    expect(detail?.phantom.decision.score).toMatchObject({ kind: 'model', version: 'trend@demo v1' });
    const { score, threshold } = detail?.phantom.decision ?? {};
    expect(threshold?.source).toBe('expected-value');
    const explanation = await app.service.calls['models.explain']({ signalId: id });
    expect(explanation?.score).toBeCloseTo(score?.value ?? Number.NaN, 9);
    const points = explanation?.contributions.reduce((sum, part) => sum + part.points, 0) ?? 0;
    expect((explanation?.baseScore ?? 0) + points).toBeCloseTo(explanation?.score ?? Number.NaN, 9);
    expect(explanation?.heads.map((head) => head.id)).toEqual(['forest', 'boosting', 'network']);
    expect(explanation?.precedents.length).toBeGreaterThan(0);
    for (const precedent of explanation?.precedents ?? []) {
      expect(precedent.openedAt).toBeLessThan(detail?.phantom.signal.time ?? 0);
    }

    // A restart finds the champion again and scores with it at once.
    await app.close();
    const again = await liveApp(folder);
    expect(again.learning.active('trend_pullback')?.champion.name).toBe('trend@demo v1');
  }, 120_000);

  it('ML-20: a cancelled training is a cancelled job; what was in use stays', async () => {
    const app = await liveApp(temporaryFolder());
    const over = firstJob(app);
    await new Promise<void>((resolve) => {
      const stop = app.learning.desk.changed.on((job) => {
        if (job.state !== 'running') return;
        stop();
        resolve();
      });
    });
    const [job] = app.models.jobs(1);
    expect(await app.service.calls['models.cancel']({ jobId: job?.id ?? '' })).toMatchObject({ done: true });
    await over;
    expect(app.models.jobs(1)[0]).toMatchObject({ state: 'cancelled' });
    expect(app.models.versions('trend@demo')).toEqual([]);
    expect(app.learning.active('trend_pullback')).toBeNull();
  }, 60_000);
});
