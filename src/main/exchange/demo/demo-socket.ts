/** One WebSocket of the demo exchange: subscriptions in, pushes out, and the faults that can befall it. */
import type { WebSocket } from 'ws';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Json } from './binance-format.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { MarketStreams } from './market-streams.ts';

/** What a socket does with a request (a JSON object a client sent). */
export interface SocketRequest {
  readonly id: string | number | null;
  readonly method: string;
  readonly params: unknown;
}

export class DemoSocket {
  readonly streams: MarketStreams;
  private readonly socket: WebSocket;
  private readonly faults: FaultPlan;
  private mute = false;
  private userSubscriptions = 0;
  private hasUserStream = false;

  constructor(socket: WebSocket, streams: MarketStreams, faults: FaultPlan) {
    this.socket = socket;
    this.streams = streams;
    this.faults = faults;
  }

  /** Bytes that have not reached the network yet. */
  bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** A mute socket stays open and answers pings, but tells nothing. */
  setMute(mute: boolean): void {
    this.mute = mute;
  }

  send(message: Json): void {
    if (this.mute) {
      this.faults.count('socket-muted');
      return;
    }
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Sends what is due; what a mute socket would have told is lost, as on a real exchange. */
  push(now: UnixMs, snapshots: boolean): void {
    for (const message of this.streams.due(now, snapshots)) this.send(message);
  }

  /** 1006 tears the connection without a word; other codes close it properly. */
  drop(code: number): void {
    this.faults.count('socket-dropped');
    if (code === 1006) this.socket.terminate();
    else this.socket.close(code);
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** Tells what happened to the account, if this socket subscribed to it. */
  sendUserEvent(event: Json): void {
    if (this.hasUserStream) this.send({ subscriptionId: this.userSubscriptions - 1, event });
  }

  /** The part of Binance's WebSocket API that ccxt needs for the user stream; signatures are not checked. */
  handleApiRequest(request: SocketRequest, serverTime: UnixMs): void {
    switch (request.method) {
      case 'ping':
        this.send({ id: request.id, status: 200, result: {} });
        return;
      case 'time':
        this.send({ id: request.id, status: 200, result: { serverTime } });
        return;
      case 'userDataStream.subscribe.signature':
        if (!hasApiKey(request.params)) {
          this.send({ id: request.id, status: 401, error: { code: -2014, msg: 'API-key format invalid.' } });
          return;
        }
        this.hasUserStream = true;
        this.userSubscriptions += 1;
        this.send({ id: request.id, status: 200, result: { subscriptionId: this.userSubscriptions - 1 } });
        return;
      case 'userDataStream.unsubscribe':
        this.hasUserStream = false;
        this.send({ id: request.id, status: 200, result: {} });
        return;
      default:
        this.send({
          id: request.id,
          status: 400,
          error: { code: -1000, msg: `The demo exchange does not offer ${request.method}.` },
        });
    }
  }

  /** SUBSCRIBE, UNSUBSCRIBE and LIST_SUBSCRIPTIONS, as Binance's raw streams understand them. */
  handleStreamRequest(request: SocketRequest, now: UnixMs): void {
    const names = Array.isArray(request.params) ? request.params.filter((name) => typeof name === 'string') : [];
    switch (request.method) {
      case 'SUBSCRIBE': {
        const unknown = names.filter((name) => !this.streams.subscribe(name, now));
        if (unknown.length > 0) {
          this.send({
            error: { code: 2, msg: `Invalid request: invalid stream ${unknown.join(', ')}` },
            id: request.id,
          });
          return;
        }
        this.send({ result: null, id: request.id });
        this.push(now, true);
        return;
      }
      case 'UNSUBSCRIBE':
        for (const name of names) this.streams.unsubscribe(name);
        this.send({ result: null, id: request.id });
        return;
      case 'LIST_SUBSCRIPTIONS':
        this.send({ result: this.streams.names(), id: request.id });
        return;
      default:
        this.send({ error: { code: 2, msg: `Invalid request: unknown method ${request.method}` }, id: request.id });
    }
  }
}

function hasApiKey(params: unknown): boolean {
  if (typeof params !== 'object' || params === null || !('apiKey' in params)) return false;
  return typeof params.apiKey === 'string' && params.apiKey !== '';
}

/** Reads a client's message; null when it is none of ours. */
export function parseSocketRequest(text: string): SocketRequest | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || !('method' in parsed)) return null;
  const { method } = parsed;
  const id = 'id' in parsed ? parsed.id : null;
  if (typeof method !== 'string') return null;
  return {
    id: typeof id === 'string' || typeof id === 'number' ? id : null,
    method,
    params: 'params' in parsed ? parsed.params : null,
  };
}
