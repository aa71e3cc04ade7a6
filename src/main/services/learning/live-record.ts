/** What a model's versions said before outcomes were known, read from the record without a running session (ML-45). */
import type { AccuracyWindow, EnhancedRecord, ForecastWindow } from '#contract/areas/models.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ProfileReader } from '#main/store/database.ts';
import { AccuracyBook } from './accuracy-book.ts';
import { ForecastBook } from './forecast-book.ts';
import { allLearnedModels } from './learned-models.ts';

export interface LiveRecord {
  /** The windows end here: the newest time that the engine of this profile reached. */
  readonly until: UnixMs;
  /** Of a model that says how likely a win is; empty for all others. */
  readonly accuracy: readonly AccuracyWindow[];
  readonly forecasts: readonly ForecastWindow[];
  /** Where its answers make enhanced scores: base against enhanced; null for all others. */
  readonly enhanced: EnhancedRecord | null;
}

/** Null while no engine ever ran on the profile. */
export async function liveRecord(
  profile: Pick<ProfileReader, 'predictions' | 'models'>,
  key: string,
): Promise<LiveRecord | null> {
  const until = profile.predictions.clock();
  if (until === null) return null;
  const never = new AbortController().signal;
  const accuracy = new AccuracyBook(profile);
  await accuracy.refresh([key], until, never);
  const forecasts = new ForecastBook(profile);
  const own = allLearnedModels().filter((model) => model.key === key);
  await forecasts.refresh(own, until, never);
  const { windows, enhanced } = accuracy.of(key);
  return { until, accuracy: windows, forecasts: forecasts.of(key), enhanced };
}
