/** Every command of the command line, in the order of the help. */
import type { Command } from '../command.ts';
import { doctor } from './doctor.ts';
import { exportPhantoms } from './export-phantoms.ts';
import { importCandleFile } from './import-candles.ts';
import { inspectFit } from './inspect-fit.ts';
import { inspectFeaturesOf, inspectIndicatorsOf, inspectSignalsOf } from './inspect-market.ts';
import { inspectResolve } from './inspect-resolve.ts';
import { inspectDrift, inspectIsotonic } from './inspect-tables.ts';
import { modelsExport, modelsImport, modelsList, modelsPromote, modelsRollback, modelsShow } from './models.ts';
import { replayMarket } from './replay.ts';
import { serve } from './serve.ts';
import { stats } from './stats.ts';
import { train } from './train.ts';

export const COMMANDS: readonly Command[] = [
  serve,
  importCandleFile,
  replayMarket,
  inspectSignalsOf,
  inspectFeaturesOf,
  inspectIndicatorsOf,
  inspectResolve,
  inspectFit,
  inspectIsotonic,
  inspectDrift,
  train,
  modelsList,
  modelsShow,
  modelsPromote,
  modelsRollback,
  modelsExport,
  modelsImport,
  exportPhantoms,
  stats,
  doctor,
];
