/** One gate in figures: how often, and how well, signals ended that passed it and that failed it (PH-41). */
import { equalSharesPValue, newcombeInterval, wilsonInterval } from '#core/base/proportions.ts';
import type { GateFigures, SideCounts, SideMeans } from '#core/domain/gate-findings.ts';
import { type BitSet, countBoth, type GateBits, sumOverSets } from './gate-bits.ts';
import type { GateRows } from './gate-rows.ts';

/** Rows that a side needs before its rate is worth comparing (PH-41). */
export const ENOUGH_ROWS = 20;

/** The figures that follow from the counts. */
export function gateFigures(
  name: string,
  counts: SideCounts,
  means: SideMeans,
  all: { readonly total: number; readonly wins: number },
): GateFigures {
  const { passTotal, passWins, failTotal, failWins } = counts;
  const passRate = passTotal === 0 ? null : passWins / passTotal;
  const failRate = failTotal === 0 ? null : failWins / failTotal;
  const sufficient = isSufficient(counts);
  const compared = passRate !== null && failRate !== null;
  return {
    name,
    ...counts,
    ...means,
    missing: all.total - passTotal - failTotal,
    passRate,
    failRate,
    passInterval: passRate === null ? null : wilsonInterval(passWins, passTotal),
    failInterval: failRate === null ? null : wilsonInterval(failWins, failTotal),
    delta: compared ? passRate - failRate : null,
    interval: compared ? newcombeInterval(passWins, passTotal, failWins, failTotal) : null,
    deltaBaseline: passRate === null ? null : passRate - all.wins / all.total,
    sufficient,
    pValue: sufficient ? equalSharesPValue(passWins, passTotal, failWins, failTotal) : null,
  };
}

export function isSufficient({ passTotal, failTotal }: SideCounts): boolean {
  return passTotal >= ENOUGH_ROWS && failTotal >= ENOUGH_ROWS;
}

/** Win rate passed - failed; NaN for an empty side. */
export function deltaOf({ passTotal, passWins, failTotal, failWins }: SideCounts): number {
  return passWins / passTotal - failWins / failTotal;
}

/** Counts of one gate in each of the ranges that end at `ends` (ascending, the last one all rows). */
export function countSides(gate: GateBits, win: BitSet, ends: readonly number[]): readonly SideCounts[] {
  let from = 0;
  return ends.map((to) => {
    const passTotal = countBoth(gate.pass, null, from, to);
    const passWins = countBoth(gate.pass, win, from, to);
    const known = gate.known === null ? to - from : countBoth(gate.known, null, from, to);
    const knownWins = gate.known === null ? countBoth(win, null, from, to) : countBoth(gate.known, win, from, to);
    from = to;
    return { passTotal, passWins, failTotal: known - passTotal, failWins: knownWins - passWins };
  });
}

export function addCounts(parts: readonly SideCounts[]): SideCounts {
  const sum = (name: keyof SideCounts) => parts.reduce((total, part) => total + part[name], 0);
  return {
    passTotal: sum('passTotal'),
    passWins: sum('passWins'),
    failTotal: sum('failTotal'),
    failWins: sum('failWins'),
  };
}

/** Means of net R of each gate's sides, and of all rows; `counts` are of the same rows. */
export function sideMeans(rows: GateRows, counts: readonly SideCounts[]) {
  const { gates, netR } = rows;
  const passed = sumOverSets(
    gates.map(({ pass }) => pass),
    netR,
  );
  const gaps = gates.flatMap(({ known }) => (known === null ? [] : [known]));
  const known = sumOverSets(gaps, netR);
  let all = 0;
  for (let row = 0; row < netR.length; row++) all += netR[row] as number;
  const sides = gates.map((gate, index): SideMeans => {
    const { passTotal, failTotal } = counts[index] as SideCounts;
    const passSum = passed[index] as number;
    const knownSum = gate.known === null ? all : (known[gaps.indexOf(gate.known)] as number);
    return {
      passNetR: passTotal === 0 ? null : passSum / passTotal,
      failNetR: failTotal === 0 ? null : (knownSum - passSum) / failTotal,
    };
  });
  return { all: all / netR.length, sides };
}
