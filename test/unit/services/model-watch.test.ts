/** ML-25, ML-41: what is said of a champion while it scores, each thing once, also after a restart. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import { DAY_MS } from '#core/domain/timeframe.ts';
import { MODEL_LIFE_MS, type ScoringPair } from '#core/engine/scoring-model.ts';
import { ModelWatch } from '#main/services/learning/model-watch.ts';
import { loadVersion } from '#main/services/learning/scoring-models.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import {
  addSmallModel,
  learnedModel,
  putSignals,
  type SaidOfSignal,
  type SignalPlan,
} from '#test/support/small-model.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const MINUTE = 60_000;
const TRAINED = Date.UTC(2026, 0, 5);
const NEVER = new AbortController().signal;
const MODEL = learnedModel('trend');

function open(): Profile {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  return opened.value;
}

function loaded(profile: Profile, version: ModelVersion) {
  const model = loadVersion(profile.models, version, []);
  if (model?.task !== 'classify') throw new Error('the model does not load');
  return model;
}

function made(profile: Profile, withShadow = false): ScoringPair {
  const shadow = withShadow ? addSmallModel(profile, 'before', { createdAt: TRAINED }) : null;
  const champion = addSmallModel(profile, 'now', { createdAt: TRAINED });
  return { champion: loaded(profile, champion), shadow: shadow === null ? null : loaded(profile, shadow) };
}

/** A watch with a record of what it said and asked for. */
function watched(profile: Profile, now = TRAINED + DAY_MS, fresh = 100) {
  const said: string[] = [];
  const refits: string[] = [];
  const backs: string[] = [];
  const clock = { now };
  const settings = { automaticRollback: true };
  const watch = new ModelWatch({
    profile,
    model: MODEL,
    now: () => clock.now,
    freshExamples: () => fresh,
    notice: (kind, message) => said.push(`${kind}: ${message}`),
    refit: (trigger) => refits.push(trigger) > 0,
    rollBack: (_, reason) => backs.push(reason),
    rollsBackByItself: () => settings.automaticRollback,
  });
  return { watch, said, refits, backs, clock, settings };
}

/** Signals some minutes apart from `start` on. */
function signals(count: number, start: number, plan: (index: number) => Omit<SignalPlan, 'time'>): SignalPlan[] {
  return Array.from({ length: count }, (_, index) => ({ time: start + index * 5 * MINUTE, ...plan(index) }));
}

describe('drift of the features', () => {
  const block = (count: number, start: number, shift: number) => {
    const random = createRandom(`features from ${start}`);
    return signals(count, start, (index) => ({
      outcome: index % 2 === 0 ? 'win' : 'loss',
      values: Float64Array.from(MODEL.set.names, (_, at) => random.normal() + (at === 0 ? shift : 0)),
    }));
  };

  it('ML-41: newest signals unlike the training block are told once, by name, and shown; a restart does not repeat it', async () => {
    const profile = open();
    putSignals(profile, MODEL, block(480, TRAINED - 600 * 5 * MINUTE, 0));
    const models = made(profile);
    const { watch, said } = watched(profile);
    await watch.look(models, NEVER);
    expect(watch.drift).toMatchObject({ judged: false, message: expect.stringContaining('there are 0') });

    putSignals(profile, MODEL, block(60, TRAINED + MINUTE, 2));
    await watch.look(models, NEVER);
    expect(watch.drift?.judged, 'not looked at for every signal').toBe(false);
    watch.noteOpened(60);
    await watch.look(models, NEVER);
    expect(watch.drift?.drifted.map(({ name }) => name)).toEqual([MODEL.set.names[0]]);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`drift: trend v1: In the newest 60 signals ${MODEL.set.names[0]} differ`);
    watch.noteOpened(60);
    await watch.look(models, NEVER);
    const again = watched(profile);
    await again.watch.look(models, NEVER);
    expect(again.watch.drift?.drifted).toHaveLength(1);
    expect([...said.slice(1), ...again.said]).toEqual([]);
  });

  it('ML-41: signals like those of the training say nothing, and a short training block is not judged', async () => {
    const profile = open();
    putSignals(profile, MODEL, block(480, TRAINED - 600 * 5 * MINUTE, 0));
    putSignals(profile, MODEL, block(60, TRAINED + MINUTE, 0));
    const { watch, said } = watched(profile);
    await watch.look(made(profile), NEVER);
    expect(watch.drift).toMatchObject({ judged: true, drifted: [] });
    expect(said).toEqual([]);

    const young = open();
    putSignals(young, MODEL, block(200, TRAINED - 600 * 5 * MINUTE, 0));
    putSignals(young, MODEL, block(60, TRAINED + MINUTE, 3));
    const short = watched(young);
    await short.watch.look(made(young), NEVER);
    expect(short.watch.drift).toMatchObject({ judged: false, message: expect.stringContaining('there are 200') });
  });
});

describe('drift of the loss', () => {
  /** The model knows what will come, or the opposite of it. */
  const judged = (modelId: string, count: number, start: number, knows: boolean) => {
    const random = createRandom(`losses from ${start}`);
    return signals(count, start, () => {
      const probability = random.next() < 0.5 ? 0.85 : 0.15;
      const won = random.next() < (knows ? probability : 1 - probability);
      return { outcome: won ? 'win' : 'loss', said: [{ modelId, role: 'decided', probability }] };
    });
  };

  it('ML-41: a loss that rose is told once and asks for one refit, also over a restart', async () => {
    const profile = open();
    const models = made(profile);
    const { id } = models.champion;
    putSignals(profile, MODEL, judged(id, 400, TRAINED + MINUTE, true));
    const first = watched(profile);
    await first.watch.look(models, NEVER);
    expect(first.watch.drift?.message).toMatch(/The loss of its 400 judged predictions is steady at 0\.[34]\d/);
    expect(first.said).toEqual([]);

    putSignals(profile, MODEL, judged(id, 150, TRAINED + 3 * DAY_MS, false));
    await first.watch.look(models, NEVER);
    await first.watch.look(models, NEVER);
    expect(first.said).toHaveLength(1);
    expect(first.said[0]).toMatch(/^drift: trend v1: the loss of its predictions rose from 0\.\d\d to \d\.\d\d$/);
    expect(first.refits).toEqual([expect.stringMatching(/^drift: the loss of its predictions rose/)]);
    expect(first.watch.drift?.judged).toBe(true);

    const second = watched(profile);
    await second.watch.look(models, NEVER);
    expect(second.watch.drift?.message).toBe(first.watch.drift?.message);
    expect([...second.said, ...second.refits]).toEqual([]);
  });

  it('ML-41: the refit waits until there are new examples to learn from', async () => {
    const profile = open();
    const models = made(profile);
    putSignals(profile, MODEL, judged(models.champion.id, 400, TRAINED + MINUTE, true));
    putSignals(profile, MODEL, judged(models.champion.id, 150, TRAINED + 3 * DAY_MS, false));
    const poor = watched(profile, TRAINED + 5 * DAY_MS, 3);
    await poor.watch.look(models, NEVER);
    expect([poor.said.length, poor.refits.length]).toEqual([1, 0]);
    const rich = watched(profile, TRAINED + 5 * DAY_MS, 30);
    await rich.watch.look(models, NEVER);
    expect([rich.said.length, rich.refits.length]).toEqual([0, 1]);
  });
});

describe('age', () => {
  it('ML-41: a week before its end and at its end a champion is told of, once each', async () => {
    const profile = open();
    const models = made(profile);
    const end = models.champion.ensemble.parts.trainedUntil + MODEL_LIFE_MS;
    const { watch, said, clock } = watched(profile, end - 8 * DAY_MS);
    await watch.look(models, NEVER);
    expect(said).toEqual([]);
    for (const now of [end - 6.5 * DAY_MS, end - 2 * DAY_MS, end, end + 1, end + DAY_MS]) {
      clock.now = now;
      await watch.look(models, NEVER);
    }
    expect(said).toEqual([
      expect.stringMatching(/^expired: trend v1 expires in 7 days/),
      expect.stringMatching(/^expired: trend v1 has expired/),
    ]);
    const again = watched(profile, end + 2 * DAY_MS);
    await again.watch.look(models, NEVER);
    expect(again.said).toEqual([]);
  });
});

describe('the champion before, in shadow', () => {
  const both = (models: ScoringPair, count: number, start: number, newIsWorse: boolean) => {
    const random = createRandom(`shadow from ${start}`);
    return signals(count, start, () => {
      const p = random.next() < 0.5 ? 0.85 : 0.15;
      const said: SaidOfSignal[] = [
        { modelId: models.champion.id, role: 'decided', probability: newIsWorse ? 1 - p : p },
        { modelId: models.shadow?.id ?? '', role: 'shadow', probability: p },
      ];
      return { outcome: random.next() < p ? 'win' : 'loss', said };
    });
  };

  it('ML-25: shows what is known below 50 signals and judges nothing; rolls back once it is clear', async () => {
    const profile = open();
    const models = made(profile, true);
    const { watch, backs } = watched(profile);
    putSignals(profile, MODEL, both(models, 40, TRAINED + MINUTE, true));
    await watch.look(models, NEVER);
    expect(watch.shadow).toMatchObject({ name: 'trend v1', signals: 40, needed: 50, logLossDifference: null });
    expect(watch.shadow?.winRate).toBeLessThan(watch.shadow?.winRateBefore ?? 0);
    expect(backs).toEqual([]);
    putSignals(profile, MODEL, both(models, 10, TRAINED + DAY_MS, true));
    await watch.look(models, NEVER);
    expect(backs).toEqual([expect.stringContaining('Worse than its predecessor on the last 50 signals')]);
  });

  it('ML-25: with automatic rollback off it only says so, once, also after a restart; switched on it acts at the next look', async () => {
    const profile = open();
    const models = made(profile, true);
    const { watch, backs, said, settings } = watched(profile);
    settings.automaticRollback = false;
    putSignals(profile, MODEL, both(models, 50, TRAINED + MINUTE, true));
    await watch.look(models, NEVER);
    const told = [
      expect.stringMatching(/^drift: trend v2: Worse than its predecessor on the last 50 signals.*by hand\.$/),
    ];
    expect(said).toEqual(told);
    putSignals(profile, MODEL, both(models, 10, TRAINED + DAY_MS, true));
    await watch.look(models, NEVER);
    expect(said).toEqual(told);
    const again = watched(profile);
    putSignals(profile, MODEL, both(models, 10, TRAINED + 2 * DAY_MS, true));
    await again.watch.look(models, NEVER);
    expect([...backs, ...again.said]).toEqual([]);
    expect(again.backs).toEqual([expect.stringContaining('Worse than its predecessor')]);
  });

  it('ML-25: looks again after ten more judged signals, not at each, and a restart does not look earlier', async () => {
    const profile = open();
    const models = made(profile, true);
    const looks = () =>
      (profile.desk.settings().get('learning.watch.trend') as { lookedAt: number } | undefined)?.lookedAt ?? 0;
    const { watch, backs } = watched(profile);
    putSignals(profile, MODEL, both(models, 50, TRAINED + MINUTE, false));
    await watch.look(models, NEVER);
    expect(looks()).toBe(50);
    // Nine more, all against the new one: it could be rolled back by them, were it asked.
    putSignals(profile, MODEL, both(models, 9, TRAINED + DAY_MS, true));
    await watch.look(models, NEVER);
    expect(looks()).toBe(50);
    const again = watched(profile);
    await again.watch.look(models, NEVER);
    expect(looks()).toBe(50);
    expect(again.watch.shadow?.signals).toBe(59);
    putSignals(profile, MODEL, both(models, 1, TRAINED + 2 * DAY_MS, true));
    await again.watch.look(models, NEVER);
    expect(looks()).toBe(60);
    expect([...backs, ...again.backs]).toEqual([]);
  });
});
