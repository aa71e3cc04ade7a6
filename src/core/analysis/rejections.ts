/** What the score kept out: would-be winners missed, would-be losers avoided, and decisions against outcomes (PH-31). */
import { wilsonInterval } from '#core/base/proportions.ts';
import type { DecisionMatrix, RejectedFigures, RejectionFigures } from '#core/domain/decision-figures.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { BlockBootstrap } from './block-bootstrap.ts';
import { ENOUGH_RESOLVED, GroupedResults, negated } from './result-figures.ts';
import { dispositionCode, OPEN, UNAVAILABLE } from './scope-rows.ts';

export function rejectionsOf(rows: ResultColumns): RejectionFigures {
  const bootstrap = new BlockBootstrap(rows.openedAt);
  const present = rows.strategies
    .map((strategyId, code) => ({ strategyId, code }))
    .filter(({ code }) => rows.strategy.includes(code));
  return {
    bootstrap: bootstrap.facts,
    all: figuresOf(rows, bootstrap, null),
    strategies: present
      .map(({ strategyId, code }) => ({ strategyId, ...figuresOf(rows, bootstrap, code) }))
      .filter(({ signals, matrix }) => signals + matrix.correctApprovals + matrix.wrongApprovals > 0),
  };
}

function figuresOf(rows: ResultColumns, bootstrap: BlockBootstrap, strategy: number | null): RejectedFigures {
  const [rejected, executed] = [dispositionCode('rejected_score'), dispositionCode('executed')];
  const group = new Int32Array(rows.length).fill(-1);
  const counts = { open: 0, unavailable: 0 };
  const sums = { missedR: 0, avoidedR: 0, missedPercent: 0, avoidedPercent: 0 };
  const taken = { won: 0, lost: 0 };
  for (let row = 0; row < rows.length; row++) {
    if (strategy !== null && rows.strategy[row] !== strategy) continue;
    const disposition = rows.disposition[row];
    const netR = rows.netR[row] as number;
    if (disposition === executed && !Number.isNaN(netR)) taken[netR > 0 ? 'won' : 'lost']++;
    if (disposition !== rejected) continue;
    group[row] = 0;
    if (rows.outcome[row] === OPEN) counts.open++;
    else if (rows.outcome[row] === UNAVAILABLE) counts.unavailable++;
    if (Number.isNaN(netR)) continue;
    const gain = rows.pnlPercent[row] as number;
    sums[netR > 0 ? 'missedR' : 'avoidedR'] += Math.abs(netR);
    // A loss net of costs can be a gain before them: kept with its sign.
    if (netR > 0) sums.missedPercent += gain;
    else sums.avoidedPercent -= gain;
  }
  const results = new GroupedResults(bootstrap, group, 1, rows.netR);
  const figures = results.figures(0);
  const wouldHaveWon = results.wins(0);
  const wouldHaveLost = figures.resolved - wouldHaveWon;
  return {
    ...figures,
    ...counts,
    wouldHaveWon,
    wouldHaveLost,
    ...sums,
    savedR: 0 - results.sum(0),
    savedRInterval: negated(results.sumInterval(0)),
    matrix: matrixOf(taken.won, taken.lost, wouldHaveLost, wouldHaveWon),
  };
}

function matrixOf(
  correctApprovals: number,
  wrongApprovals: number,
  correctRejections: number,
  wrongRejections: number,
): DecisionMatrix {
  const correct = correctApprovals + correctRejections;
  const all = correct + wrongApprovals + wrongRejections;
  const enough = all >= ENOUGH_RESOLVED;
  return {
    correctApprovals,
    wrongApprovals,
    correctRejections,
    wrongRejections,
    accuracy: enough ? correct / all : null,
    accuracyInterval: enough ? wilsonInterval(correct, all) : null,
  };
}
