/** Pairs and triplets of the best gates, and how many of them chance alone would have found (PH-42). */
import { adjustedPValues, equalSharesPValue, wilsonInterval } from '#core/base/proportions.ts';
import type { CombinationFigures, Discovery, SideCounts } from '#core/domain/gate-findings.ts';
import type { CellSums, JointCounts } from './gate-bits.ts';
import { deltaOf, ENOUGH_ROWS, isSufficient } from './gate-figures.ts';

/** Gates that are combined. */
const BEST_GATES = 10;
/** Share of false ones that is accepted among the discoveries. */
export const FALSE_DISCOVERY_RATE = 0.05;
/** What each cell is tested against. */
export const NULL_HYPOTHESES = {
  variable: 'signals that pass the gate win as often as those that fail it',
  combination: 'signals that pass every gate of the combination win as often as all other signals',
} as const;

/**
 * Every single gate, pair and triplet there is counts as searched, also where only those of the ten best are looked at:
 * the ten were chosen by the same rows. Those that are not looked at count as p = 1, which keeps the control valid.
 */
export function searchedCells(gates: number): number {
  return gates + (gates * (gates - 1)) / 2 + (gates * (gates - 1) * (gates - 2)) / 6;
}

/** Indices of the gates with the largest delta among those with enough rows on both sides, best first. */
export function bestGates(counts: readonly SideCounts[]): readonly number[] {
  return counts
    .map((_, index) => index)
    .filter((index) => isSufficient(counts[index] as SideCounts))
    .sort((a, b) => deltaOf(counts[b] as SideCounts) - deltaOf(counts[a] as SideCounts) || a - b)
    .slice(0, BEST_GATES);
}

/** All subsets of `size` of the first `gates` sets, as bit codes. */
export function subsetCodes(gates: number, size: 2 | 3): readonly number[] {
  const codes: number[] = [];
  for (let a = 0; a < gates; a++) {
    for (let b = a + 1; b < gates; b++) {
      if (size === 2) codes.push((1 << a) | (1 << b));
      else for (let c = b + 1; c < gates; c++) codes.push((1 << a) | (1 << b) | (1 << c));
    }
  }
  return codes;
}

/** Names and rates belong to the sets of the joint counts, in their order; `all` is every row of the same range. */
export function combinationFigures(
  code: number,
  joint: JointCounts,
  names: readonly string[],
  passRates: readonly number[],
  all: { readonly total: number; readonly wins: number },
): CombinationFigures {
  const members = names.map((_, index) => index).filter((index) => (code & (1 << index)) !== 0);
  const { total, wins, netR } = joint.atLeast(code);
  const winRate = total === 0 ? null : wins / total;
  const single = members.reduce((sum, index) => sum + (passRates[index] as number), 0) / members.length;
  const sufficient = total >= ENOUGH_ROWS && all.total - total >= ENOUGH_ROWS;
  return {
    names: members.map((index) => names[index] as string),
    total,
    wins,
    winRate,
    interval: winRate === null ? null : wilsonInterval(wins, total),
    netR: total === 0 ? null : netR / total,
    synergy: winRate === null ? null : winRate - single,
    sufficient,
    pValue: sufficient ? cellPValue({ total, wins, netR }, all) : null,
  };
}

/** Two-sided: the rows of a cell against all other rows. */
function cellPValue(cell: CellSums, all: { readonly total: number; readonly wins: number }): number {
  return equalSharesPValue(cell.wins, cell.total, all.wins - cell.wins, all.total - cell.total);
}

/** The verdict on each p-value (null: not tested) within a family of that many hypotheses. */
export function discoveries(pValues: readonly (number | null)[], family: number): readonly Discovery[] {
  const adjusted = adjustedPValues(
    pValues.map((value) => value ?? 1),
    family,
  );
  return pValues.map((value, index) => {
    const adjustedPValue = value === null ? null : (adjusted[index] as number);
    return { adjustedPValue, discovery: adjustedPValue !== null && adjustedPValue <= FALSE_DISCOVERY_RATE };
  });
}

/** Best first: those with enough rows, by win rate, then by rows. */
export function byWinRate(a: CombinationFigures, b: CombinationFigures): number {
  return Number(b.sufficient) - Number(a.sufficient) || (b.winRate ?? -1) - (a.winRate ?? -1) || b.total - a.total;
}
