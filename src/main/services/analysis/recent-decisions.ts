/** The tickets that the trader answered last, each with what became of its signal (PH-32). */
import type { TraderDecisionRow } from '#contract/areas/analysis.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { DISPOSITIONS } from '#core/domain/score.ts';
import type { AnalysisReader } from '#main/store/analysis-rows.ts';

const ROWS_SHOWN = 100;
const ANSWERED: readonly string[] = ['executed', 'skipped', 'expired'];

export function recentDecisions(
  reader: Pick<AnalysisReader, 'ids'>,
  columns: ResultColumns,
  positionR: Float64Array,
  reasonText: (no: number) => string,
): readonly TraderDecisionRow[] {
  const rows: number[] = [];
  for (let row = columns.length - 1; row >= 0 && rows.length < ROWS_SHOWN; row--) {
    if (ANSWERED.includes(DISPOSITIONS[columns.disposition[row] as number] as string)) rows.push(row);
  }
  const ids = reader.ids(rows.map((row) => columns.no[row] as number));
  return rows.map((row, at) => {
    const id = ids[at] as string;
    const disposition = DISPOSITIONS[columns.disposition[row] as number] as TraderDecisionRow['disposition'];
    const phantomR = known(columns.netR[row]);
    return {
      id,
      instrumentId: columns.instruments[columns.instrument[row] as number] as string,
      strategyId: columns.strategies[columns.strategy[row] as number] as string,
      // A signal's id ends with its side.
      side: id.endsWith('|short') ? 'short' : 'long',
      openedAt: columns.openedAt[row] as number,
      disposition,
      reason: reasonText(columns.reason[row] as number),
      phantomR,
      positionR: known(positionR[row]),
      verdict: verdictOf(disposition, phantomR),
    };
  });
}

/** By the signal itself: what waiting and filling added is hesitation, not the decision. */
function verdictOf(
  disposition: TraderDecisionRow['disposition'],
  phantomR: number | null,
): TraderDecisionRow['verdict'] {
  if (phantomR === null) return 'open';
  return (disposition === 'executed') === phantomR > 0 ? 'right' : 'wrong';
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
