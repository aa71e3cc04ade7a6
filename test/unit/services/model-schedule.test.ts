/** ML-20, ML-21: weekly models train at their time, or at the next start after it; what was cancelled is not begun again. */
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Emitter } from '#core/base/emitter.ts';
import { err } from '#core/base/result.ts';
import { findModelSpec } from '#core/learning/model-table.ts';
import { nextAsking } from '#core/learning/model-table-trigger.ts';
import type { EngineStep } from '#main/services/engine-keeper.ts';
import type { LearnedModel } from '#main/services/learning/learned-models.ts';
import { LearningService, type LearningSession } from '#main/services/learning/learning-service.ts';
import type { Retrainer } from '#main/services/learning/retrainer.ts';
import type { SessionState } from '#main/services/session-parts.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { learnedModel, putSignals } from '#test/support/small-model.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 2026-11-15 is a Sunday; structure models train on Sundays at 02:00 UTC. */
const SUNDAY_0200 = Date.UTC(2026, 10, 15, 2);
const LIVE: SessionState = { connection: 'live', message: '', remedy: '', progress: null };

function weeklyModel(): LearnedModel {
  const spec = findModelSpec('structure');
  if (spec === null) throw new Error('there is no structure model');
  return { ...learnedModel('trend'), key: 'structure', spec };
}

function open(): Profile {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  return opened.value;
}

/** A live session in which nothing happens by itself. */
function quietSession(): LearningSession {
  return {
    changed: new Emitter<SessionState>(),
    stepped: new Emitter<EngineStep>(),
    reopened: new Emitter<void>(),
    state: LIVE,
    keeper: null,
    instruments: [],
    now: () => Date.now(),
  };
}

function serve(
  profile: Profile,
  retrainer: Retrainer,
  mayLearn = () => true,
): { readonly learning: LearningService; begin(): void } {
  const session = quietSession();
  const learning = new LearningService({
    profile,
    session,
    retrainer,
    log: { write: () => undefined },
    wallClock: () => Date.now(),
    rollsBackByItself: () => true,
    mayLearn,
    models: () => [weeklyModel()],
  });
  onTestFinished(() => learning.close());
  return { learning, begin: () => session.changed.emit(LIVE) };
}

/** A trainer that finds nothing: attempts are what is looked at. */
const fruitless: Retrainer = {
  retrain: async () => err({ kind: 'failed', message: 'nothing was found.', remedy: '' }),
};

function examples(profile: Profile, from: number, count: number): void {
  const model = weeklyModel();
  const plans = Array.from({ length: count }, (_, index) => ({
    time: Date.UTC(2026, 9, 1) + (from + index) * 600_000,
    outcome: index % 2 === 0 ? ('win' as const) : ('loss' as const),
  }));
  putSignals(profile, model, plans);
}

/** Lets timers and what they began come to an end. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(0);
}

const jobs = (profile: Profile) => profile.models.jobs(10).map(({ state, trigger }) => `${state}: ${trigger}`);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('when to ask again', () => {
  const waits = (nextAt: number | null) => ({ due: false, reason: '', nextAt });

  it('ML-21: at the next scheduled time, within the hour in any case, and never without one', () => {
    expect(nextAsking([waits(null), waits(null)], 5_000)).toBeNull();
    expect(nextAsking([waits(null), waits(1_800_000), waits(90_000_000)], 0)).toBe(1_800_000);
    expect(nextAsking([waits(90_000_000)], 0), 'a machine may sleep until then').toBe(HOUR);
    expect(nextAsking([waits(10)], 1_000_000), 'passed already: soon, not at once').toBe(1_001_000);
  });
});

describe('weekly models', () => {
  it('ML-21: train at their time although nothing happens then, and not before', async () => {
    vi.setSystemTime(SUNDAY_0200 - 3 * DAY);
    const profile = open();
    examples(profile, 0, 100);
    const { begin } = serve(profile, fruitless);
    begin();
    await pass(2_000);
    expect(jobs(profile)).toEqual(['failed: first fit: 100 examples']);
    await pass(2_000);
    examples(profile, 100, 100);
    for (let hours = 0; hours < 70; hours++) await pass(HOUR);
    expect(jobs(profile)).toHaveLength(1);
    for (let hours = 0; hours < 3; hours++) await pass(HOUR);
    expect(jobs(profile)).toEqual(['failed: scheduled, with 100 new examples', 'failed: first fit: 100 examples']);
    for (let hours = 0; hours < 24; hours++) await pass(HOUR);
    expect(jobs(profile)).toHaveLength(2);
  });

  it('DE-10: with learning switched off nothing trains by itself, a click still does, and switched on it does', async () => {
    vi.setSystemTime(SUNDAY_0200 - 3 * DAY);
    const profile = open();
    examples(profile, 0, 100);
    const { learning, begin } = serve(profile, fruitless, () => false);
    begin();
    for (let hours = 0; hours < 80; hours++) await pass(HOUR);
    expect(jobs(profile)).toEqual([]);
    expect(learning.train(weeklyModel(), 'asked for')).toBe(true);
    await pass(2_000);
    expect(jobs(profile)).toEqual(['failed: asked for']);
    await learning.close();
    examples(profile, 100, 100);
    serve(profile, fruitless).begin();
    for (let hours = 0; hours < 8 * 24; hours++) await pass(HOUR);
    expect(jobs(profile)).toHaveLength(2);
  });

  it('DE-10, ML-21: switched off and on again, a weekly time is waited for as before, and one that passed is caught up', async () => {
    vi.setSystemTime(SUNDAY_0200 - 3 * DAY);
    const profile = open();
    examples(profile, 0, 100);
    let on = true;
    const { learning, begin } = serve(profile, fruitless, () => on);
    begin();
    await pass(2_000);
    examples(profile, 100, 100);
    on = false;
    learning.switched();
    for (let hours = 0; hours < 80; hours++) await pass(HOUR);
    expect(jobs(profile)).toEqual(['failed: first fit: 100 examples']);
    on = true;
    learning.switched();
    await pass(2_000);
    expect(jobs(profile)[0]).toBe('failed: scheduled, with 100 new examples');
    examples(profile, 200, 100);
    for (let hours = 0; hours < 7 * 24; hours++) await pass(HOUR);
    expect(jobs(profile)).toHaveLength(3);
  });

  it('ML-21: a time that passed while the desk was off is caught up at the next start, once', async () => {
    vi.setSystemTime(SUNDAY_0200 - 2 * DAY);
    const profile = open();
    examples(profile, 0, 100);
    const before = serve(profile, fruitless);
    before.begin();
    await pass(2_000);
    await before.learning.close();
    examples(profile, 100, 150);
    vi.setSystemTime(SUNDAY_0200 + 3 * DAY);
    const { begin } = serve(profile, fruitless);
    begin();
    await pass(2_000);
    expect(jobs(profile)[0]).toBe('failed: scheduled, with 150 new examples');
    begin();
    await pass(5_000);
    expect(jobs(profile)).toHaveLength(2);
  });
});

describe('a training that ends without a model', () => {
  it('ML-20: one that was cancelled is not begun again before there are new examples', async () => {
    vi.setSystemTime(SUNDAY_0200);
    const profile = open();
    examples(profile, 0, 100);
    const waiting: Retrainer = {
      retrain: (_, { signal }) =>
        new Promise((resolve) => {
          const stopped = () => resolve(err({ kind: 'cancelled', message: 'cancelled.', remedy: '' }));
          signal.addEventListener('abort', stopped, { once: true });
        }),
    };
    const { learning, begin } = serve(profile, waiting);
    begin();
    await pass(2_000);
    const [job] = profile.models.jobs(1);
    expect(job?.state).toBe('running');
    learning.desk.cancel(job?.id ?? '');
    await pass(5_000);
    await pass(5_000);
    expect(profile.models.jobs(10)).toMatchObject([{ state: 'cancelled', error: 'cancelled by you' }]);
  });

  it('ML-20: one that the end of the application cut off is begun again at the next start', async () => {
    vi.setSystemTime(SUNDAY_0200);
    const profile = open();
    examples(profile, 0, 100);
    const waiting: Retrainer = {
      retrain: (_, { signal }) =>
        new Promise((resolve) => {
          const stopped = () => resolve(err({ kind: 'cancelled', message: 'cancelled.', remedy: '' }));
          signal.addEventListener('abort', stopped, { once: true });
        }),
    };
    const before = serve(profile, waiting);
    before.begin();
    await pass(2_000);
    await before.learning.close();
    expect(profile.models.jobs(10)).toMatchObject([{ state: 'cancelled', error: 'the application was closed' }]);
    const { begin } = serve(profile, fruitless);
    begin();
    await pass(2_000);
    expect(jobs(profile)).toHaveLength(2);
  });

  it('ML-20: examples of another feature set do not ask for a first fit at every turn', async () => {
    vi.setSystemTime(SUNDAY_0200);
    const profile = open();
    const model = weeklyModel();
    const strange = { ...model, set: { ...model.set, hash: 'f'.repeat(64) } };
    const plans = Array.from({ length: 100 }, (_, index) => ({
      time: Date.UTC(2026, 9, 1) + index * 600_000,
      outcome: 'win' as const,
    }));
    putSignals(profile, strange, plans);
    const { begin } = serve(profile, fruitless);
    for (let turn = 0; turn < 4; turn++) {
      begin();
      await pass(2_000);
    }
    expect(profile.models.jobs(10)).toMatchObject([{ state: 'failed', error: expect.stringContaining('needs 100') }]);
  });
});
