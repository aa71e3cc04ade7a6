/** Exports of the window's lists (WS-20): rows of the record come from the history's thread, answers of the analysis from here. */
import type { ExportRequest } from '#contract/areas/exports.ts';
import type { Contract } from '#contract/contract.ts';
import type { CallHandlers } from '#contract/service.ts';
import type { AskAnalysis } from './analysis/analysis-service.ts';
import type { FileExports } from './file-exports.ts';
import { type TableOrder, tableChunks } from './table-export.ts';
import type { AskHistory } from './views/history-reading.ts';

export interface ExportGround {
  readonly exports: FileExports;
  readonly history: AskHistory;
  readonly analysis: AskAnalysis;
  readonly profile: Parameters<typeof tableChunks>[0];
}

type AnalysedExport = Extract<ExportRequest, { scope: object }>;

function isAnalysed(request: ExportRequest): request is AnalysedExport {
  return 'scope' in request;
}

type ExportCalls = Pick<CallHandlers<Contract>, 'exports.start' | 'exports.next' | 'exports.cancel'>;

export function exportCalls({ exports, history, analysis, profile }: ExportGround): ExportCalls {
  const analysed = async (request: AnalysedExport): Promise<TableOrder> => {
    if (request.what === 'ledger') {
      return { what: 'ledger', ledger: await analysis.ask('analysis.ledger', request.scope) };
    }
    const { findings } = await analysis.ask('analysis.gates', request.scope);
    return { what: 'gates', findings };
  };
  return {
    'exports.start': async (request) => {
      if (!isAnalysed(request)) return history.ask('history.exportStart', request);
      const chunks = tableChunks(profile, await analysed(request), request.format);
      return exports.open(chunks, `shadowdesk-${request.what}-${exports.stamp()}.${request.format}`, 0);
    },
    'exports.next': (input) =>
      exports.has(input.exportId) ? exports.next(input.exportId) : history.ask('history.exportNext', input),
    'exports.cancel': (input) =>
      exports.has(input.exportId) ? exports.cancel(input.exportId) : history.ask('history.exportCancel', input),
  };
}
