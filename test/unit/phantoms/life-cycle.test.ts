/** FE-2: what the past knows of life cycles, with shrinkage to the strategy's mean. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { median } from '#core/base/statistics.ts';
import { LifeCycleMemory, type ResolvedLife } from '#core/phantoms/life-cycle.ts';

const life = (overrides: Partial<ResolvedLife> = {}): ResolvedLife => ({
  strategyId: 's',
  cluster: 0,
  tp1Hit: false,
  beMoved: false,
  runnerHit: false,
  timeToTp1Sec: null,
  timeToExitSec: 100,
  win: false,
  ...overrides,
});

function remember(...groups: readonly (readonly [number, Partial<ResolvedLife>])[]): LifeCycleMemory {
  const memory = new LifeCycleMemory();
  for (const [count, overrides] of groups) for (let i = 0; i < count; i++) memory.add(life(overrides));
  return memory;
}

describe('LifeCycleMemory', () => {
  it('FE-4: knows nothing before anything has resolved', () => {
    expect(Object.values(new LifeCycleMemory().facts('s', 0)).every(Number.isNaN)).toBe(true);
  });

  it('FE-2: shrinks a cluster to its strategy: (sum + 20 x mean) / (n + 20)', () => {
    const memory = remember([30, { cluster: 0, tp1Hit: false }], [10, { cluster: 1, tp1Hit: true }]);
    expect(memory.facts('s', 1).tp1RatePast).toBeCloseTo((10 + 20 * 0.25) / 30, 12);
    expect(memory.facts('s', 0).tp1RatePast).toBeCloseTo((0 + 20 * 0.25) / 50, 12);
    expect(memory.facts('s', null).tp1RatePast).toBeCloseTo(0.25, 12);
  });

  it("FE-2: a cluster never seen has the strategy's mean", () => {
    expect(remember([40, { tp1Hit: true }]).facts('s', 3).tp1RatePast).toBeCloseTo(1, 12);
  });

  it("FE-2: medians below 20 are the strategy's", () => {
    const few = remember([30, { cluster: 0, timeToExitSec: 100 }], [19, { cluster: 1, timeToExitSec: 900 }]);
    expect(few.facts('s', 1).medianTimeToExitPast).toBe(100);
    const enough = remember([30, { cluster: 0, timeToExitSec: 100 }], [20, { cluster: 1, timeToExitSec: 900 }]);
    expect(enough.facts('s', 1).medianTimeToExitPast).toBe(900);
    expect(enough.facts('s', 1).medianTimeToTp1Past).toBeNaN();
  });

  it("FE-2: a median counts the times that there are: of thirty lives with two of them, it is the strategy's", () => {
    const memory = remember(
      [30, { cluster: 0, tp1Hit: true, timeToTp1Sec: 60 }],
      [28, { cluster: 1 }],
      [2, { cluster: 1, tp1Hit: true, timeToTp1Sec: 900 }],
    );
    expect(memory.facts('s', 1).medianTimeToTp1Past).toBe(60);
    expect(memory.facts('s', 1).medianTimeToExitPast).toBe(100);
  });

  it("FE-2: only the strategy's last 200 count", () => {
    const memory = remember([500, { tp1Hit: true }], [200, { tp1Hit: false }]);
    expect(memory.facts('s', 0).tp1RatePast).toBe(0);
  });

  it('FE-14: the recent win rate looks at the last 50, shrunk to the last 200', () => {
    const memory = remember([150, { win: false }], [50, { win: true }]);
    expect(memory.facts('s', 0).recentWinRate).toBeCloseTo((50 + 20 * 0.25) / 70, 12);
  });

  it('FE-2: strategies do not mix', () => {
    const memory = remember([10, { tp1Hit: true }]);
    expect(memory.facts('other', 0).tp1RatePast).toBeNaN();
  });

  it('FE-2, FE-14: what is counted as lives come and go is what counting the window anew gives', () => {
    const random = createRandom('lives');
    const memory = new LifeCycleMemory();
    const all: ResolvedLife[] = [];
    for (let index = 0; index < 450; index++) {
      const made = life({
        cluster: random.integer(3),
        tp1Hit: random.next() < 0.4,
        beMoved: random.next() < 0.3,
        runnerHit: random.next() < 0.2,
        timeToExitSec: random.next() < 0.1 ? null : random.integer(1_000),
        win: random.next() < 0.5,
      });
      all.push(made);
      memory.add(made);
      if (index < 60 || index % 7 > 0) continue;
      const window = all.slice(-200);
      const own = window.filter(({ cluster }) => cluster === 1);
      const rate = (lives: readonly ResolvedLife[], of: (life: ResolvedLife) => boolean) =>
        lives.filter(of).length / lives.length;
      const shrunk = (lives: readonly ResolvedLife[], of: (life: ResolvedLife) => boolean) =>
        (lives.filter(of).length + 20 * rate(window, of)) / (lives.length + 20);
      const times = (lives: readonly ResolvedLife[]) =>
        lives.flatMap(({ timeToExitSec }) => (timeToExitSec === null ? [] : [timeToExitSec]));
      const facts = memory.facts('s', 1);
      expect(facts.tp1RatePast).toBeCloseTo(
        shrunk(own, ({ tp1Hit }) => tp1Hit),
        12,
      );
      expect(facts.beRatePast).toBeCloseTo(
        shrunk(own, ({ beMoved }) => beMoved),
        12,
      );
      expect(facts.runnerRatePast).toBeCloseTo(
        shrunk(own, ({ runnerHit }) => runnerHit),
        12,
      );
      expect(facts.recentWinRate).toBeCloseTo(
        shrunk(all.slice(-50), ({ win }) => win),
        12,
      );
      expect(facts.medianTimeToExitPast).toBe(median(Float64Array.from(times(own.length >= 20 ? own : window))));
    }
  });
});
