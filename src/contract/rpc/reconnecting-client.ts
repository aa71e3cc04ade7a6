/** A client that outlives its connection: it dials again after a loss and opens every stream anew. */
import type { Declarations } from '../define.ts';
import type { RemoteError } from '../errors.ts';
import {
  type ClientOptions,
  type ContractClient,
  createClient,
  type StreamHandlersOf,
  type Unsubscribe,
} from './client.ts';
import type { Port } from './port.ts';
import { closedError, RemoteFailure } from './remote-failure.ts';

/**
 * `connecting`: the first dial is under way. `lost`: there was a connection or an attempt, the next one follows by
 * itself. `refused`: the other side will not have us; only the user can change that. `closed`: by `close()`.
 */
export type LinkState =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | { readonly state: 'lost'; readonly reason: string; readonly failedAttempts: number }
  | { readonly state: 'refused'; readonly message: string; readonly remedy: string }
  | { readonly state: 'closed' };

export interface Link {
  current(): LinkState;
  onChange(changed: (state: LinkState) => void): Unsubscribe;
  /** Dials at once instead of waiting for the next attempt; also after a refusal. */
  retryNow(): void;
}

export interface ReconnectingClient<C extends Declarations> extends ContractClient<C> {
  readonly link: Link;
}

export interface ReconnectOptions extends ClientOptions {
  /** Opens a connection. Rejecting with a `RemoteFailure` of code `refused` ends the attempts. */
  readonly dial: () => Promise<Port>;
  /** Runs `action` once after `delayMs`, unless the returned function is called before. */
  readonly schedule: (action: () => void, delayMs: number) => () => void;
  readonly firstDelayMs?: number;
  readonly maximumDelayMs?: number;
}

interface Wanted {
  readonly name: string;
  readonly input: unknown;
  readonly handlers: StreamHandlersOf<unknown, unknown>;
  leave: Unsubscribe | null;
}

/** The declaration's types are checked at this file's door; inside, names and values are opaque. */
interface UntypedClient {
  call(name: string, input: unknown): Promise<unknown>;
  subscribe(name: string, input: unknown, handlers: StreamHandlersOf<unknown, unknown>): Unsubscribe;
  close(reason?: string): void;
}

/**
 * Starts dialling at once. Calls made during the first dial wait for it; calls while the connection is lost reject with
 * code `closed`. Streams survive: after a loss their `onSnapshot` is called again with fresh state, never `onEnd`.
 */
export function createReconnectingClient<C extends Declarations>(options: ReconnectOptions): ReconnectingClient<C> {
  const { firstDelayMs = 250, maximumDelayMs = 5_000 } = options;
  const wanted = new Set<Wanted>();
  const listeners = new Set<(state: LinkState) => void>();
  const closeListeners: ((reason: string) => void)[] = [];
  let link: LinkState = { state: 'connecting' };
  let live: UntypedClient | null = null;
  let failedAttempts = 0;
  let cancelRetry: (() => void) | null = null;
  let dialling = false;
  let waitingCalls: (() => void)[] = [];

  function change(next: LinkState): void {
    link = next;
    if (next.state !== 'connecting') for (const proceed of waitingCalls.splice(0)) proceed();
    for (const changed of [...listeners]) changed(next);
  }

  /** `close()` may have run while something was awaited; asked through a function because it changes underneath. */
  function isClosed(): boolean {
    return link.state === 'closed';
  }

  async function dial(): Promise<void> {
    if (dialling || live !== null || isClosed()) return;
    cancelRetry?.();
    cancelRetry = null;
    dialling = true;
    try {
      const port = await options.dial();
      dialling = false;
      if (isClosed()) port.close('no longer wanted');
      else adopt(port);
    } catch (error) {
      dialling = false;
      if (isClosed()) return;
      if (error instanceof RemoteFailure && error.code === 'refused') {
        change({ state: 'refused', message: error.message, remedy: error.remedy });
      } else {
        lost(error instanceof Error ? error.message : String(error));
      }
    }
  }

  function adopt(port: Port): void {
    const client = createClient<C>(port, options) as unknown as UntypedClient;
    live = client;
    // After the client's own listener, which ends calls and streams.
    port.onClose((reason) => {
      if (live !== client) return;
      live = null;
      for (const one of wanted) one.leave = null;
      if (!isClosed()) lost(reason);
    });
    if (live === null) return;
    change({ state: 'connected' });
    for (const one of [...wanted]) open(one);
  }

  function lost(reason: string): void {
    const delayMs = Math.min(maximumDelayMs, firstDelayMs * 2 ** Math.min(failedAttempts, 20));
    failedAttempts += 1;
    cancelRetry = options.schedule(() => void dial(), delayMs);
    change({ state: 'lost', reason, failedAttempts });
  }

  function open(one: Wanted): void {
    if (live === null || one.leave !== null || !wanted.has(one)) return;
    one.leave = live.subscribe(one.name, one.input, {
      onSnapshot(snapshot) {
        failedAttempts = 0;
        one.handlers.onSnapshot(snapshot);
      },
      onDelta: (delta) => one.handlers.onDelta(delta),
      onEnd(error) {
        if (error?.code === 'closed') return;
        wanted.delete(one);
        one.handlers.onEnd?.(error);
      },
    });
  }

  function lossError(): RemoteError {
    return closedError(link.state === 'lost' ? link.reason : link.state);
  }

  const client: UntypedClient & Pick<ReconnectingClient<C>, 'link' | 'onClose'> = {
    async call(name, input) {
      if (link.state === 'connecting') await new Promise<void>((proceed) => waitingCalls.push(proceed));
      if (live === null) throw new RemoteFailure(lossError());
      const output = await live.call(name, input);
      failedAttempts = 0;
      return output;
    },
    subscribe(name, input, handlers) {
      const one: Wanted = { name, input, handlers, leave: null };
      wanted.add(one);
      open(one);
      return () => {
        wanted.delete(one);
        one.leave?.();
      };
    },
    onClose(closed) {
      if (isClosed()) closed('closed by this side');
      else closeListeners.push(closed);
    },
    close(reason = 'closed by this side') {
      if (isClosed()) return;
      cancelRetry?.();
      wanted.clear();
      change({ state: 'closed' });
      live?.close(reason);
      live = null;
      waitingCalls = [];
      for (const closed of closeListeners.splice(0)) closed(reason);
    },
    link: {
      current: () => link,
      onChange(changed) {
        listeners.add(changed);
        return () => listeners.delete(changed);
      },
      retryNow: () => void dial(),
    },
  };
  void dial();
  return client as unknown as ReconnectingClient<C>;
}
