/** Exports beside phantoms (WS-20): which rows belong to each, as text in the format that was asked for. */
import type { Ledger } from '#contract/areas/analysis.ts';
import type { GateFindings } from '#contract/areas/analysis-evidence.ts';
import type { PhantomFilter } from '#contract/areas/phantoms.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import {
  CANDLE_TABLE,
  FILL_TABLE,
  MODEL_TABLE,
  modelFigures,
  ORDER_TABLE,
  SIGNAL_TABLE,
} from '#main/files/export-tables.ts';
import type { ExportTextChunk } from '#main/files/phantom-csv.ts';
import { type TableFormat, tableText } from '#main/files/table-file.ts';
import type { ProfileReader } from '#main/store/database.ts';
import { GATE_TABLE, gateLines } from './gate-table.ts';
import { LEDGER_TABLE, ledgerRows } from './ledger-table.ts';
import { storedFilter } from './phantom-filters.ts';

export type TableOrder =
  | { readonly what: 'signals'; readonly filter: PhantomFilter }
  | { readonly what: 'orders' }
  | { readonly what: 'fills' }
  | { readonly what: 'models' }
  /** As `analysis.gates` found them; null: no scalp has a result. */
  | { readonly what: 'gates'; readonly findings: GateFindings | null }
  | { readonly what: 'ledger'; readonly ledger: Ledger }
  | {
      readonly what: 'candles';
      readonly instrumentId: InstrumentId;
      readonly timeframe: Timeframe;
      readonly from?: UnixMs;
      readonly to?: UnixMs;
    };

export type TableSource = Pick<
  ProfileReader,
  'exportSignals' | 'exportTickets' | 'exportPositions' | 'models' | 'candles'
>;

export function tableChunks(
  profile: TableSource,
  order: TableOrder,
  format: TableFormat,
): Generator<ExportTextChunk, void, undefined> {
  switch (order.what) {
    case 'signals':
      return tableText(SIGNAL_TABLE, profile.exportSignals(storedFilter(order.filter)), format);
    case 'orders':
      return tableText(ORDER_TABLE, profile.exportTickets(), format);
    case 'fills':
      return tableText(FILL_TABLE, profile.exportPositions(), format);
    case 'models':
      return tableText(MODEL_TABLE, modelFigures(profile.models.allVersions()), format);
    case 'gates':
      return tableText(GATE_TABLE, gateLines(order.findings), format);
    case 'ledger':
      return tableText(LEDGER_TABLE, ledgerRows(order.ledger), format);
    case 'candles': {
      const { instrumentId, timeframe, from, to } = order;
      return tableText(CANDLE_TABLE, profile.candles.read(instrumentId, timeframe, from, to), format);
    }
  }
}
