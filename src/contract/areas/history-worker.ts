/** What the history's thread is asked: pages and figures of the record, read beside the engine (PE-17, RE-30). */
import { call, type Declarations } from '../define.ts';
import { type ExportChunk, type ExportStarted, exportIdInput, recordExportInput } from './exports.ts';
import { marksInput, type StrategyMarks } from './market.ts';
import { type PhantomRow, type PhantomStatistics, phantomFilterInput, phantomHistoryInput } from './phantoms.ts';

/** As it is recorded: how many decimals its prices have is known where the instruments are. */
export type RecordedRow = Omit<PhantomRow, 'priceDecimals'>;

export interface RecordedPage {
  readonly rows: readonly RecordedRow[];
  readonly nextCursor: string | null;
}

export interface RecordedMarks {
  readonly rows: readonly RecordedRow[];
  readonly strategy: readonly StrategyMarks[];
}

export const historyWorkerContract = {
  'history.page': call<RecordedPage>()(phantomHistoryInput),
  'history.statistics': call<PhantomStatistics>()(phantomFilterInput),
  /** The newest signals of an instrument with what their strategies saw, for the chart. */
  'history.marks': call<RecordedMarks>()(marksInput),
  'history.exportStart': call<ExportStarted>()(recordExportInput),
  'history.exportNext': call<ExportChunk>()(exportIdInput),
  'history.exportCancel': call<null>()(exportIdInput),
} as const satisfies Declarations;

export type HistoryWorkerContract = typeof historyWorkerContract;
