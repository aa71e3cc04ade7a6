/** The contract, declared once: every call and stream that crosses a process boundary. Services implement it, hosts carry it, the window calls it. */
import type { Instrument } from '#core/domain/instrument.ts';
import { analysisContract } from './areas/analysis.ts';
import type * as backup from './areas/backup.ts';
import * as exports from './areas/exports.ts';
import * as imports from './areas/imports.ts';
import * as market from './areas/market.ts';
import * as models from './areas/models.ts';
import * as notices from './areas/notices.ts';
import * as phantoms from './areas/phantoms.ts';
import * as risk from './areas/risk.ts';
import * as session from './areas/session.ts';
import * as settings from './areas/settings.ts';
import * as thresholds from './areas/thresholds.ts';
import * as trading from './areas/trading.ts';
import { call, stream } from './define.ts';

export interface StrategyDescription {
  readonly id: string;
  readonly version: number;
  readonly idea: string;
  readonly timeframe: string;
  readonly higherTimeframe: string;
  /** ST-11: its signals are phantoms only until the trader promotes it, and what speaks for that; null: on no trial. */
  readonly phase0: settings.PhaseEvidence | null;
  /** The schema, in its order, with the values in force (ST-1). */
  readonly parameters: readonly {
    readonly name: string;
    readonly meaning: string;
    readonly value: number;
    readonly default: number;
    readonly minimum: number;
    readonly maximum: number;
    readonly step: number;
    readonly unit: string;
  }[];
}

export const contract = {
  'session.status': stream<session.SessionStatus, session.SessionStatus>()(session.nothing),
  'session.reconnect': call<trading.IntentAnswer>()(session.nothing),
  /** Stops the history run between two steps; what it has worked stays (PL-11). */
  'session.cancelHistory': call<trading.IntentAnswer>()(session.nothing),
  /** Goes on where it was stopped. */
  'session.resumeHistory': call<trading.IntentAnswer>()(session.resumeHistoryInput),
  'session.log': stream<session.LogDelta, session.LogDelta>()(session.nothing),
  'demo.status': stream<session.DemoStatus, session.DemoStatus>()(session.nothing),
  'demo.control': call<session.DemoStatus>()(session.demoControlInput),

  'market.watchlist': stream<readonly market.WatchlistRow[], market.WatchlistDelta>()(session.nothing),
  'market.bars': stream<market.BarsSnapshot, market.BarsDelta>()(market.barsInput),
  'market.candles': call<market.CandlePage>()(market.candlesInput),
  /** Phantoms (open and closed) of one instrument that opened in the range, newest 500, with what their strategy saw. */
  'market.marks': call<{
    readonly phantoms: readonly phantoms.PhantomRow[];
    readonly strategy: readonly market.StrategyMarks[];
  }>()(market.marksInput),
  /** Session and regime of one instrument as the engine saw them. */
  'market.contexts': call<market.MarketContexts>()(market.contextsInput),
  'exchanges.list': call<readonly market.ExchangeChoice[]>()(session.nothing),
  'exchanges.instruments': call<market.InstrumentList>()(market.exchangeInput),
  'instruments.list': call<readonly Instrument[]>()(session.nothing),
  /** Hidden strategies are not among them (ST-12). */
  'strategies.list': call<readonly StrategyDescription[]>()(session.nothing),

  'tickets.open': stream<readonly trading.TicketView[], trading.TicketsDelta>()(session.nothing),
  'tickets.approve': call<trading.IntentAnswer>()(trading.approveInput),
  'tickets.skip': call<trading.IntentAnswer>()(trading.skipInput),
  /** Open positions and the newest 100 closed ones. */
  'positions.recent': stream<readonly trading.PositionView[], trading.PositionsDelta>()(session.nothing),

  /** Limits, breakers ("what would trip now?") and the kill switch. */
  'risk.status': stream<risk.RiskStatus, risk.RiskStatus>()(session.nothing),
  /** DE-23. */
  'risk.killSwitch': call<trading.IntentAnswer>()(risk.killSwitchInput),
  'risk.breaker': call<trading.IntentAnswer>()(risk.breakerInput),
  /** What unlocks auto on a live account, computed anew at each call (DE-12). */
  'stage.checklist': call<risk.StageChecklist>()(session.nothing),
  'stage.set': call<trading.IntentAnswer>()(risk.stageSetInput),
  'account.equity': call<risk.EquityCurve>()(risk.equityInput),
  'orders.fills': call<risk.Fills>()(risk.fillsInput),

  'phantoms.live': stream<readonly phantoms.LivePhantom[], phantoms.LivePhantomsDelta>()(phantoms.livePhantomsInput),
  'phantoms.activity': stream<phantoms.PhantomActivity, phantoms.PhantomActivity>()(session.nothing),
  'phantoms.history': call<phantoms.PhantomPage>()(phantoms.phantomHistoryInput),
  'phantoms.detail': call<phantoms.PhantomDetail | null>()(phantoms.phantomIdInput),
  /** Ids under which signals from outside are recorded, as the history's filter takes them (ST-20). */
  'phantoms.sources': call<readonly string[]>()(session.nothing),
  /** MK-3: resolves what rests on bars that were changed later again; what was said before is kept. */
  'phantoms.regrade': call<trading.IntentAnswer>()(session.nothing),
  'phantoms.statistics': call<phantoms.PhantomStatistics>()(phantoms.phantomFilterInput),
  'exports.start': call<exports.ExportStarted>()(exports.exportStartInput),
  'exports.next': call<exports.ExportChunk>()(exports.exportIdInput),
  'exports.cancel': call<null>()(exports.exportIdInput),

  'imports.begin': call<{ readonly importId: string }>()(imports.importBeginInput),
  'imports.chunk': call<null>()(imports.importChunkInput),
  /** Gives the file up; nothing of it is imported. */
  'imports.cancel': call<null>()(imports.importIdInput),
  'imports.finish': call<imports.ImportAnswer>()(imports.importIdInput),

  'models.overview': stream<models.ModelsSnapshot, models.ModelsSnapshot>()(session.nothing),
  'models.notices': stream<null, models.ModelNotice>()(session.nothing),
  /** Trains now, whatever the counts say. */
  'models.train': call<trading.IntentAnswer>()(models.modelInput),
  'models.cancel': call<trading.IntentAnswer>()(models.jobIdInput),
  /** Makes a stored version the champion by hand: also the way back (ML-25). */
  'models.activate': call<trading.IntentAnswer>()(models.modelIdInput),
  /** A model of one instrument or cluster that decides gives its signals back to the model of all (ML-50). */
  'models.giveUp': call<trading.IntentAnswer>()(models.modelInput),
  /** One version as one JSON file; `exports.next` gives its text. */
  'models.export': call<exports.ExportStarted>()(models.modelIdInput),
  /** Such a file, part by part: checked, it lands as a challenger and scores nothing. */
  'models.import': call<models.ModelImportAnswer>()(models.modelImportInput),
  /** What a model learns from (ML-46); `exports.next` gives the text. */
  'models.exportTraining': call<exports.ExportStarted>()(models.trainingExportInput),
  'models.explain': call<models.Explanation | null>()(models.explainInput),

  /** The map of contexts: thresholds in force with what they rest on (DE-1 to DE-3). */
  'thresholds.contexts': call<thresholds.ThresholdsNow>()(thresholds.thresholdContextsInput),
  /** Every fit that was made, newest first. */
  'thresholds.history': call<thresholds.ThresholdHistoryPage>()(thresholds.thresholdHistoryInput),
  /** Rolling win rates, what was blocked and gated by day, and the health of the open phantoms (PH-21, PH-22). */
  'phantoms.watch': call<thresholds.PhantomWatch>()(thresholds.refusedInput),

  /** Copies of the profile that are there, and what the profile takes (WS-22). */
  'backup.list': call<backup.BackupList>()(session.nothing),
  /** The whole profile as one file beside the daily copies; the page names no path. */
  'backup.make': call<backup.BackupMade>()(session.nothing),

  ...analysisContract,

  /** What happens from the subscription on (DE-17). */
  'notices.told': stream<null, notices.DeskNotice>()(session.nothing),
  'telegram.status': stream<notices.TelegramStatus, notices.TelegramStatus>()(session.nothing),
  /** The token goes in and never comes out again. */
  'telegram.configure': call<trading.IntentAnswer>()(notices.telegramInput),
  'telegram.forget': call<trading.IntentAnswer>()(session.nothing),
  'telegram.test': call<trading.IntentAnswer>()(session.nothing),

  'settings.current': stream<settings.Settings, settings.Settings>()(session.nothing),
  'settings.update': call<{ readonly settings: settings.Settings; readonly message: string }>()(settings.settingsPatch),
  /** As YAML, without keys (WS-18). */
  'settings.export': call<settings.SettingsFileText>()(session.nothing),
  /** All of the file or, refused with each line, nothing of it. */
  'settings.import': call<settings.SettingsFileAnswer>()(settings.settingsImportInput),
} as const;

export type Contract = typeof contract;
