/** The stores that belong to single features, made once and handed to their panels. */
import type { AnalysisStore } from '../features/analysis/analysis-store.ts';
import type { ChartsStore } from '../features/chart/charts-store.ts';
import type { ImportStore } from '../features/imports/import-store.ts';
import type { ModelsStore } from '../features/models/models-store.ts';
import type { ExportStore } from '../features/phantoms/export-store.ts';
import type { HistoryStore } from '../features/phantoms/history-store.ts';
import type { TicketStore } from '../features/tickets/ticket-store.ts';
import type { LayoutStore } from '../ui/workspace/layout-store.ts';

export interface FeatureStores {
  readonly analysis: AnalysisStore;
  readonly tickets: TicketStore;
  readonly charts: ChartsStore;
  readonly history: HistoryStore;
  readonly exporting: ExportStore;
  readonly models: ModelsStore;
  readonly imports: ImportStore;
  readonly layout: LayoutStore;
}
