/** ML-20 to ML-25, end to end: phantoms resolve, examples add up, a worker trains, and a verdict decides what scores next. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { JobState } from '#core/domain/model.ts';
import type { EngineEvent } from '#core/engine/messages.ts';
import { MODEL_LIFE_MS } from '#core/engine/scoring-model.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { type App, createApp } from '#main/app.ts';
import { reach } from '#test/support/live-run.ts';
import { learnedModel } from '#test/support/small-model.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const HISTORY_DAYS = 16;

/** The first start, with all that the history taught, made once and copied for each test. */
let taught = '';
beforeAll(async () => {
  taught = mkdtempSync(join(tmpdir(), 'shadowdesk-taught-'));
  // One strategy: the fits of the other models would only take the processor from those that are looked at.
  const disabledStrategies = STRATEGIES.map(({ id }) => id).filter((id) => id !== 'trend_pullback');
  const settings = { historyDays: HISTORY_DAYS, demoSpeed: 1, disabledStrategies };
  const app = await createApp({ profileDir: taught, settings });
  if (!app.ok) throw new Error(app.error.message);
  await app.value.start();
  await reach(app.value, 'live');
  await app.value.close();
});
afterAll(() => rmSync(taught, { recursive: true, force: true }));

function taughtFolder(): string {
  const folder = temporaryFolder();
  cpSync(taught, folder, { recursive: true });
  return folder;
}

async function liveApp(folder: string): Promise<App> {
  const app = await createApp({ profileDir: folder });
  if (!app.ok) throw new Error(app.error.message);
  onTestFinished(() => app.value.close());
  await app.value.start();
  await reach(app.value, 'live');
  return app.value;
}

const ENDED: readonly JobState[] = ['completed', 'failed', 'cancelled'];
const MODEL = 'trend@demo';

/** Resolves when a job of the model comes into one of these states; other models train in the same queue. */
function job(app: App, ...states: readonly JobState[]): Promise<void> {
  return new Promise((resolve) => {
    const stop = app.learning.desk.changed.on(({ model, state }) => {
      if (model !== MODEL || !states.includes(state)) return;
      stop();
      resolve();
    });
  });
}

const jobsOf = (app: App) => app.models.jobs(200).filter(({ model }) => model === MODEL);

type Opened = Extract<EngineEvent, { kind: 'phantom-opened' }>;

/** One that a model may score: a gated one is not scored at all. */
function isTrendSignal(event: EngineEvent): event is Opened {
  if (event.kind !== 'phantom-opened') return false;
  const { signal, result } = event.phantom;
  return signal.strategyId === 'trend_pullback' && result.outcome === 'open';
}

describe('the learning loop', () => {
  it('ML-21, ML-24: the history trains by itself in workers; every fit ends promoted or rejected, with reasons', async () => {
    const app = await liveApp(taughtFolder());
    expect(jobsOf(app).length).toBeGreaterThan(2);
    for (const ended of jobsOf(app)) expect(ended).toMatchObject({ state: 'completed', error: null });
    const [version] = app.models.versions(MODEL);
    expect(version).toMatchObject({ setId: 'trend', heads: ['forest', 'boosting', 'network'] });
    expect(['champion', 'rejected']).toContain(version?.state);
    expect(version?.reason.length).toBeGreaterThan(20);
    expect(version?.examples).toBeGreaterThan(300);
    expect(version?.effectiveExamples).toBeLessThanOrEqual(version?.examples ?? 0);
    expect(app.models.artefact(version?.id ?? '').ok).toBe(true);

    const opened = await app.service.streams['models.overview']({}, { push: () => undefined, end: () => undefined });
    const overview = opened.snapshot.models.find(({ model }) => model === MODEL);
    opened.stop();
    expect(overview).toMatchObject({ simulated: true, role: 'scores', strategyIds: ['trend_pullback'] });
    expect(overview?.state).toBe(version?.state === 'champion' ? 'ready' : 'heuristic');
    expect(overview?.versions[0]?.figures?.rows).toBeGreaterThan(100);
  });

  it('ML-11, ML-42, ML-45: an activated version scores new signals, explains them, and its word is kept', async () => {
    const folder = taughtFolder();
    const app = await liveApp(folder);
    // The other models' trainings would only take the processor from this one's market.
    for (const { id } of app.models.jobs(20)) app.learning.desk.cancel(id);
    const [version] = app.models.versions(MODEL);
    expect(await app.service.calls['models.activate']({ id: version?.id ?? '' })).toMatchObject({ done: true });
    app.demo()?.setSpeed(900);
    const id = await new Promise<string>((resolve) => {
      const stop = app.session.stepped.on(({ events }) => {
        const found = events.find(isTrendSignal);
        if (found === undefined) return;
        stop();
        resolve(found.phantom.id);
      });
    });
    const detail = await app.service.calls['phantoms.detail']({ id });
    expect(detail?.phantom.decision.score.reason).toBeNull();
    expect(detail?.phantom.decision.score).toMatchObject({ kind: 'model', version: `${MODEL} v${version?.version}` });
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

    // Its word is counted, pending until the market answers; the window knows when it expires.
    await new Promise<void>((resolve) => {
      const look = () => (app.learning.accuracy(MODEL).windows[0]?.predictions ?? 0) > 0;
      if (look()) return resolve();
      const stop = app.learning.changed.on(() => {
        if (!look()) return;
        stop();
        resolve();
      });
    });
    const shown = await app.service.streams['models.overview']({}, { push: () => undefined, end: () => undefined });
    shown.stop();
    const overview = shown.snapshot.models.find(({ model }) => model === MODEL);
    expect(overview?.expiresAt).toBe((version?.trainedUntil ?? 0) + MODEL_LIFE_MS);
    expect(overview?.accuracy.map(({ days }) => days)).toEqual([7, 30, 90]);
    expect(overview?.drift?.message.length).toBeGreaterThan(20);

    // The whole model leaves through the contract, in parts that fit a frame.
    const started = await app.service.calls['models.export']({ id: version?.id ?? '' });
    let text = '';
    for (let parts = 0; ; parts++) {
      const part = await app.service.calls['exports.next']({ exportId: started.exportId });
      expect(part.text.length).toBeLessThanOrEqual(250_000);
      text += part.text;
      if (part.done) {
        expect(parts).toBe(started.total);
        break;
      }
    }
    expect(JSON.parse(text)).toMatchObject({ id: version?.id, model: MODEL, setHash: version?.setHash });

    // A restart finds the champion again and scores with it at once.
    await app.close();
    const again = await liveApp(folder);
    expect(again.learning.active(MODEL)?.champion.name).toBe(`${MODEL} v${version?.version}`);
  });

  it('ML-20: a cancelled training is a cancelled job; what was in use stays', async () => {
    const app = await liveApp(taughtFolder());
    const [versions, active] = [app.models.versions(MODEL), app.learning.active(MODEL)];
    const over = job(app, ...ENDED);
    const begun = job(app, 'running');
    app.learning.train(learnedModel(MODEL), 'by hand');
    await begun;
    const [running] = jobsOf(app);
    expect(await app.service.calls['models.cancel']({ jobId: running?.id ?? '' })).toMatchObject({ done: true });
    await over;
    expect(jobsOf(app)[0]).toMatchObject({ state: 'cancelled', error: 'cancelled by you' });
    expect(app.models.versions(MODEL)).toEqual(versions);
    expect(app.learning.active(MODEL)).toEqual(active);
  });
});
