/** A client whose answers and stream frames the test gives one by one. */

import type { RemoteError } from '#contract/errors.ts';
import type { CallName, DeskClient, InputFor } from '#renderer/lib/client.ts';

interface AskedCall {
  readonly name: CallName;
  readonly input: unknown;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface OpenedStream {
  readonly name: string;
  readonly input: unknown;
  isOpen: boolean;
  readonly snapshot: (snapshot: unknown) => void;
  readonly delta: (delta: unknown) => void;
  readonly end: (error: RemoteError | null) => void;
}

export interface ScriptedClient extends DeskClient {
  readonly calls: AskedCall[];
  readonly streams: OpenedStream[];
}

interface AnyHandlers {
  onSnapshot(snapshot: unknown): void;
  onDelta(delta: unknown): void;
  onEnd?(error: RemoteError | null): void;
}

export function scriptedClient(): ScriptedClient {
  const calls: AskedCall[] = [];
  const streams: OpenedStream[] = [];
  return {
    calls,
    streams,
    call<N extends CallName>(name: N, input: InputFor<N>) {
      return new Promise((resolve, reject) => {
        calls.push({ name, input, resolve: resolve as (output: unknown) => void, reject });
      });
    },
    subscribe(name: string, input: unknown, given: unknown) {
      const handlers = given as AnyHandlers;
      const stream: OpenedStream = {
        name,
        input,
        isOpen: true,
        snapshot: (snapshot) => handlers.onSnapshot(snapshot),
        delta: (delta) => handlers.onDelta(delta),
        end: (error) => handlers.onEnd?.(error),
      };
      streams.push(stream);
      return () => {
        stream.isOpen = false;
      };
    },
  } as ScriptedClient;
}

export function refusal(message = 'Not now.', code: RemoteError['code'] = 'unavailable'): RemoteError {
  return { code, message, remedy: 'Try again.' };
}
