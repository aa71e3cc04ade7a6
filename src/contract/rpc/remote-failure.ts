/** The error that a client's call rejects with: a `RemoteError` that can be thrown. */
import type { ErrorCode, RemoteError } from '../errors.ts';

export class RemoteFailure extends Error {
  override readonly name = 'RemoteFailure';
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(error: RemoteError) {
    super(error.message);
    this.code = error.code;
    this.remedy = error.remedy;
  }
}

/** The connection went away before the answer. */
export function closedError(reason: string): RemoteError {
  return { code: 'closed', message: `The connection to Shadowdesk was lost (${reason}).`, remedy: 'Try again.' };
}
