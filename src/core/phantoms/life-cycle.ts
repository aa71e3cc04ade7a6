/**
 * What the past knows of life cycles (FE-2): facts of phantoms that had resolved before a signal. Of the strategy's last
 * 200, those of the signal's cluster are averaged and shrunk to the mean of all, (sum + 20 x mean) / (n + 20). One window
 * per strategy is also what a restart reads back from the record.
 */
import { median } from '#core/base/statistics.ts';
import type { PhantomResult } from '#core/domain/phantom.ts';

const WINDOW = 200;
const SHRINKAGE = 20;
/** Rolling win rates look at the strategy's last 50 resolved (FE-14). */
const RECENT = 50;
/** From fewer times than this, a cluster's median is the strategy's. */
const MEDIAN_MINIMUM = 20;

/** NaN where nothing has resolved yet (FE-4). */
export interface LifeCycleFacts {
  readonly tp1RatePast: number;
  readonly beRatePast: number;
  readonly runnerRatePast: number;
  readonly medianTimeToTp1Past: number;
  readonly medianTimeToExitPast: number;
  readonly recentWinRate: number;
}

/** One resolved life, as the memory keeps it; also how a restart feeds the memory from the record. */
export interface ResolvedLife {
  readonly strategyId: string;
  readonly cluster: number | null;
  readonly tp1Hit: boolean;
  readonly beMoved: boolean;
  readonly runnerHit: boolean;
  readonly timeToTp1Sec: number | null;
  readonly timeToExitSec: number | null;
  readonly win: boolean;
}

/** Null for phantoms that say nothing about life cycles: open, unavailable, gated. */
export function resolvedLife(strategyId: string, cluster: number | null, result: PhantomResult): ResolvedLife | null {
  if (result.netR === null) return null;
  return {
    strategyId,
    cluster,
    tp1Hit: result.tp1Hit,
    beMoved: result.beMoved,
    runnerHit: result.runnerHit,
    timeToTp1Sec: result.timeToTp1Sec,
    timeToExitSec: result.timeToExitSec,
    win: result.netR > 0,
  };
}

/** The newest resolved lives per strategy. */
export class LifeCycleMemory {
  readonly #byStrategy = new Map<string, ResolvedLife[]>();

  /** Lives must come in the order in which they resolved. */
  add(life: ResolvedLife): void {
    const lives = this.#byStrategy.get(life.strategyId);
    if (lives === undefined) {
      this.#byStrategy.set(life.strategyId, [life]);
      return;
    }
    lives.push(life);
    if (lives.length > WINDOW) lives.shift();
  }

  facts(strategyId: string, cluster: number | null): LifeCycleFacts {
    const all = this.#byStrategy.get(strategyId);
    if (all === undefined) return NOTHING_KNOWN;
    const strategy = new Tally();
    const own = new Tally();
    const recent = new Tally();
    const firstRecent = all.length - RECENT;
    for (let index = 0; index < all.length; index++) {
      const life = all[index] as ResolvedLife;
      strategy.add(life);
      if (cluster === null || life.cluster === cluster) own.add(life);
      if (index >= firstRecent) recent.add(life);
    }
    return {
      tp1RatePast: shrunk(own.tp1, own.count, strategy.tp1 / strategy.count),
      beRatePast: shrunk(own.be, own.count, strategy.be / strategy.count),
      runnerRatePast: shrunk(own.runner, own.count, strategy.runner / strategy.count),
      medianTimeToTp1Past: medianTime(all, cluster, (life) => life.timeToTp1Sec),
      medianTimeToExitPast: medianTime(all, cluster, (life) => life.timeToExitSec),
      recentWinRate: shrunk(recent.wins, recent.count, strategy.wins / strategy.count),
    };
  }
}

const NOTHING_KNOWN: LifeCycleFacts = {
  tp1RatePast: Number.NaN,
  beRatePast: Number.NaN,
  runnerRatePast: Number.NaN,
  medianTimeToTp1Past: Number.NaN,
  medianTimeToExitPast: Number.NaN,
  recentWinRate: Number.NaN,
};

/** Counts over some lives, gathered in one pass. */
class Tally {
  count = 0;
  tp1 = 0;
  be = 0;
  runner = 0;
  wins = 0;

  add(life: ResolvedLife): void {
    this.count++;
    if (life.tp1Hit) this.tp1++;
    if (life.beMoved) this.be++;
    if (life.runnerHit) this.runner++;
    if (life.win) this.wins++;
  }
}

function shrunk(sum: number, count: number, mean: number): number {
  return (sum + SHRINKAGE * mean) / (count + SHRINKAGE);
}

/** The median of one time over the lives of a cluster, of all where that has too few; NaN where none has it. */
function medianTime(
  lives: readonly ResolvedLife[],
  cluster: number | null,
  timeOf: (life: ResolvedLife) => number | null,
): number {
  const own = timesOf(lives, cluster, timeOf);
  return median(cluster === null || own.length >= MEDIAN_MINIMUM ? own : timesOf(lives, null, timeOf));
}

/** Of the lives that have it; `cluster` null: of all. */
function timesOf(
  lives: readonly ResolvedLife[],
  cluster: number | null,
  timeOf: (life: ResolvedLife) => number | null,
): Float64Array {
  const times = new Float64Array(lives.length);
  let count = 0;
  for (const life of lives) {
    const time = cluster === null || life.cluster === cluster ? timeOf(life) : null;
    if (time !== null) times[count++] = time;
  }
  return times.subarray(0, count);
}
