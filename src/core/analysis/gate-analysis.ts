/** Which gates would have told winners from losers: every variable, their combinations, and what holds up (PH-41 to PH-44). */
import type {
  Discovery,
  GateAnalysis,
  GateRetest,
  GateTrend,
  GateVariableFindings,
  SideCounts,
  SideMeans,
} from '#core/domain/gate-findings.ts';
import { adviceOf } from './gate-advice.ts';
import { type BitSet, countBoth, type GateBits, intersection, JointCounts } from './gate-bits.ts';
import { addCounts, countSides, gateFigures, sideMeans } from './gate-figures.ts';
import { type MonthRange, monthFigures, monthRanges } from './gate-months.ts';
import { retestGates } from './gate-retest.ts';
import { type GateRows, type GateTable, olderEnd, packRows } from './gate-rows.ts';
import {
  bestGates,
  byWinRate,
  combinationFigures,
  discoveries,
  FALSE_DISCOVERY_RATE,
  NULL_HYPOTHESES,
  searchedCells,
  subsetCodes,
} from './gate-search.ts';
import { ORIGINAL_GATES } from './gate-variables.ts';

/** The whole analysis of a table with at least one row; rows are taken as independent of each other. */
export function analyseGates(table: GateTable): GateAnalysis {
  const rows = packRows(table);
  const total = rows.netR.length;
  const end = olderEnd(rows);
  const months = rows.times === null ? null : monthRanges(rows.times);
  const ends = segmentEnds(months, end, total);
  const segments = rows.gates.map((gate) => countSides(gate, rows.win, ends));
  const within = (from: number, to: number) =>
    segments.map((parts) =>
      addCounts(parts.filter((_, at) => (ends[at] as number) > from && (ends[at] as number) <= to)),
    );
  const [counts, older, later] = [within(0, total), within(0, end), within(end, total)];
  const all = { total, wins: countBoth(rows.win, null, 0, total) };
  const olderAll = { total: end, wins: countBoth(rows.win, null, 0, end) };
  const laterAll = { total: total - end, wins: all.wins - olderAll.wins };
  const retest = retestGates(rows, end, older, later, { older: olderAll, later: laterAll });
  const means = sideMeans(rows, counts);
  const figures = rows.names.map((name, index) =>
    gateFigures(name, counts[index] as SideCounts, means.sides[index] as SideMeans, all),
  );
  const { pairs, triplets } = combinations(rows, counts, all);
  const cells = searchedCells(rows.names.length);
  const judged = discoveries(
    [...figures, ...pairs, ...triplets].map(({ pValue }) => pValue),
    cells,
  );
  const judgedFrom = <T extends object>(items: readonly T[], from: number): readonly (T & Discovery)[] =>
    items.map((item, index) => ({ ...item, ...(judged[from + index] as Discovery) }));
  const variables = judgedFrom(figures, 0)
    .map((variable, index) => ({ ...variable, retest: retest.variables[index] as GateRetest }))
    .sort(byDelta);
  const baseline = all.wins / total;
  return {
    ...all,
    baseline,
    netR: means.all,
    variables,
    originals: originalCombinations(rows),
    pairs: judgedFrom(pairs, figures.length).toSorted(byWinRate),
    triplets: judgedFrom(triplets, figures.length + pairs.length).toSorted(byWinRate),
    search: { cells, falseDiscoveryRate: FALSE_DISCOVERY_RATE, nullHypotheses: NULL_HYPOTHESES },
    retest,
    trend: months === null ? null : trendOf(rows.names, segments, ends, months),
    advice: adviceOf({ total, baseline, cells, variables, retest }),
  };
}

function combinations(rows: GateRows, counts: readonly SideCounts[], all: { total: number; wins: number }) {
  const best = bestGates(counts);
  const names = best.map((index) => rows.names[index] as string);
  const rates = best.map((index) => {
    const { passWins, passTotal } = counts[index] as SideCounts;
    return passWins / passTotal;
  });
  const sets = best.map((index) => (rows.gates[index] as GateBits).pass);
  const joint = new JointCounts(sets, rows.win, rows.netR, 0, all.total);
  const of = (size: 2 | 3) =>
    subsetCodes(best.length, size).map((code) => combinationFigures(code, joint, names, rates, all));
  return { pairs: of(2), triplets: of(3) };
}

function originalCombinations(rows: GateRows): GateAnalysis['originals'] {
  const four = ORIGINAL_GATES.map((name) => rows.gates[rows.names.indexOf(name)]);
  const gates = four.filter((gate) => gate !== undefined);
  if (gates.length < ORIGINAL_GATES.length) return null;
  const total = rows.netR.length;
  let known: BitSet | null = null;
  for (const gate of gates) {
    if (gate.known !== null) known = known === null ? gate.known : intersection(known, gate.known);
  }
  const sets = gates.map(({ pass }) => pass);
  const joint = new JointCounts(known === null ? sets : [...sets, known], rows.win, rows.netR, 0, total);
  const inside = known === null ? 0 : 1 << gates.length;
  let counted = 0;
  const cells = Array.from({ length: 1 << gates.length }, (_, code) => {
    const sums = joint.exactly(code | inside);
    counted += sums.total;
    const bitmap = gates.map((_gate, at) => ((code >>> at) & 1 ? '1' : '0')).join('');
    const winRate = sums.total === 0 ? null : sums.wins / sums.total;
    const netR = sums.total === 0 ? null : sums.netR / sums.total;
    return { bitmap, total: sums.total, wins: sums.wins, winRate, netR };
  });
  const sorted = cells.toSorted((a, b) => (a.bitmap < b.bitmap ? -1 : 1));
  return { missing: total - counted, combinations: sorted };
}

/** Ranges that are counted once and then added up: months, cut where the later rows begin. */
function segmentEnds(months: readonly MonthRange[] | null, olderRows: number, total: number): readonly number[] {
  const ends = new Set([...(months ?? []).map(({ end }) => end), olderRows, total]);
  return [...ends].filter((end) => end > 0).sort((a, b) => a - b);
}

function trendOf(
  names: readonly string[],
  segments: readonly (readonly SideCounts[])[],
  ends: readonly number[],
  months: readonly MonthRange[],
): readonly GateTrend[] {
  return names.map((name, index) => {
    let at = 0;
    const figures = months.map(({ month, end }) => {
      const parts: SideCounts[] = [];
      for (; at < ends.length && (ends[at] as number) <= end; at++)
        parts.push((segments[index] ?? [])[at] as SideCounts);
      return monthFigures(month, addCounts(parts));
    });
    return { name, months: figures };
  });
}

function byDelta(a: GateVariableFindings, b: GateVariableFindings): number {
  return Number(b.sufficient) - Number(a.sufficient) || (b.delta ?? -2) - (a.delta ?? -2);
}
