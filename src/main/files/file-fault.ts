/** Failures of reading a file that a user brought, each with what to do about it. */
import type { Fault } from '#core/base/result.ts';

export type FileFaultKind =
  | 'unreadable' // missing, a folder, or no permission
  | 'damaged' // the archive breaks off or does not decompress
  | 'unsupported' // an archive without exactly one CSV file
  | 'unknown-format'; // no header and no layout we know

export type FileFault = Fault<FileFaultKind>;
