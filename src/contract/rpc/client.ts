/** The client's end of the contract: typed from the declaration, without its schemas (zod stays out of the page). */
import type { CallNames, Declarations, DeltaOf, InputOf, OutputOf, SnapshotOf, StreamNames } from '../define.ts';
import type { RemoteError } from '../errors.ts';
import type { Port } from './port.ts';
import { decodeServerFrame, encodeFrame, isLongerThan, MAXIMUM_FRAME_BYTES, type ServerFrame } from './protocol.ts';
import { closedError, RemoteFailure } from './remote-failure.ts';

export interface StreamHandlersOf<Snapshot, Delta> {
  /** The whole state; comes first, and again whenever the stream had to be opened anew. */
  onSnapshot(snapshot: Snapshot): void;
  onDelta(delta: Delta): void;
  /** Nothing comes after this; without an error the server ended the stream as planned. */
  onEnd?(error: RemoteError | null): void;
}

export type Unsubscribe = () => void;

export interface ContractClient<C extends Declarations> {
  /** Rejects with `RemoteFailure` (code, message, remedy) and nothing else. */
  call<Name extends CallNames<C> & string>(name: Name, input: InputOf<C[Name]>): Promise<OutputOf<C[Name]>>;
  /** Nothing is called any more after the returned function ran. */
  subscribe<Name extends StreamNames<C> & string>(
    name: Name,
    input: InputOf<C[Name]>,
    handlers: StreamHandlersOf<SnapshotOf<C[Name]>, DeltaOf<C[Name]>>,
  ): Unsubscribe;
  onClose(closed: (reason: string) => void): void;
  close(reason?: string): void;
}

export interface ClientOptions {
  /** A broken promise of the server: a frame that is none, a hole in a sequence. The client goes on. */
  readonly onBug?: (message: string) => void;
}

interface PendingCall {
  resolve(output: unknown): void;
  reject(failure: RemoteFailure): void;
}

interface Subscription {
  id: number;
  readonly name: string;
  readonly input: unknown;
  readonly handlers: StreamHandlersOf<unknown, unknown>;
  /** Sequence of the next delta; null until the snapshot is there. */
  next: number | null;
}

export function createClient<C extends Declarations>(port: Port, options: ClientOptions = {}): ContractClient<C> {
  const calls = new Map<number, PendingCall>();
  const subscriptions = new Map<number, Subscription>();
  const reportBug = options.onBug ?? (() => undefined);
  let lastId = 0;
  let closedBecause: string | null = null;

  port.onClose((reason) => {
    closedBecause = reason;
    const error = closedError(reason);
    const openCalls = [...calls.values()];
    const openStreams = [...subscriptions.values()];
    calls.clear();
    subscriptions.clear();
    for (const call of openCalls) call.reject(new RemoteFailure(error));
    for (const subscription of openStreams) subscription.handlers.onEnd?.(error);
  });

  port.onFrame((raw) => {
    const frame = decodeServerFrame(raw);
    if (frame === null) reportBug('the server sent a frame that is not part of the contract');
    else receive(frame);
  });

  /** Sends the request, or says why it cannot be sent. */
  function request(kind: 'call' | 'open', id: number, name: string, input: unknown): RemoteError | null {
    if (closedBecause !== null) return closedError(closedBecause);
    const text = encodeFrame({ kind, id, name, input });
    if (isLongerThan(text, MAXIMUM_FRAME_BYTES)) {
      const message = `${name} was not sent: it is larger than 1 MiB.`;
      return { code: 'too-large', message, remedy: 'Send it in smaller parts.' };
    }
    port.send(text);
    return null;
  }

  function receive(frame: ServerFrame): void {
    switch (frame.kind) {
      case 'answer': {
        const call = calls.get(frame.id);
        calls.delete(frame.id);
        call?.resolve(frame.output);
        return;
      }
      case 'fault': {
        const call = calls.get(frame.id);
        calls.delete(frame.id);
        call?.reject(new RemoteFailure(frame.error));
        endSubscription(frame.id, frame.error);
        return;
      }
      case 'end':
        endSubscription(frame.id, frame.error ?? null);
        return;
      case 'snapshot': {
        const subscription = subscriptions.get(frame.id);
        if (subscription === undefined) return;
        subscription.next = 1;
        subscription.handlers.onSnapshot(frame.snapshot);
        return;
      }
      case 'delta': {
        // Frames of a stream that was just left are still on their way: no bug.
        const subscription = subscriptions.get(frame.id);
        if (subscription === undefined) return;
        if (frame.sequence !== subscription.next) {
          reportBug(
            `${subscription.name}: delta ${frame.sequence} came where ${subscription.next ?? 'a snapshot'} was due`,
          );
          reopen(subscription);
          return;
        }
        subscription.next += 1;
        subscription.handlers.onDelta(frame.delta);
      }
    }
  }

  function endSubscription(id: number, error: RemoteError | null): void {
    const subscription = subscriptions.get(id);
    subscriptions.delete(id);
    subscription?.handlers.onEnd?.(error);
  }

  /** After a hole the state is worth nothing: leave the stream and take a fresh snapshot under a new id. */
  function reopen(subscription: Subscription): void {
    port.send(encodeFrame({ kind: 'stop', id: subscription.id }));
    subscriptions.delete(subscription.id);
    open(subscription);
  }

  function open(subscription: Subscription): void {
    lastId += 1;
    subscription.id = lastId;
    subscription.next = null;
    subscriptions.set(subscription.id, subscription);
    const refusal = request('open', subscription.id, subscription.name, subscription.input);
    if (refusal !== null) endSubscription(subscription.id, refusal);
  }

  return {
    call(name, input) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        // The declaration says what the output is; the trusted side made it.
        calls.set(id, { resolve: resolve as (output: unknown) => void, reject });
        const refusal = request('call', id, name, input);
        if (refusal === null) return;
        calls.delete(id);
        reject(new RemoteFailure(refusal));
      });
    },
    subscribe(name, input, handlers) {
      const subscription: Subscription = {
        id: 0,
        name,
        input,
        handlers: handlers as StreamHandlersOf<unknown, unknown>,
        next: null,
      };
      open(subscription);
      return () => {
        if (subscriptions.delete(subscription.id)) port.send(encodeFrame({ kind: 'stop', id: subscription.id }));
      };
    },
    onClose: (closed) => port.onClose(closed),
    close: (reason) => port.close(reason),
  };
}
