/** Error codes that cross the boundary, with what the trader can do. */

const ERROR_CODES = [
  'bad-input', // the call's input does not fit its schema; `message` names the field
  'unknown-method',
  'too-large', // a frame over 1 MiB (RE-51)
  'not-found',
  'unavailable', // the service cannot answer now; try again
  'refused', // the request was understood and declined
  'internal', // a bug; details are in the log, never here
  'closed', // the connection went away before the answer
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface RemoteError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}
