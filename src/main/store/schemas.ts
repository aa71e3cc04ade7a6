/** The two database files of a profile and their migrations, oldest first (RE-1). */
import type { Schema } from './migrate.ts';
import { candles } from './migrations/candles/010-candles.ts';
import { marketFacts } from './migrations/candles/080-market-facts.ts';
import { sentiment } from './migrations/candles/190-sentiment.ts';
import { fundingTimes } from './migrations/candles/200-funding-times.ts';
import { phantoms } from './migrations/record/010-phantoms.ts';
import { trading } from './migrations/record/020-trading.ts';
import { engine } from './migrations/record/030-engine.ts';
import { log } from './migrations/record/040-log.ts';
import { models } from './migrations/record/050-models.ts';
import { predictionsByTime } from './migrations/record/060-predictions-by-time.ts';
import { besideVectors } from './migrations/record/070-beside-vectors.ts';
import { externalSignals } from './migrations/record/090-external-signals.ts';
import { observations } from './migrations/record/100-observations.ts';
import { thresholds } from './migrations/record/110-thresholds.ts';
import { risk } from './migrations/record/120-risk.ts';
import { grades } from './migrations/record/130-grades.ts';
import { facetRevisions } from './migrations/record/140-facet-revisions.ts';
import { resolverVersions } from './migrations/record/150-resolver-versions.ts';
import { workedCloses } from './migrations/record/160-worked-closes.ts';
import { quickStart } from './migrations/record/180-quick-start.ts';
import { fillsAndGrades } from './migrations/record/200-fills-and-grades.ts';
import { quickReading } from './migrations/record/210-quick-reading.ts';

export const RECORD_FILE = 'desk.sqlite';
export const CANDLE_FILE = 'candles.sqlite';

/** 'SDrc' and 'SDcn' in ASCII. */
export const RECORD_SCHEMA: Schema = {
  applicationId: 0x53447263,
  migrations: [
    phantoms,
    trading,
    engine,
    log,
    models,
    predictionsByTime,
    besideVectors,
    externalSignals,
    observations,
    thresholds,
    risk,
    grades,
    facetRevisions,
    resolverVersions,
    workedCloses,
    quickStart,
    fillsAndGrades,
    quickReading,
  ],
};
export const CANDLE_SCHEMA: Schema = {
  applicationId: 0x5344636e,
  migrations: [candles, marketFacts, sentiment, fundingTimes],
};
