import { describe, expect, it } from 'vitest';
import type { Figure } from '#contract/areas/models.ts';
import { FIGURE_ROWS, intervalPlaces, judge, rowsBehind } from '#renderer/features/models/figure-rows.ts';
import { PART_LENGTH, sendModel } from '#renderer/features/models/model-files.ts';
import { showModelNotices } from '#renderer/features/models/model-notices.ts';
import { createModelsStore, modelOnShow, versionOnShow } from '#renderer/features/models/models-store.ts';
import { labelledPoints } from '#renderer/features/models/ReliabilityCurve.tsx';
import { openDesk, settle } from '../support/open-desk.ts';
import { refusal, scriptedClient } from '../support/scripted-client.ts';

const figure = (low: number, high: number, base: number): Figure => ({ value: (low + high) / 2, low, high, base });

describe('the figures of a model', () => {
  it('ML-22: a figure is judged only when its interval leaves the base out', () => {
    expect(judge(figure(0.51, 0.6, 0.5), 'higher')).toBe('better');
    expect(judge(figure(0.49, 0.6, 0.5), 'higher')).toBe('undecided');
    expect(judge(figure(0.5, 0.6, 0.5), 'higher')).toBe('undecided');
    expect(judge(figure(0.4, 0.45, 0.5), 'higher')).toBe('worse');
    expect(judge(figure(0.6, 0.65, 0.68), 'lower')).toBe('better');
    expect(judge(figure(0.7, 0.75, 0.68), 'lower')).toBe('worse');
    expect(judge(figure(0.7, 0.75, 0.68), 'neither')).toBe('undecided');
    expect(judge(figure(Number.NaN, Number.NaN, 0.5), 'higher')).toBe('undecided');
  });

  it('ML-22: the calibration error and coverage are never praised or blamed against no model', () => {
    const neutral = FIGURE_ROWS.filter(({ better }) => better === 'neither').map(({ key }) => key);
    expect(neutral).toEqual(['calibrationError', 'coverage']);
  });

  it('figures at the threshold rest on the signals that reach it only', async () => {
    const { fake } = openDesk({ models: 'ready' });
    const figures = fake.models.snapshot().models[0]?.champion?.figures;
    if (figures === null || figures === undefined) throw new Error('the champion has figures');
    const few = { ...figures, rows: 40, coverage: figure(0.1, 0.3, 1) };
    const rows = Object.fromEntries(FIGURE_ROWS.map((row) => [row.key, rowsBehind(row, few)]));
    expect(rows).toMatchObject({ areaUnderCurve: 40, logLoss: 40, winRate: 8, netRPerTrade: 8, coverage: 40 });
  });

  it('interval, value and base keep their order on the strip, also when all are the same', () => {
    const places = intervalPlaces(figure(0.55, 0.65, 0.5));
    expect(places.base).toBeLessThan(places.low);
    expect(places.low).toBeLessThan(places.value);
    expect(places.value).toBeLessThan(places.high);
    expect(places.high).toBeLessThanOrEqual(1);
    expect(intervalPlaces(figure(0.5, 0.5, 0.5))).toEqual({ low: 0.5, high: 0.5, value: 0.5, base: 0.5 });
  });

  it('counts that would overlap under the reliability curve are left to its tooltips', () => {
    const points = [0.1, 0.12, 0.14, 0.5].map((predicted) => ({ predicted, observed: 0.5, rows: 30 }));
    expect([...labelledPoints(points)].map(({ predicted }) => predicted)).toEqual([0.1, 0.5]);
  });
});

describe('the state of the panel', () => {
  it('shows the champion, else the newest version, else none', async () => {
    const ready = openDesk({ models: 'ready' }).fake.models.snapshot().models[0];
    const rejected = openDesk({ models: 'heuristic' }).fake.models.snapshot().models[0];
    const learning = openDesk({ models: 'learning' }).fake.models.snapshot().models[0];
    if (ready === undefined || rejected === undefined || learning === undefined) throw new Error('models are there');
    expect(versionOnShow(ready)?.version).toBe(4);
    expect(versionOnShow(rejected)).toMatchObject({ version: 2, state: 'rejected' });
    expect(versionOnShow(learning)).toBeNull();
  });

  it('keeps the chosen model, and falls back when it is gone', () => {
    const snapshot = openDesk({ models: 'several' }).fake.models.snapshot();
    expect(modelOnShow(snapshot, 'trend')?.state).toBe('learning');
    expect(modelOnShow(snapshot, 'gone')?.model).toBe('trend@demo');
    expect(modelOnShow({ models: [], jobs: [] }, 'trend')).toBeNull();
  });

  it('choosing another model takes back comparison and question', () => {
    const store = createModelsStore({ client: scriptedClient() });
    store.compare('a');
    store.askToActivate('a');
    store.choose('trend');
    expect(store.getState()).toMatchObject({ chosenModel: 'trend', comparedId: null, confirmingId: null });
    store.compare('b');
    store.compare('b');
    expect(store.getState().comparedId).toBeNull();
  });

  it('ML-20: an intent on its way is not sent twice, and its answer is kept', async () => {
    const client = scriptedClient();
    const store = createModelsStore({ client });
    void store.train('trend');
    void store.train('trend');
    expect(client.calls).toHaveLength(1);
    expect(client.calls[0]).toMatchObject({ name: 'models.train', input: { model: 'trend' } });
    expect(store.getState().sending.has('trend')).toBe(true);
    client.calls[0]?.resolve({ done: true, message: 'Training started.' });
    await settle();
    expect(store.getState().sending.size).toBe(0);
    expect(store.getState().answer).toEqual({ done: true, message: 'Training started.' });
  });

  it('a refusal says what to do; a lost answer is no refusal', async () => {
    const client = scriptedClient();
    const store = createModelsStore({ client });
    void store.cancel('job');
    client.calls[0]?.reject(refusal('It has ended.'));
    await settle();
    expect(store.getState().answer).toEqual({ done: false, message: 'It has ended. Try again.' });
    void store.activate('id');
    client.calls[1]?.reject(refusal('Closed.', 'closed'));
    await settle();
    expect(store.getState().answer?.message).toContain('lost with the connection');
  });
});

describe('files', () => {
  const started = { exportId: 'e', fileName: 'v4.json', total: 2 };

  it('ML-40: one file at a time, with its progress, saved when it is whole', async () => {
    const client = scriptedClient();
    const saved: unknown[] = [];
    const store = createModelsStore({ client }, (...file) => saved.push(file));
    void store.exportVersion({ id: 'id', version: 4 });
    void store.exportTraining('trend', 'csv');
    expect(client.calls.map(({ name }) => name)).toEqual(['models.export']);
    expect(store.getState().transfer).toEqual({ label: 'Exporting v4', fraction: null });
    client.calls[0]?.resolve(started);
    await settle();
    client.calls[1]?.resolve({ text: 'one ', rows: 1, done: false });
    await settle();
    expect(store.getState().transfer?.fraction).toBe(0.5);
    expect(saved).toEqual([]);
    client.calls[2]?.resolve({ text: 'two', rows: 1, done: true });
    await settle();
    expect(saved).toEqual([['v4.json', ['one ', 'two'], 'application/json']]);
    expect(store.getState()).toMatchObject({ transfer: null, answer: { done: true, message: 'v4.json is saved.' } });
  });

  it('a cancelled export saves nothing and is given up at the other end', async () => {
    const client = scriptedClient();
    const saved: unknown[] = [];
    const store = createModelsStore({ client }, (...file) => saved.push(file));
    void store.exportVersion({ id: 'id', version: 4 });
    client.calls[0]?.resolve(started);
    await settle();
    store.cancelTransfer();
    client.calls[1]?.resolve({ text: 'one ', rows: 1, done: false });
    await settle();
    expect(client.calls[2]).toMatchObject({ name: 'exports.cancel', input: { exportId: 'e' } });
    client.calls[2]?.resolve(null);
    await settle();
    expect(saved).toEqual([]);
    expect(store.getState()).toMatchObject({ transfer: null, answer: { done: false } });
  });

  it('ML-40: a model file goes in parts that together are the file, with the name its first answer gave', async () => {
    const client = scriptedClient();
    const text = `${'x'.repeat(PART_LENGTH)}y`;
    const told: (number | null)[] = [];
    const sending = sendModel(client, text, (fraction) => told.push(fraction) > 0);
    expect(client.calls[0]?.input).toEqual({ importId: null, text: 'x'.repeat(PART_LENGTH), last: false });
    client.calls[0]?.resolve({ importId: 'i', answer: null });
    await settle();
    expect(client.calls[1]?.input).toEqual({ importId: 'i', text: 'y', last: true });
    client.calls[1]?.resolve({ importId: 'i', answer: { done: true, message: 'Added.' } });
    expect(await sending).toEqual({ done: true, message: 'Added.' });
    expect(told).toEqual([0, PART_LENGTH / text.length]);
  });

  it('a file that ends as exactly one part, and an empty one, are sent once', async () => {
    for (const text of ['x'.repeat(PART_LENGTH), '']) {
      const client = scriptedClient();
      const sending = sendModel(client, text, () => true);
      expect(client.calls[0]?.input).toMatchObject({ text, last: true });
      client.calls[0]?.resolve({ importId: 'i', answer: { done: false, message: 'No model.' } });
      expect((await sending).message).toBe('No model.');
      expect(client.calls).toHaveLength(1);
    }
  });
});

describe('notices', () => {
  it('ML-24, ML-25, ML-41: each kind is told once, named after its model, and marked when simulated', async () => {
    const { desk, fake } = openDesk({ models: 'several' });
    await settle();
    const stop = showModelNotices(desk);
    fake.models.notify('promoted', 'v5 decides.');
    fake.models.notify('drift', 'atr_pct moved.', 'trend');
    await settle();
    expect(desk.notices.getState().notices).toMatchObject([
      { tone: 'good', title: 'Trend: promoted (simulated)', text: 'v5 decides.' },
      { tone: 'warning', title: 'Trend: drift', text: 'atr_pct moved.' },
    ]);
    stop();
    fake.models.notify('failed', 'The worker ended.');
    await settle();
    expect(desk.notices.getState().notices).toHaveLength(2);
  });

  it('each kind has its tone, and none stays over the work', async () => {
    const { desk, fake } = openDesk({ models: 'several' });
    await settle();
    showModelNotices(desk);
    const tones: string[] = [];
    for (const kind of ['promoted', 'rolled-back', 'drift', 'failed', 'expired'] as const) {
      fake.models.notify(kind, 'What happened.');
      await settle();
      tones.push(desk.notices.getState().notices.at(-1)?.tone ?? '');
    }
    expect(tones).toEqual(['good', 'warning', 'warning', 'warning', 'warning']);
  });

  it('what was told before a lost connection is not told again after it', async () => {
    const { desk, fake, breakConnection, dialAgain } = openDesk({ models: 'ready' });
    await settle();
    showModelNotices(desk);
    fake.models.notify('promoted', 'v4 decides.');
    await settle();
    breakConnection();
    await settle();
    dialAgain();
    await settle();
    expect(desk.notices.getState().notices).toHaveLength(1);
    fake.models.notify('rolled-back', 'v3 decides again.');
    await settle();
    expect(desk.notices.getState().notices.map(({ text }) => text)).toEqual(['v4 decides.', 'v3 decides again.']);
  });

  it('ML-24: a rejected candidate is no notice: the panel and the log have it', async () => {
    const { desk, fake } = openDesk();
    await settle();
    showModelNotices(desk);
    for (const message of ['No better.', 'Worse.']) fake.models.notify('rejected', message);
    fake.models.notify('promoted', 'v5 decides.');
    await settle();
    expect(desk.notices.getState().notices).toMatchObject([{ text: 'v5 decides.' }]);
    expect(desk.modelNotices.getState().data).toHaveLength(3);
  });
});
