/** The analysis of the fake desk: the real computations over a record that is made up. */
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import { makeColumns, sourceOf } from '../analysis-columns.ts';

const SIGNALS = 6_000;

export function fakeAnalysisCalls(): AnalysisDesk['calls'] {
  return new AnalysisDesk(sourceOf(makeColumns({ rows: SIGNALS })), () => performance.now()).calls;
}
