/** ML-3, ST-12: what each model may learn from, read from a real record. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Phantom, RESOLVER_VERSION } from '#core/domain/phantom.ts';
import type { Disposition } from '#core/domain/score.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { examplesOnly, readExamples } from '#main/services/learning/examples.ts';
import { RecordLearner } from '#main/services/learning/history-learner.ts';
import { learnedModels } from '#main/services/learning/learned-models.ts';
import { countTrainable, examplesOf } from '#main/services/learning/trainable.ts';
import { PLACEBO_IDS } from '#main/services/strategy-settings.ts';
import { Connection } from '#main/store/connection.ts';
import type { Profile } from '#main/store/database.ts';
import { RECORD_FILE } from '#main/store/schemas.ts';
import { makePhantom, NOON, resolvedResult } from '#test/support/phantom-fixtures.ts';
import { emptyProfile } from '#test/support/research-profile.ts';
import { learnedModel } from '#test/support/small-model.ts';

/** Marks a vector's row by its first value. */
function vectorOf(setId: string, mark: number): FeatureVector {
  const set = findFeatureSet(setId);
  return { setId, setHash: set?.hash ?? '', values: new Float64Array(set?.names.length ?? 0).fill(mark) };
}

interface Planned {
  readonly strategyId: string;
  readonly mark: number;
  readonly own?: string;
  readonly disposition?: Disposition;
  readonly outcome?: 'win' | 'loss' | 'timeout';
  readonly cluster?: number;
  readonly resolverVersion?: number;
}

function put(profile: Profile, plans: readonly Planned[]): void {
  for (const [index, plan] of plans.entries()) {
    const { strategyId, mark, own = 'trend', disposition = 'shadow', outcome = 'win', cluster = 1 } = plan;
    const made = makePhantom({ strategyId, time: NOON + index * 60 * MINUTE_MS });
    const phantom: Phantom = {
      ...made,
      signal: { ...made.signal, cluster },
      features: vectorOf(own, mark),
      besideFeatures: ['immediate', 'quality'].filter((id) => id !== own).map((id) => vectorOf(id, mark)),
      decision: { ...made.decision, disposition },
    };
    const { resolverVersion = RESOLVER_VERSION } = plan;
    const result = { ...resolvedResult(phantom, outcome), resolverVersion };
    const written = profile.record.step((writer) => {
      writer.phantomOpened(phantom.signal.time, phantom);
      writer.phantomClosed(result.exitTime ?? 0, phantom.id, result, false);
    });
    if (!written.ok) throw new Error(written.error.message);
  }
}

const marksOf = async (profile: Profile, key: string) =>
  Array.from((await examplesOnly(await readExamples(profile, learnedModel(key)))).data.columns[0] ?? []);

const PLANS: readonly Planned[] = [
  { strategyId: 'trend_pullback', mark: 1 },
  { strategyId: 'placebo', mark: 2 },
  { strategyId: 'scalp', mark: 3, own: 'scalp', outcome: 'loss' },
  { strategyId: 'external:tv', mark: 4, own: 'quality' },
  { strategyId: 'external:tv', mark: 5, own: 'quality', disposition: 'imported' },
  { strategyId: 'trend_pullback', mark: 6, outcome: 'timeout' },
];

describe('what models learn from', () => {
  it('ST-12, ML-3: shared models learn from every strategy but placebo, whichever vector of a signal is theirs', async () => {
    const profile = emptyProfile();
    put(profile, PLANS);
    expect(PLACEBO_IDS).toEqual(['placebo']);
    expect(await marksOf(profile, 'immediate')).toEqual([1, 3, 4]);
    // Of signals from outside the set of quality is their own, of the others it stands beside.
    expect(await marksOf(profile, 'quality')).toEqual([1, 3, 4]);
    expect(countTrainable(profile, learnedModel('quality'))).toBe(3);
  });

  it.each([
    'trend',
    'immediate',
  ])('PH-10, ML-3: %s learns from no row that another version of the resolver graded', async (key) => {
    const profile = emptyProfile();
    const [older, newer] = [RESOLVER_VERSION - 1, RESOLVER_VERSION + 1];
    const strategyId = 'trend_pullback';
    put(profile, [
      ...[
        { strategyId, mark: 1 },
        { strategyId, mark: 2, resolverVersion: older },
      ],
      ...[
        { strategyId, mark: 3, resolverVersion: newer },
        { strategyId, mark: 4, outcome: 'loss' as const },
      ],
    ]);
    expect(await marksOf(profile, key)).toEqual([1, 4]);
    expect(countTrainable(profile, learnedModel(key))).toBe(2);
    const owners = profile.countOwners(examplesOf(learnedModel(key), 'left out') ?? {});
    expect(owners.map(({ count }) => count)).toEqual([2]);
    // Nothing but the version tells them apart.
    expect(profile.history.count({ strategyIds: [strategyId] })).toBe(4);
    const ofOlder = { strategyIds: [strategyId], resolverVersion: older };
    expect(profile.history.count(ofOlder)).toBe(1);
    expect(profile.history.statistics(ofOlder).resolved.count).toBe(1);
  });

  it('ML-50, RE-33: owners are counted as the documents say, whatever was decided, closed or deleted since', () => {
    const profile = emptyProfile();
    const plan = { strategyId: 'trend_pullback', mark: 1 };
    put(profile, [
      { ...plan, cluster: 1 },
      { ...plan, cluster: 2 },
      { ...plan, cluster: 2, outcome: 'loss' },
      { ...plan, cluster: 3, outcome: 'timeout' },
      { ...plan, cluster: 0, disposition: 'executed' },
    ]);
    const owners = (filter = {}) => profile.countOwners(filter).map(({ cluster, count }) => [cluster, count]);
    const all = { outcomes: ['win', 'loss'] as const };
    expect(owners(all)).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
    ]);
    expect(owners({ outcomes: ['win'] })).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    const beside = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL' });
    beside.exec('DELETE FROM resolutions; DELETE FROM threshold_records; DELETE FROM phantoms WHERE no = 2');
    beside.close();
    expect(owners()).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
  });

  it('ST-12: a placebo that stands in the record as a model reads it is still no example', async () => {
    const profile = emptyProfile();
    put(profile, [{ strategyId: 'placebo', mark: 1 }]);
    for (const model of learnedModels(false)) {
      expect((await readExamples(profile, model)).data.rows, model.key).toBe(0);
      expect(countTrainable(profile, model), model.key).toBe(0);
    }
    // The vectors themselves are there: nothing but the strategy keeps them out.
    const hash = findFeatureSet('immediate')?.hash ?? '';
    expect([...profile.exportVectors({}, hash, 'ascending')]).toHaveLength(1);
  });

  it("ML-11: a strategy's own model learns from its strategy alone", async () => {
    const profile = emptyProfile();
    put(profile, PLANS);
    expect(await marksOf(profile, 'trend')).toEqual([1]);
    expect(await marksOf(profile, 'scalp')).toEqual([3]);
  });

  it('ML-3: the cluster of the signal weighs where the set has none', async () => {
    const profile = emptyProfile();
    const plan = { strategyId: 'trend_pullback', mark: 1 };
    put(profile, [
      { ...plan, cluster: 3 },
      { ...plan, cluster: 0 },
    ]);
    const { data } = await readExamples(profile, learnedModel('quality'));
    expect(data.weight[0] / data.weight[1]).toBeCloseTo(0.7, 9);
  });

  it('PL-11: what a run counts as it goes is what the record counts', () => {
    const profile = emptyProfile();
    put(
      profile,
      PLANS.filter(({ disposition }) => disposition !== 'imported'),
    );
    const before = new RecordLearner({
      profile: emptyProfile(),
      models: learnedModels(false).map((model) => ({ ...model, spec: { ...model.spec, firstFit: 3 } })),
      engine: { clock: 0 },
      train: async () => undefined,
    });
    const closed = (strategyId: string, outcome: 'win' | 'loss' | 'timeout') => {
      const phantom = makePhantom({ strategyId });
      const result = resolvedResult(phantom, outcome);
      return { kind: 'phantom-closed', time: 0, phantomId: phantom.id, result, resolvedOffline: false } as const;
    };
    before.observe([closed('trend_pullback', 'win'), closed('placebo', 'win'), closed('placebo', 'loss')]);
    before.observe([closed('trend_pullback', 'timeout'), closed('scalp', 'loss')]);
    expect(before.isDue).toBe(false);
    before.observe([closed('external:tv', 'win')]);
    expect(before.isDue).toBe(true);
    expect(countTrainable(profile, learnedModel('immediate'))).toBe(3);
  });
});
