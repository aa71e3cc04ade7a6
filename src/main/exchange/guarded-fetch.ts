/** The only way out for REST: no request leaves during a ban (RE-15), each answer's own Retry-After is kept, close() aborts what runs. */
import type { TransportTime } from './transport-time.ts';

/** Thrown into ccxt for a request that would have left during a ban; nothing was sent. */
export class RequestDuringBanError extends Error {
  override readonly name = 'RequestDuringBanError';
}

/** Thrown into ccxt for a request on a connection that has been closed; nothing was sent. */
export class ConnectionClosedError extends Error {
  override readonly name = 'ConnectionClosedError';
}

export type FetchFunction = (url: string, init: RequestInit) => Promise<Response>;

/** What ccxt reads of an answer (Exchange.handleRestResponse). */
export interface CcxtResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  text(): Promise<string>;
}

/** Where an exchange bans without saying for how long: 429 asks for a pause, 418 is a ban of the address. */
const BAN_WITHOUT_HEADER_MS: Readonly<Record<number, number>> = { 429: 5_000, 418: 120_000 };

export class GuardedFetch {
  readonly #time: TransportTime;
  readonly #fetch: FetchFunction;
  readonly #running = new Set<AbortController>();
  #bannedUntil = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(time: TransportTime, fetchFunction: FetchFunction = (url, init) => fetch(url, init)) {
    this.#time = time;
    this.#fetch = fetchFunction;
  }

  /** Given to ccxt as its `fetchImplementation`. The body is read here, inside ccxt's time limit; ccxt itself limits only the headers. */
  readonly request = async (url: string, init: RequestInit): Promise<CcxtResponse> => {
    if (this.#closed) throw new ConnectionClosedError('the connection is closed');
    const bannedForMs = this.bannedForMs();
    if (bannedForMs > 0) throw new RequestDuringBanError(`no request for another ${Math.ceil(bannedForMs / 1000)} s`);
    const controller = new AbortController();
    const timeLimit = init.signal;
    const onTimeLimit = () => controller.abort(timeLimit?.reason);
    timeLimit?.addEventListener('abort', onTimeLimit, { once: true });
    this.#running.add(controller);
    try {
      const response = await this.#fetch(url, {
        ...(init.method === undefined ? {} : { method: init.method }),
        ...(init.headers === undefined ? {} : { headers: init.headers }),
        ...(init.body === undefined ? {} : { body: init.body }),
        // Exchanges do not redirect legitimately; following one could carry a request to another host.
        redirect: 'error',
        signal: controller.signal,
      });
      const withoutHeaderMs = BAN_WITHOUT_HEADER_MS[response.status];
      if (withoutHeaderMs !== undefined) {
        this.ban(retryAfterMs(response.headers.get('retry-after'), this.#time.wallNow()) ?? withoutHeaderMs);
      }
      const body = await response.text();
      return {
        status: response.status,
        statusText: response.statusText,
        headers: response.headers,
        text: () => Promise.resolve(body),
      };
    } catch (error) {
      if (this.#closed) throw new ConnectionClosedError('the connection was closed');
      throw error;
    } finally {
      this.#running.delete(controller);
      timeLimit?.removeEventListener('abort', onTimeLimit);
    }
  };

  /** No request for `ms` from now; a longer ban that is already running stays. */
  ban(ms: number): void {
    this.#bannedUntil = Math.max(this.#bannedUntil, this.#time.monotonicNow() + ms);
  }

  /** Monotonic ms until requests may leave again; 0 when they may. */
  bannedForMs(): number {
    return Math.max(0, this.#bannedUntil - this.#time.monotonicNow());
  }

  /** Aborts what is on the way and refuses everything after. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#running) controller.abort();
  }
}

/** Retry-After in ms: seconds or an HTTP date (RFC 9110, 10.2.3); null when absent or unreadable. */
export function retryAfterMs(header: string | null, wallNow: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Date.parse takes "-3" for a year; an HTTP date begins with the day's name.
  const date = /^[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - wallNow);
}
