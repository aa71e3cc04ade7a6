import { describe, expect, it } from 'vitest';
import { BarSeries } from '#core/domain/bar-series.ts';
import { HOUR_MS } from '#core/domain/timeframe.ts';
import { type ClusterMember, fitClusters } from '#core/signals/features/cluster-fit.ts';
import { type ClusterTraits, clusterTraits, SymbolCluster, weekOf } from '#core/signals/features/symbol-cluster.ts';
import { SYNTHETIC_START } from '#test/support/real-candles.ts';

function member(name: string, scale: number, change: Partial<ClusterTraits> = {}): ClusterMember {
  const traits = {
    volatility: 30 * scale,
    relativeRange: 0.5 * scale,
    volumeVariability: 0.5 + 0.1 * scale,
    leaderCorrelation: 1 - 0.1 * scale,
  };
  return { instrumentId: name, traits: { ...traits, ...change } };
}

/** Four kinds of three: calm, usual, lively, wild. */
const MEMBERS: readonly ClusterMember[] = [1, 1.05, 1.1, 2, 2.1, 2.2, 4, 4.2, 4.4, 8, 8.4, 8.8].map((scale, index) =>
  member(`m${String(index).padStart(2, '0')}`, scale),
);
const NONE = new Map<string, number>();

describe('clusters across instruments', () => {
  it('FE-3: are ordered by volatility: 0 the calmest, 3 the wildest', () => {
    const codes = fitClusters(MEMBERS, NONE, 5);
    expect([...codes.values()]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  it('FE-3: are the same for every week and order of drawing: the groups are there, not the seed', () => {
    for (const week of [1, 2, 3, 400]) expect(fitClusters(MEMBERS, NONE, week)).toEqual(fitClusters(MEMBERS, NONE, 5));
  });

  it('FE-4: a missing trait counts as the usual one and moves nobody out of its group', () => {
    const holed = MEMBERS.map(({ instrumentId, traits }, index) => ({
      instrumentId,
      traits: index % 4 === 0 ? { ...traits, leaderCorrelation: Number.NaN } : traits,
    }));
    expect([...fitClusters(holed, NONE, 5).values()]).toEqual([...fitClusters(MEMBERS, NONE, 5).values()]);
    const without = MEMBERS.map(({ instrumentId, traits }) => ({
      instrumentId,
      traits: { ...traits, leaderCorrelation: Number.NaN },
    }));
    expect(new Set(fitClusters(without, NONE, 5).values())).toEqual(new Set([0, 1, 2, 3]));
  });

  it('FE-3: hysteresis: one at the border stays where it was, one that has moved changes', () => {
    const codeOf = (scale: number, present: ReadonlyMap<string, number> = NONE) =>
      fitClusters([...MEMBERS, member('x', scale)], present, 5).get('x');
    // Halving finds the border between the second and the third kind.
    let [below, above] = [2, 4];
    for (let round = 0; round < 30; round++) {
      const middle = (below + above) / 2;
      if (codeOf(middle) === 1) below = middle;
      else above = middle;
    }
    expect([codeOf(below), codeOf(above)]).toEqual([1, 2]);
    expect([codeOf(below, new Map([['x', 2]])), codeOf(above, new Map([['x', 1]]))]).toEqual([2, 1]);
    expect(fitClusters([...MEMBERS, member('x', 8)], new Map([['x', 1]]), 5).get('x')).toBe(3);
    expect(fitClusters([...MEMBERS, member('x', 8)], NONE, 5).get('x')).toBe(3);
  });

  it('FE-3: where only two kinds exist, the wilder one is 3', () => {
    const two = Array.from({ length: 12 }, (_, index) => member(`m${index}`, index % 2 === 0 ? 1 : 5));
    expect(new Set(fitClusters(two, NONE, 5).values())).toEqual(new Set([2, 3]));
    expect(fitClusters(two, NONE, 5).get('m1')).toBe(3);
  });
});

describe('traits of an instrument', () => {
  function hoursUntil(count: number, factor: (hour: number) => number): BarSeries {
    const hours = new BarSeries('1h', 1024);
    let close = 100;
    for (let hour = 0; hour < count; hour++) {
      const open = close;
      close *= factor(hour);
      const openTime = SYNTHETIC_START + hour * HOUR_MS;
      hours.push({ openTime, open, high: Math.max(open, close), low: Math.min(open, close), close, volume: 5 }, true);
    }
    return hours;
  }
  const quarters = new BarSeries('15m', 128);
  const swing = (hour: number) => (hour % 2 === 0 ? 1.01 : 1 / 1.01);
  const at = (hours: number) => SYNTHETIC_START + hours * HOUR_MS;
  const traits = (hours: BarSeries, before: number) => clusterTraits(hours, quarters, null, before);

  it('PL-4: only bars that closed strictly before count', () => {
    const known = traits(hoursUntil(100, swing), at(101));
    const wildNow = traits(
      hoursUntil(101, (hour) => (hour === 100 ? 3 : swing(hour))),
      at(101),
    );
    expect(wildNow).toEqual(known);
    expect(known?.volatility).toBeGreaterThan(80);
    expect(known?.leaderCorrelation).toBeNaN();
    expect(known?.volumeVariability).toBe(0);
    expect(
      traits(
        hoursUntil(101, (hour) => (hour === 100 ? 3 : swing(hour))),
        at(102),
      )?.volatility,
    ).toBeGreaterThan(200);
  });

  it('FE-3: below three days, and a week after the last bar, there are none', () => {
    expect(traits(hoursUntil(72, swing), at(73))).toBeNull();
    expect(traits(hoursUntil(73, swing), at(74))).not.toBeNull();
    expect(traits(hoursUntil(100, swing), at(100 + 7 * 24))).not.toBeNull();
    expect(traits(hoursUntil(100, swing), at(101 + 7 * 24))).toBeNull();
  });

  it('FE-3: what is assigned goes before the own cut, and back', () => {
    const cluster = new SymbolCluster();
    cluster.onHour(hoursUntil(100, swing), at(100));
    const own = cluster.code;
    cluster.assign(0);
    expect(cluster.code).toBe(0);
    cluster.assign(null);
    expect([cluster.code, own > 0]).toEqual([own, true]);
  });

  it('FE-3: weeks begin on Monday 00:00 UTC', () => {
    const monday = Date.UTC(2024, 2, 4);
    expect(weekOf(monday) - weekOf(monday - 1)).toBe(1);
    expect(weekOf(monday + 7 * 86_400_000 - 1)).toBe(weekOf(monday));
  });
});
