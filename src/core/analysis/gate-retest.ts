/** What was found on the older rows, tried on the later ones: only that is worth a recommendation (PH-42). */
import { adjustedPValues, equalSharesPValue, greaterSharePValue } from '#core/base/proportions.ts';
import type {
  CombinationFigures,
  GateRetest,
  GateRetests,
  GateWinner,
  SideCounts,
} from '#core/domain/gate-findings.ts';
import { type GateBits, JointCounts } from './gate-bits.ts';
import { deltaOf, isSufficient } from './gate-figures.ts';
import type { GateRows } from './gate-rows.ts';
import { bestGates, combinationFigures, discoveries, searchedCells, subsetCodes } from './gate-search.ts';

/** On the later rows few, named hypotheses are left: the usual level, for the gates after Benjamini and Hochberg. */
const CONFIRMATION_LEVEL = 0.05;

interface Range {
  readonly total: number;
  readonly wins: number;
}

/** `older` and `later` are the counts of every gate in the rows before and from `end` on. */
export function retestGates(
  rows: GateRows,
  end: number,
  older: readonly SideCounts[],
  later: readonly SideCounts[],
  ranges: { readonly older: Range; readonly later: Range },
): GateRetests {
  const best = bestGates(older);
  const names = best.map((index) => rows.names[index] as string);
  const rates = (counts: readonly SideCounts[]) =>
    best.map((index) => {
      const { passTotal, passWins } = counts[index] as SideCounts;
      return passWins / passTotal;
    });
  const sets = best.map((index) => (rows.gates[index] as GateBits).pass);
  const olderJoint = new JointCounts(sets, rows.win, rows.netR, 0, end);
  const codes = [...subsetCodes(best.length, 2), ...subsetCodes(best.length, 3)];
  const found = codes.map((code) => combinationFigures(code, olderJoint, names, rates(older), ranges.older));
  const singles = older.map((counts) =>
    isSufficient(counts)
      ? equalSharesPValue(counts.passWins, counts.passTotal, counts.failWins, counts.failTotal)
      : null,
  );
  const family = searchedCells(rows.names.length);
  const judged = discoveries([...singles, ...found.map(({ pValue }) => pValue)], family);
  const base = ranges.older.wins / ranges.older.total;
  const isFound = (at: number) => judged[singles.length + at]?.discovery === true && (found[at]?.winRate ?? 0) > base;
  const order = found
    .map((_, at) => at)
    .filter((at) => found[at]?.sufficient === true)
    .sort((a, b) => Number(isFound(b)) - Number(isFound(a)) || lowerBound(found[b]) - lowerBound(found[a]) || a - b);
  const first = simplest(order, found, codes, isFound);
  let winner: GateWinner | null = null;
  if (first !== undefined) {
    const laterJoint = new JointCounts(sets, rows.win, rows.netR, end, rows.netR.length);
    const figures = combinationFigures(codes[first] as number, laterJoint, names, rates(later), ranges.later);
    const pValue = figures.sufficient ? oneSided(figures, ranges.later) : null;
    const verdict = !isFound(first) ? 'not-found' : verdictOf(pValue);
    const older = found[first] as CombinationFigures;
    winner = { names: figures.names, older, later: figures, laterPValue: pValue, verdict };
  }
  const tried = older.map((counts, index) =>
    judged[index]?.discovery === true ? laterPValue(counts, later[index] as SideCounts) : null,
  );
  // Several gates are tried again: their confirmations are controlled together.
  const values = tried.filter((value) => typeof value === 'number');
  const adjusted = adjustedPValues(values, values.length);
  const variables = tried.map((value): GateRetest => {
    if (value === null) return 'not-found';
    return verdictOf(value === 'too-few' ? null : (adjusted[values.indexOf(value)] as number));
  });
  return {
    olderRows: end,
    laterRows: rows.netR.length - end,
    splitAt: rows.times?.[end] ?? null,
    winner,
    variables,
  };
}

/**
 * The first of the order, unless a pair inside that triplet is found too and wins no less often than the triplet surely
 * does: then the third gate only takes signals away.
 */
function simplest(
  order: readonly number[],
  found: readonly CombinationFigures[],
  codes: readonly number[],
  isFound: (at: number) => boolean,
): number | undefined {
  const first = order[0];
  if (first === undefined) return undefined;
  const code = codes[first] as number;
  const pair = order.find((at) => {
    const isInside = at !== first && ((codes[at] as number) & code) === codes[at];
    return isInside && isFound(at) === isFound(first) && (found[at]?.winRate ?? 0) >= lowerBound(found[first]);
  });
  return pair ?? first;
}

/** Winners are chosen by what their win rate is at least (95 %), so that a lucky handful does not win. */
function lowerBound(figures: CombinationFigures | undefined): number {
  return figures?.interval?.[0] ?? Number.NEGATIVE_INFINITY;
}

/** One-sided, in the direction of the older rows. */
function laterPValue(older: SideCounts, later: SideCounts): number | 'too-few' {
  if (!isSufficient(later)) return 'too-few';
  const { passWins, passTotal, failWins, failTotal } = later;
  return deltaOf(older) > 0
    ? greaterSharePValue(passWins, passTotal, failWins, failTotal)
    : greaterSharePValue(failWins, failTotal, passWins, passTotal);
}

function oneSided({ total, wins }: CombinationFigures, all: Range): number {
  return greaterSharePValue(wins, total, all.wins - wins, all.total - total);
}

function verdictOf(oneSidedPValue: number | null): GateRetest {
  if (oneSidedPValue === null) return 'too-few-later';
  return oneSidedPValue <= CONFIRMATION_LEVEL ? 'held-up' : 'did-not-hold-up';
}
