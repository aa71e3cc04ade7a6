/** Who decided, and who was right: the shapes of the ledger, the trader's grades, rejections and causes (PH-31, PH-32). */
import type { Bounds } from '#core/base/proportions.ts';
import type { Bootstrap, ResultFigures } from './result-figures.ts';
import type { Disposition } from './score.ts';

// The ledger of who decided (PH-32).

/**
 * Who made a disposition: `model` (score and threshold), `trader`, `time` (tickets that ran out), `risk` (blocked),
 * `gates`, `stage` (shadow, phase 0: nothing was asked), `history` (bootstrap, gap, imported: nobody could act), `system`
 * (a fault), `waiting` (pending).
 */
export type LedgerDecider =
  | 'taken'
  | 'model'
  | 'trader'
  | 'time'
  | 'risk'
  | 'gates'
  | 'stage'
  | 'history'
  | 'system'
  | 'waiting';

export interface LedgerLine extends ResultFigures {
  readonly disposition: Disposition;
  readonly decider: LedgerDecider;
  /** Sum of net R of the resolved signals of this line; these add up to the total's. */
  readonly netR: number;
  readonly netRSumInterval: Bounds | null;
  /** What the decision was worth against the opposite one, in R: positive saved, negative cost. `netR` where taken, else its negative. */
  readonly savedR: number;
  readonly savedRInterval: Bounds | null;
}

export interface LedgerTotal extends ResultFigures {
  /** Summed over the signals themselves, apart from the lines. */
  readonly netR: number;
  readonly netRSumInterval: Bounds | null;
}

export interface LedgerFigures {
  readonly bootstrap: Bootstrap;
  /** One per disposition that occurs, the largest effect first. */
  readonly lines: readonly LedgerLine[];
  readonly total: LedgerTotal;
}

/** The ledger of one strategy alone, as if the scope had named only it: its intervals are of its own blocks of time. */
export interface StrategyLedger extends LedgerFigures {
  readonly strategyId: string;
}

// "Was my skip right?"

/** `unclear`: the interval holds 0; `too-few`: fewer than 20 resolved. */
export type DecisionVerdict = 'right' | 'wrong' | 'unclear' | 'too-few';

export interface TraderLine extends ResultFigures {
  /** R saved (positive) or cost (negative) by not taking them, with its interval; null interval: too few. */
  readonly savedR: number;
  readonly savedRInterval: Bounds | null;
  /** Signals of it that would have won, and would have lost. */
  readonly wouldHaveWon: number;
  readonly wouldHaveLost: number;
  readonly verdict: DecisionVerdict;
  /** One sentence for the trader. */
  readonly sentence: string;
}

export interface TraderApprovals {
  readonly approved: number;
  /** Both the paper position and its phantom have a result. */
  readonly compared: number;
  /** Sums over the compared ones, in R net of costs. */
  readonly positionR: number;
  readonly phantomR: number;
  /** phantomR - positionR: positive is what waiting and filling cost against the signal's own price. */
  readonly hesitationR: number;
  /** Per approval; null below 20 compared. */
  readonly hesitationRPerTrade: number | null;
  readonly hesitationRInterval: Bounds | null;
  readonly verdict: DecisionVerdict;
  readonly sentence: string;
}

export interface SkipReason extends ResultFigures {
  /** As the trader gave it; `no reason given` where none was. */
  readonly reason: string;
  readonly savedR: number;
}

export interface TraderFigures {
  readonly bootstrap: Bootstrap;
  readonly skips: TraderLine;
  readonly expiries: TraderLine;
  readonly approvals: TraderApprovals;
  /** Most frequent first. */
  readonly skipReasons: readonly SkipReason[];
}

// Rejections (PH-31).

/** Counts of decisions against outcomes, over resolved signals, timeouts included. */
export interface DecisionMatrix {
  /** Executed, net R > 0. */
  readonly correctApprovals: number;
  readonly wrongApprovals: number;
  /** Rejected by score, net R <= 0. */
  readonly correctRejections: number;
  readonly wrongRejections: number;
  /** Share of the four that is correct; null below 20. */
  readonly accuracy: number | null;
  readonly accuracyInterval: Bounds | null;
}

export interface RejectedFigures extends ResultFigures {
  readonly open: number;
  readonly unavailable: number;
  readonly wouldHaveWon: number;
  readonly wouldHaveLost: number;
  /** Sum of net R of the would-be winners, and of the would-be losers as a positive number. */
  readonly missedR: number;
  readonly avoidedR: number;
  /** The same split in percent of entry, gross of costs, summed. */
  readonly missedPercent: number;
  readonly avoidedPercent: number;
  /** avoidedR - missedR. */
  readonly savedR: number;
  readonly savedRInterval: Bounds | null;
  readonly matrix: DecisionMatrix;
}

export interface RejectionLine extends RejectedFigures {
  readonly strategyId: string;
}

export interface RejectionFigures {
  readonly bootstrap: Bootstrap;
  readonly all: RejectedFigures;
  readonly strategies: readonly RejectionLine[];
}

// Clusters of causes for what was not taken.

export interface CauseCluster extends ResultFigures {
  readonly disposition: Disposition;
  /** The reason without its figures, e.g. `score # is below the threshold #`; for blocked, the rule before the colon. */
  readonly cause: string;
  /** One reason of it as it was recorded. */
  readonly example: string;
  readonly savedR: number;
  readonly savedRInterval: Bounds | null;
}

export interface CauseFigures {
  readonly bootstrap: Bootstrap;
  /** Most signals first; beyond 100 the rest is left off and counted. */
  readonly clusters: readonly CauseCluster[];
  readonly leftOff: number;
}
