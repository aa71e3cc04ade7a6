/** A profile with candles for tests of replay, inspection and imports. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { invariant } from '#core/base/invariant.ts';
import { ok } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Timeframe } from '#core/domain/timeframe.ts';
import type { CandleFileBatch } from '#main/files/candle-csv.ts';
import { importCandles } from '#main/services/candle-import.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const RESEARCH_SETTINGS = { slippageBps: 2, fixedMinimumScore: null };

export function emptyProfile(folder = temporaryFolder()): Profile {
  const opened = openProfile(folder);
  invariant(opened.ok, 'a fresh profile opens');
  // Hooks run in reverse order: the profile closes before its folder goes.
  onTestFinished(() => opened.value.close());
  return opened.value;
}

export function putCandles(profile: Profile, symbol: string, timeframe: Timeframe, candles: readonly Candle[]): void {
  const written = profile.candles.write(`binance:${symbol}`, timeframe, candles, 0);
  invariant(written.ok, 'candles are written');
}

/** Rows as the file reader gives them, the first on line 2 below the header. */
export function importRows(
  profile: Profile,
  rows: readonly (readonly [number, number, number, number, number, number])[],
  timeframe: Timeframe = '5m',
) {
  const batch: CandleFileBatch = rows.map(([openTime, open, high, low, close, volume], index) => ({
    line: index + 2,
    candle: { openTime, open, high, low, close, volume },
  }));
  return importCandles({
    store: profile,
    target: { exchange: 'binance', symbol: 'BTC/USDT', timeframe, fileName: 'test.csv' },
    rows: (async function* () {
      yield ok(batch);
    })(),
    now: 1_750_000_000_000,
  });
}

const SHARED = fileURLToPath(new URL('../../../shared/data/candles/', import.meta.url));

/** Path of a recorded candle file beside the project, e.g. `binance-spot/BTCUSDT-5m`; null when the data is not there. */
export function sharedCandleFile(name: string): string | null {
  const path = `${SHARED}${name}.csv.gz`;
  return existsSync(path) ? path : null;
}
