/** Truth logs in and out (ST-20): what others say became of signals, beside what our resolver says, which stays of record. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { PhantomFilter } from '#contract/areas/phantoms.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { SignalId } from '#core/domain/signal.ts';
import { type TruthFacts, truthOf } from '#core/domain/truth-log.ts';
import { type TruthLine, truthLine } from '#main/files/truth-lines.ts';
import type { Profile, ProfileReader } from '#main/store/database.ts';
import { storedFilter } from '../phantom-filters.ts';

export interface TruthDisagreement {
  /** As the file names it. */
  readonly signalId: string;
  readonly phantomId: SignalId;
  readonly theirs: TruthFacts;
  readonly ours: TruthFacts;
}

export interface TruthImportReport {
  readonly linesRead: number;
  readonly accepted: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  /** Both have ended, by the same level or time. */
  readonly agreements: number;
  /** Both have ended, differently: ours stays of record. */
  readonly disagreements: readonly TruthDisagreement[];
  /** One of the two still runs. */
  readonly undecided: number;
}

export interface TruthImportOptions {
  readonly profile: Pick<Profile, 'externals' | 'history' | 'notes'>;
  readonly lines: readonly TruthLine[];
  /** Whose ids the file uses where they are not ours; null: of any source that has it. */
  readonly source: string | null;
  readonly fileName: string;
  /** Wall time, UTC ms. */
  readonly now: number;
}

/** Good lines are kept in one transaction; a newer word on a signal replaces the older one. */
export function importTruth(options: TruthImportOptions): Result<TruthImportReport, Fault> {
  const { profile, lines, fileName, now } = options;
  const rejected: { readonly line: number; readonly reason: string }[] = [];
  const disagreements: TruthDisagreement[] = [];
  const notes = new Map<SignalId, TruthFacts>();
  const lineOf = new Map<SignalId, number>();
  let [agreements, undecided] = [0, 0];
  for (const line of lines) {
    if ('reason' in line) {
      rejected.push(line);
      continue;
    }
    const found = phantomNamed(options, line.name);
    if (!found.ok) {
      rejected.push({ line: line.line, reason: found.error });
      continue;
    }
    const phantom = found.value;
    const earlier = lineOf.get(phantom.id);
    if (earlier !== undefined) {
      rejected.push({ line: line.line, reason: `the same signal as line ${earlier}` });
      continue;
    }
    const ours = truthOfPhantom(profile, phantom);
    if (ours === null) {
      rejected.push({
        line: line.line,
        reason: `${phantom.id} was not followed to an end here (${phantom.result.outcome})`,
      });
      continue;
    }
    lineOf.set(phantom.id, line.line);
    notes.set(phantom.id, line.truth);
    if (!ours.completed || !line.truth.completed) undecided++;
    else if (ours.outcome === line.truth.outcome) agreements++;
    else disagreements.push({ signalId: line.name, phantomId: phantom.id, theirs: line.truth, ours });
  }
  const stored = profile.externals.putTruth(
    [...notes].map(([signalId, truth]) => ({ signalId, ...truth })),
    fileName,
    now,
  );
  if (!stored.ok) return stored;
  return ok({
    linesRead: lines.length,
    accepted: notes.size,
    rejected: rejected.sort((a, b) => a.line - b.line),
    agreements,
    disagreements,
    undecided,
  });
}

/** By our id, or by the id that a source gave its signal. */
function phantomNamed({ profile, source }: TruthImportOptions, name: string): Result<Phantom, string> {
  const own = profile.history.detail(name)?.phantom;
  if (own !== undefined) return ok(own);
  const fitting = profile.externals.named(name).filter((taken) => source === null || taken.signal.source === source);
  const sources = fitting.map(({ signal }) => signal.source);
  if (fitting.length > 1)
    return err(`several sources know this signal_id (${sources.join(', ')}): name one with --source`);
  const [only] = fitting;
  const phantom = only === undefined ? undefined : profile.history.detail(only.signalId)?.phantom;
  return phantom === undefined ? err('no recorded signal has this signal_id') : ok(phantom);
}

function truthOfPhantom({ notes }: Pick<ProfileReader, 'notes'>, phantom: Phantom): TruthFacts | null {
  const tick = notes.instrument(phantom.instrumentId)?.priceTick ?? 0;
  return truthOf(phantom.result, phantom.terms.entry, tick);
}

export interface TruthExportOptions {
  readonly profile: Pick<ProfileReader, 'externals' | 'history' | 'notes' | 'exportPhantoms'>;
  readonly filter: PhantomFilter;
  /** Its signals alone, under its own ids; null: all, under ours. */
  readonly source: string | null;
  /** Path of the file; one that is there is replaced at the end. */
  readonly file: string;
}

export interface TruthExportReport {
  readonly file: string;
  readonly lines: number;
  /** Gated and unavailable: they have no end to tell of. */
  readonly leftOut: number;
}

/** The file appears whole or not at all. */
export function exportTruth(options: TruthExportOptions): Result<TruthExportReport, Fault<'unwritable'>> {
  const unfinished = `${options.file}.part`;
  try {
    const target = openSync(unfinished, 'w');
    let report: Omit<TruthExportReport, 'file'>;
    try {
      report = writeLines(options, (text) => void writeSync(target, text));
    } finally {
      closeSync(target);
    }
    renameSync(unfinished, options.file);
    return ok({ file: options.file, ...report });
  } catch (error) {
    rmSync(unfinished, { force: true });
    // Only what the file system says is the user's to mend; a fault of the store or a bug flies on.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const message = `The file cannot be written: ${error.message}.`;
    return err({
      kind: 'unwritable',
      message,
      remedy: 'Choose a folder that exists, that you may write to and that has space.',
    });
  }
}

function writeLines({ profile, filter, source }: TruthExportOptions, write: (text: string) => void) {
  const names =
    source === null
      ? null
      : new Map(
          profile.externals
            .taken()
            .filter(({ signal }) => signal.source === source)
            .map(({ signalId, signal }) => [signalId, signal.id]),
        );
  let [lines, leftOut] = [0, 0];
  for (const { row } of profile.exportPhantoms(storedFilter(filter), { by: 'openedAt', direction: 'ascending' })) {
    const name = names === null ? row.id : names.get(row.id);
    const phantom = name === undefined ? undefined : profile.history.detail(row.id)?.phantom;
    if (name === undefined || phantom === undefined) continue;
    const truth = truthOfPhantom(profile, phantom);
    if (truth === null) {
      leftOut++;
      continue;
    }
    write(`${truthLine(name, truth)}\n`);
    lines++;
  }
  return { lines, leftOut };
}
