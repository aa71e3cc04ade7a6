/** Failures of the store that a user can meet; the one place where exceptions of SQLite and the file system become faults. */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';

export type StoreFaultKind =
  | 'disk-full'
  | 'read-only' // the folder or a file in it cannot be opened or written
  | 'corrupt' // damaged, or no database at all
  | 'newer-version' // written by a newer version of the workstation
  | 'older-version' // must be upgraded first, and was opened for reading only
  | 'missing' // opened for reading, and not there
  | 'owned' // another process owns the profile (RE-8)
  | 'busy'
  | 'sqlite-too-old'
  | 'bad-cursor'
  | 'damaged-artefact' // a model whose bytes are not what was stored (RE-40)
  | 'input-output';

export type StoreFault = Fault<StoreFaultKind>;

/** Carries a fault out of a place that cannot return a `Result`: a reader or an iterator. `attempt` turns it back. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly fault: StoreFault;

  constructor(fault: StoreFault, cause?: unknown) {
    super(fault.message, { cause });
    this.fault = fault;
  }
}

/** Runs `work`; faults of the store become an error value, bugs keep flying. */
export function attempt<T>(work: () => T): Result<T, StoreFault> {
  try {
    return ok(work());
  } catch (error) {
    const fault = storeFault(error);
    if (fault === null) throw error;
    return err(fault);
  }
}

/** The fault behind an exception, or null when it is a bug (a broken constraint, a wrong statement, an invariant). */
export function storeFault(error: unknown): StoreFault | null {
  if (error instanceof StoreFailure) return error.fault;
  if (!(error instanceof Error)) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const kind = kindOf(code);
  return kind === null
    ? null
    : { kind, message: `${MESSAGES[kind]} (${code}: ${error.message})`, remedy: REMEDIES[kind] };
}

type LibraryFaultKind = 'disk-full' | 'read-only' | 'corrupt' | 'busy' | 'input-output';

/** SQLite's result codes (sqlite.org/rescode.html) and Node's; extended codes begin with their primary code. */
function kindOf(code: string): LibraryFaultKind | null {
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return 'disk-full';
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS|ENOTDIR|EISDIR)/.test(code)) return 'read-only';
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code)) return 'corrupt';
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return 'busy';
  if (/^(SQLITE_IOERR|SQLITE_NOLFS|EIO|EMFILE|ENFILE)/.test(code)) return 'input-output';
  return null;
}

const MESSAGES: Readonly<Record<LibraryFaultKind, string>> = {
  'disk-full': 'The disk is full: nothing more can be recorded',
  'read-only': 'The profile folder cannot be opened for writing',
  corrupt: 'The database file is damaged or is not a database of this workstation',
  busy: 'The database is in use by another program',
  'input-output': 'The disk reported an error',
};

const REMEDIES: Readonly<Record<LibraryFaultKind, string>> = {
  'disk-full': 'Free some space on the disk that holds the profile folder; recording goes on by itself.',
  'read-only': 'Give your account write access to the profile folder, or choose another one with --profile.',
  corrupt: 'Keep the file aside and restore the newest copy from the backups folder of the profile.',
  busy: 'Close the program that has the database open, then try again.',
  'input-output': 'Check the disk and its cable, then start again; `desk doctor` checks the database.',
};
