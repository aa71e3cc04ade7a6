/** Counts, win rates and R of groups of signals, each with an interval, and "too few" where it is too few (PH-30). */
import { type Bounds, wilsonInterval } from '#core/base/proportions.ts';
import type { ResultFigures } from '#core/domain/result-figures.ts';
import type { BlockBootstrap, BlockSums } from './block-bootstrap.ts';

/** Fewer resolved signals than this are "too few": counted, but without a rate. */
export const ENOUGH_RESOLVED = 20;

/** One pass over all rows gathers every group's sums; figures are then asked for group by group. */
export class GroupedResults {
  readonly #bootstrap: BlockBootstrap;
  readonly #signals: Int32Array;
  readonly #resolved: Int32Array;
  readonly #wins: Int32Array;
  readonly #sums: Float64Array;
  readonly #lost: Float64Array;
  readonly #blockSums: readonly BlockSums[];

  /**
   * `group` of each row, -1 for none; `value` in R, NaN for a row without a result. Sums are compensated (Neumaier 1974):
   * those of the groups add up to that of all to rounding of the last digit.
   */
  constructor(bootstrap: BlockBootstrap, group: Int32Array, groups: number, value: Float64Array) {
    this.#bootstrap = bootstrap;
    this.#signals = new Int32Array(groups);
    this.#resolved = new Int32Array(groups);
    this.#wins = new Int32Array(groups);
    this.#sums = new Float64Array(groups);
    this.#lost = new Float64Array(groups);
    const { blocks } = bootstrap.facts;
    this.#blockSums = Array.from({ length: groups }, () => ({
      sums: new Float64Array(blocks),
      counts: new Float64Array(blocks),
    }));
    for (let row = 0; row < group.length; row++) {
      const at = group[row] as number;
      if (at >= 0) this.#add(at, bootstrap.blockOf[row] as number, value[row] as number);
    }
  }

  figures(group: number): ResultFigures {
    const resolved = this.resolved(group);
    const wins = this.wins(group);
    const tooFew = resolved < ENOUGH_RESOLVED;
    return {
      signals: this.#signals[group] as number,
      resolved,
      wins,
      tooFew,
      winRate: tooFew ? null : wins / resolved,
      winRateInterval: tooFew ? null : wilsonInterval(wins, resolved),
      netRPerTrade: tooFew ? null : this.sum(group) / resolved,
      netRInterval: tooFew ? null : this.#bootstrap.meanInterval(this.blocks(group)),
    };
  }

  resolved(group: number): number {
    return this.#resolved[group] as number;
  }

  wins(group: number): number {
    return this.#wins[group] as number;
  }

  sum(group: number): number {
    return (this.#sums[group] as number) + (this.#lost[group] as number);
  }

  /** Null below 20 resolved. */
  sumInterval(group: number): Bounds | null {
    return this.resolved(group) < ENOUGH_RESOLVED ? null : this.#bootstrap.sumInterval(this.blocks(group));
  }

  blocks(group: number): BlockSums {
    return this.#blockSums[group] as BlockSums;
  }

  #add(group: number, block: number, value: number): void {
    this.#signals[group] = (this.#signals[group] as number) + 1;
    if (Number.isNaN(value)) return;
    this.#resolved[group] = (this.#resolved[group] as number) + 1;
    if (value > 0) this.#wins[group] = (this.#wins[group] as number) + 1;
    const before = this.#sums[group] as number;
    const after = before + value;
    const rounded = Math.abs(before) >= Math.abs(value) ? before - after + value : value - after + before;
    this.#sums[group] = after;
    this.#lost[group] = (this.#lost[group] as number) + rounded;
    const { sums, counts } = this.#blockSums[group] as BlockSums;
    sums[block] = (sums[block] as number) + value;
    counts[block] = (counts[block] as number) + 1;
  }
}

/** The bounds of the opposite sign. */
export function negated(bounds: Bounds | null): Bounds | null {
  return bounds === null ? null : [-bounds[1], -bounds[0]];
}
