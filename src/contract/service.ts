/** The server side of the contract as the services implement it; the RPC server of any host runs on it. */

import type { Contract } from './contract.ts';
import type { CallNames, Declarations, DeltaOf, InputOf, OutputOf, SnapshotOf, StreamNames } from './define.ts';
import type { RemoteError } from './errors.ts';

/** Thrown by a handler for an expected refusal; anything else that is thrown becomes `internal` and is reported as a bug. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly remote: RemoteError;

  constructor(remote: RemoteError) {
    super(remote.message);
    this.remote = remote;
  }
}

export interface StreamSink<Delta> {
  /** Sends a delta; a sequence number is added by the RPC layer. */
  push(delta: Delta): void;
  /** Ends the stream from the server's side. */
  end(error?: RemoteError): void;
}

export interface OpenStream<Snapshot> {
  /** The state at the moment of subscription: deltas pushed later apply to it, none is missing or doubled. */
  readonly snapshot: Snapshot;
  /** Called once when the client unsubscribes or goes away. */
  readonly stop: () => void;
}

export type CallHandlers<C extends Declarations> = {
  readonly [K in CallNames<C>]: (input: InputOf<C[K]>) => Promise<OutputOf<C[K]>> | OutputOf<C[K]>;
};

export type StreamHandlers<C extends Declarations> = {
  readonly [K in StreamNames<C>]: (
    input: InputOf<C[K]>,
    sink: StreamSink<DeltaOf<C[K]>>,
  ) => OpenStream<SnapshotOf<C[K]>> | Promise<OpenStream<SnapshotOf<C[K]>>>;
};

export interface ServiceOf<C extends Declarations> {
  readonly calls: CallHandlers<C>;
  readonly streams: StreamHandlers<C>;
}

/** All of Shadowdesk's services behind the contract: what `createApp` returns and every host serves. */
export type DeskService = ServiceOf<Contract>;
