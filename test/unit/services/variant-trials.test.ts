/** ML-50: models of one instrument or cluster: trained in shadow, judged on what both said, promoted and given up. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModelVersion } from '#core/domain/model.ts';
import { DAY_MS } from '#core/domain/timeframe.ts';
import type { ModelPair } from '#core/engine/scoring-model.ts';
import { rollBack } from '#main/services/learning/choose-version.ts';
import { readExamples } from '#main/services/learning/examples.ts';
import { findVariant, variantOf } from '#main/services/learning/learned-models.ts';
import { loadModels } from '#main/services/learning/scoring-models.ts';
import { countTrainable } from '#main/services/learning/trainable.ts';
import { VariantTrials } from '#main/services/learning/variant-trials.ts';
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
const BTC = 'trend/BTC/USDT';

function open(): Profile {
  const opened = openProfile(temporaryFolder());
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  return opened.value;
}

/** Signals in turn of BTC (cluster 1) and ETH (cluster 2), wins and losses in turn for each. */
function signals(
  count: number,
  start: number,
  saidOf: (won: boolean) => readonly SaidOfSignal[] = () => [],
): SignalPlan[] {
  return Array.from({ length: count }, (_, index) => {
    const isBtc = index % 2 === 0;
    const won = index % 4 < 2;
    return {
      time: start + index * 5 * MINUTE,
      outcome: won ? 'win' : 'loss',
      instrumentId: isBtc ? 'binance:BTC/USDT' : 'binance:ETH/USDT',
      cluster: isBtc ? 1 : 2,
      said: isBtc ? saidOf(won) : [],
    };
  });
}

/** A desk of these trials with a record of what it asked for. */
function trialsOn(profile: Profile, rollsBackByItself = true) {
  const trained: string[] = [];
  const applied = new Map<string, ModelPair | null>();
  const said: string[] = [];
  const trials: VariantTrials = new VariantTrials({
    profile,
    wallClock: () => TRAINED + DAY_MS,
    active: (key) => loadModels(profile.models, key).models,
    isBusy: () => false,
    train: (model) => trained.push(model.key) > 0,
    apply: (name, models) => applied.set(name, models),
    reload: () => trials.load([MODEL], []),
    notice: (kind, key, message) => said.push(`${kind} ${key}: ${message}`),
    rollsBackByItself: () => rollsBackByItself,
  });
  const look = async () => {
    trials.load([MODEL], []);
    await trials.look(MODEL, NEVER);
    return trials.of(MODEL.key);
  };
  return { trials, look, trained, applied, said };
}

function champion(profile: Profile): ModelVersion {
  const general = addSmallModel(profile, 'general', { createdAt: TRAINED });
  expect(profile.models.activate(general.id, TRAINED, 'made').ok).toBe(true);
  return general;
}

describe('what a variant learns from', () => {
  it('ML-50: an instrument learns from its own signals, a cluster from those that were in it', async () => {
    const profile = open();
    putSignals(profile, MODEL, signals(30, TRAINED));
    const eth = findVariant([MODEL], 'trend/ETH/USDT');
    const cluster = variantOf(MODEL, { kind: 'cluster', cluster: 1 });
    expect(eth).not.toBeNull();
    for (const variant of eth === null ? [] : [eth, cluster]) {
      expect(countTrainable(profile, variant)).toBe(15);
      expect((await readExamples(profile, variant)).data.rows).toBe(15);
    }
    expect(findVariant([MODEL], 'quality/ETH/USDT')).toBeNull();
  });
});

describe('the trials of variants', () => {
  it('ML-50: nothing is trained before a model of all has proved itself, and the window says what it waits for', async () => {
    const profile = open();
    putSignals(profile, MODEL, signals(240, TRAINED - 3 * DAY_MS));
    const { look, trained } = trialsOn(profile);
    const views = await look();
    expect(views.map(({ label, state }) => [label, state])).toEqual([
      ['cluster 1', 'learning'],
      ['cluster 2', 'learning'],
      ['BTC/USDT', 'learning'],
      ['ETH/USDT', 'learning'],
    ]);
    expect(views[2]?.message).toContain('a model of all that has proved itself');
    expect(trained).toEqual([]);
  });

  it('ML-50: from 100 own examples one is trained, one at a look', async () => {
    const profile = open();
    putSignals(profile, MODEL, signals(198, TRAINED - 3 * DAY_MS));
    champion(profile);
    const { look, trained, trials } = trialsOn(profile);
    expect((await look())[2]).toMatchObject({
      examples: 99,
      neededExamples: 100,
      message: 'learning: 99 of 100 own examples',
    });
    putSignals(profile, MODEL, signals(30, TRAINED - DAY_MS));
    await trials.look(MODEL, NEVER);
    expect(trained).toEqual(['trend/cluster-1']);
    expect(trials.of('trend')[2]?.examples).toBe(114);
  });

  it('ML-50, ML-24: one that watched is promoted when it did better on signals that both scored, not sooner', async () => {
    const profile = open();
    const general = champion(profile);
    const own = addSmallModel(profile, 'own', { key: BTC, createdAt: TRAINED });
    const { look, applied, said } = trialsOn(profile);
    const saidOf = (won: boolean): SaidOfSignal[] => [
      { modelId: general.id, role: 'decided', probability: 0.5 },
      { modelId: own.id, role: 'shadow', probability: won ? 0.7 : 0.3 },
    ];
    putSignals(profile, MODEL, signals(78, TRAINED + DAY_MS, saidOf));
    const young = (await look()).find(({ model }) => model === BTC);
    expect(young).toMatchObject({ state: 'shadow', signals: 39, neededSignals: 40, figures: null });
    expect(applied.get(BTC)).toMatchObject({ champion: { id: own.id }, onlyWatches: true });

    putSignals(profile, MODEL, signals(10, TRAINED + 2 * DAY_MS, saidOf));
    const judged = (await look()).find(({ model }) => model === BTC);
    expect(judged).toMatchObject({ state: 'decides', signals: 44, version: `${BTC} v1` });
    expect(judged?.figures?.difference.high).toBeLessThan(0);
    expect(applied.get(BTC)?.onlyWatches).not.toBe(true);
    expect(profile.models.champion(BTC)?.reason).toContain('the model of all');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`promoted ${BTC}`);
  });

  it('ML-50: one that does no better goes on watching, and a restart takes no further look', async () => {
    const profile = open();
    const general = champion(profile);
    const own = addSmallModel(profile, 'own', { key: BTC, createdAt: TRAINED });
    const alike = (): SaidOfSignal[] => [
      { modelId: general.id, role: 'decided', probability: 0.5 },
      { modelId: own.id, role: 'shadow', probability: 0.5 },
    ];
    putSignals(profile, MODEL, signals(100, TRAINED + DAY_MS, alike));
    const [view] = (await trialsOn(profile).look()).filter(({ model }) => model === BTC);
    expect(view).toMatchObject({
      state: 'shadow',
      message: expect.stringContaining('No better than the model of all'),
    });
    const looked = profile.desk.settings().get(`learning.variant.${BTC}`);
    await trialsOn(profile).look();
    expect(profile.desk.settings().get(`learning.variant.${BTC}`)).toBe(looked);
  });

  /** A variant that decides, and what it said of 60 signals of its own was wrong. */
  function worseThanAll(profile: Profile) {
    const general = champion(profile);
    const own = addSmallModel(profile, 'own', { key: BTC, createdAt: TRAINED });
    profile.models.activate(own.id, TRAINED, 'it was better once');
    const saidOf = (won: boolean): SaidOfSignal[] => [
      { modelId: own.id, role: 'decided', probability: won ? 0.2 : 0.8 },
      { modelId: general.id, role: 'shadow', probability: won ? 0.7 : 0.3 },
    ];
    putSignals(profile, MODEL, signals(120, TRAINED + DAY_MS, saidOf));
    return { own, saidOf };
  }

  it('ML-50, ML-25: with nothing rolled back by itself (setting) that is told once, and it goes on deciding', async () => {
    const profile = open();
    const { own, saidOf } = worseThanAll(profile);
    const first = trialsOn(profile, false);
    expect((await first.look()).find(({ model }) => model === BTC)).toMatchObject({ state: 'decides', signals: 60 });
    expect(first.said).toEqual([expect.stringMatching(/^drift trend\/BTC\/USDT: .*goes on deciding/)]);
    putSignals(profile, MODEL, signals(40, TRAINED + 3 * DAY_MS, saidOf));
    const restarted = trialsOn(profile, false);
    await restarted.look();
    expect(restarted.said).toEqual([]);
    expect(profile.models.champion(BTC)?.id).toBe(own.id);
    // Switched on, the next look gives it up.
    putSignals(profile, MODEL, signals(40, TRAINED + 5 * DAY_MS, saidOf));
    const { look, said } = trialsOn(profile);
    await look();
    expect(said).toEqual([expect.stringContaining(`rolled-back ${BTC}`)]);
    expect(profile.models.champion(BTC)).toBeNull();
  });

  it('ML-50, ML-25: one that decides is given up when the model of all did clearly better', async () => {
    const profile = open();
    const { own } = worseThanAll(profile);
    const { look, applied, said } = trialsOn(profile);
    await look();
    expect(profile.models.version(own.id)?.state).toBe('rolled-back');
    expect(applied.get(BTC)).toBeNull();
    expect(said[0]).toContain(`rolled-back ${BTC}`);
  });

  it('ML-50: one that decides is given up by hand: the model of all decides, and there is nothing more to give up', async () => {
    const profile = open();
    champion(profile);
    const own = addSmallModel(profile, 'own', { key: BTC, createdAt: TRAINED });
    expect(rollBack(profile, BTC, TRAINED)).toMatchObject({ ok: false, error: { kind: 'nothing-to-roll-back' } });
    expect(profile.models.activate(own.id, TRAINED, 'made').ok).toBe(true);
    const { look, applied } = trialsOn(profile);
    await look();
    expect(applied.get(BTC)).not.toBeNull();
    expect(rollBack(profile, BTC, TRAINED + 1)).toMatchObject({ ok: true, value: { id: own.id } });
    await look();
    expect(applied.get(BTC)).toBeNull();
    expect(profile.models.version(own.id)).toMatchObject({
      state: 'rolled-back',
      reason: expect.stringMatching(/by you/),
    });
  });

  it('ML-50: what a model says of its own training time, or of what nobody else scored, proves nothing', async () => {
    const profile = open();
    const general = champion(profile);
    const own = addSmallModel(profile, 'own', { key: BTC, createdAt: TRAINED });
    const both = (won: boolean): SaidOfSignal[] => [
      { modelId: general.id, role: 'decided', probability: 0.5 },
      { modelId: own.id, role: 'shadow', probability: won ? 0.9 : 0.1 },
    ];
    putSignals(profile, MODEL, signals(100, TRAINED - 2 * DAY_MS, both));
    putSignals(
      profile,
      MODEL,
      signals(100, TRAINED + DAY_MS, (won) => both(won).slice(1)),
    );
    const [view] = (await trialsOn(profile).look()).filter(({ model }) => model === BTC);
    expect(view).toMatchObject({ state: 'shadow', signals: 0 });
  });
});
