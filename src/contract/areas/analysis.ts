/** Analysis: who decided and who was right, and the calls of the whole area (PH-30 to PH-44, TU-30, WS-15). */
import type {
  CauseFigures,
  LedgerFigures,
  RejectionFigures,
  StrategyLedger,
  TraderFigures,
} from '#core/domain/decision-figures.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { ThresholdSource } from '#core/domain/score.ts';
import type { Side, SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { call, type Declarations } from '../define.ts';
import type { GateReport, HonestyReport, PatternReport } from './analysis-evidence.ts';
import { analysisScopeInput, type Bootstrap, type ResultFigures, type ScopeFacts } from './analysis-figures.ts';
import type { ModelState } from './models.ts';

/** Who decided what, and what each decision was worth (PH-32). */
export interface Ledger extends LedgerFigures {
  readonly scope: ScopeFacts;
  /** The same for each strategy alone, most signals first; their totals add up to the whole. */
  readonly strategies: readonly StrategyLedger[];
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

export interface TraderGrades extends TraderFigures {
  readonly scope: ScopeFacts;
  /** The newest 100. */
  readonly recent: readonly TraderDecisionRow[];
}

/** What the score kept out (PH-31). */
export interface RejectionReport extends RejectionFigures {
  readonly scope: ScopeFacts;
}

/** Why signals were not taken. */
export interface CauseReport extends CauseFigures {
  readonly scope: ScopeFacts;
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

export type {
  DecisionMatrix,
  DecisionVerdict,
  LedgerFigures,
  LedgerLine,
  RejectionLine,
  StrategyLedger,
  TraderApprovals,
  TraderLine,
} from '#core/domain/decision-figures.ts';
