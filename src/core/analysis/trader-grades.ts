/** "Was my skip right?": what the trader's skips, late answers and approvals were worth, by what the signals did (PH-32). */
import { signedText } from '#core/base/number-text.ts';
import type { Bounds } from '#core/base/proportions.ts';
import type { DecisionVerdict, TraderApprovals, TraderFigures, TraderLine } from '#core/domain/decision-figures.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { BlockBootstrap } from './block-bootstrap.ts';
import { ENOUGH_RESOLVED, GroupedResults, negated } from './result-figures.ts';
import { dispositionCode } from './scope-rows.ts';

const [SKIPS, EXPIRIES, APPROVALS] = [0, 1, 2];
/** What the engine writes where the trader gave no reason. */
const NO_REASON = 'skipped by you';

/**
 * `positionR`: net R of the paper position of each row, NaN where there is none or it is open. `reasonText` gives the
 * text of a reason's number.
 */
export function traderGrades(
  rows: ResultColumns,
  positionR: Float64Array,
  reasonText: (reason: number) => string,
): TraderFigures {
  const bootstrap = new BlockBootstrap(rows.openedAt);
  const codes = [dispositionCode('skipped'), dispositionCode('expired'), dispositionCode('executed')];
  const results = new GroupedResults(
    bootstrap,
    Int32Array.from(rows.disposition, (code) => codes.indexOf(code)),
    codes.length,
    rows.netR,
  );
  return {
    bootstrap: bootstrap.facts,
    skips: lineOf(results, SKIPS as number, 'skip', 'skips'),
    expiries: lineOf(results, EXPIRIES as number, 'expired ticket', 'expired tickets'),
    approvals: approvalsOf(rows, positionR, bootstrap, results.figures(APPROVALS as number).signals, codes),
    skipReasons: skipReasons(rows, bootstrap, codes[SKIPS as number] as number, reasonText),
  };
}

function lineOf(results: GroupedResults, group: number, one: string, many: string): TraderLine {
  const figures = results.figures(group);
  const savedR = 0 - results.sum(group);
  const savedRInterval = negated(results.sumInterval(group));
  const verdict = verdictOf(figures.resolved, savedRInterval);
  const wouldHaveWon = results.wins(group);
  return {
    ...figures,
    savedR,
    savedRInterval,
    wouldHaveWon,
    wouldHaveLost: figures.resolved - wouldHaveWon,
    verdict,
    sentence: lineSentence(figures.resolved, figures.resolved === 1 ? one : many, savedR, savedRInterval, verdict),
  };
}

function lineSentence(
  resolved: number,
  what: string,
  savedR: number,
  interval: Bounds | null,
  verdict: DecisionVerdict,
): string {
  if (resolved === 0) return `No ${what} with a result yet.`;
  const worth = `Your ${resolved} ${what} with a result ${savedR >= 0 ? 'saved' : 'cost'} ${r(Math.abs(savedR))}`;
  const range = interval === null ? '' : ` (95 %: ${signed(interval[0])} to ${signed(interval[1])})`;
  const words: Readonly<Record<DecisionVerdict, string>> = {
    right: 'letting them go was right',
    wrong: 'taking them would have been better',
    unclear: 'it may as well be chance',
    'too-few': `too few to judge, ${ENOUGH_RESOLVED} over several days are needed`,
  };
  return `${worth}${range}: ${words[verdict]}.`;
}

function approvalsOf(
  rows: ResultColumns,
  positionR: Float64Array,
  bootstrap: BlockBootstrap,
  approved: number,
  codes: readonly number[],
): TraderApprovals {
  const executed = codes[APPROVALS as number];
  const hesitation = rows.netR.map((phantomR, row) => phantomR - (positionR[row] as number));
  const group = hesitation.map((cost, row) => (rows.disposition[row] === executed && !Number.isNaN(cost) ? 0 : -1));
  const compared = Int32Array.from(group);
  const costs = new GroupedResults(bootstrap, compared, 1, hesitation);
  const count = costs.resolved(0);
  const phantomR = new GroupedResults(bootstrap, compared, 1, rows.netR).sum(0);
  const ownR = new GroupedResults(bootstrap, compared, 1, positionR).sum(0);
  const hesitationR = costs.sum(0);
  const { netRPerTrade: perTrade, netRInterval: interval } = costs.figures(0);
  const verdict = verdictOf(count, negated(interval));
  const words: Readonly<Record<DecisionVerdict, string>> = {
    right: 'you filled better than the signal asked',
    wrong: 'answering sooner would have paid',
    unclear: 'it may as well be chance',
    'too-few': `too few to judge, ${ENOUGH_RESOLVED} over several days are needed`,
  };
  const sentence =
    count === 0
      ? 'No approval with a result yet.'
      : `On ${count} approvals with a result, hesitation ${hesitationR >= 0 ? 'cost' : 'gained'} ${r(Math.abs(hesitationR))} against the signal's own price: ${words[verdict]}.`;
  return {
    approved,
    compared: count,
    positionR: ownR,
    phantomR,
    hesitationR,
    hesitationRPerTrade: perTrade,
    hesitationRInterval: interval,
    verdict,
    sentence,
  };
}

function skipReasons(
  rows: ResultColumns,
  bootstrap: BlockBootstrap,
  skipped: number,
  reasonText: (reason: number) => string,
): TraderFigures['skipReasons'] {
  const groups = new Map<string, number>();
  const group = new Int32Array(rows.length).fill(-1);
  for (let row = 0; row < rows.length; row++) {
    if (rows.disposition[row] !== skipped) continue;
    const text = reasonText(rows.reason[row] as number);
    const reason = text === NO_REASON ? 'no reason given' : text;
    const known = groups.get(reason) ?? groups.size;
    groups.set(reason, known);
    group[row] = known;
  }
  const results = new GroupedResults(bootstrap, group, groups.size, rows.netR);
  return [...groups]
    .map(([reason, at]) => ({ reason, ...results.figures(at), savedR: 0 - results.sum(at) }))
    .sort((a, b) => b.signals - a.signals);
}

/** `saved`: what the decision was worth. */
function verdictOf(resolved: number, saved: Bounds | null): DecisionVerdict {
  if (resolved < ENOUGH_RESOLVED || saved === null) return 'too-few';
  if (saved[0] > 0) return 'right';
  return saved[1] < 0 ? 'wrong' : 'unclear';
}

function r(value: number): string {
  return `${value.toFixed(2)} R`;
}

function signed(value: number): string {
  return `${signedText(value, 2)} R`;
}
