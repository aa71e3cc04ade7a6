/** The contract as the window sees it: typed calls and streams. Any carrier's client satisfies this. */
import type { Contract } from '#contract/contract.ts';
import type { CallNames, DeltaOf, InputOf, SnapshotOf, StreamNames } from '#contract/define.ts';
import type { RemoteError } from '#contract/errors.ts';
import type { ContractClient } from '#contract/rpc/client.ts';

export type CallName = CallNames<Contract>;
export type StreamName = StreamNames<Contract>;
export type InputFor<N extends keyof Contract> = InputOf<Contract[N]>;
export type SnapshotFor<N extends StreamName> = SnapshotOf<Contract[N]>;
export type DeltaFor<N extends StreamName> = DeltaOf<Contract[N]>;

/** What the window needs of the client, whichever carrier is underneath. */
export type DeskClient = Pick<ContractClient<Contract>, 'call' | 'subscribe'>;

/** What went wrong with a call, in words for the trader; anything but a `RemoteFailure` becomes `internal`. */
export function problemOf(thrown: unknown): RemoteError {
  if (isRemoteError(thrown)) return { code: thrown.code, message: thrown.message, remedy: thrown.remedy };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal', message, remedy: 'Try again; the log has the details.' };
}

function isRemoteError(value: unknown): value is RemoteError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'message' in value &&
    'remedy' in value &&
    typeof value.code === 'string' &&
    typeof value.message === 'string'
  );
}
