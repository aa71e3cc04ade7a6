/** Analysis: who decided and who was right, and the calls of the whole area (PH-30 to PH-44, TU-30, WS-15). */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Disposition, ThresholdSource } from '#core/domain/score.ts';
import type { Side, SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { call, type Declarations } from '../define.ts';
import type { GateReport, HonestyReport, PatternReport } from './analysis-evidence.ts';
import {
  analysisScopeInput,
  type Bootstrap,
  type Bounds,
  type ResultFigures,
  type ScopeFacts,
} from './analysis-figures.ts';
import type { ModelState } from './models.ts';

// The ledger of who decided (PH-32).

/**
 * Who made a disposition: `model` (score and threshold), `trader`, `time` (tickets that ran out), `risk` (blocked),
 * `gates`, `stage` (shadow, phase 0: nothing was asked), `history` (bootstrap, gap, imported: nobody could act), `system`
 * (a fault), `waiting` (pending).
 */
const LEDGER_DECIDERS = [
  'taken',
  'model',
  'trader',
  'time',
  'risk',
  'gates',
  'stage',
  'history',
  'system',
  'waiting',
] as const;
export type LedgerDecider = (typeof LEDGER_DECIDERS)[number];

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

export interface Ledger {
  readonly scope: ScopeFacts;
  readonly bootstrap: Bootstrap;
  /** One per disposition that occurs, the largest effect first. */
  readonly lines: readonly LedgerLine[];
  readonly total: LedgerTotal;
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

/** One answered ticket. R net of costs; null while unresolved. */
export interface TraderDecisionRow {
  readonly id: SignalId;
  readonly instrumentId: InstrumentId;
  readonly strategyId: string;
  readonly side: Side;
  readonly openedAt: UnixMs;
  readonly disposition: 'executed' | 'skipped' | 'expired';
  readonly reason: string;
  readonly phantomR: number | null;
  /** Of the paper position; null where none was opened. */
  readonly positionR: number | null;
  readonly verdict: 'right' | 'wrong' | 'open';
}

export interface TraderGrades {
  readonly scope: ScopeFacts;
  readonly bootstrap: Bootstrap;
  readonly skips: TraderLine;
  readonly expiries: TraderLine;
  readonly approvals: TraderApprovals;
  /** Most frequent first. */
  readonly skipReasons: readonly SkipReason[];
  /** The newest 100. */
  readonly recent: readonly TraderDecisionRow[];
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

export interface RejectionLine extends ResultFigures {
  readonly strategyId: string;
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

export interface RejectionReport {
  readonly scope: ScopeFacts;
  readonly bootstrap: Bootstrap;
  readonly all: Omit<RejectionLine, 'strategyId'>;
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

export interface CauseReport {
  readonly scope: ScopeFacts;
  readonly bootstrap: Bootstrap;
  /** Most signals first; beyond 100 the rest is left off and counted. */
  readonly clusters: readonly CauseCluster[];
  readonly leftOff: number;
}

// Model status (PH-30).

export interface ModelStatusLine {
  readonly strategyId: string;
  /** Null when no model learns from this strategy, or the desk is not running. */
  readonly state: ModelState | null;
  /** Of all signals of the strategy in the scope, of those taken, and of all that were not. */
  readonly all: ResultFigures;
  readonly executed: ResultFigures;
  readonly phantom: ResultFigures;
  /** Of the newest 50 resolved; null figures below 20. */
  readonly recent: ResultFigures;
  /** Of the newest signal; null before the first. */
  readonly threshold: {
    readonly value: number;
    readonly source: ThresholdSource | null;
    readonly evidence: string;
  } | null;
  /** Heads of the model that scores; empty while a heuristic does. */
  readonly heads: readonly string[];
  /** Name and version of what scores, e.g. `trend v3`; null while no model does. */
  readonly model: string | null;
  readonly lastFitAt: UnixMs | null;
  /** What the next fit waits for, in words; null when no model learns from this strategy, or the desk is not running. */
  readonly nextFit: string | null;
  /** How long one scoring takes; null while nothing of the strategy could be scored. */
  readonly scoring: ScoringTime | null;
}

/** Of the newest recorded signals, scored again as they would be now. */
export interface ScoringTime {
  readonly medianMs: number;
  readonly signals: number;
}

export interface ModelStatusReport {
  readonly scope: ScopeFacts;
  readonly bootstrap: Bootstrap;
  readonly lines: readonly ModelStatusLine[];
}

/** Computed off the engine's thread; every call reads the record as it is at that moment. */
export const analysisContract = {
  'analysis.ledger': call<Ledger>()(analysisScopeInput),
  'analysis.trader': call<TraderGrades>()(analysisScopeInput),
  'analysis.rejections': call<RejectionReport>()(analysisScopeInput),
  'analysis.causes': call<CauseReport>()(analysisScopeInput),
  'analysis.modelStatus': call<ModelStatusReport>()(analysisScopeInput),
  'analysis.patterns': call<PatternReport>()(analysisScopeInput),
  /** Strategies of the scope are passed over: gates are of scalps. */
  'analysis.gates': call<GateReport>()(analysisScopeInput),
  'analysis.honesty': call<HonestyReport>()(analysisScopeInput),
} as const satisfies Declarations;

export type AnalysisContract = typeof analysisContract;
