/** The loopback HTTP and WebSocket server of the demo exchange: transport only, with its faults. */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FaultPlan, RequestFailure } from './fault-plan.ts';
import { type ApiAnswer, apiError } from './market-api.ts';

/** Which door of Binance a socket came through. */
export type SocketDoor = 'streams' | 'api';

export interface ApiRequest {
  readonly method: string;
  /** Path after `/api/v3`. */
  readonly path: string;
  /** Query and form body together. */
  readonly query: URLSearchParams;
  readonly apiKey: string | null;
}

export interface DemoServerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly faults: FaultPlan;
  readonly monotonicMs: () => number;
  readonly answer: (request: ApiRequest) => ApiAnswer;
  readonly onSocket: (socket: WebSocket, door: SocketDoor, streams: readonly string[]) => void;
}

const API_ROOT = '/api/v3';
const MAX_BODY_BYTES = 64 * 1024;
const MINUTE_IN_REAL_MS = 60_000;

export class DemoServer {
  private readonly options: DemoServerOptions;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_BODY_BYTES,
  });
  private readonly timers = new Set<NodeJS.Timeout>();
  private server: Server | null = null;
  private boundPort = 0;
  private weightUsed = 0;
  private weightSince = Number.NEGATIVE_INFINITY;

  constructor(options: DemoServerOptions) {
    this.options = options;
  }

  port(): number {
    return this.boundPort;
  }

  /** Starts to listen, on the same port as before if there was one. Rejects when the port is taken. */
  async listen(): Promise<void> {
    if (this.server !== null) return;
    const server = createServer((request, response) => {
      void this.serve(request, response);
    });
    // Longer than the pause between two of a client's requests: a keep-alive socket must not close under one.
    server.keepAliveTimeout = 75_000;
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    this.server = server;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(this.boundPort === 0 ? this.options.port : this.boundPort, this.options.host, resolve);
      });
    } catch (cause) {
      this.server = null;
      throw cause;
    }
    this.boundPort = (server.address() as AddressInfo).port;
  }

  /** Refuses connections and tears the open ones. */
  async stopListening(): Promise<void> {
    const server = this.server;
    if (server === null) return;
    this.server = null;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.sockets.clients) socket.terminate();
    server.closeAllConnections();
    await closed;
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    await this.stopListening();
    this.sockets.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (body === null || !isLoopbackHost(request.headers.host)) {
      this.respond(response, apiError(403, -1002, 'Only loopback clients are served.'), {});
      return;
    }
    const url = new URL(request.url ?? '/', 'http://loopback');
    const path = url.pathname.startsWith(API_ROOT) ? url.pathname.slice(API_ROOT.length) : url.pathname;
    const query = new URLSearchParams([...url.searchParams, ...new URLSearchParams(body)]);
    const key = request.headers['x-mbx-apikey'];
    const apiKey = typeof key === 'string' && key !== '' ? key : null;
    const delayMs = this.options.faults.takeDelay(path);
    const proceed = (): void => {
      const failure = this.options.faults.takeFailure(path);
      if (failure === null) {
        this.respond(response, this.options.answer({ method: request.method ?? 'GET', path, query, apiKey }), {});
        return;
      }
      this.respondWithFailure(response, failure);
    };
    if (delayMs > 0) this.later(delayMs, proceed);
    else proceed();
  }

  private respondWithFailure(response: ServerResponse, failure: RequestFailure): void {
    const { status } = failure;
    if (status > 500) {
      // Gateways in front of an exchange answer with a page, not with the exchange's own form.
      response.writeHead(status, { 'Content-Type': 'text/html' });
      response.end(`<html><body><h1>${status} ${STATUS_CODES[status] ?? ''}</h1></body></html>`);
      return;
    }
    if (status === 500) {
      this.respond(
        response,
        apiError(status, -1001, 'Internal error; unable to process your request. Please try again.'),
        {},
      );
      return;
    }
    const retryAfter = String(failure.retryAfterSeconds ?? 1);
    const told = apiError(status, -1003, 'Too much request weight used; please back off.');
    this.respond(response, told, { 'Retry-After': retryAfter });
  }

  private respond(response: ServerResponse, answer: ApiAnswer, headers: Readonly<Record<string, string>>): void {
    if (response.destroyed) return;
    const used = this.addWeight(answer.weight);
    const text = JSON.stringify(answer.body);
    response.writeHead(answer.status, {
      'Content-Type': 'application/json;charset=UTF-8',
      'Content-Length': Buffer.byteLength(text),
      'X-MBX-USED-WEIGHT': String(used),
      'X-MBX-USED-WEIGHT-1M': String(used),
      ...headers,
    });
    response.end(text);
  }

  private addWeight(weight: number): number {
    const now = this.options.monotonicMs();
    if (now - this.weightSince >= MINUTE_IN_REAL_MS) {
      this.weightSince = now;
      this.weightUsed = 0;
    }
    this.weightUsed += weight;
    return this.weightUsed;
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://loopback');
    const door = doorOf(url.pathname);
    // A page in a browser always sends an origin; the exchange's own clients never do.
    if (door === null || request.headers.origin !== undefined || !isLoopbackHost(request.headers.host)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const streams = url.pathname.split('/').filter((part) => part.includes('@'));
      this.options.onSocket(webSocket, door, streams);
    });
  }

  /** Runs `action` after `delayMs` of real time unless the server closes before. */
  later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, delayMs);
    this.timers.add(timer);
  }
}

function doorOf(path: string): SocketDoor | null {
  if (path.startsWith('/ws-api')) return 'api';
  if (path.startsWith('/stream') || path.startsWith('/ws')) return 'streams';
  return null;
}

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

/** The request's body, or null when it is too long or breaks off. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  let text = '';
  try {
    for await (const chunk of request) {
      text += String(chunk);
      if (text.length > MAX_BODY_BYTES) return null;
    }
  } catch {
    return null;
  }
  return text;
}
