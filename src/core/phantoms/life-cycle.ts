/**
 * What the past knows of life cycles (FE-2): facts of phantoms that had resolved before a signal. Of the strategy's last
 * 200, those of the signal's cluster are averaged and shrunk to the mean of all, (sum + 20 x mean) / (n + 20). One window
 * per strategy is also what a restart reads back from the record.
 */
import type { PhantomResult } from '#core/domain/phantom.ts';

const WINDOW = 200;
const SHRINKAGE = 20;
/** Rolling win rates look at the strategy's last 50 resolved (FE-14). */
const RECENT = 50;
/** Below this many, a cluster's median is the strategy's. */
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
    const all = this.#byStrategy.get(strategyId) ?? [];
    const own = cluster === null ? all : all.filter((life) => life.cluster === cluster);
    const rate = (of: (life: ResolvedLife) => boolean) => shrunkRate(own, all, of);
    const forMedian = own.length >= MEDIAN_MINIMUM ? own : all;
    return {
      tp1RatePast: rate((life) => life.tp1Hit),
      beRatePast: rate((life) => life.beMoved),
      runnerRatePast: rate((life) => life.runnerHit),
      medianTimeToTp1Past: median(forMedian.map((life) => life.timeToTp1Sec)),
      medianTimeToExitPast: median(forMedian.map((life) => life.timeToExitSec)),
      recentWinRate: shrunkRate(all.slice(-RECENT), all, (life) => life.win),
    };
  }
}

function shrunkRate(
  own: readonly ResolvedLife[],
  all: readonly ResolvedLife[],
  of: (life: ResolvedLife) => boolean,
): number {
  if (all.length === 0) return Number.NaN;
  const count = (lives: readonly ResolvedLife[]) => lives.reduce((sum, life) => sum + (of(life) ? 1 : 0), 0);
  const mean = count(all) / all.length;
  return (count(own) + SHRINKAGE * mean) / (own.length + SHRINKAGE);
}

function median(values: readonly (number | null)[]): number {
  const known = values.filter((value): value is number => value !== null).sort((a, b) => a - b);
  if (known.length === 0) return Number.NaN;
  const middle = known.length >> 1;
  const upper = known[middle] as number;
  return known.length % 2 === 1 ? upper : ((known[middle - 1] as number) + upper) / 2;
}
