/**
 * Import of a sentiment index (FE-13). What a file brings was not known to what was worked before it came: the store keeps
 * beside it how far each instrument had been worked, so that no replay knows more than the desk did (FE-2).
 */
import type { ImportReport } from '#contract/areas/imports.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import { timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { FileFault } from '#main/files/file-fault.ts';
import type { SentimentFileRow } from '#main/files/sentiment-csv.ts';
import type { Profile } from '#main/store/database.ts';
import type { NewSentiment } from '#main/store/sentiment-store.ts';
import type { StoreFault } from '#main/store/store-fault.ts';

export type SentimentProfile = Pick<Profile, 'notes' | 'workedBars' | 'externals'>;

export interface SentimentImportOptions {
  readonly profile: SentimentProfile;
  readonly fileName: string;
  /** The file's rows as `main/files` reads them. */
  readonly rows: Promise<Result<readonly SentimentFileRow[], FileFault>>;
  /** Wall time of the import, UTC ms. */
  readonly now: UnixMs;
  /** Aborting it before the rows are read leaves everything as it was (MK-31). */
  readonly signal?: AbortSignal;
  /** Called before anything else can be worked: a running engine must know the file from the bar on that the store says. */
  readonly onStored?: () => void;
}

export interface SentimentImportReport extends ImportReport {
  readonly known: number;
}

/** A file may hold so many values: minutes of a year. */
const MOST_ROWS = 600_000;

/** All good rows or none; of rows for one scope and time the first counts. A file that comes again changes nothing. */
export async function importSentiment(
  options: SentimentImportOptions,
): Promise<Result<SentimentImportReport, FileFault | StoreFault | Fault<'cancelled'>>> {
  const { profile, fileName, now, signal, onStored } = options;
  const rows = await options.rows;
  if (signal?.aborted === true) {
    const message = 'The import was cancelled. Nothing was imported.';
    return err({ kind: 'cancelled', message, remedy: 'Start it again.' });
  }
  if (!rows.ok) return rows;
  if (rows.value.length > MOST_ROWS) {
    const message = `The file holds more than ${MOST_ROWS} values.`;
    return err({
      kind: 'unsupported',
      message,
      remedy: 'Split it, or thin it out: a value counts until the next one.',
    });
  }
  const { points, rejected } = sorted(rows.value);
  const entry = { fileName, importedAt: now, workedUntil: workedUntil(profile) };
  const stored = profile.notes.sentiment.append(entry, points);
  if (!stored.ok) return stored;
  onStored?.();
  const counts = { rowsRead: rows.value.length, accepted: points.length, known: points.length - stored.value };
  return ok({ ...counts, rejected, gaps: [] });
}

function sorted(rows: readonly SentimentFileRow[]) {
  const points: NewSentiment[] = [];
  const rejected: ImportReport['rejected'][number][] = [];
  const lines = new Map<string, number>();
  for (const row of rows) {
    if ('reason' in row) {
      rejected.push(row);
      continue;
    }
    const { line, scope, time, value } = row;
    const key = `${scope} ${time}`;
    const first = lines.get(key);
    if (first !== undefined) {
      rejected.push({ line, reason: `same time and scope as line ${first}` });
      continue;
    }
    lines.set(key, line);
    points.push({ scope, time, value });
  }
  return { points, rejected };
}

/** The newest time at which anything of each instrument was decided: its newest bar, or a signal from outside after it. */
function workedUntil(profile: SentimentProfile): ReadonlyMap<InstrumentId, UnixMs> {
  const until = new Map<InstrumentId, UnixMs>();
  const note = (id: InstrumentId, time: UnixMs) => until.set(id, Math.max(time, until.get(id) ?? 0));
  // An older version kept no close time; no base bar is longer.
  for (const { instrumentId, openTime, closeTime } of profile.workedBars()) {
    note(instrumentId, closeTime ?? openTime + timeframeMs('5m'));
  }
  for (const { instrumentId, time } of profile.externals.taken()) note(instrumentId, time);
  return until;
}
