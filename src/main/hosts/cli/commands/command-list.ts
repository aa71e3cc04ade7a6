/** Every command of the command line, in the order of the help. */
import type { Command } from '../command.ts';
import { backup, restore } from './backup.ts';
import { bootstrapHistory } from './bootstrap.ts';
import { doctor } from './doctor.ts';
import { exportPhantoms } from './export-phantoms.ts';
import {
  exportCandles,
  exportFills,
  exportGates,
  exportLedger,
  exportModelFigures,
  exportOrders,
  exportSignals,
} from './export-tables.ts';
import { exportTraining } from './export-training.ts';
import { gates } from './gates.ts';
import { hookRenew, hookShow } from './hook.ts';
import { importCandleFile } from './import-candles.ts';
import { importPhantomFile } from './import-phantoms.ts';
import { importSentimentFile } from './import-sentiment.ts';
import { importSignalFile } from './import-signals.ts';
import { inspectGates, inspectThreshold } from './inspect-decisions.ts';
import { inspectFit } from './inspect-fit.ts';
import { inspectFeaturesOf, inspectIndicatorsOf, inspectSignalsOf } from './inspect-market.ts';
import { inspectRecompute } from './inspect-recompute.ts';
import { inspectResolve } from './inspect-resolve.ts';
import { inspectDrift, inspectIsotonic } from './inspect-tables.ts';
import { ledger } from './ledger.ts';
import { modelsExport, modelsImport, modelsList, modelsPromote, modelsRollback, modelsShow } from './models.ts';
import { regradeHistory } from './regrade.ts';
import { replayMarket } from './replay.ts';
import { serve } from './serve.ts';
import { settingsExport, settingsImport } from './settings.ts';
import { stats } from './stats.ts';
import { thresholds } from './thresholds.ts';
import { train } from './train.ts';
import { exportTruthFile, importTruthFile } from './truth.ts';

export const COMMANDS: readonly Command[] = [
  serve,
  hookShow,
  hookRenew,
  importCandleFile,
  importSentimentFile,
  importSignalFile,
  importTruthFile,
  replayMarket,
  bootstrapHistory,
  inspectSignalsOf,
  inspectFeaturesOf,
  inspectIndicatorsOf,
  inspectRecompute,
  inspectResolve,
  inspectFit,
  inspectIsotonic,
  inspectDrift,
  inspectGates,
  inspectThreshold,
  train,
  modelsList,
  modelsShow,
  modelsPromote,
  modelsRollback,
  modelsExport,
  modelsImport,
  exportPhantoms,
  importPhantomFile,
  exportSignals,
  exportOrders,
  exportFills,
  exportModelFigures,
  exportGates,
  exportLedger,
  exportCandles,
  exportTraining,
  exportTruthFile,
  backup,
  restore,
  stats,
  thresholds,
  ledger,
  gates,
  settingsExport,
  settingsImport,
  regradeHistory,
  doctor,
];
