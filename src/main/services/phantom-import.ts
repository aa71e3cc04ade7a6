/**
 * Import of phantom history (WS-21): a file that an export wrote, checked line by line, stored in one transaction.
 *
 * An imported phantom keeps the decision it was recorded with as its first event and then gets the disposition
 * `imported`: no model learns from it and no ledger counts it as this desk's. Accepting it gives the recorded decision
 * back, as a third event.
 */
import { ok, type Result } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { PhantomFile } from '#main/files/phantom-import.ts';
import type { Profile } from '#main/store/database.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import { importedPhantom } from './imported-phantom.ts';
import { ImportedSets } from './imported-sets.ts';

export interface PhantomImportOptions {
  readonly profile: Pick<Profile, 'record' | 'history'>;
  readonly file: PhantomFile;
  /** Gives the recorded decisions back: statistics and training then count them (ML-3). */
  readonly accept: boolean;
  /** Wall time of the import, UTC ms. */
  readonly now: UnixMs;
  readonly progress?: (rows: number) => void;
}

export interface PhantomImportReport {
  readonly rowsRead: number;
  /** Stored now. */
  readonly imported: number;
  /** Recorded here before: they stay as they are, but for those that are accepted now. */
  readonly known: number;
  /** Imported ones, now or before, whose recorded decision was given back. */
  readonly accepted: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
}

const ROWS_PER_PROGRESS = 10_000;

/** The file is read twice: the first pass checks everything and names the feature sets, the second one writes. */
export function importPhantoms(options: PhantomImportOptions): Result<PhantomImportReport, StoreFault> {
  const { profile, file, accept, now, progress } = options;
  const sets = new ImportedSets(profile.history.featureSets(), file.featureNames);
  const checked = check(file, sets);
  for (const { setId, setHash, features } of sets.unrecorded()) {
    const registered = profile.record.registerFeatureSet(setId, setHash, features);
    if (!registered.ok) return registered;
  }
  const counts = { imported: 0, known: 0, accepted: 0 };
  const stored = profile.record.step((writer) => {
    let row = 0;
    for (const read of file.rows()) {
      if (++row % ROWS_PER_PROGRESS === 0) progress?.(row);
      if ('reason' in read || checked.refusedLines.has(read.line)) continue;
      const { id } = read.phantom.row;
      const before = profile.history.detail(id);
      if (before === null) {
        const phantom = importedPhantom(read.phantom, sets);
        writer.phantomOpened(phantom.terms.openedAt, phantom);
        writer.phantomDecided(now, id, { ...phantom.decision, disposition: 'imported', decidedAt: now });
        counts.imported++;
      } else counts.known++;
      if (!accept || (before !== null && before.row.disposition !== 'imported')) continue;
      const recorded = before === null ? importedPhantom(read.phantom, sets).decision : before.events[0]?.decision;
      if (recorded === null || recorded === undefined || recorded.disposition === 'imported') continue;
      writer.phantomDecided(now, id, { ...recorded, decidedAt: now });
      counts.accepted++;
    }
  });
  return stored.ok ? ok({ rowsRead: checked.rowsRead, ...counts, rejected: checked.rejected }) : stored;
}

interface CheckedFile {
  readonly rowsRead: number;
  readonly rejected: PhantomImportReport['rejected'];
  readonly refusedLines: ReadonlySet<number>;
}

function check(file: PhantomFile, sets: ImportedSets): CheckedFile {
  const rejected: { readonly line: number; readonly reason: string }[] = [];
  const lineOf = new Map<string, number>();
  let rowsRead = 0;
  for (const read of file.rows()) {
    rowsRead++;
    const { line } = read;
    if ('reason' in read) {
      rejected.push(read);
      continue;
    }
    const { id } = read.phantom.row;
    const first = lineOf.get(id);
    const reason = first === undefined ? sets.problem(read.phantom) : `the phantom of line ${first} again`;
    if (reason !== null) rejected.push({ line, reason });
    else lineOf.set(id, line);
  }
  return { rowsRead, rejected, refusedLines: new Set(rejected.map(({ line }) => line)) };
}
