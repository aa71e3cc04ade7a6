/** One `desk bootstrap` on a fresh profile with given candles: what PE-10 times, and what must repeat exactly (PL-11). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invariant } from '#core/base/invariant.ts';
import type { Candle } from '#core/domain/candle.ts';
import { instrumentId } from '#core/domain/instrument.ts';
import type { BaseTimeframe } from '#core/domain/timeframe.ts';
import { retrainerOver } from '#main/services/learning/retrainer.ts';
import { type BootstrapReport, bootstrapRecord } from '#main/services/research/bootstrap-record.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { openProfile } from '#main/store/database.ts';
import { createRetrainThreads } from '#main/workers/retrain-thread.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';

export interface StoredSeries {
  readonly symbol: string;
  readonly candles: readonly Candle[];
}

/** Any fixed time will do: models carry it, events do not. */
const WALL_CLOCK = 1_750_000_000_000;

/** The candles are stored before the clock of the report starts. All strategies run. */
export async function bootstrapOn(
  exchange: string,
  baseTimeframe: BaseTimeframe,
  series: readonly StoredSeries[],
  learns: boolean,
): Promise<BootstrapReport> {
  const folder = mkdtempSync(join(tmpdir(), 'shadowdesk-bootstrap-'));
  const threads = createRetrainThreads(sourceWorkerEntry);
  try {
    const opened = openProfile(folder);
    invariant(opened.ok, 'a fresh profile opens');
    const profile = opened.value;
    try {
      for (const { symbol, candles } of series) {
        const written = profile.candles.write(instrumentId(exchange, symbol), baseTimeframe, candles, 0);
        invariant(written.ok, 'candles are written');
      }
      const report = await bootstrapRecord(
        { exchange, symbols: series.map(({ symbol }) => symbol), strategies: null, baseTimeframe, learns },
        {
          profile,
          settings: new SettingsService(profile.desk),
          retrainer: retrainerOver(threads.retrain),
          wallClock: () => WALL_CLOCK,
          monotonic: () => performance.now(),
          signal: new AbortController().signal,
          progress: () => undefined,
        },
      );
      invariant(report.ok, report.ok ? '' : report.error.message);
      return report.value;
    } finally {
      profile.close();
    }
  } finally {
    await threads.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
