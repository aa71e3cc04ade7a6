import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import {
  judgeVariant,
  type OwnerCount,
  parseVariantName,
  planVariants,
  variantDifference,
  variantName,
} from '#core/learning/variant-plan.ts';

function ownersOf(parts: readonly (readonly [symbol: string, cluster: number | null, rows: number])[]): OwnerCount[] {
  return parts.map(([symbol, cluster, count]) => ({ symbol, cluster, count }));
}

const BTC = { kind: 'instrument', symbol: 'BTC/USDT' } as const;

describe('variants per cluster and instrument', () => {
  it('ML-50: an instrument is trainable from 100 own examples, clusters come first, and each says why not', () => {
    const plan = planVariants(
      'trend',
      30,
      ownersOf([
        ['ETH/USDT', 1, 99],
        ['BTC/USDT', 0, 100],
        ['DOGE/USDT', 3, 60],
        ['SHIB/USDT', 3, 60],
        ['NEW/USDT', null, 5],
      ]),
    );
    expect(plan.map(({ name, trainable }) => [name, trainable])).toEqual([
      ['trend/cluster-0', true],
      ['trend/cluster-1', false],
      ['trend/cluster-3', true],
      ['trend/BTC/USDT', true],
      ['trend/DOGE/USDT', false],
      ['trend/ETH/USDT', false],
      ['trend/NEW/USDT', false],
      ['trend/SHIB/USDT', false],
    ]);
    expect(plan[5]?.reason).toBe('learning: 99 of 100 own examples');
    expect(plan[3]?.reason).toBe('100 own examples');
  });

  it('ML-50: a model that needs more for its first fit needs it of its variants too', () => {
    const owners = ownersOf([
      ['BTC/USDT', 0, 400],
      ['ETH/USDT', 1, 500],
    ]);
    const plan = planVariants('entry_quality', 500, owners);
    expect(plan.filter(({ trainable }) => trainable).map(({ name }) => name)).toEqual([
      'entry_quality/cluster-1',
      'entry_quality/ETH/USDT',
    ]);
  });

  it('ML-50: where one instrument is all there is, the model of all is its model', () => {
    const plan = planVariants('trend', 30, ownersOf([['BTC/USDT', 2, 900]]));
    expect(plan.map(({ trainable }) => trainable)).toEqual([false, false]);
    expect(plan[0]?.reason).toContain('the model of all is its model');
  });

  it('ML-50: names are keys of the registry, and tell their scope', () => {
    expect(variantName('trend', { kind: 'cluster', cluster: 2 })).toBe('trend/cluster-2');
    expect(variantName('trend@demo', BTC)).toBe('trend@demo/BTC/USDT');
    expect(parseVariantName('trend@demo/BTC/USDT')).toEqual({ model: 'trend@demo', scope: BTC });
    expect(parseVariantName('trend/cluster-2')?.scope).toEqual({ kind: 'cluster', cluster: 2 });
    for (const name of ['trend', 'trend@demo', '/x', 'trend/']) expect(parseVariantName(name)).toBeNull();
  });
});

describe('judgement of a variant', () => {
  const random = createRandom('variant');
  const count = 300;
  const truth = Float64Array.from({ length: count }, () => 0.15 + 0.7 * random.next());
  const target = truth.map((p) => (random.next() < p ? 1 : 0));
  const openedAt = Float64Array.from({ length: count }, (_, row) => row * 10);
  const rows = {
    target,
    openedAt,
    resolvedAt: openedAt.map((time) => time + 5),
    netR: target.map((win) => (win === 1 ? 1 : -1)),
  };
  const knowing = { probability: truth, threshold: 0.5 };
  const blind = { probability: new Float64Array(count).fill(0.5), threshold: 0.5 };

  it('ML-50: one that knows its instrument better than the model of all is promoted', () => {
    const judged = judgeVariant(knowing, blind, rows, 's');
    expect(judged.promoted).toBe(true);
    expect(judged.reason).toContain('At least as good as the model of all');
    expect(judged.reason).not.toContain('champion');
  });

  it('ML-50: one that is worse, or merely the same, is not', () => {
    expect(judgeVariant(blind, knowing, rows, 's').promoted).toBe(false);
    const same = judgeVariant(knowing, knowing, rows, 's');
    expect(same.promoted).toBe(false);
    expect(same.reason).toContain('No better than the model of all');
  });

  it('ML-50: the difference of their losses comes with its interval, better below zero', () => {
    const better = variantDifference(knowing, blind, rows, 's');
    expect(better.high).toBeLessThan(0);
    expect(better.low).toBeLessThan(better.value);
    expect(variantDifference(knowing, knowing, rows, 's')).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('ML-50: noise around the model of all is promoted in none of 50 seeds', () => {
    for (let seed = 0; seed < 50; seed++) {
      const noise = createRandom(`noise ${seed}`);
      const probability = truth.map((p) => 1 / (1 + Math.exp(-(Math.log(p / (1 - p)) + 0.8 * noise.normal()))));
      expect(judgeVariant({ probability, threshold: 0.5 }, knowing, rows, `${seed}`).promoted).toBe(false);
    }
  });
});
