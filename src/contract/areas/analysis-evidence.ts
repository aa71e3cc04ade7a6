/** What the record shows beyond single decisions: patterns, scalp gates, and how far any of it can be believed (ML-44, PH-40 to PH-44, TU-30). */
import type { HonestyFigures, PatternFigures } from '#core/domain/evidence-figures.ts';
import type { GateAnalysis, GateCombination, GateVariableFindings } from '#core/domain/gate-findings.ts';
import type { ScopeFacts } from './analysis-figures.ts';

export interface PatternReport extends PatternFigures {
  readonly scope: ScopeFacts;
}

// Scalp gates (PH-40 to PH-44).

export type GateCombinationView = GateCombination;

export interface GateVariableView extends GateVariableFindings {
  readonly meaning: string;
}

export interface GateFindings extends Omit<GateAnalysis, 'variables'> {
  /** Ranked by delta; those with too few last. */
  readonly variables: readonly GateVariableView[];
}

export interface GateReport {
  readonly scope: ScopeFacts;
  /** Null without a resolved scalp phantom. */
  readonly findings: GateFindings | null;
  /** From the question to the answer, reading the record included; and of that, the analysis itself. */
  readonly elapsedMs: number;
  readonly analysisMs: number;
}

export interface HonestyReport extends HonestyFigures {
  readonly scope: ScopeFacts;
}

export type { HonestyPanel, HonestyVerdict, Pattern, PatternCell } from '#core/domain/evidence-figures.ts';
export type { GateRetest } from '#core/domain/gate-findings.ts';
