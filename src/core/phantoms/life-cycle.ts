/**
 * What the past knows of life cycles (FE-2): facts of phantoms that had resolved before a signal. Of the strategy's last
 * 200, those of the signal's cluster are averaged and shrunk to the mean of all, (sum + 20 x mean) / (n + 20). One window
 * per strategy is also what a restart reads back from the record.
 */
import { SortedValues } from '#core/base/sorted-values.ts';
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

/** The newest resolved lives per strategy, counted as they come and go. */
export class LifeCycleMemory {
  readonly #byStrategy = new Map<string, StrategyLives>();

  /** Lives must come in the order in which they resolved. */
  add(life: ResolvedLife): void {
    let lives = this.#byStrategy.get(life.strategyId);
    if (lives === undefined) {
      lives = new StrategyLives();
      this.#byStrategy.set(life.strategyId, lives);
    }
    lives.add(life);
  }

  facts(strategyId: string, cluster: number | null): LifeCycleFacts {
    return this.#byStrategy.get(strategyId)?.facts(cluster) ?? NOTHING_KNOWN;
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

/** The window of one strategy. */
class StrategyLives {
  readonly #lives: ResolvedLife[] = [];
  readonly #all = new Tally();
  readonly #byCluster = new Map<number, Tally>();
  #recentWins = 0;

  add(life: ResolvedLife): void {
    const lives = this.#lives;
    lives.push(life);
    this.#count(life, 1);
    if (life.win) this.#recentWins++;
    if (lives.at(-1 - RECENT)?.win === true) this.#recentWins--;
    if (lives.length > WINDOW) this.#count(lives.shift() as ResolvedLife, -1);
  }

  facts(cluster: number | null): LifeCycleFacts {
    const all = this.#all;
    const own = cluster === null ? all : (this.#byCluster.get(cluster) ?? NONE);
    return {
      tp1RatePast: shrunk(own.tp1, own.count, all.tp1 / all.count),
      beRatePast: shrunk(own.be, own.count, all.be / all.count),
      runnerRatePast: shrunk(own.runner, own.count, all.runner / all.count),
      medianTimeToTp1Past: medianTime(own.timesToTp1, all.timesToTp1),
      medianTimeToExitPast: medianTime(own.timesToExit, all.timesToExit),
      recentWinRate: shrunk(this.#recentWins, Math.min(this.#lives.length, RECENT), all.wins / all.count),
    };
  }

  #count(life: ResolvedLife, by: 1 | -1): void {
    this.#all.follow(life, by);
    if (life.cluster === null) return;
    let own = this.#byCluster.get(life.cluster);
    if (own === undefined) {
      own = new Tally();
      this.#byCluster.set(life.cluster, own);
    }
    own.follow(life, by);
  }
}

/** Counts over some lives. */
class Tally {
  count = 0;
  tp1 = 0;
  be = 0;
  runner = 0;
  wins = 0;
  /** Of the lives that have one; a moment more than the window while a life comes and another goes. */
  readonly timesToTp1 = new SortedValues(WINDOW + 1);
  readonly timesToExit = new SortedValues(WINDOW + 1);

  /** `by` -1: the life leaves. */
  follow(life: ResolvedLife, by: 1 | -1): void {
    this.count += by;
    if (life.tp1Hit) this.tp1 += by;
    if (life.beMoved) this.be += by;
    if (life.runnerHit) this.runner += by;
    if (life.win) this.wins += by;
    followTime(this.timesToTp1, life.timeToTp1Sec, by);
    followTime(this.timesToExit, life.timeToExitSec, by);
  }
}

/** Of a cluster that was never seen. */
const NONE = new Tally();

function followTime(times: SortedValues, time: number | null, by: 1 | -1): void {
  if (time === null) return;
  if (by === 1) times.add(time);
  else times.remove(time);
}

function shrunk(sum: number, count: number, mean: number): number {
  return (sum + SHRINKAGE * mean) / (count + SHRINKAGE);
}

/** The median of one time over the lives of a cluster, of all where that has too few; NaN where none has it. */
function medianTime(own: SortedValues, all: SortedValues): number {
  return (own.size >= MEDIAN_MINIMUM ? own : all).quantile(0.5);
}
